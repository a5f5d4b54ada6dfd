#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Copyright the podpis authors
# The network: what verify looks up when it is told to, and timestamp.
: "${srcdir:=.}"
. "$srcdir/tests/cli/lib.sh"
need python3 openssl
lab_serve p256 || skip_all 'the lab could not be served'
# people of these days, whenever that is
for row in 'me ca signer' 'stamps ca tsa' 'ocsp ca ocsp'; do
	# shellcheck disable=SC2086
	"$authority" add "$lab" $row --from 2020-01-01T00:00:00Z \
		--until 2045-01-01T00:00:00Z || exit 99
done
echo lease >doc
cat "$lab/me.key" "$lab/me.pem" >me
"$podpis" sign -q -k me doc || exit 99
private=--insecure-allow-private
trust="--trust $lab/root.pem"
cache=$HOME/podpis
tsa=$lab_url/tsa/stamps

# ---- verify
# shellcheck disable=SC2086
{
exits "offline: not confirmed" 6 verify $trust doc
like "it says so" 'not looked for on the network' "$out"
same "and nothing was asked" 0 "$(asked .)"
[ ! -e "$cache" ] && ok "nor is a cache made" || not_ok "nor is a cache made"
exits "private addresses of certificates are refused" 6 \
	verify --online $trust doc
like "told" 'private network' "$out"
same "nothing was asked" 0 "$(asked .)"
exits "online" 0 verify --online $private $trust doc
same "issuer" 1 "$(asked 'GET /aia/ca.crt')"
same "status of the signer" 1 "$(asked 'POST /ocsp/ca')"
same "the cache is closed to others" drwx------ \
	"$(ls -ld "$cache" | cut -c 1-10)"
: >"$lab_log"
exits "again, and now it is known" 0 verify --online $private $trust doc
same "nothing was asked" 0 "$(asked .)"
exits "offline too" 0 verify $trust doc
exits "both at once" 2 verify --online --offline $trust doc
rm -rf "$cache"
"$authority" revoke "$lab" me 2026-01-01T00:00:00Z 1
exits "revoked" 6 verify --online $private $trust doc
like "it says so" 'was revoked' "$out"
rm -rf "$cache"
lab_set ocsp-http=500 crl-http=404
exits "nothing to be had: not confirmed, and no error" 6 \
	verify --online $private $trust doc
like "what was tried" 'ocsp/ca.*500' "$out"
lab_set ''
mkdir -p "$cache"
chmod 755 "$cache"
exits "a cache that others may read is not used" 6 \
	verify --online $private $trust doc
like "told" 'open to others' "$err"
rm -rf "$cache"

# ---- through a proxy, by the configuration
"$authority" add "$lab" far ca signer --from 2020-01-01T00:00:00Z \
	--until 2045-01-01T00:00:00Z
PODPIS_CONFIG=$tmp/podpis.conf
export PODPIS_CONFIG
printf 'online = yes\nproxy = %s\n' "$lab_url" >"$PODPIS_CONFIG"
exits "configured" 6 verify $private $trust doc
like "it was looked up" 'was revoked' "$out"
exits "unless it is not to be" 6 verify --offline $private $trust doc
echo 'online = perhaps' >"$PODPIS_CONFIG"
exits "another word" 2 verify $trust doc
PODPIS_CONFIG=/nonexistent
rm -rf "$cache"

# ---- timestamp
exits "no authority" 2 timestamp doc
exits "a time-stamp" 0 timestamp --tsa "$tsa" $trust $private doc
check "openssl takes it" openssl ts -verify -data doc -in doc.tst -token_in \
	-CAfile "$lab/root.pem" -untrusted "$lab/ca.pem"
same "only the document and its token" 'doc doc.sig doc.tst me' "$(files .)"
exits "it is not replaced" 3 timestamp --tsa "$tsa" doc
exits "unless told" 0 timestamp -f --digest sha512 --tsa "$tsa" doc
openssl ts -reply -in doc.tst -token_in -text >text 2>&1
like "the digest is the one asked for" 'sha512' "$(cat text)"
rm -f text
exits "offline" 9 timestamp -f --offline --tsa "$tsa" doc
exits "to standard output" 0 timestamp --tsa "$tsa" -o - doc
exits "to a directory" 0 timestamp --tsa "$tsa" -o "$tmp" doc
check "it is there" test -s "$tmp/doc.tst"
exits "a document that is absent" 3 timestamp --tsa "$tsa" nothing
exits "no such digest" 2 timestamp -f --digest md5 --tsa "$tsa" doc
same "nothing else is left" 'doc doc.sig doc.tst me' "$(files .)"
rm -f doc.tst

exits "the second where the first is dead" 0 timestamp \
	--tsa http://127.0.0.1:1/ --tsa "$tsa" doc
rm -f doc.tst
exits "all are dead" 9 timestamp --tsa http://127.0.0.1:1/ \
	--tsa "$lab_url/http=404/tsa" doc
like "each is told of" '127\.0\.0\.1:1/.*404' "$err"
same "no token" 'doc doc.sig me' "$(files .)"
exits "a file for an authority" 9 timestamp --tsa file:///etc/passwd doc
exits "one that nobody trusts" 9 timestamp --tsa "$lab_url/tsa/tsa2" \
	--trust "$lab/root.pem" doc
like "it says so" 'the issuer of "TSA 2" is not at hand' "$err"

# ---- a name and a password
auth=$lab_url/http=auth/tsa/stamps
exits "it wants a name" 9 timestamp --tsa "$auth" doc
exits "no password" 12 timestamp --no-input --tsa "$auth" --tsa-user lab doc
WORD=secret exits "the right one" 0 timestamp --tsa "$auth" --tsa-user lab \
	--tsa-pin-source env:WORD doc
rm -f doc.tst
echo wrong >word
exits "a wrong one" 9 timestamp --tsa "$auth" --tsa-user lab \
	--tsa-pin-source file:word doc
exits "no such source" 2 timestamp --tsa "$auth" --tsa-user lab \
	--tsa-pin-source secret doc
rm -f word
}

# ---- every fault of an authority, and of HTTP: 9, a line, and no file
for fault in wrong-nonce no-nonce wrong-imprint wrong-imprint-alg rejection \
	waiting garbage truncated trailing eku-none eku-plain eku-more \
	expired not-yet bad-signature no-cert late future other-ess \
	no-ess no-token wrong-content two-signers stranger; do
	exits "authority: $fault" 9 timestamp --tsa "$tsa?fault=$fault" \
		--trust "$lab/root.pem" --insecure-allow-private doc
	same "one line" 1 "$(wc -l <"$tmp/err")"
done
for fault in 500 loop redirect-file redirect-private endless endless-head \
	reset reset-body empty empty-body huge short chunked-cut not-http; do
	exits "HTTP: $fault" 9 timestamp --tsa "$lab_url/http=$fault/tsa" doc
done
"$authority" revoke "$lab" stamps 2026-01-01T00:00:00Z 1
rm -rf "$cache"
exits "a revoked authority" 9 timestamp --tsa "$tsa" \
	--trust "$lab/root.pem" --insecure-allow-private doc
like "it says so" 'was revoked' "$err"
same "no file of them all" 'doc doc.sig me' "$(files .)"
tap_done
