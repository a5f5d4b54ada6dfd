#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Copyright the podpis authors
# shellcheck disable=SC2086
# Levels on the command line: extend, sign --level, timestamp; what is refused
# and why.
: "${srcdir:=.}"
. "$srcdir/tests/cli/lib.sh"
need jq
lab_people p256
PODPIS_LOCALEDIR=$tmp/locale
export PODPIS_LOCALEDIR
mkdir -p "$tmp/locale/ru/LC_MESSAGES"
[ ! -s "$builddir/po/ru.mo" ] ||
	cp "$builddir/po/ru.mo" "$tmp/locale/ru/LC_MESSAGES/podpis.mo"
echo 'the plan' >plan.txt
echo '<lease Id="l"><rent>100</rent></lease>' >lease.xml

# raise NAME CODE ARGUMENTS...: extend, which says nothing on standard output
raise() {
	r_name=$1 r_code=$2
	shift 2
	exits "$r_name" "$r_code" extend $net "$@"
	[ -z "$out" ] || not_ok "$r_name: standard output" "$out"
}

# hint NAME PATTERN: one error in one line, and what to do about it
hint() {
	same "$1: one error" 1 "$(printf '%s\n' "$err" | grep -c '^podpis: ')"
	like "$1: a hint" "^hint: .*$2" "$err"
}

# russian NAME LINE: this line of the messages is not in English
russian() {
	if [ ! -s "$builddir/po/ru.mo" ]; then
		skip "$1" 'no translation is built'
	elif printf '%s\n' "$err" | sed -n "$2p" | LC_ALL=C grep -q '[^ -~]'; then
		ok "$1"
	else
		not_ok "$1" "$err"
	fi
}

# ---- each level, from nothing and step by step

exits "sign" 0 sign -q -k "$key" --chain "$lab/ca.pem" --attached plan.txt
mv plan.txt.p7m base
for level in b-t b-lt b-lta t c x1 x2 xlt1 xlt2 a B-T XLT1; do
	cp base "$level"
	raise "to $level" 0 --level "$level" $tsa "$level"
	same "to $level: it says so" "Extended: $level" "$err"
done
levels "as they should be" '0 B-T B-LT B-LTA B-T C X1 X2 XLT1 XLT2 A' \
    b-t b-lt b-lta t c x1 x2 xlt1 xlt2 a
cp base step
for level in b-t b-lt b-lta; do
	raise "step by step: $level" 0 -q -l "$level" $tsa step
	same "step by step: $level: -q says nothing" '' "$err"
done
levels "step by step" '0 B-LTA' step
for levels in 't c x1 xlt1 a' 'c x2 xlt2 a'; do
	cp base step
	for level in $levels; do
		raise "step by step: $level" 0 -q -l "$level" $tsa step
	done
	levels "step by step: $levels" '0 A' step
done

# ---- the level is there, and one more

cp b-lta there
raise "it is there" 0 --level b-lta $tsa there
like "it is there: it says so" 'nothing was to be done' "$err"
check "it is there: nothing is touched" cmp b-lta there
raise "a lower one is there" 0 --level b-lt $tsa there
check "a lower one: nothing is touched" cmp b-lta there
raise "there, no authority needed" 0 --level b-lta there
raise "there, to another file" 0 --level b-lta -o there.copy there
check "the other file is a copy" cmp b-lta there.copy
raise "--renew" 0 --level b-lta --renew $tsa there
levels "--renew: still B-LTA" '0 B-LTA' there
stamps='[.signatures[0].timestamps[].kind] | join(" ")'
same "--renew: one more" 'signature archive archive' \
    "$(printf '%s\n' "$out" | jq -r "$stamps")"
cp a there
raise "--renew a" 0 --level a --renew $tsa there
levels "--renew a: still A" '0 A' there
same "--renew a: one more" 'signature sig-and-refs archive archive' \
    "$(printf '%s\n' "$out" | jq -r "$stamps")"
cp b-t there
raise "--renew without an archive time-stamp" 0 --level b-lta --renew $tsa \
    there
same "that makes one" 'signature archive' "$(
	run verify --json --online $net there
	printf '%s\n' "$out" | jq -r "$stamps")"

# ---- refused, with the lawful next step

while read -r from to next; do
	cp "$from" refused
	raise "$from to $to" 1 --level "$to" $tsa refused
	hint "$from to $to" "$next"
	check "$from to $to: nothing is touched" cmp "$from" refused
done <<END
x1 x2 --level xlt1
x2 x1 --level xlt2
x1 xlt2 --level xlt1
xlt2 xlt1 --level xlt2
c b-lt --level xlt1
xlt1 b-lta --level a
a b-lt --level a
b-lt c --level b-lta
b-lta xlt1 --level b-lta
END
cp base refused
for args in '' '--level b-x' '--level bes' '--level b-b' \
    '--level b-t --digest md5' '--level b-t --grace soon' \
    '--level b-t --online --offline'; do
	raise "usage: $args" 2 $args $tsa refused
done
raise "which levels there are" 2 --level b-x $tsa refused
like "they are named" 'b-t.*xlt1.*b-x' "$err"
raise "no such signer" 2 --level b-t --signer 3 $tsa refused
like "no such signer: said" 'no signature 3' "$err"
raise "two files" 2 --level b-t $tsa refused base
raise "no authority" 2 --level b-t refused
hint "no authority" '--tsa'
raise "offline" 9 --level b-t --offline $tsa refused
raise "no file" 3 --level b-t $tsa nowhere
raise "no signature" 4 --level b-t $tsa plan.txt
raise "nobody there" 9 --level b-t --tsa http://127.0.0.1:9/ refused
raise "no such scheme" 9 --level b-t --tsa ftp://127.0.0.1/tsa refused
like "no such scheme: said" 'ftp://.*https?://' "$err"
raise "another policy than asked" 9 --level b-t \
    --tsa "$lab_url/tsa?fault=wrong-policy" --tsa-policy 1.2.3.4 refused
check "nothing is touched" cmp base refused
# without what is kept from before
kept=$XDG_CACHE_HOME
XDG_CACHE_HOME=$tmp/nothing
cp b-t stamped
raise "no revocation data without the network" 9 --level b-lt --offline \
    stamped
hint "no revocation data without the network" '--online'
exits "private addresses of certificates" 9 extend --level b-lt \
    --trust "$lab/root.pem" $tsa stamped
hint "private addresses of certificates" '--crl'
XDG_CACHE_HOME=$kept
raise "what is kept serves offline" 0 --level b-lt --offline -o kept stamped
exits "nobody is trusted" 9 extend --level b-lt --trust "$world/roots.pem" \
    --insecure-allow-private $tsa stamped
check "nothing is touched" cmp b-t stamped
sed 's/the plan/The plan/' base >changed
cp changed changed.old
raise "a bad signature" 5 --level b-t $tsa changed
check "a bad signature: nothing is touched" cmp changed.old changed
like "it says why" '^podpis: .*S-1.*not valid' "$err"
cp base refused
exits "in Russian" 2 --lang ru extend $net --level b-t refused
russian "a Russian message" 1
russian "a Russian hint" 2

# ---- where it goes

cp base in
raise "-o" 0 --level b-t $tsa -o out in
check "-o: the input is not touched" cmp base in
levels "-o: there it is" '0 B-T' out
raise "-o, a file that is there" 3 --level b-lt $tsa -o out in
raise "-o --force" 0 --level b-lt $tsa -f -o out in
levels "-o --force: there it is" '0 B-LT' out
exits "-o -" 0 extend $net --level b-t $tsa -o - in
"$podpis" extend -q $net --level b-t $tsa -o - in >stdout
levels "-o -: there it is" '0 B-T' stdout
"$podpis" extend -q $net --level b-t $tsa -o - - <in >piped 2>"$tmp/err"
same "a pipe: nothing to say" '' "$(cat "$tmp/err")"
levels "a pipe" '0 B-T' piped
raise "standard input to nowhere" 2 --level b-t $tsa -
exits "PEM" 0 sign -q --pem -k "$key" --attached -o pem.in plan.txt
raise "PEM" 0 --level b-lt $tsa pem.in
same "PEM stays PEM" '-----BEGIN CMS-----' "$(head -1 pem.in)"
levels "PEM: the level" '0 B-LT' pem.in
ln -s in link
raise "a symbolic link" 0 --level b-t $tsa link
like "the link stays" '^l' "$(ls -l link)"
levels "a symbolic link: its file" '0 B-T' in
chmod 640 in
raise "permissions" 0 --level b-lt $tsa in
like "permissions stay" '^-rw-r-----' "$(ls -l in)"
mkdir closed
cp base closed/in
chmod 500 closed
if [ "$(id -u)" = 0 ]; then
	skip "a directory that is closed" 'root may write everywhere'
else
	raise "a directory that is closed" 3 --level b-t $tsa closed/in
	check "a directory that is closed: nothing is touched" \
	    cmp base closed/in
	same "nothing else is there" in "$(files closed)"
fi
chmod 700 closed
mkdir alone
cp base alone/in
raise "alone" 0 --level b-t $tsa alone/in
same "nothing beside it" in "$(files alone)"

# ---- detached

mkdir pair
cp plan.txt pair
exits "sign detached" 0 sign -q -k "$key" pair/plan.txt
cp pair/plan.txt.sig lonely.sig
cp pair/plan.txt.sig other.sig
raise "detached: found beside it" 0 --level b-lt $tsa pair/plan.txt.sig
levels "detached" '0 B-LT' pair/plan.txt pair/plan.txt.sig
raise "detached: --content" 0 --level b-t $tsa --content plan.txt other.sig
raise "detached: its document is missing" 5 --level b-t $tsa lonely.sig
like "it says so" '^podpis: .*(document|digest|content)' "$err"
raise "detached: there is no such document" 3 --level b-t $tsa \
    --content nothing lonely.sig
echo 'another plan' >another.txt
raise "detached: another document" 5 --level b-t $tsa --content another.txt \
    lonely.sig

# ---- several signers, counter-signatures

cp base two
exits "a second signer" 0 add-signer -q -k "$key2" two
cp two all
raise "--signer 2" 0 --level b-t $tsa --signer 2 two
levels "--signer 2" '0 B-B B-T' two
raise "--signer S-1" 0 --level b-lt $tsa --signer S-1 two
levels "--signer S-1" '0 B-LT B-T' two
raise "all signers" 0 --level b-lta $tsa all
levels "all signers" '0 B-LTA B-LTA' all
cp base counter
exits "a counter-signature" 0 countersign -q -k "$key2" counter
raise "--signer 1.1" 0 --level b-t $tsa --signer 1.1 counter
levels "--signer 1.1" '0 B-B B-T' counter
raise "the parent" 0 --level b-t $tsa --signer 1 counter
levels "the parent" '0 B-T B-T' counter
cp b-lta later
exits "a counter-signature after an archive time-stamp" 0 countersign -q \
    -k "$key2" later
levels "the archive time-stamp stands" '0 B-LTA B-B' later

# ---- sign --level

exits "sign --level, detached" 0 sign -q -k "$key" --level b-lt $net $tsa \
    --chain "$lab/ca.pem" plan.txt
levels "sign --level, detached" '0 B-LT' plan.txt plan.txt.sig
exits "sign --level, attached" 0 sign -q -k "$key" --level xlt1 $net $tsa \
    --attached plan.txt
levels "sign --level, attached" '0 XLT1' plan.txt.p7m
exits "sign --level, XAdES" 0 sign -q -F xades -k "$key" --level b-lta $net \
    $tsa lease.xml
levels "sign --level, XAdES" '0 B-LTA' lease.signed.xml
rm lease.signed.xml
exits "sign --level, XAdES, xlt1" 0 sign -q -F xades -k "$key" --level xlt1 \
    $net $tsa lease.xml
levels "sign --level, XAdES, xlt1" '0 XLT1' lease.signed.xml
exits "add-signer --level" 0 add-signer -q -k "$key2" \
    --level b-t $net $tsa plan.txt.sig
levels "add-signer --level" '0 B-LT B-T' plan.txt plan.txt.sig

# the same in two steps, and twice
echo 'the other plan' >later.txt
exits "two steps: the first" 0 sign -q -k "$key" -o two.sig later.txt
exits "two steps: prepared" 0 add-signer -q --cert "$lab/signer2.pem" \
    --level b-t --state later.state --data-out later.data \
    --content later.txt two.sig
openssl pkeyutl -sign -inkey "$lab/signer2.key" -in later.data -out later.value
for again in '' ' again'; do
	exits "two steps: completed$again" 0 complete -q later.state \
	    --signature later.value $net $tsa --content two.sig \
	    --content later.txt
	levels "two steps: completed$again" '0 B-B B-T' later.txt two.sig
	[ -n "$again" ] || cp two.sig once.sig
done
check "two steps: nothing is added" cmp two.sig once.sig
exits "two steps: a higher level then" 1 complete --lang en later.state \
    --signature later.value $net $tsa --level b-lta --content two.sig \
    --content later.txt
like "two steps: a higher level then: said" 'below level B-LTA' "$err"
check "two steps: and stays" cmp two.sig once.sig
exits "sign --level without an authority" 2 sign -q -k "$key" --level b-t \
    $net -o none plan.txt
like "sign --level without an authority: said" '^podpis: .*--tsa' "$err"
exits "sign --level, the authority is gone" 9 sign -q -k "$key" --level b-t \
    $net --tsa http://127.0.0.1:9/ -o none plan.txt
exits "sign --level --offline" 9 sign -q -k "$key" --level b-t $net $tsa \
    --offline -o none plan.txt
exits "sign --level, nobody is trusted" 9 sign -q \
    -k "$key" --level b-lt --trust "$world/roots.pem" \
    --insecure-allow-private $tsa -o none plan.txt
check "nothing is made" test ! -e none
exits "sign --level --dry-run" 0 sign --dry-run -k "$key" --level b-t $net \
    $tsa -o none plan.txt
check "nothing is made by that either" test ! -e none

exits "plain CMS, b-t" 2 sign -q -F cms -k "$key" --level b-t $net $tsa \
    -o plain plan.txt
exits "plain CMS, xlt1" 0 sign -q -F cms -k "$key" --level xlt1 $net $tsa \
    --attached -o plain plan.txt
exits "plain CMS under 63fz" 0 verify --policy 63fz --online $net plain
exits "plain CMS under ades" 6 verify --online $net plain

# ---- XAdES

for options in '' '--enveloping' '--detached'; do
	doc=lease.xml
	[ "$options" != --detached ] || doc=plan.txt
	rm -f ./*.signed.xml
	exits "sign XAdES $options" 0 sign -q -F xades $options -k "$key" \
	    -o x.xml -f $doc
	for level in b-t b-lt b-lta; do
		raise "XAdES $options: $level" 0 --level $level $tsa x.xml
	done
	levels "XAdES $options" '0 B-LTA' x.xml
done

# ---- timestamp

exits "timestamp" 0 timestamp $net $tsa plan.txt
same "timestamp: nothing on standard output" '' "$out"
exits "timestamp: it verifies" 0 verify --online $net plan.txt plan.txt.tst
exits "timestamp: it is there" 3 timestamp $net $tsa plan.txt
exits "timestamp --force" 0 timestamp -f $net $tsa plan.txt
check "timestamp: openssl agrees" openssl ts -verify -in plan.txt.tst \
    -token_in -data plan.txt -CAfile "$lab/root.pem" -untrusted "$lab/ca.pem"
exits "timestamp: another document" 5 verify --online $net another.txt \
    plan.txt.tst
exits "timestamp without an authority" 2 timestamp $net another.txt
exits "timestamp --offline" 9 timestamp --offline $net $tsa another.txt
check "nothing is made" test ! -e another.txt.tst
tap_done
