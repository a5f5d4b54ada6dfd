#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Copyright the podpis authors
# shellcheck disable=SC2086
# Content time-stamps on the command line: sign and add-signer make them.
: "${srcdir:=.}"
. "$srcdir/tests/cli/lib.sh"
need jq
lab_people p256
stamp='--content-timestamp'
echo 'the plan' >plan.txt
echo 'the cellar' >cellar.txt
echo '<lease Id="l"><rent>100</rent></lease>' >lease.xml

# stamped NAME WANT FILE...: verdict, level, and the kinds of time-stamps that
# are good, of each signature
stamped() {
	s_name=$1 s_want=$2
	shift 2
	run verify --json --online $net "$@"
	same "$s_name" "$s_want" "$(printf '%s\n' "$out" | jq -r '
	    [.signatures[] | .indication, .level, (.timestamps[] |
	    select(.imprint_ok and .indication == "PASSED") | .kind)] |
	    join(" ")')"
}

exits "sign" 0 sign -q -k "$key" $stamp $net $tsa plan.txt
stamped "sign: content" 'TOTAL-PASSED B-B content' plan.txt
run verify --online $net plan.txt
like "verify says what it is over" 'by TSA, on what was then signed: valid' \
    "$(printf '%s\n' "$out" | tr '\n' ' ' | tr -s ' ')"
same "the authority was asked once" 1 "$(asked)"
run show plan.txt.sig
like "show names it" 'content time-stamp' "$out"
exits "attached" 0 sign -q -k "$key" $stamp $net $tsa --attached plan.txt
stamped "attached: content" 'TOTAL-PASSED B-B content' plan.txt.p7m
exits "with a level" 0 sign -qf -k "$key" $stamp --level b-lta $net $tsa \
    plan.txt
stamped "with a level: all of them" \
    'TOTAL-PASSED B-LTA content signature archive' plan.txt
exits "several documents" 0 sign -qf -k "$key" $stamp $net $tsa plan.txt \
    cellar.txt
stamped "several documents: first" 'TOTAL-PASSED B-B content' plan.txt
stamped "several documents: second" 'TOTAL-PASSED B-B content' cellar.txt
exits "extended later" 0 extend -q --level xlt1 $net $tsa plan.txt.sig
stamped "extended later: all of them" \
    'TOTAL-PASSED XLT1 content signature sig-and-refs' plan.txt
exits "a second signer" 0 add-signer -q -k "$key2" $stamp $net \
    $tsa cellar.txt.sig
stamped "a second signer: each his own" \
    'TOTAL-PASSED B-B content TOTAL-PASSED B-B content' cellar.txt
echo changed >>cellar.txt
run verify --json --online $net cellar.txt
same "another document: its time-stamp says so, too" 'TOTAL-FAILED false' \
    "$(printf '%s\n' "$out" | jq -r '[.signatures[0] | .indication,
    .timestamps[0].imprint_ok] | map(tostring) | join(" ")')"
rm -f cellar.txt.sig

for options in --enveloped --enveloping --detached; do
	exits "XAdES $options" 0 sign -qf -F xades $options -k "$key" $stamp \
	    $net $tsa -o x.xml lease.xml
	stamped "XAdES $options: all-data" 'TOTAL-PASSED B-B all-data' x.xml
	exits "XAdES $options: b-lta" 0 extend -q --level b-lta $net $tsa x.xml
	stamped "XAdES $options: b-lta, all of them" \
	    'TOTAL-PASSED B-LTA all-data signature archive' x.xml
done
exits "XAdES, two documents" 0 sign -qf -F xades --detached -k "$key" $stamp \
    $net $tsa -o x.xml plan.txt lease.xml
stamped "XAdES, two documents: all-data" 'TOTAL-PASSED B-B all-data' x.xml
exits "XAdES, --parallel" 0 sign -qf -F xades --parallel -k "$key" $net \
    -o x.xml lease.xml
exits "XAdES, a second signer" 0 add-signer -q -k "$key2" $stamp \
    $net $tsa x.xml
stamped "XAdES, a second signer: only he" \
    'TOTAL-PASSED B-B TOTAL-PASSED B-B all-data' x.xml

for with in xades cades; do
	kind=all-data
	[ $with = xades ] || kind=content
	exits "a container, $with" 0 sign -qf -F asic-e --asic-with $with \
	    -k "$key" $stamp $net $tsa -o c.asice plan.txt lease.xml
	stamped "a container, $with: $kind" "TOTAL-PASSED B-B $kind" c.asice
	exits "a container, $with: the second" 0 add-signer -q \
	    -k "$key2" $stamp $net $tsa c.asice
	stamped "a container, $with: the second: each his own" \
	    "TOTAL-PASSED B-B $kind TOTAL-PASSED B-B $kind" c.asice
	exits "one document, $with" 0 sign -qf -F asic-s --asic-with $with \
	    -k "$key" $stamp $net $tsa -o c.asics plan.txt
	stamped "one document, $with: $kind" "TOTAL-PASSED B-B $kind" c.asics
done
rm -f c.asice c.asics

# ---- what cannot be, and what goes wrong: nothing is made

rm -f x.xml plan.txt.sig
: >"$lab_log"
exits "--dry-run" 0 sign --dry-run -k "$key" $stamp $net $tsa plan.txt
same "--dry-run asks nobody" 0 "$(asked)"
exits "no authority" 2 sign -k "$key" $stamp $net plan.txt
like "no authority: said" '^podpis: .*--tsa' "$err"
exits "plain CMS" 2 sign -F cms -k "$key" $stamp $net $tsa plan.txt
like "plain CMS: said" '--content-timestamp' "$err"
exits "a counter-signature" 2 countersign -k "$key" $stamp plan.txt.p7m
exits "--offline" 9 sign -k "$key" $stamp --offline $net $tsa plan.txt
exits "the authority is gone" 9 sign -k "$key" $stamp $net \
    --tsa http://127.0.0.1:9/ plan.txt
same "before anything is shown" 0 "$(printf '%s\n' "$err" | grep -c 'Document')"
exits "one that nobody trusts" 9 sign -k "$key" $stamp $net \
    --tsa "$lab_url/tsa/tsa2" plan.txt
for fault in wrong-imprint wrong-nonce garbage late future bad-signature \
    stranger rejection; do
	exits "authority: $fault" 9 sign -k "$key" $stamp $net \
	    --tsa "$lab_url/tsa?fault=$fault" plan.txt
	exits "authority, XAdES: $fault" 9 sign -F xades -k "$key" $stamp \
	    $net --tsa "$lab_url/tsa?fault=$fault" lease.xml
done
exits "a second signer, the authority is gone" 9 add-signer -k "$key" $stamp \
    $net --tsa http://127.0.0.1:9/ plan.txt.p7m
stamped "a second signer: the file is as it was" 'TOTAL-PASSED B-B content' \
    plan.txt.p7m
same "nothing is made" 'cellar.txt lease.xml plan.txt plan.txt.p7m' \
    "$(files .)"
exits "the next authority of the list" 0 sign -q -k "$key" $stamp $net \
    --tsa http://127.0.0.1:9/ $tsa plan.txt
stamped "the next authority: content" 'TOTAL-PASSED B-B content' plan.txt
PODPIS_CONFIG=$tmp/podpis.conf
export PODPIS_CONFIG
printf 'tsa = %s/tsa\n' "$lab_url" >"$PODPIS_CONFIG"
exits "the authority of the configuration" 0 sign -qf -k "$key" $stamp $net \
    plan.txt
stamped "of the configuration: content" 'TOTAL-PASSED B-B content' plan.txt
tap_done
