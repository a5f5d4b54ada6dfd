#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Copyright the podpis authors
# shellcheck disable=SC2046
#
# make bench: how fast, with how much memory, beside the openssl command in
# the same run. A report: it never fails because something is slow.
#   BENCH_MIB=1024   size of the large document
#   BENCH_HUGE=1     also 4 GiB, attached and detached
#   BENCH_DIR        where the large files go
: "${srcdir:=$(cd "$(dirname "$0")/../.." && pwd)}"
: "${builddir:=$srcdir/build}"
export srcdir builddir
# shellcheck source=tests/lib/tap.sh
. "$srcdir/tests/lib/tap.sh"
# shellcheck source=tests/lab/lab.sh
. "$srcdir/tests/lab/lab.sh"
[ -z "$BENCH_DIR" ] || export TMPDIR="$BENCH_DIR"
mib=${BENCH_MIB:-1024}
lab_world
# openssl's engine for tokens does not know Ed25519
TOKEN_KEYS='rsa p256'
export TOKEN_KEYS
lab_tokens
cd "$tmp" || exit 99
w=$world
run=$builddir/tests/bench/run
# the program itself, not libtool's script around it
p=$builddir/.libs/podpis
[ -x "$p" ] || p=$podpis
LD_LIBRARY_PATH=$builddir/.libs${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
export LD_LIBRARY_PATH
evidence="--trust $w/roots.pem --chain $w/chain.pem --crl $w/crls.pem"
cat "$w/roots.pem" "$w/chain.pem" >all.pem
DS=http://www.w3.org/2000/09/xmldsig#
MORE=http://www.w3.org/2001/04/xmldsig-more#
EXC=http://www.w3.org/2001/10/xml-exc-c14n#
theirs="-CAfile all.pem -purpose any -binary"

# row NAME RUNS WANT COMMANDS...: one line of the table; $synced: "-s FILE" to
# wait for the peer's file to be on the disk, as ours is
synced=
row() {
	row_name=$1 row_runs=$2 row_want=$3
	shift 3
	# shellcheck disable=SC2046,SC2086
	set -- $("$run" $synced "$row_runs" "$@")
	printf '%-38s %10s %8s %10s %8s %7s %7s  %s\n' "$row_name" \
	    "$1" "$2" "$3" "$4" "$5" "$6" "$row_want"
}

head_line() {
	printf '\n%-38s %10s %8s %10s %8s %7s %7s  %s\n' "$1" 'ms' 'KiB' \
	    "peer ms" 'KiB' 'ratio' 'of CPU' 'want'
}

# openssl loads the GOST engine, which its configuration names, always: for
# these it need not
without_gost() {
	case $1 in
	rsa | p256 | ed25519) unset OPENSSL_CONF ;;
	*) export OPENSSL_CONF="$w/openssl.cnf" ;;
	esac
}

ours_sign() {
	who=$1
	shift
	echo "$p sign --no-input -q -f -k $w/$who.key -c $w/$who.pem $*"
}
# openssl cms of 3.0 knows no EdDSA: no peer there
peer_sign() {
	who=$1
	shift
	[ "$who" = ed25519 ] || echo "-- openssl cms -sign -cades -binary -signer $w/$who.pem" \
	    "-inkey $w/$who.key -outform DER $*"
}
ours_verify() {
	echo "$p verify --no-input --offline -q $evidence $*"
}
peer_verify() {
	case $* in
	*ed25519*) ;;
	*) echo "-- openssl cms -verify -cades -inform DER $theirs -out /dev/null $*" ;;
	esac
}

# small RUNS: whole commands on a document of 1 KiB
small() {
	head_line 'commands, 1 KiB'
	for who in $people; do
		without_gost "$who"
		# shellcheck disable=SC2091
		$(ours_sign "$who" -o "$who.sig" small) >/dev/null 2>&1
		row "verify, $who" "$1" '<= 1.2' \
		    -- $(ours_verify --content small "$who.sig") \
		    $(peer_verify -content small -in "$who.sig")
		row "sign with a key file, $who" "$1" '<= 1.0' \
		    -- $(ours_sign "$who" -o out.sig small) \
		    $(peer_sign "$who" -in small -out peer.sig)
		[ "$who" != ed25519 ] || continue
		synced='-s peer.sig'
		row "the same, both on the disk, $who" "$1" '' \
		    -- $(ours_sign "$who" -o out.sig small) \
		    $(peer_sign "$who" -in small -out peer.sig)
		synced=
	done
	case $tokens in
	*softhsm*) (without_gost p256 && token_row "$1") ;;
	esac
	export OPENSSL_CONF="$w/openssl.cnf"
}

token_row() {
	engine=
	if openssl engine pkcs11 >/dev/null 2>&1; then
		engine="-- openssl cms -sign -cades -binary -engine pkcs11
		    -keyform engine -inkey
		    pkcs11:token=lab;object=p256;type=private;pin-value=1234
		    -signer $w/p256.pem -in small -outform DER -out peer.sig"
	fi
	PIN=1234
	export PIN
	row 'sign with a key in SoftHSM, p256' "$1" '<= 0.8' \
	    -- "$p" sign --no-input -q -f -k 'pkcs11:token=lab;object=p256' \
	    --pin-source env:PIN -o out.sig small $engine
}

# large RUNS: a document of $mib MiB
large() {
	head -c "${mib}M" /dev/zero | openssl enc -aes-128-ctr -nosalt \
	    -K 00 -iv 00 2>/dev/null >big
	head_line "$mib MiB"
	for who in rsa ${gost:+ivanova}; do
		want='<= 0.90' want_sign='<= 0.90'
		[ "$who" = rsa ] || want='<= 1.0' want_sign='<= 1.0'
		row "sign detached, $who" "$1" "$want_sign" \
		    -- $(ours_sign "$who" -o big.sig big) \
		    $(peer_sign "$who" -in big -out peer.sig)
		row "verify detached, $who" "$1" "$want" \
		    -- $(ours_verify --content big big.sig) \
		    $(peer_verify -content big -in big.sig)
	done
	row 'digest alone (openssl dgst)' "$1" '' \
	    -- openssl dgst -sha256 big
	row 'sign attached, rsa; peer -stream' "$1" '<= 1.0' \
	    -- $(ours_sign rsa --attached -o big.p7m big) \
	    $(peer_sign rsa -nodetach -stream -in big -out big.ber)
	row 'verify attached DER, rsa' "$1" '<= 0.20' \
	    -- $(ours_verify big.p7m) $(peer_verify -in big.p7m)
	row 'verify attached BER, rsa' "$1" '<= 0.10' \
	    -- $(ours_verify big.ber) $(peer_verify -in big.ber)
	rm -f big.p7m big.ber
}

huge() {
	head_line '4 GiB'
	truncate -s 4G big
	row 'sign detached, rsa' 1 '' -- $(ours_sign rsa -o big.sig big)
	row 'verify detached, rsa' 1 '' \
	    -- $(ours_verify --content big big.sig)
	row 'sign attached, rsa' 1 '' \
	    -- $(ours_sign rsa --attached -o big.p7m big)
	row 'verify attached, rsa' 1 '' -- $(ours_verify big.p7m)
	rm -f big.p7m
	row 'sign ASiC-E, rsa' 1 '' \
	    -- $(ours_sign rsa --format asic-e -o big.asice big)
	row 'verify ASiC-E, rsa' 1 '' -- $(ours_verify big.asice)
	rm -f big big.asice
}

# signers: what n, 2n, 4n signatures in one file cost
signers() {
	head_line 'signatures in one file'
	n=125
	while [ $n -le 500 ]; do
		i=0 list=
		while [ $i -lt $n ]; do
			list="$list -signer $w/p256.pem -inkey $w/p256.key"
			i=$((i + 1))
		done
		# shellcheck disable=SC2086
		openssl cms -sign -cades -binary -in small $list -nocerts \
		    -certfile "$w/p256.pem" -outform DER -out many.sig
		row "verify $n" 5 '' \
		    -- $(ours_verify --content small many.sig) \
		    $(peer_verify -content small -in many.sig)
		n=$((n * 2))
	done
}

batches() {
	printf '\n%-29s %10s %10s %6s   %s\n' 'in one process, a second' \
	    '1 thread' '2 threads' 'ratio' 'want: files 0.3 (rsa) or 0.8, jobs 0.7'
	printf '%65s%s\n' '' 'on two threads 1.9, jobs 1.8 (GOST 1.4)'
	for who in $people; do
		# shellcheck disable=SC2091
		$(ours_sign "$who" -o "$who.sig" small) >/dev/null 2>&1
		"$builddir/tests/bench/batch" "$w" "$who" small "$who.sig" \
		    "${BENCH_SECONDS:-2}"
	done
}

# make_xml BYTES: a document of about that size
make_xml() {
	awk -v size="$1" 'BEGIN {
		print "<contract xmlns=\"urn:flat\">"
		for (len = 60; len < size - 80; len += length(row) + 1) {
			row = "<row n=\"" ++n "\"><price currency=\"RUB\">" \
			    n * 7 "</price><text>one &amp; two</text></row>"
			print row
		}
		print "</contract>"
	}'
}

# xml_template: doc.xml with a signature for xmlsec1 to fill
xml_template() {
	sed '$d' doc.xml
	printf '<ds:Signature xmlns:ds="%s"><ds:SignedInfo>' "$DS"
	printf '<ds:CanonicalizationMethod Algorithm="%s"/>' "$EXC"
	printf '<ds:SignatureMethod Algorithm="%srsa-sha256"/>' "$MORE"
	printf '<ds:Reference URI=""><ds:Transforms>'
	printf '<ds:Transform Algorithm="%s"/>' "${DS}enveloped-signature" "$EXC"
	printf '</ds:Transforms><ds:DigestMethod Algorithm="%s"/>' \
	    http://www.w3.org/2001/04/xmlenc#sha256
	printf '<ds:DigestValue/></ds:Reference></ds:SignedInfo>'
	printf '<ds:SignatureValue/><ds:KeyInfo><ds:X509Data/></ds:KeyInfo>'
	printf '</ds:Signature></contract>\n'
}

# xml_row NAME RUNS BYTES WANT
xml_row() {
	make_xml "$3" >doc.xml
	# shellcheck disable=SC2091
	$(ours_sign rsa --format xades -o doc.signed.xml doc.xml) || return 0
	xml_template >template.xml
	row "XML, sign $1" "$2" '<= 0.6' \
	    -- $(ours_sign rsa --format xades -o out.xml doc.xml) \
	    -- xmlsec1 --sign --privkey-pem "$w/rsa.key,$w/rsa.pem" \
	    --output peer.xml template.xml
	row "XML, verify $1" "$2" "$4" -- "$p" verify --no-input --offline -q \
	    --trust "$w/ca/root-rsa.pem" --chain "$w/ca/int-rsa.pem" \
	    --crl "$w/crl/root-rsa.pem" --crl "$w/crl/int-rsa.pem" \
	    doc.signed.xml -- xmlsec1 --verify \
	    --trusted-pem "$w/ca/root-rsa.pem" \
	    --untrusted-pem "$w/ca/int-rsa.pem" --id-attr:Id \
	    http://uri.etsi.org/01903/v1.3.2#:SignedProperties \
	    doc.signed.xml
	rm -f doc.xml doc.signed.xml out.xml peer.xml template.xml
}

xml() {
	command -v xmlsec1 >/dev/null || return 0
	without_gost rsa
	head_line 'XML beside xmlsec1'
	xml_row '1 KiB' "$1" 1024 '<= 0.25'
	xml_row '1 MiB' "$1" 1048576 '<= 0.6'
	xml_row '100 MiB' "$2" 104857600 '<= 0.6'
}

# containers_peer: no other tool makes containers: an archive and a signature
# over it, and both taken apart again
containers_peer() {
	cat >pack.sh <<-END
		rm -f peer.zip
		zip -q -0 -r peer.zip "\$@" &&
		    openssl cms -sign -binary -signer "$w/rsa.pem" \
		    -inkey "$w/rsa.key" -outform DER -in peer.zip -out peer.p7s
	END
	cat >unpack.sh <<-END
		unzip -tq peer.zip &&
		    openssl cms -verify -inform DER -in peer.p7s \
		    -content peer.zip $theirs -out /dev/null
	END
}

# container_row NAME RUNS DOCUMENT...
container_row() {
	c_name=$1 c_runs=$2
	shift 2
	for with in xades cades; do
		row "ASiC-E $with, sign $c_name" "$c_runs" '' \
		    -- $(ours_sign rsa --format asic-e --asic-with $with \
		    -o out.asice "$@") -- sh pack.sh "$@"
		row "ASiC-E $with, verify $c_name" "$c_runs" '' \
		    -- $(ours_verify out.asice) -- sh unpack.sh
	done
	rm -f out.asice peer.zip peer.p7s
}

containers() {
	command -v zip >/dev/null && command -v unzip >/dev/null || return 0
	head_line 'containers beside zip and openssl'
	containers_peer
	head -c 1048576 /dev/urandom >mega
	container_row '1 MiB' "$1" mega
	head -c 104857600 /dev/urandom >mega
	container_row '100 MiB' "$2" mega
	rm -f mega
	for n in 250 500 1000; do
		mkdir files
		seq $n | while read -r i; do
			echo "document $i" >"files/$i.txt"
		done
		container_row "$n files" "$2" files
		rm -rf files
	done
}

people='rsa p256 ed25519' gost=
if lab_gost; then
	people="$people ivanova trader romashka" gost=1
fi
head -c 1024 /dev/urandom | od -An -tx1 | head -c 1024 >small
"$p" version 2>/dev/null || :
small "${BENCH_RUNS:-51}"
xml "${BENCH_RUNS:-15}" "${BENCH_LARGE_RUNS:-3}"
containers "${BENCH_RUNS:-15}" "${BENCH_LARGE_RUNS:-3}"
signers
batches
large "${BENCH_LARGE_RUNS:-3}"
[ -z "$BENCH_HUGE" ] || huge
exit 0
