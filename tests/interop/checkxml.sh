# SPDX-License-Identifier: Apache-2.0
# Copyright the podpis authors
# shellcheck shell=sh
# Checking XML signatures with xmlsec1, Apache Santuario and xmllint; source it
# after interop.sh.
DS=http://www.w3.org/2000/09/xmldsig#
XADES=http://uri.etsi.org/01903/v1.3.2#

have_xmlsec=
! command -v xmlsec1 >/dev/null 2>&1 || have_xmlsec=yes

# by_xmlsec NAME FILE: the first signature of the file
by_xmlsec() {
	if [ -z "$have_xmlsec" ]; then
		skip "$1: xmlsec1" 'xmlsec1 is not installed'
		return
	fi
	check "$1: xmlsec1" xmlsec1 --verify --insecure \
	    --id-attr:Id "$XADES:SignedProperties" \
	    --id-attr:Id "$DS:Object" --id-attr:Id "$DS:SignatureValue" "$2"
}

# by_santuario NAME FILE COUNT: in one process at the end
: >"$tmp/java.want"
by_santuario() {
	printf '%s\t%s\t%s\n' "$2" "$1" "$3" >>"$tmp/java.want"
}

xml_java_ready() {
	jars=${XMLSEC_JARS:-/usr/share/java}
	xml_cp=$tmp/xmljava
	for j in xmlsec slf4j-api slf4j-nop commons-codec bcprov; do
		[ -e "$jars/$j.jar" ] || return 1
		xml_cp=$xml_cp:$jars/$j.jar
	done
	mkdir -p "$tmp/xmljava"
	javac -d "$tmp/xmljava" -cp "$xml_cp" \
	    "$srcdir"/tests/interop/java/*Xml.java >"$tmp/javac.log" 2>&1
}

xml_java() {
	java -XX:TieredStopAtLevel=1 -Xshare:auto -cp "$xml_cp" "$@"
}

santuario_results() {
	if [ -z "$have_java" ]; then
		skip Santuario 'no javac or no libxml-security-java'
		return
	fi
	cut -f1 "$tmp/java.want" | xml_java CheckXml >java.out 2>java.err
	while IFS='	' read -r b_file b_name b_count; do
		if grep -qx "OK $b_file $b_count" java.out; then
			ok "$b_name: Santuario"
		else
			not_ok "$b_name: Santuario" \
			    "$(grep -F " $b_file " java.out)"
		fi
	done <"$tmp/java.want"
}

# part FILE ELEMENT: the element alone, canonical. The prefixes of a signature
# of ours are declared at its root.
part() {
	xmllint --xpath "(//*[local-name()='$2'])[1]" "$1" |
	    sed "1s|^<\([a-z]*:$2\)|<\1 xmlns:ds=\"$DS\" xmlns:xades=\"$XADES\"|" \
	    >part.xml
	xmllint --exc-c14n part.xml
}
