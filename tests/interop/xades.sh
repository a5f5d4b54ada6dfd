#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Copyright the podpis authors
# shellcheck disable=SC2086,SC2317
#
# XML that we sign, others verify: algorithm x packaging x checker (xmlsec1,
# Apache Santuario, xadesjs, and for what these do not know xmllint and
# openssl). XML that others sign, we verify.
: "${srcdir:=.}"
npm_home=$HOME
# shellcheck source=tests/interop/interop.sh
. "$srcdir/tests/interop/interop.sh"
# shellcheck source=tests/interop/checkxml.sh
. "$srcdir/tests/interop/checkxml.sh"
MORE=http://www.w3.org/2001/04/xmldsig-more#
MORE07=http://www.w3.org/2007/05/xmldsig-more#
EXC=http://www.w3.org/2001/10/xml-exc-c14n#
C14N=http://www.w3.org/TR/2001/REC-xml-c14n-20010315
C14N11=http://www.w3.org/2006/12/xml-c14n11
printf '%s' '<?xml version="1.0"?>
<l:lease xmlns:l="urn:lease" xmlns="urn:other" Id="l">
  <l:flat a="&lt;&#10;x">Sadovaya &amp; 10</l:flat><sigs/>
</l:lease>
' >doc.xml
printf 'I let you the flat in the Sadovaya street.\n' >doc.txt
printf 'second\n' >second.bin

# ---- checkers

# js_ready: xadesjs in the build directory, once, by the versions and digests
# of package-lock.json; where that does not work, js_why says what is missing
js_ready() {
	js=$builddir/tests/interop/xadesjs
	for j in node npm; do
		js_why="$j is not installed"
		command -v $j >/dev/null 2>&1 || return 1
	done
	js_why='npm could not get it'
	mkdir -p "$js" || return 1
	[ "$builddir" = "$srcdir" ] ||
	    cp -f "$srcdir"/tests/interop/xadesjs/*.* "$js" || return 1
	! cmp -s "$js/package-lock.json" "$js/ready" || return 0
	(cd "$js" && HOME=$npm_home timeout 120 npm ci --ignore-scripts \
	    --no-audit --no-fund --fetch-retries=1 >npm.log 2>&1) &&
	    cp "$js/package-lock.json" "$js/ready"
}

# by_xadesjs NAME FILE COUNT: in one process at the end. It knows neither
# XPath Filter 2 nor files outside.
: >js.want
by_xadesjs() {
	printf '%s\t%s\t%s\n' "$2" "$1" "$3" >>js.want
}

xadesjs_results() {
	if [ -z "$have_js" ]; then
		skip xadesjs "$js_why"
		return
	fi
	cut -f1 js.want | node "$js/check.cjs" >js.out 2>js.err
	while IFS='	' read -r b_file b_name b_count; do
		if grep -qx "OK $b_file $b_count" js.out; then
			ok "$b_name: xadesjs"
		else
			not_ok "$b_name: xadesjs" \
			    "$(grep -F " $b_file " js.out; head -n 3 js.err)"
		fi
	done <js.want
}

# der FILE: ECDSA's r || s as DER, in der
der() {
	d_hex=$(od -An -v -tx1 <"$1" | tr -d ' \n')
	d_half=$((${#d_hex} / 2))
	printf 'asn1=SEQUENCE:v\n[v]\nr=INTEGER:0x%s\ns=INTEGER:0x%s\n' \
	    "$(printf %s "$d_hex" | cut -c1-$d_half)" \
	    "$(printf %s "$d_hex" | cut -c$((d_half + 1))-)" >der.conf
	openssl asn1parse -genconf der.conf -noout -out der >/dev/null
}

# digest_of DIGEST: of standard input, base64
digest_of() {
	openssl dgst $gost_engine "-$1" -binary | base64 -w0
}

gost_engine=
! lab_gost || gost_engine='-engine gost'

# value_fits PERSON DIGEST KIND: of SignedInfo in si, value in v
value_fits() {
	openssl x509 -in "$world/$1.pem" -noout -pubkey >pub
	case $3 in
	pss) openssl dgst "-$2" -sigopt rsa_padding_mode:pss \
	    -sigopt rsa_pss_saltlen:-1 -verify pub -signature v si ;;
	ecdsa)
		der v
		openssl dgst "-$2" -verify pub -signature der si
		;;
	eddsa) openssl pkeyutl -verify -pubin -inkey pub -rawin -in si \
	    -sigfile v ;;
	gost) openssl dgst $gost_engine "-$2" -verify pub -signature v si ;;
	esac
}

# by_parts NAME FILE PERSON DIGEST KIND WHAT: openssl and xmllint; WHAT is the
# document, canonical or as it is
by_parts() {
	if ! command -v xmllint >/dev/null 2>&1; then
		skip "$1: openssl" 'xmllint is not installed'
		return
	fi
	part "$2" SignedInfo >si
	xmllint --xpath "string((//*[local-name()='SignatureValue'])[1])" \
	    "$2" | base64 -d >v
	check "$1: openssl: value" value_fits "$3" "$4" "$5"
	same "$1: openssl: document" \
	    "$(xmllint --xpath "string((//*[local-name()='DigestValue'])[1])" \
		"$2")" "$(digest_of "$4" <"$6")"
	same "$1: openssl: properties" \
	    "$(xmllint --xpath "string((//*[local-name()='SignedInfo'])[1]/*[
		local-name()='Reference'][last()]/*[local-name()='DigestValue'])" \
		"$2")" "$(part "$2" SignedProperties | digest_of "$4")"
}

# ---- what we make

# sign NAME PERSON OUT OPTIONS...
sign() {
	s_name=$1 s_who=$2 s_out=$3
	shift 3
	check "$s_name: sign" "$podpis" sign --no-input -q -F xades \
	    -o "$s_out" -k "$world/$s_who.key" -c "$world/$s_who.pem" "$@" \
	    </dev/null
}

# one NAME PERSON FILE KIND OPTIONS DIGEST: one cell. KIND known: xmlsec1 and
# Santuario know the algorithm
one() {
	case $5 in
	*--detached) o_docs='doc.txt second.bin' o_seen=doc.txt ;;
	*binary*) o_docs=second.bin o_seen=second.bin ;;
	*) o_docs=doc.xml o_seen=doc.c14n ;;
	esac
	o_options=${5%%,*}
	sign "$1" "$2" "$3" $o_options $o_docs
	verdict "$1: ourselves" 0 "$3"
	case $4$5 in
	*--parallel | *--detached | *binary | eddsa* | gost* | *sha3*) ;;
	*) by_xadesjs "$1" "$3" 1 ;;
	esac
	case $4 in
	known)
		by_xmlsec "$1" "$3"
		by_santuario "$1" "$3" 1
		;;
	*)
		[ "${5#*--envelop}" != "$5" ] ||
		    by_parts "$1" "$3" "$2" "$6" "$4" $o_seen
		;;
	esac
}

n=0
# row PERSON KIND [OPTIONS [DIGEST]]: one algorithm, each packaging
row() {
	n=$((n + 1))
	for packing in '' --parallel --enveloping '--enveloping,binary' \
	    '--place-id l' --detached; do
		o_name="$1${3:+ $3} ${packing:-enveloped}"
		o_file=$n$(printf %s "$packing" | tr -d ' ,-').xml
		o_all=$packing
		[ -z "$3" ] || o_all="$3 $packing"
		one "$o_name" "$1" "$o_file" "$2" "$o_all" "${4-}"
	done
}

algorithms() {
	row rsa known
	row rsa known '--digest sha384'
	row rsa known '--digest sha512'
	row rsa3072 known
	row p256 known
	row p384 known
	row p521 known
	row rsa pss --pss sha256
	row rsa pss '--pss --digest sha3-256' sha3-256
	row p256 ecdsa '--digest sha3-256' sha3-256
	row p384 ecdsa '--digest sha3-384' sha3-384
	row ed25519 eddsa '' sha512
	row ed448 eddsa '' sha512
	if ! lab_gost; then
		skip GOST 'no GOST engine (libengine-gost-openssl)'
		return
	fi
	row ivanova gost '' md_gost12_256
	row gost512-B gost '' md_gost12_512
}

# several: parallel signatures, counter-signatures, all properties
several() {
	printf 'Policy: sign what you have read.\n' >policy.txt
	sign 'all properties' rsa many.xml --parallel --role landlord \
	    --role '<owner>' --commitment origin --country RU \
	    --region Moskva --city Moskva --postal-code 101000 \
	    --policy-id 1.2.3.4.5 --policy-file policy.txt \
	    --mime application/xml --content-hint 'A lease & more' \
	    --chain "$world/ca/int-rsa.pem" doc.xml
	cp many.xml one.xml
	by_xmlsec 'all properties' one.xml
	by_santuario 'all properties' one.xml 1
	check 'a second signer' "$podpis" add-signer --no-input -q \
	    -k "$world/p256.key" -c "$world/p256.pem" many.xml
	cp many.xml two.xml
	by_xmlsec 'two signers' two.xml
	by_santuario 'two signers' two.xml 2
	for id in 1 1.1 2; do
		check "countersign $id" "$podpis" countersign --no-input -q \
		    --signer $id -k "$world/p384.key" -c "$world/p384.pem" \
		    many.xml
	done
	by_xmlsec countersigned many.xml
	by_santuario countersigned many.xml 5
	verdict 'countersigned: ourselves' 0 many.xml
	same 'five in the report' 5 "$(signatures)"
	cp doc.txt 'Договор 1.txt'
	sign 'a Russian name' rsa russian.xml --detached 'Договор 1.txt'
	verdict 'a Russian name: ourselves' 0 russian.xml
	verdict 'a pair' 0 'Договор 1.txt' russian.xml
}

# ---- what others make

# theirs NAME FILE [BAD]: fine as plain XMLDSig, which ades wants more of
theirs() {
	verdict "$1" 0 --policy cms "$2"
	verdict "$1: under ades" 6 --policy ades "$2"
	sed 's/Sadovaya/Sadowaya/' "$2" >bad.xml
	cmp -s "$2" bad.xml || verdict "$1: changed" 5 --policy cms bad.xml
}

# template METHOD CANON TRANSFORMS URI: of a signature, on standard output
template() {
	printf '<Signature xmlns="%s"><SignedInfo>' "$DS"
	printf '<CanonicalizationMethod Algorithm="%s"/>' "$2"
	printf '<SignatureMethod Algorithm="%s"/>' "$1"
	printf '<Reference URI="%s">' "$4"
	[ -z "$3" ] || printf '<Transforms>'
	for t in $3; do
		printf '<Transform Algorithm="%s"/>' "$t"
	done
	[ -z "$3" ] || printf '</Transforms>'
	printf '<DigestMethod Algorithm="%s"/><DigestValue/></Reference>' \
	    http://www.w3.org/2001/04/xmlenc#sha256
	printf '</SignedInfo><SignatureValue/><KeyInfo><X509Data/></KeyInfo>'
	[ -z "${5-}" ] || printf '<Object Id="o">%s</Object>' "$5"
	printf '</Signature>\n'
}

# xmlsec_makes NAME PERSON FILE: from the template in t.xml
xmlsec_makes() {
	check "$1: xmlsec1 signs" xmlsec1 --sign \
	    --privkey-pem "$world/$2.key,$world/$2.pem" \
	    --id-attr:Id "$DS:Object" --output "$3" t.xml
	theirs "$1" "$3"
}

by_templates() {
	if [ -z "$have_xmlsec" ]; then
		skip 'what xmlsec1 signs' 'xmlsec1 is not installed'
		return
	fi
	for method in rsa-sha256 rsa-sha512 ecdsa-sha256 ecdsa-sha384; do
		who=rsa
		case $method in
		*sa-sha256) [ $method = rsa-sha256 ] || who=p256 ;;
		ecdsa*) who=p384 ;;
		esac
		for canon in "$C14N" "$C14N11" "$EXC" "$C14N#WithComments" \
		    "${EXC}WithComments"; do
			t_name="$method ${canon##*/}"
			sed '/<.l:lease>/d' doc.xml >t.xml
			template "$MORE$method" "$canon" \
			    "${DS}enveloped-signature $canon" '' >>t.xml
			echo '</l:lease>' >>t.xml
			xmlsec_makes "$t_name enveloped" $who x.env.xml
			template "$MORE$method" "$canon" "$canon" '#o' \
			    '<a xmlns="">Sadovaya</a>' >t.xml
			xmlsec_makes "$t_name enveloping" $who x.ing.xml
		done
		template "$MORE$method" "$EXC" '' doc.txt >t.xml
		xmlsec_makes "$method detached" $who x.det.xml
	done
}

by_maker() {
	if [ -z "$have_java" ]; then
		skip 'what Santuario signs' 'no libxml-security-java'
		return
	fi
	for alg in "rsa RSA $MORE rsa-sha256" "rsa RSA $MORE rsa-sha512" \
	    "rsa RSA $MORE07 sha256-rsa-MGF1" "p256 EC $MORE ecdsa-sha256" \
	    "p384 EC $MORE ecdsa-sha384"; do
		while read -r m_who m_family m_base m_method; do
			for kind in enveloped enveloping detached; do
				for canon in "$C14N" "$EXC"; do
					m_n=$((${m_n:-0} + 1))
					m_doc=doc.xml
					[ $kind != detached ] || m_doc=doc.txt
					echo "$m_n.java.xml $kind" \
					    "$world/$m_who $m_family" \
					    "$m_base$m_method $canon $m_doc" \
					    >>make.list
				done
			done
		done <<-END
			$alg
		END
	done
	check 'Santuario signs' xml_java MakeXml <make.list
	while read -r m_file m_kind m_who m_family m_method m_canon m_doc; do
		theirs "Santuario ${m_method##*#} $m_kind ${m_canon##*/}" \
		    "$m_file"
	done <make.list
}

# PSS under its general name, with parameters (RFC 9231, 2.3.9): by hand
general_pss() {
	g_digest='<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"></ds:DigestMethod>'
	g_info=$(printf '%s' \
	    '<ds:CanonicalizationMethod Algorithm="' "$EXC" '">' \
	    '</ds:CanonicalizationMethod>' \
	    '<ds:SignatureMethod Algorithm="' "${MORE07}rsa-pss" '">' \
	    '<p:RSAPSSParams xmlns:p="' "$MORE07" '">' "$g_digest" \
	    '<p:SaltLength>20</p:SaltLength></p:RSAPSSParams>' \
	    '</ds:SignatureMethod><ds:Reference URI="doc.txt">' "$g_digest" \
	    '<ds:DigestValue>' "$(digest_of sha256 <doc.txt)" \
	    '</ds:DigestValue></ds:Reference></ds:SignedInfo>')
	printf '<ds:SignedInfo xmlns:ds="%s">%s' "$DS" "$g_info" >si
	for g_salt in 20 32; do
		openssl dgst -sha256 -sign "$world/rsa.key" \
		    -sigopt rsa_padding_mode:pss \
		    -sigopt rsa_pss_saltlen:$g_salt -out v si
		{
			printf '<ds:Signature xmlns:ds="%s">' "$DS"
			printf '<ds:SignedInfo>%s' "$g_info"
			printf '<ds:SignatureValue>%s</ds:SignatureValue>' \
			    "$(base64 -w0 v)"
			printf '<ds:KeyInfo><ds:X509Data><ds:X509Certificate>'
			sed '/-----/d' "$world/rsa.pem"
			printf '</ds:X509Certificate></ds:X509Data></ds:KeyInfo>'
			printf '</ds:Signature>'
		} >general.xml
		verdict "rsa-pss with parameters, salt of $g_salt" \
		    $((g_salt == 20 ? 0 : 5)) --policy cms general.xml
	done
}

# xadesjs signs a document by itself and puts the signature in afterwards: that
# is sound where the document has no namespaces.
by_js() {
	if [ -z "$have_js" ]; then
		skip 'what xadesjs signs' "$js_why"
		return
	fi
	sed 's/ xmlns[^ >]*//g; s/l://g' doc.xml >bare.xml
	for alg in 'rsa RSASSA-PKCS1-v1_5 - SHA-256' \
	    'rsa RSASSA-PKCS1-v1_5 - SHA-512' \
	    'p256 ECDSA P-256 SHA-256' 'p384 ECDSA P-384 SHA-384' \
	    'p521 ECDSA P-521 SHA-512'; do
		for canon in c14n exc-c14n; do
			j_n=$((${j_n:-0} + 1))
			echo "$j_n.js.xml $world/$alg $canon bare.xml"
		done
	done >js.list
	check 'xadesjs signs' node "$js/make.cjs" <js.list
	while read -r j_file j_who j_alg _ j_hash j_canon _; do
		j_name="xadesjs ${j_who##*/} $j_alg $j_hash $j_canon"
		verdict "$j_name" 0 "$j_file"
		sed 's/Sadovaya/Sadowaya/' "$j_file" >bad.xml
		verdict "$j_name: changed" 5 bad.xml
	done <js.list
}

xmllint --exc-c14n doc.xml >doc.c14n 2>/dev/null
have_java=
! xml_java_ready || have_java=yes
have_js=
! js_ready || have_js=yes
algorithms
several
santuario_results
xadesjs_results
by_templates
by_maker
general_pss
by_js
tap_done
