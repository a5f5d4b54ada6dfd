#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Copyright the podpis authors
# shellcheck disable=SC2086
#
# XAdES signatures that were raised level by level: for xmlsec1 and Santuario
# they are as sound as before, and openssl finds the octets that xmllint makes
# canonical under the time-stamp's imprint.
: "${srcdir:=.}"
# shellcheck source=tests/interop/interop.sh
. "$srcdir/tests/interop/interop.sh"
# shellcheck source=tests/interop/checkxml.sh
. "$srcdir/tests/interop/checkxml.sh"
raise=$(cd "$builddir" && pwd)/tests/interop/raise
printf 'I let you the flat in the Sadovaya street.\n' >lease.txt

# stamped NAME FILE: the first SignatureTimeStamp is over the first value
stamped() {
	part "$2" SignatureValue >value.c14n
	xmllint --xpath "(//*[local-name()='SignatureTimeStamp'])[1]/*[local-name()='EncapsulatedTimeStamp']/text()" \
	    "$2" | base64 -d >token.der
	check "$1: openssl ts" openssl ts -verify -data value.c14n \
	    -in token.der -token_in -CAfile ca.pem -attime 1748736120
}

# row KEY PACKAGING STEPS COUNT
row() {
	n=$((${n:-0} + 1))
	r_name="$1 $2 $3"
	r_file=$n.xml
	if ! "$raise" "$1" "$2" "$3" "$r_file" >ca.pem 2>raise.err; then
		skip "$r_name" "$(cat raise.err)"
		return
	fi
	# the first one in the file is the counter-signature's
	[ "$2" = counter ] || stamped "$r_name" "$r_file"
	[ "$1" != gost256 ] && [ "$1" != gost512 ] || return 0
	by_xmlsec "$r_name" "$r_file"
	by_santuario "$r_name" "$r_file" "$4"
}

for key in rsa p256 gost256 gost512; do
	for packaging in enveloped enveloping detached; do
		for steps in T TL TLAWRA TC1V TC2VA; do
			row $key $packaging $steps 1
		done
	done
done
row p256 counter TC12V 2
row rsa counter TLA 2
have_java=
! xml_java_ready || have_java=yes
santuario_results
tap_done
