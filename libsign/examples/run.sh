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
# the lab has an authority of its own, which openssl plays here
"$builddir/tests/lab/authority" new "$tmp/tsa" p256 >/dev/null 2>&1 || :
if [ -e "$tmp/tsa/root.pem" ]; then
	check "time-stamp over another transport" "$bin/own_transport" \
		"'$builddir/tests/lab/authority' tsa '$tmp/tsa' \
		<'$tmp/lease.tst.req' >'$tmp/lease.tst.resp'" \
		"$tmp/lease.txt" "$tmp/lease.tst"
	check "openssl takes the token" openssl ts -verify -token_in \
		-in "$tmp/lease.tst" -data "$tmp/lease.txt" \
		-CAfile "$tmp/tsa/root.pem" -untrusted "$tmp/tsa/ca.pem"
	check "a transport that fails" sh -c "! '$bin/own_transport' false \
		'$tmp/lease.txt' '$tmp/none.tst' 2>/dev/null &&
		[ ! -e '$tmp/none.tst' ]"
else
	skip "time-stamp over another transport" "no authority"
fi

# prepare in one process, kill it, complete in another
if [ -x "$bin/two_step" ]; then
	mkfifo "$tmp/wait"
	"$bin/two_step" prepare "$tmp/jobs.db" "$tmp/cert.der" \
		"$tmp/lease.txt" <"$tmp/wait" >"$tmp/digest" &
	process=$!
	exec 9>"$tmp/wait"
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		[ -s "$tmp/digest" ] || sleep 0.3
	done
	kill -9 "$process"
	wait "$process" 2>/dev/null
	exec 9>&-
	openssl pkeyutl -sign -inkey "$world/p256.key" -in "$tmp/digest" \
		-out "$tmp/value"
	check "complete in another process" "$bin/two_step" complete \
		"$tmp/jobs.db" "$tmp/value" "$tmp/two.sig"
	check "verify that too" "$bin/verify" "$tmp/two.sig" \
		"$world/ca/int-ec.pem" "$world/crls.pem" "$tmp/lease.txt"
	check "a wrong value is refused there" sh -c "! '$bin/two_step' \
		complete '$tmp/jobs.db' '$tmp/cert.der' '$tmp/bad.sig' \
		2>/dev/null && [ ! -e '$tmp/bad.sig' ]"
else
	skip "complete in another process" "libsqlite3-dev is not installed"
fi
tap_done
