#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Copyright the podpis authors
# shellcheck disable=SC2086
#
# CAdES signatures that were raised level by level: for openssl they are as
# sound as before and their time-stamp is over their value; BouncyCastle finds
# in every time-stamp, index and reference what it computes itself.
: "${srcdir:=.}"
# shellcheck source=tests/interop/interop.sh
. "$srcdir/tests/interop/interop.sh"
raise=$(cd "$builddir" && pwd)/tests/interop/raise_cms

# row KEY PACKAGING STEPS WANT: what BouncyCastle counts
row() {
	n=$((${n:-0} + 1))
	r_name="$1 $2 $3"
	r_file=$n.p7s
	if ! "$raise" "$1" "$2" "$3" "$r_file" >ca.pem 2>raise.err; then
		skip "$r_name" "$(cat raise.err)"
		return
	fi
	r_doc=
	[ "$2" != detached ] || r_doc="-content $r_file.doc"
	check "$r_name: openssl cms" openssl cms -verify -binary -inform DER \
	    -cades -CAfile ca.pem -purpose any -attime 1748736120 \
	    -in "$r_file" $r_doc -out seen
	cmp -s seen "$r_file.doc" || not_ok "$r_name: openssl sees the document"
	check "$r_name: openssl ts" openssl ts -verify -data "$r_file.value" \
	    -in "$r_file.token" -token_in -CAfile ca.pem -attime 1748736120
	printf '%s\t%s\t%s\n' "$r_file" "$r_name" "$4" >>bc.want
	if [ "$2" = detached ]; then
		printf '%s\t%s\n' "$r_file" "$r_file.doc" >>bc.list
	else
		printf '%s\n' "$r_file" >>bc.list
	fi
}

for key in rsa p256 gost256 gost512; do
	for packaging in attached detached; do
		row $key $packaging T \
		    'signature 1 type1 0 type2 0 archive 0 refs 0 values 0'
		row $key $packaging TLALA \
		    'signature 1 type1 0 type2 0 archive 2 refs 0 values 0'
		row $key $packaging TR1V \
		    'signature 1 type1 1 type2 0 archive 0 refs 9 values 8'
		row $key $packaging TR2VANA \
		    'signature 1 type1 0 type2 1 archive 2 refs 9 values 8'
	done
	row $key counter TLA \
	    'signature 2 type1 0 type2 0 archive 1 refs 0 values 0'
done
if java_ready && java_run CheckStamps <bc.list >bc.out 2>&1; then
	while IFS='	' read -r b_file b_name b_want; do
		b_have=$(grep -F " $b_file " bc.out)
		case $b_have in
		"OK $b_file $b_want") ok "$b_name: BouncyCastle" ;;
		*) not_ok "$b_name: BouncyCastle" "$b_have" ;;
		esac
	done <bc.want
else
	skip BouncyCastle 'no javac or no BouncyCastle'
fi
tap_done
