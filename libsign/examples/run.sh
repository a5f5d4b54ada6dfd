#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Copyright the podpis authors
# The examples do what they say.
: "${srcdir:=.}" "${builddir:=.}"
. "$srcdir/tests/lib/tap.sh"
. "$srcdir/tests/lab/lab.sh"

need openssl
lab_world
bin=$builddir/libsign/examples
echo "the lease" >"$tmp/lease.txt"

check "sign with a key file" "$bin/sign" "$world/p256.key" "$world/p256.pem" \
	"$tmp/lease.txt" "$tmp/lease.txt.sig"
check "verify what was signed" "$bin/verify" "$tmp/lease.txt.sig" \
	"$world/ca/int-ec.pem" "$world/crls.pem" "$tmp/lease.txt"

openssl x509 -in "$world/p256.pem" -outform DER -out "$tmp/cert.der"
check "sign with a key elsewhere" "$bin/own_key" \
	"openssl pkeyutl -sign -inkey '$world/p256.key' \
	-in '$tmp/own.sig.data' -out '$tmp/own.sig.value'" \
	"$tmp/cert.der" "$tmp/lease.txt" "$tmp/own.sig"
check "verify that too" "$bin/verify" "$tmp/own.sig" \
	"$world/ca/int-ec.pem" "$world/crls.pem" "$tmp/lease.txt"

echo "another lease" >"$tmp/other.txt"
"$bin/verify" "$tmp/lease.txt.sig" "$world/ca/int-ec.pem" "$world/crls.pem" \
	"$tmp/other.txt" >/dev/null
same "another document is TOTAL-FAILED" 5 $?
check "a wrong value is refused" sh -c "! '$bin/own_key' \
	'openssl rand 64 >$tmp/bad.sig.value' '$tmp/cert.der' \
	'$tmp/lease.txt' '$tmp/bad.sig' 2>/dev/null && [ ! -e '$tmp/bad.sig' ]"
tap_done
