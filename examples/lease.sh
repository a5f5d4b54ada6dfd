#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Copyright the podpis authors
#
# A lease, signed by two people, one with a token and one with a phone:
#   lease.sh [DIR]    what is made stays in DIR (default: demo/ in the build)
# The landlady signs the contract with a GOST R 34.10-2012 key on a test token.
# The tenant's ECDSA key is on his phone: one process prepares his signature
# and is killed, another completes it with the value that the phone made.
# Certificates and tokens are the test world's; nothing of yours is touched.
set -eu
: "${srcdir:=$(cd "$(dirname "$0")/.." && pwd)}"
. "$srcdir/examples/frame.sh"
stage "${1:-$builddir/demo}" gosttok.la
"$srcdir/tests/lab/tokens.sh" "$dir/tokens" "$world" >/dev/null
rm -f tokens/gosttok/romashka.*
SOFTHSM2_CONF=$dir/tokens/softhsm2.conf GOSTTOK_DIR=$dir/tokens/gosttok
# Russian texts of a podpis that is not installed yet
PODPIS_LOCALEDIR=$dir/home/locale
export SOFTHSM2_CONF GOSTTOK_DIR PODPIS_LOCALEDIR
mkdir -p "$PODPIS_LOCALEDIR/ru/LC_MESSAGES"
[ ! -e "$builddir/po/ru.mo" ] ||
    cp "$builddir/po/ru.mo" "$PODPIS_LOCALEDIR/ru/LC_MESSAGES/podpis.mo"
ln -s "$builddir/.libs/gosttok.so" gosttok.so
(umask 077 && printf '1234' >landlady.pin && openssl rand -out server.key 32 &&
    cp "$world/p256.key" phone.key)
cp "$world/p256.pem" tenant.pem
trust='--trust roots.pem --chain chain.pem --crl crls.pem'

cat >lease.txt <<'END'
ДОГОВОР НАЙМА ЖИЛОГО ПОМЕЩЕНИЯ

Москва, 21 ноября 2026 года

Иванова Анна Петровна (наймодатель) сдаёт, а Петров Сергей Олегович
(наниматель) принимает за плату квартиру по адресу: Москва, ул. Садовая,
дом 5, квартира 17, на одиннадцать месяцев, с 1 декабря 2026 года.
Плата за месяц: 50 000 рублей, не позднее пятого числа.
END

say 'The lease that both are to sign:'
run cat lease.txt

say 'The tokens that are plugged in, and the certificates on them'
run podpis token list --module ./gosttok.so

say 'The contract: one file with the lease, and who must sign it, the landlady
# first'
run podpis contract new --kind lease --title 'Наём квартиры 17' --ordered \
    --party 'role=lessor,name=Иванова Анна Петровна,inn=770123456703' \
    --party 'role=lessee,name=Петров Сергей Олегович,snils=112-233-445 95' \
    --document lease.txt -o lease.asice

say 'The tenant is in a hurry, but it is not his turn'
exits 15 podpis contract sign --cert tenant.pem --state tenant.state lease.asice

say 'The landlady signs: GOST R 34.10-2012, with the key on her token'
run podpis contract sign --no-input --module ./gosttok.so \
    --key 'pkcs11:token=gosttok;object=ivanova' \
    --pin-source file:landlady.pin lease.asice

say 'Who is missing?'
# shellcheck disable=SC2086
exits 8 podpis contract status $trust lease.asice

say 'The tenant is in another city, and his key is on his phone. A server prepares
# his signature: it needs his certificate and not his key. What it has to
# remember until the phone answers it writes down, sealed: the state. The
# contract stays as it is'
serve() { # and waits for the phone
    run podpis contract sign --cert tenant.pem --state tenant.state \
        --state-key file:server.key --data-out digest lease.asice
    exec sleep 60
}
rm -f tenant.state digest
cp lease.asice before.asice
serve &
server=$!
tries=0
while [ ! -s tenant.state ]; do
    tries=$((tries + 1))
    [ "$tries" -lt 600 ] || stop 'the server does not come to its state'
    sleep 0.1
done
sleep 0.3

say 'The server crashes: its process is killed. Nothing is lost, nothing is half
# done'
run kill -9 "$server"
wait "$server" 2>/dev/null || true
run cmp lease.asice before.asice

say 'The phone shows the same control code, and signs the digest it was sent'
run openssl pkeyutl -sign -inkey phone.key -in digest -out value

say 'Another process, on another day if need be, completes the signature. It checks
# the value, that the lease is the one that he was shown, and that it is still
# his turn; others may have signed meanwhile'
run podpis complete tenant.state --state-key file:server.key \
    --signature value --content lease.asice

say 'Putting it in a second time adds nothing'
cp lease.asice once.asice
run podpis complete tenant.state --state-key file:server.key \
    --signature value --content lease.asice
run cmp lease.asice once.asice

say 'Anybody verifies, offline: trust anchors, certificates, revocation lists'
# shellcheck disable=SC2086
run podpis verify $trust lease.asice

say 'The same in Russian'
# shellcheck disable=SC2086
run podpis contract status --lang ru $trust lease.asice

say 'The same for a program: one line of JSON, and the exit code'
# shellcheck disable=SC2086
set -- podpis contract status --json $trust lease.asice
show "$@" '>report.json'
rc=0
"$@" >report.json || rc=$?
echo "(exit $rc; report.json has $(wc -c <report.json) octets)"

say 'Somebody changes the rent in the file: 50 000 becomes 15 000'
cp lease.asice forged.asice
mkdir forged
sed 's/50 000/15 000/' lease.txt >forged/lease.txt
(cd forged && zip -q ../forged.asice lease.txt)
# shellcheck disable=SC2086
exits 5 podpis contract status $trust forged.asice

printf '\n%s\n' 'Done: a lease with two valid signatures, one made with a token, one
with a phone while the server crashed. Whoever was not asked yet could not sign,
and a forged lease was refused. What was made lies in
  '"$dir"
