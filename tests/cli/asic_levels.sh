#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Copyright the podpis authors
# shellcheck disable=SC2086
# Containers that are made at a higher level at once, and signed once more.
: "${srcdir:=.}"
. "$srcdir/tests/cli/lib.sh"
need jq
lab_serve p256 || skip_all 'no python3'
for who in signer signer2; do
	cat "$lab/$who.key" "$lab/$who.pem" >"$tmp/$who.both"
done
key=$tmp/signer.both
net="--trust $lab/root.pem --insecure-allow-private --tsa $lab_url/tsa"
echo 'the plan' >plan.txt
echo 'the act' >act.txt

# levels NAME WANT FILE: the exit code and each signature's level
levels() {
	run verify --json --online --trust "$lab/root.pem" \
	    --insecure-allow-private "$3"
	same "$1" "$2" "$code $(printf '%s\n' "$out" |
		jq -r '[.signatures[].level] | join(" ")')"
}

for with in xades cades; do
	for kind in e s; do
		name=asic-$kind-$with
		docs=plan.txt
		[ $kind = s ] || docs='plan.txt act.txt'
		for level in b-t b-lt b-lta; do
			want=$(echo $level | tr a-z A-Z)
			exits "$name $level" 0 sign -q -k "$key" \
			    --chain "$lab/ca.pem" -F asic-$kind \
			    --asic-with $with -l $level $net -o $name-$level \
			    $docs
			levels "it is" "0 $want" $name-$level
		done
		exits "$name: one more at b-t" 0 add-signer -q \
		    -k "$tmp/signer2.both" --chain "$lab/ca.pem" -l b-t $net \
		    $name-b-t
		levels "both are" '0 B-T B-T' $name-b-t
	done
done
tap_done
