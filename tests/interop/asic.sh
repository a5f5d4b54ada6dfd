#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Copyright the podpis authors
# shellcheck disable=SC2086
#
# Containers that we make, others take apart and verify: kind x flavour x key,
# by unzip, zipinfo, Python's zipfile, xmlsec1 and openssl.
: "${srcdir:=.}"
# shellcheck source=tests/interop/interop.sh
. "$srcdir/tests/interop/interop.sh"
# shellcheck source=tests/interop/checkxml.sh
. "$srcdir/tests/interop/checkxml.sh"
for tool in unzip zipinfo python3; do
	command -v $tool >/dev/null 2>&1 || skip_all "$tool is not installed"
done
mkdir docs
printf '%%PDF-1.7 lease' >docs/lease.pdf
printf 'the act' >'docs/Акт №1 & 100%.txt'
: >docs/empty

# sound NAME FILE DIR: the archive, and every digest that it names
sound() {
	rm -rf "$3"
	check "$1: unzip -t" unzip -tq "$2"
	case $(zipinfo "$2" | sed -n 3p) in
	-*' stor '*mimetype) ok "$1: zipinfo" ;;
	*) not_ok "$1: zipinfo" "$(zipinfo "$2")" ;;
	esac
	check "$1: zipfile, digests" python3 "$srcdir/tests/interop/asic.py" \
	    "$2" "$3"
}

# by_openssl NAME DIR SIGNATURE CONTENT
by_openssl() {
	check "$1: openssl" openssl cms -verify -binary -inform DER \
	    -in "$2/META-INF/$3" -content "$2/$4" $theirs -out /dev/null
}

# inside NAME KEY DIR: the signature file by other tools
inside() {
	if [ -e "$3/META-INF/signatures001.xml" ]; then
		i_file=META-INF/signatures001.xml
	else
		i_file=META-INF/signatures.xml
	fi
	# openssl 3.0 knows no EdDSA with attributes (RFC 8419)
	case $2$3 in
	ed*) [ -e "$3/$i_file" ] || return 0 ;;
	esac
	if [ -e "$3/META-INF/signature.p7s" ]; then
		by_openssl "$1" "$3" signature.p7s lease.pdf
	elif [ -e "$3/META-INF/signature001.p7s" ]; then
		by_openssl "$1" "$3" signature001.p7s \
		    META-INF/ASiCManifest001.xml
	else
		case $2 in
		gost* | ed* | pss) ;; # no algorithm of xmlsec1's
		*)	cd "$3" || exit 99
			by_xmlsec "$1" "$i_file"
			cd "$tmp" || exit 99 ;;
		esac
	fi
}

# one NAME KEY ARGUMENT...: make, look, verify here
one() {
	o_name=$1 o_key=$2
	shift 2
	cat "$world/$o_key.key" "$world/$o_key.pem" >key.pem
	rm -f made
	check "$o_name: make" "$podpis" sign -q -k key.pem -o made "$@"
	sound "$o_name" made extracted
	case $* in
	--pss*) inside "$o_name" pss extracted ;;
	*) inside "$o_name" "$o_key" extracted ;;
	esac
	verdict "$o_name: ours" 0 made
}

keys='rsa p256 p384 p521 bp256 ed25519'
! lab_gost || keys="$keys gost256-B gost512-B gost512-C"
for k in $keys; do
	[ -e "$world/$k.key" ] || continue
	for w in xades cades; do
		one "asic-e $w $k" $k -F asic-e --asic-with $w docs/lease.pdf \
		    docs/empty
		one "asic-s $w $k" $k -F asic-s --asic-with $w docs/lease.pdf
	done
done
one 'asic-e xades rsa pss' rsa --pss -F asic-e docs/lease.pdf

# names that need escapes: xmlsec1 opens them as files, escapes and all
for w in xades cades; do
	cat "$world/rsa.key" "$world/rsa.pem" >key.pem
	rm -f made
	check "a folder, $w: make" "$podpis" sign -q -k key.pem -o made \
	    -F asic-e --asic-with $w docs
	sound "a folder, $w" made extracted
	verdict "a folder, $w: ours" 0 made
	same "a folder, $w: what comes out" "$(cat docs/*)" \
	    "$(cd extracted && cat ./empty ./lease.pdf ./*.txt)"
done

# several signers, each with a file of his own, or all in one
for k in e s; do
	for w in xades cades; do
		cat "$world/rsa.key" "$world/rsa.pem" >key.pem
		rm -f made
		"$podpis" sign -q -k key.pem -o made -F asic-$k \
		    --asic-with $w docs/lease.pdf
		cat "$world/p256.key" "$world/p256.pem" >key.pem
		check "two signers, $k $w" "$podpis" add-signer -q -k key.pem made
		sound "two signers, $k $w" made extracted
		inside "two signers, $k $w" rsa extracted
		verdict "two signers, $k $w: ours" 0 made
		[ $k$w != ecades ] ||
		    by_openssl "two signers, the second" extracted \
			signature002.p7s META-INF/ASiCManifest002.xml
	done
done

# what others change is found out
rm -rf extracted
unzip -qo made -d extracted
printf 'x' >>extracted/lease.pdf
(cd extracted && rm -f ../changed && zip -qX0 ../changed.zip mimetype &&
    zip -qXr ../changed.zip lease.pdf META-INF)
verdict 'a changed document' 5 changed.zip
tap_done
