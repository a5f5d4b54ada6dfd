#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Copyright the podpis authors
# shellcheck disable=SC2086
#
# Content time-stamps that sign makes: openssl finds the document under the
# imprint, and the signature with the token in it as sound as any; BouncyCastle
# and xmlsec1 say the same.
: "${srcdir:=.}"
# shellcheck source=tests/interop/interop.sh
. "$srcdir/tests/interop/interop.sh"
need jq openssl
# shellcheck source=tests/interop/checkxml.sh
. "$srcdir/tests/interop/checkxml.sh"
echo 'the plan' >plan.txt
echo 'the cellar' >cellar.txt
printf '<lease xmlns="urn:x"><rent>100</rent></lease>' >lease.xml
cat plan.txt cellar.txt >both.txt

# ts NAME DATA: openssl on token.der
ts() {
	check "$1: openssl ts" openssl ts -verify -data "$2" -in token.der \
	    -token_in -CAfile "$lab/root.pem" -untrusted "$lab/ca.pem"
}

# cms_token FILE: the signed attribute's value to token.der
cms_token() {
	openssl asn1parse -inform DER -in "$1" >parsed 2>/dev/null
	token=$(awk -F: '
	    found && /d=[0-9]+ +hl=[0-9]+ +l= *[0-9]+ +cons: SEQUENCE/ {
		split($2, part, "[= ]+")
		print $1 " " part[4] " " part[6]
		exit
	    }
	    /contentTimestamp|1.2.840.113549.1.9.16.2.20/ { found = 1 }
	    ' parsed)
	set -- "$1" $token
	[ $# = 4 ] && tail -c +$(($2 + 1)) "$1" | head -c $(($3 + $4)) \
	    >token.der
}

# cades NAME ARGUMENTS...: signature in s, or in s with plan.txt outside
cades() {
	c_name=$1
	shift
	n=$((${n:-0} + 1))
	empty "$c_name: made" "$("$podpis" sign -q -k key --content-timestamp \
	    $net $tsa "$@" -o $n.p7s plan.txt 2>&1 </dev/null)"
	cms_token $n.p7s || not_ok "$c_name: no token in it"
	ts "$c_name" plan.txt
	c_doc='-content plan.txt'
	[ "$1" != --attached ] || c_doc=
	check "$c_name: openssl cms" openssl cms -verify -binary -inform DER \
	    -in $n.p7s $c_doc -cades -CAfile "$lab/root.pem" -purpose any \
	    -out doc.out
	cmp -s doc.out plan.txt || not_ok "$c_name: openssl sees the document"
	printf '%s\t%s\n' $n.p7s "$c_name" >>bc.want
	if [ "$1" = --attached ]; then
		printf '%s\n' $n.p7s >>bc.list
	else
		printf '%s\tplan.txt\n' $n.p7s >>bc.list
	fi
}

# xades NAME DATA ARGUMENTS...
xades() {
	x_name=$1 x_data=$2
	shift 2
	n=$((${n:-0} + 1))
	empty "$x_name: made" "$("$podpis" sign -q -F xades -k key \
	    --content-timestamp $net $tsa -o $n.xml "$@" \
	    2>&1 </dev/null)"
	xmllint --xpath "string(//*[local-name()='SignedProperties']//*[local-name()='AllDataObjectsTimeStamp']/*[local-name()='EncapsulatedTimeStamp'])" \
	    $n.xml | base64 -d >token.der
	ts "$x_name" "$x_data"
	case $kind in
	gost*) ;;
	*) by_xmlsec "$x_name" $n.xml ;;
	esac
}

# every form, by the people of the lab
forms() {
	cat "$lab/signer.key" "$lab/signer.pem" "$lab/ca.pem" >key
	cades "$kind attached" --attached --chain "$lab/ca.pem"
	cades "$kind detached" --chain "$lab/ca.pem"
	if ! command -v xmllint >/dev/null 2>&1; then
		skip "$kind XAdES" 'xmllint is not installed'
		return
	fi
	xades "$kind enveloped" lease.xml lease.xml
	xades "$kind enveloping" plan.txt --enveloping plan.txt
	xades "$kind detached" both.txt --detached plan.txt cellar.txt
}
lab_each forms rsa p256 gost256 gost512
if java_ready && java_run CheckStamps <bc.list >bc.out 2>&1; then
	while IFS='	' read -r b_file b_name; do
		like "$b_name: BouncyCastle" "^OK $b_file content 1 " \
		    "$(grep -F " $b_file " bc.out)"
	done <bc.want
else
	skip BouncyCastle 'no javac or no BouncyCastle'
fi
tap_done
