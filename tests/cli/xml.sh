#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Copyright the podpis authors
# XAdES on the command line: outputs, pairs, what is refused and why.
: "${srcdir:=.}"
. "$srcdir/tests/cli/lib.sh"
need jq
key p256
echo '<lease Id="l"><rent>100</rent><sigs/></lease>' >lease.xml
echo '<car/>' >car.xml
echo 'the plan' >plan.txt

exits "sign" 0 sign -F xades -k "$key" lease.xml
same "NAME.signed.xml beside it" 'car.xml lease.signed.xml lease.xml plan.txt' \
	"$(files .)"
like "the card: size" '^  Size +46 bytes' "$err"
like "the card: type" '^  Type +XML document' "$err"
like "the card: format" '^  Signature +XAdES B-B, enveloped' "$err"
rm lease.signed.xml
exits "--dry-run" 0 sign --dry-run -F xades -k "$key" lease.xml
like "it shows the card" 'lease.signed.xml' "$err"
same "it writes nothing" 'car.xml lease.xml plan.txt' "$(files .)"

exits "several enveloped" 0 sign -q -F xades -k "$key" lease.xml car.xml
same "each has its own" \
	'car.signed.xml car.xml lease.signed.xml lease.xml plan.txt' \
	"$(files .)"
rm ./*.signed.xml
exits "several detached" 0 sign -q -F xades --detached -k "$key" \
	plan.txt car.xml
same "one over all" 'car.xml lease.xml plan.txt plan.txt.xades.xml' \
	"$(files .)"
run verify --json --trust "$world/roots.pem" --chain "$world/chain.pem" \
	--crl "$world/crls.pem" plan.txt.xades.xml
same "both are in the report" 'plan.txt car.xml' "$(printf '%s\n' "$out" |
	jq -r '[.signatures[0].documents[].name] | join(" ")')"
rm plan.txt.xades.xml
mkdir out
exits "into a directory" 0 sign -q -F xades -k "$key" -o out lease.xml car.xml
same "there they are" 'car.signed.xml lease.signed.xml' "$(files out)"
exits "several into one file" 2 sign -q -F xades -k "$key" -o one.xml \
	lease.xml car.xml
exits "detached, one file over several" 0 sign -q -F xades --detached \
	-k "$key" -o one.xml lease.xml car.xml
exits "to standard output" 0 sign -q -F xades -k "$key" -o - lease.xml
like "XML it is" '<lease .*SignatureValue' "$out"
"$podpis" sign -q -F xades -k "$key" -o - - <lease.xml >in.xml
exits "from standard input" 6 verify in.xml
"$podpis" add-signer -q -k "$key" -o - - <in.xml >two.xml 2>"$tmp/err"
like "no room for a second" 'covers the place' "$(cat "$tmp/err")"
like "what to do" '^hint: .*--parallel' "$(cat "$tmp/err")"
exits "place" 0 sign -q -F xades -k "$key" --place-xpath //sigs -o p.xml \
	lease.xml
like "there it is" '<sigs><ds:Signature' "$(cat p.xml)"
exits "no such place" 2 sign -q -F xades -k "$key" --place-id x -o q.xml \
	lease.xml

exits "no XML" 4 sign -q -F xades -k "$key" plan.txt
like "what to do" '^hint: .*--enveloping.*--detached' "$err"
exits "detached from standard input" 2 sign -q -F xades --detached -k "$key" \
	-o x -
for options in '--parallel' '--enveloped' '--enveloping' '--place-id l' \
	'-F xades --attached' '-F xades --pem' \
	'-F xades --detached --parallel' '-F xades --enveloping --place-id l' \
	'-F xades --enveloped --detached'; do
	# shellcheck disable=SC2086
	exits "usage: $options" 2 sign -q $options -k "$key" lease.xml
done

exits "detached" 0 sign -q -F xades --detached -k "$key" plan.txt
mkdir apart
mv plan.txt.xades.xml apart
exits "alone" 6 verify apart/plan.txt.xades.xml
like "its document is missing" 'plan.txt' "$out"
# shellcheck disable=SC2086
exits "a pair" 0 verify $evidence plan.txt apart/plan.txt.xades.xml
# shellcheck disable=SC2086
exits "--content" 0 verify $evidence --content plan.txt \
	apart/plan.txt.xades.xml
echo 'another plan' >apart/plan.txt
# shellcheck disable=SC2086
exits "a changed pair" 5 verify $evidence apart/plan.txt \
	apart/plan.txt.xades.xml

exits "extract" 0 extract -o doc.out p.xml
same "what was signed" "$(printf %s '<lease Id="l"><rent>100</rent><sigs></sigs></lease>')" \
	"$(cat doc.out)"
exits "extract --signer" 0 extract --signer 1 -o - p.xml
exits "extract no such signature" 2 extract --signer 2 -o - p.xml
exits "extract from a detached one" 4 extract -o x apart/plan.txt.xades.xml
exits "convert" 1 convert --detached -o x p.xml
like "it says why" 'signed XML' "$err"
tap_done
