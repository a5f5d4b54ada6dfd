#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Copyright the podpis authors
# shellcheck disable=SC2086
# Containers that are made at a higher level at once, and signed once more.
: "${srcdir:=.}"
. "$srcdir/tests/cli/lib.sh"
need jq
lab_people p256
echo 'the plan' >plan.txt
echo 'the act' >act.txt

for with in xades cades; do
	for kind in e s; do
		name=asic-$kind-$with
		docs=plan.txt
		[ $kind = s ] || docs='plan.txt act.txt'
		for level in b-t b-lt b-lta; do
			want=$(echo $level | tr a-z A-Z)
			exits "$name $level" 0 sign -q -k "$key" \
			    --chain "$lab/ca.pem" -F asic-$kind \
			    --asic-with $with -l $level $net $tsa -o $name-$level \
			    $docs
			levels "it is" "0 $want" $name-$level
		done
		exits "$name: one more at b-t" 0 add-signer -q \
		    -k "$key2" --chain "$lab/ca.pem" -l b-t $net $tsa \
		    $name-b-t
		levels "both are" '0 B-T B-T' $name-b-t
	done
done
tap_done
