#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Copyright the podpis authors
#
# The lab's server: answers over HTTP and HTTPS, faults of HTTP, the clock and
# faults by its control file; curl is the client.
: "${srcdir:=.}"
# shellcheck source=tests/lib/tap.sh
. "$srcdir/tests/lib/tap.sh"
# shellcheck source=tests/lab/lab.sh
. "$srcdir/tests/lab/lab.sh"
need curl python3
lab_world
cd "$tmp" || exit 99
unset http_proxy https_proxy all_proxy ALL_PROXY HTTP_PROXY HTTPS_PROXY
lab_serve p256 || {
	not_ok 'the server runs'
	tap_done
}
echo 'lease of a flat' >doc
openssl ts -query -data doc -cert -sha256 -out req >log 2>&1

# get PATH [OPTION...]: body in got; prints the HTTP status, curl's exit code
# and the size when something is wrong
get() {
	get_path=$1
	shift
	status=$(curl -s -S -m 9 --max-filesize 1000000 -o got -w '%{http_code}' \
	    "$@" "$lab_url$get_path" 2>curl.err) && code=0 || code=$?
	echo "$status $code"
}
tsa() {
	tsa_path=$1
	shift
	get "$tsa_path" -H 'Content-Type: application/timestamp-query' \
	    --data-binary @req "$@"
}
stamped() {
	openssl ts -verify -queryfile req -in got -CAfile "$lab/root.pem" \
	    -untrusted "$lab/ca.pem" -attime 1900000000 2>&1 |
	    grep Verification
}

same 'a time-stamp' '200 0' "$(tsa /tsa)"
same 'it verifies' 'Verification: OK' "$(stamped)"
same 'one with a fault' '200 0' "$(tsa '/tsa?fault=wrong-nonce')"
same 'it does not verify' 'Verification: FAILED' "$(stamped)"
same 'the fault in the path' '200 0' "$(tsa /fault=bad-signature/tsa/tsa)"
same 'that neither' 'Verification: FAILED' "$(stamped)"
same 'a certificate' '200 0' "$(get /aia/ca.crt)"
check 'it is the CA' openssl x509 -inform DER -in got -noout
same 'in a PKCS#7' '200 0' "$(get /aia/ca.p7c)"
check 'it is one' openssl pkcs7 -inform DER -in got -noout
same 'a CRL' '200 0' "$(get /crl/ca.crl)"
check 'it is the CA'\''s' openssl crl -inform DER -in got -noout \
    -CAfile "$lab/ca.pem"
same 'OCSP' good "$(openssl ocsp -url "$lab_url/ocsp/ca" -CAfile \
    "$lab/root.pem" -issuer "$lab/ca.pem" -cert "$lab/signer.pem" 2>&1 |
    sed -n "s,^$lab/signer.pem: ,,p")"
openssl ocsp -issuer "$lab/ca.pem" -cert "$lab/signer.pem" -no_nonce \
    -reqout oreq >log 2>&1
coded=$(openssl base64 -A -in oreq | sed 's,+,%2B,g; s,/,%2F,g; s,=,%3D,g')
same 'OCSP by GET' '200 0' "$(get "/ocsp/ca/$coded")"
check 'it is an answer' openssl ocsp -respin got -noverify
same 'nothing there' '404 0' "$(get /crl/nobody.crl)"
same 'through a proxy' '200 0' "$(lab_at=$lab_url
	lab_url=http://lab.example
	get /crl/ca.crl -x "$lab_at")"

# each fault of HTTP, as curl sees it: the status where curl is content, else
# its exit code (any of several, as the time of a reset is nobody's choice)
while read -r fault want; do
	patience=9
	[ "$want" != 28 ] || patience=1
	have=$(tsa "/tsa?http=$fault" -m $patience)
	case $have in
	*' 0') have=${have% 0} ;;
	*) have=${have#* } ;;
	esac
	case "|$want|" in
	*"|$have|"*) ok "HTTP: $fault" ;;
	*) same "HTTP: $fault" "$want" "$have" ;;
	esac
done <<-END
404 404
403 403
500 500
503 503
loop 307
redirect-file 307
redirect-private 307
redirect-link-local 307
late&seconds=0.1 200
late&seconds=30 28
drip&seconds=1 28
drip&seconds=0 200
drip-head&seconds=1 28
endless 28
endless-chunks 28
endless-head 56
wrong-type 200
reset 56|55|52
reset-body 56|18
empty 52
empty-body 200
huge 63
huge-number 63
short 18
chunked 200
chunked-cut 18
not-http 1
auth 401
no-such 500
END
same 'a redirect that is one' '200 0' \
    "$(tsa '/tsa?http=redirect' -L)"
same 'a loop' '307 47' "$(tsa '/tsa?http=loop' -L --max-redirs 5)"
same 'a redirect to a file' '307 1' "$(tsa '/tsa?http=redirect-file' -L)"
same 'with a password' '200 0' "$(tsa '/tsa?http=auth' -u lab:secret)"
same 'with a wrong one' '401 0' "$(tsa '/tsa?http=auth' -u lab:x)"
same 'a fault once' '503 0' "$(tsa '/tsa/tsa2?http=503&times=1')"
same 'and no more' '200 0' "$(tsa '/tsa/tsa2?http=503&times=1')"

# the control file: clock and faults while URLs stay what they are
lab_set time=2030-01-01T00:00:00Z
tsa /tsa >log
same 'the clock' 'Jan  1 00:00:00 2030 GMT' "$(
	openssl ts -reply -in got -text 2>/dev/null |
	    sed -n 's/^Time stamp: //p')"
lab_set tsa=rejection crl-http=500
tsa /tsa >log
same 'a fault of one service' 'Rejected.' "$(
	openssl ts -reply -in got -text 2>/dev/null |
	    sed -n 's/^Status: //p')"
same 'of another' '500 0' "$(get /crl/ca.crl)"
same 'and not of a third' '200 0' "$(get /aia/ca.crt)"
"$authority" revoke "$lab" signer 2028-01-01T00:00:00Z 1
lab_set time=2029-01-01T00:00:00Z
get /crl/ca.crl >log
like_revoked=$(openssl crl -inform DER -in got -noout -text |
    grep -c 'Revocation Date: Jan  1 00:00:00 2028 GMT')
same 'a revocation by hand' 1 "$like_revoked"
lab_set ''
check 'requests are noted' grep -q '^GET /crl/ca.crl -$' "$lab_log"

# eight at once
for i in 1 2 3 4 5 6 7 8; do
	curl -s -o "many.$i" --data-binary @req "$lab_url/tsa" &
	many="${many-} $!"
done
wait $many
bad=
for i in 1 2 3 4 5 6 7 8; do
	cp "many.$i" got
	[ "$(stamped)" = 'Verification: OK' ] || bad="$bad $i"
done
empty 'eight at once' "$bad"

# HTTPS under a CA of the lab
lab_serve_tls || not_ok 'a server with TLS'
same 'HTTPS' '200 0' "$(lab_url=$lab_tls
	tsa /tsa --cacert "$lab/root.pem")"
same 'HTTPS, nobody trusted' '000 60' "$(lab_url=$lab_tls tsa /tsa)"

# it ends when it is told to
lab_stop
same 'it is gone' '000 7' "$(get /text)"
tap_done
