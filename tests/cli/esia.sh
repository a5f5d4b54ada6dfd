#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Copyright the podpis authors
# Requests to the identity service: what is signed, in both forms, and openssl
# as the judge.
: "${srcdir:=.}"
# shellcheck source=tests/cli/lib.sh
. "$srcdir/tests/cli/lib.sh"

fields='--client-id SYS --scope openid --redirect-uri https://a.example/back'
uuid=11111111-2222-4333-8444-555555555555
stamp='2026.11.21 10:00:00 +0000'
key p256
# shellcheck disable=SC2086
exits "an ECDSA key is refused" 11 esia-secret -k "$key" $fields
like "and it says why" 'GOST R 34.10-2012 key, have ECDSA P-256' "$err"
key rsa
# shellcheck disable=SC2086
exits "an RSA key is refused" 11 esia-secret -k "$key" $fields --form pkcs7
lab_gost || {
	tap_done
}
key gost256-B

# value: of client_secret or signature in $out
value() {
	printf '%s\n' "$out" | sed -nE 's/^(client_secret|signature): //p'
}

# binary: base64url on standard input to octets
binary() {
	tr -- '-_' '+/' | openssl base64 -d -A
}

# raw_over WHO FILE: the raw signature in $out is that person's over the file
raw_over() {
	value | binary >"$tmp/raw" &&
		openssl x509 -in "$world/$1.pem" -pubkey -noout >"$tmp/pub" &&
		openssl dgst -"$digest" -verify "$tmp/pub" \
			-signature "$tmp/raw" "$2"
}

# pkcs7_over FILE: the same of a PKCS#7
pkcs7_over() {
	value | binary >"$tmp/p7" &&
		openssl cms -verify -noverify -inform DER -in "$tmp/p7" \
			-content "$1" -binary -out /dev/null
}

digest=md_gost12_256
# shellcheck disable=SC2086
exits "raw" 0 esia-secret -k "$key" $fields --state $uuid --timestamp "$stamp"
printf %s "SYSopenid$stamp${uuid}https://a.example/back" >string
check "openssl takes the raw value" raw_over gost256-B string
same "64 octets" 64 "$(wc -c <"$tmp/raw" | tr -d ' ')"
unlike "base64url" '[+/]' "$(value)"
hash=$(openssl x509 -in "$world/gost256-B.pem" -outform DER |
	openssl dgst -md_gost12_256 -r | cut -c 1-64 | tr a-f A-F)
like "the certificate's hash" "^client_certificate_hash: $hash\$" "$out"
like "the time" "^timestamp: 2026\\.11\\.21 10:00:00 \\+0000\$" "$out"
like "the state" "^state: $uuid\$" "$out"

# shellcheck disable=SC2086
exits "pkcs7" 0 esia-secret -k "$key" $fields --state $uuid \
	--timestamp "$stamp" --form pkcs7
check "openssl takes the PKCS#7" pkcs7_over string
openssl cms -cmsout -print -inform DER -in "$tmp/p7" >"$tmp/print" 2>&1
unlike "it is plain" 'signingCertificate' "$(cat "$tmp/print")"

echo the-code >code
# shellcheck disable=SC2086
exits "organisation and code" 0 esia-secret -k "$key" --client-id SYS \
	--scope openid --scope-org 'org one' --redirect-uri https://a.example/ \
	--state $uuid --timestamp "$stamp" --code-source file:code
printf %s "SYSopenidorg one$stamp${uuid}https://a.example/the-code" >string
check "all fields in their order" raw_over gost256-B string

printf '%s\n' 'a ready string' | tr -d '\n' >string
printf '%s\n' 'a ready string' >line
exits "a ready string" 0 esia-secret -k "$key" --data line
check "its end of line is not signed" raw_over gost256-B string
unlike "no state of its own" 'state:|timestamp:' "$out"

printf %s secret-api-key >string
API=secret-api-key
export API
exits "an application's key" 0 esia-secret -k "$key" --api-key-source env:API
check "a PKCS#7 over the key" pkcs7_over string
like "under its own name" '^signature: ' "$out"
exits "never raw" 2 esia-secret -k "$key" --api-key-source env:API --form raw

key gost512-B
digest=md_gost12_512
exits "a key of 512 bits" 0 esia-secret -k "$key" --data line
printf '%s\n' 'a ready string' | tr -d '\n' >string
check "openssl takes that, too" raw_over gost512-B string
key gost256-B

# shellcheck disable=SC2086
exits "the time and state of its own" 0 esia-secret -k "$key" $fields
like "now" '^timestamp: [0-9]{4}(\.[0-9]{2}){2} [0-9:]{8} \+0000$' "$out"
like "a UUID of version 4" \
	'^state: [0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$' \
	"$out"
exits "quiet" 0 esia-secret -q -k "$key" --data line
like "the value alone" '^[A-Za-z0-9_=-]{88}$' "$out"
if command -v jq >/dev/null 2>&1; then
	# shellcheck disable=SC2086
	exits "JSON" 0 esia-secret --json -k "$key" $fields --state $uuid \
		--timestamp "$stamp" --code-source file:code
	same "its keys" 'client_certificate_hash client_id client_secret form redirect_uri schema scope scope_org state timestamp' \
		"$(printf '%s\n' "$out" | jq -r 'keys | join(" ")')"
	same "its values" "podpis-esia/1 raw SYS openid null $stamp $uuid $hash" \
		"$(printf '%s\n' "$out" | jq -r '[.schema, .form, .client_id,
		.scope, (.scope_org | tostring), .timestamp, .state,
		.client_certificate_hash] | join(" ")')"
	unlike "the code is not told" the-code "$out"
else
	skip "JSON" "jq is not installed"
fi

exits "nothing to sign" 2 esia-secret -k "$key"
exits "no scope" 2 esia-secret -k "$key" --client-id S --redirect-uri x
exits "no client" 2 esia-secret -k "$key" --scope S --redirect-uri x
# shellcheck disable=SC2086
exits "a string and fields" 2 esia-secret -k "$key" $fields --data line
for bad in '2026.11.21 10:00:00' '2026.13.21 10:00:00 +0000' now \
	'2026-11-21T10:00:00Z' '2026.11.31 10:00:00 +0000'; do
	# shellcheck disable=SC2086
	exits "time '$bad'" 2 esia-secret -k "$key" $fields --timestamp "$bad"
done
exits "a form that is none" 2 esia-secret -k "$key" --data line --form der
exits "a file that is none" 3 esia-secret -k "$key" --data none
exits "a code on the command line" 2 esia-secret -k "$key" --data line \
	--code-source code
: >nothing
exits "an empty string" 2 esia-secret -k "$key" --data nothing
printf 'a\nb' >two
exits "two lines" 2 esia-secret -k "$key" --data two
printf 'a\0b' >zero
exits "a zero octet" 2 esia-secret -k "$key" --data zero
head -c 16384 /dev/zero | tr '\0' a >most
exits "as much as may be" 0 esia-secret -k "$key" --data most
printf a >>most
exits "one more" 2 esia-secret -k "$key" --data most
tap_done
