#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Copyright the podpis authors
# shellcheck disable=SC2086
#
# Each algorithm x each level x CAdES (attached, detached) and XAdES, made on
# the command line from the lab's authorities; openssl and xmlsec1, which know
# nothing of ours, find signature and time-stamp as sound as before.
: "${srcdir:=.}"
# shellcheck source=tests/interop/interop.sh
. "$srcdir/tests/interop/interop.sh"
need jq openssl
# shellcheck source=tests/interop/checkxml.sh
. "$srcdir/tests/interop/checkxml.sh"
echo 'the plan' >plan.txt
echo '<lease Id="l"><rent>100</rent></lease>' >lease.xml

# raised STEM DOCUMENT ARGUMENTS...: STEM.B-B, and from it each level in
# three rows of steps
raised() {
	r_stem=$1 r_doc=$2
	shift 2
	"$podpis" sign -q -k "$key" --chain "$lab/ca.pem" "$@" \
	    -o "$r_stem.B-B" "$r_doc" </dev/null || return 1
	for steps in 'B-B b-t b-lt b-lta' 'B-B t c x1 xlt1 a' 'c x2 xlt2'; do
		from=${steps%% *}
		for to in ${steps#* }; do
			"$podpis" extend -q $net $tsa \
			    --content "$r_doc" --level $to \
			    -o "$r_stem.$to" "$r_stem.$from" </dev/null ||
				echo "$to"
			from=$to
		done
	done
}

levels='b-t b-lt b-lta t c x1 x2 xlt1 xlt2 a'

# cell NAME STEM DOCUMENT [CONTENT]: what we say of each level
cell() {
	c_have=
	for level in $levels; do
		"$podpis" verify --json --online $net ${4:+--content "$3"} \
		    "$2.$level" >out.json 2>err </dev/null || cat err
		c_have="$c_have $(jq -r '.signatures[0] | if .indication ==
		    "TOTAL-PASSED" and ([.timestamps[].imprint_ok] | all) then
		    .level else .indication end' out.json)"
	done
	same "$1: levels" \
	    ' B-T B-LT B-LTA B-T C X1 X2 XLT1 XLT2 A' "$c_have"
}

# openssl_cms NAME STEM [CONTENT]: the signature of each level
openssl_cms() {
	o_bad=
	for level in $levels; do
		openssl cms -verify -binary -inform DER -in "$2.$level" \
		    ${3:+-content "$3"} -CAfile "$lab/root.pem" -purpose any \
		    -out doc.out >err 2>&1 && cmp -s doc.out plan.txt ||
			o_bad="$o_bad $level $(head -3 err)"
	done
	empty "$1: openssl cms" "$o_bad"
}

# xmlsec NAME STEM
xmlsec() {
	case $kind in
	gost*) return ;;
	esac
	for level in a b-lta xlt2; do
		by_xmlsec "$1, $level" "$2.$level"
	done
}

# stamped NAME STEM: openssl finds the canonical value under the time-stamp
stamped() {
	if ! command -v xmllint >/dev/null 2>&1; then
		skip "$1: openssl ts" 'xmllint is not installed'
		return
	fi
	part "$2.a" SignatureValue >value.c14n
	xmllint --xpath "string((//*[local-name()='SignatureTimeStamp'])[1]/*[local-name()='EncapsulatedTimeStamp'])" \
	    "$2.a" | base64 -d >token.der
	check "$1: openssl ts" openssl ts -verify -data value.c14n \
	    -in token.der -token_in -CAfile "$lab/root.pem" \
	    -untrusted "$lab/ca.pem"
}

# every form, by the people of the lab
forms() {
	empty "$kind attached: made" \
	    "$(raised $kind-att plan.txt --attached 2>&1)"
	cell "$kind attached" $kind-att plan.txt
	openssl_cms "$kind attached" $kind-att
	empty "$kind detached: made" \
	    "$(raised $kind-det plan.txt 2>&1)"
	cell "$kind detached" $kind-det plan.txt content
	openssl_cms "$kind detached" $kind-det plan.txt
	empty "$kind XAdES: made" \
	    "$(raised $kind-xml lease.xml -F xades 2>&1)"
	cell "$kind XAdES" $kind-xml lease.xml
	xmlsec "$kind XAdES" $kind-xml
	stamped "$kind XAdES" $kind-xml
}
lab_each forms rsa p256 gost256 gost512
tap_done
