#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Copyright the podpis authors
# shellcheck disable=SC2086
#
# What others sign, we verify: openssl cms in each of its forms, BouncyCastle
# with definite and indefinite lengths. Sound ones pass, changed ones fail.
: "${srcdir:=.}"
# shellcheck source=tests/interop/interop.sh
. "$srcdir/tests/interop/interop.sh"
# long enough for several pieces of a constructed string
i=0
while [ $i -lt 700 ]; do
	echo "$i. I let you the flat in the Sadovaya street."
	i=$((i + 1))
done >doc
sed '350s/Sadovaya/Sadowaya/' doc >other

# judged NAME FILE POLICY PLAIN PACKING: the sound one passes under the policy
# (and under ades only with signing-certificate), the changed one fails
judged() {
	j_doc='--content doc' j_other='--content other' j_bad=$2
	if [ "$5" = attached ]; then
		j_doc='' j_other='' j_bad=$2.bad
		LC_ALL=C sed 's/350. I let you/350. I let him/' "$2" >"$j_bad"
		! cmp -s "$2" "$j_bad" || not_ok "$1: nothing was changed"
	fi
	verdict "$1" 0 --policy "$3" $j_doc "$2"
	[ "$4" != plain ] ||
	    verdict "$1: under ades" 6 --policy ades $j_doc "$2"
	verdict "$1: changed" 5 --policy "$3" $j_other "$j_bad"
}

# form NAME PERSON PACKING PLAIN|CADES OPTIONS...: openssl signs
form() {
	f_name="openssl $2 $1" f_who=$2 f_pack=$3 f_plain=$4
	shift 4
	n=$((n + 1))
	openssl cms -sign -binary -in doc -signer "$world/$f_who.pem" \
	    -inkey "$world/$f_who.key" "$@" -out $n.sig >log 2>&1 || {
		not_ok "$f_name: openssl signs" "$(cat log)"
		return
	}
	f_policy=ades
	[ $f_plain = cades ] || f_policy=cms
	judged "$f_name" $n.sig $f_policy $f_plain $f_pack
}

# openssl_forms PERSON
openssl_forms() {
	form cades "$1" detached cades -cades -outform DER
	form attached "$1" attached cades -cades -nodetach -outform DER
	form stream "$1" attached cades -cades -nodetach -stream -outform DER
	form plain "$1" detached plain -outform DER
	form noattr "$1" detached plain -noattr -outform DER
	form 'noattr attached' "$1" attached plain -noattr -nodetach \
	    -outform DER
	form pem "$1" detached cades -cades -outform PEM
	form keyid "$1" detached cades -cades -keyid -outform DER
}

# digests that are not the key's own
openssl_digests() {
	for md in sha384 sha512 sha3-256; do
		form "-md $md" rsa detached cades -cades -md $md -outform DER
	done
	for md in sha384 sha512; do
		form "-md $md" p256 detached cades -cades -md $md -outform DER
	done
	form 'PSS' rsa detached cades -cades -keyopt rsa_padding_mode:pss \
	    -outform DER
	form 'PSS, salt 20' rsa detached cades -cades \
	    -keyopt rsa_padding_mode:pss -keyopt rsa_pss_saltlen:20 \
	    -outform DER
}

# the same octets in other clothes
encodings() {
	openssl cms -sign -binary -cades -in doc -signer "$world/p256.pem" \
	    -inkey "$world/p256.key" -outform DER -out e.der
	openssl base64 -A -in e.der -out e.line
	openssl base64 -in e.der -out e.wrapped
	sed 's/$/\r/' e.wrapped >e.crlf
	{ printf '\357\273\277'; cat e.wrapped; } >e.bom
	openssl cms -cmsout -inform DER -in e.der -outform PEM -out e.pem
	sed 's/CMS/PKCS7/' e.pem >e.pkcs7
	sed 's/$/\r/' e.pem >e.pemcrlf
	{ cat e.der; printf '\0\0\n'; } >e.tail
	for e in der line wrapped crlf bom pem pkcs7 pemcrlf tail; do
		verdict "encoding: $e" 0 --content doc e.$e
	done
	{ cat e.der; printf 'more'; } >e.more
	verdict 'encoding: octets behind the end' 5 --content doc e.more
}

# without the certificate inside, and with it in --chain
nocerts() {
	openssl cms -sign -binary -cades -nocerts -in doc -signer \
	    "$world/p256.pem" -inkey "$world/p256.key" -outform DER -out nc
	verdict 'no certificate' 6 --content doc nc
	verdict 'certificate in --chain' 0 --content doc \
	    --chain "$world/p256.pem" nc
	verdict "another's certificate in --chain" 6 --content doc \
	    --chain "$world/p384.pem" nc
}

several() {
	gost=
	! lab_gost || gost="-signer $world/ivanova.pem
	    -inkey $world/ivanova.key"
	openssl cms -sign -cades -binary -in doc \
	    -signer "$world/rsa.pem" -inkey "$world/rsa.key" \
	    -signer "$world/p256.pem" -inkey "$world/p256.key" $gost \
	    -outform DER -out several
	judged 'openssl, several signers' several ades cades detached
	# one of two is not to be trusted: the whole is not
	openssl cms -sign -cades -binary -in doc \
	    -signer "$world/rsa.pem" -inkey "$world/rsa.key" \
	    -signer "$world/stranger.pem" -inkey "$world/stranger.key" \
	    -outform DER -out mixed
	verdict 'one signer is a stranger' 6 --content doc mixed
}

# bc NAME CADES PACKING KINDS PERSON ALGORITHM...: put off to one process
bc() {
	n=$((n + 1))
	printf '%s\t%s\t%s\t%s\n' "$n.bc" "$2" "$3" "$1" >>bc.want
	b_line="$n.bc	doc	$4"
	shift 4
	while [ $# -gt 1 ]; do
		b_line="$b_line	$world/$1	$2"
		shift 2
	done
	printf '%s\n' "$b_line" >>bc.make
}

# bc_forms PERSON ALGORITHM
bc_forms() {
	bc "BC $2 detached" cades detached detached,cades,der $1 $2
	bc "BC $2 attached" cades attached attached,cades $1 $2
	bc "BC $2 stream" cades attached stream,cades $1 $2
	bc "BC $2 noattr" plain detached detached,noattr $1 $2
	bc "BC $2 ski" plain detached detached,ski $1 $2
}

bc_all() {
	bc_forms rsa SHA256withRSA
	bc_forms rsa SHA3-256withRSA
	bc_forms rsa SHA512withRSAandMGF1
	bc_forms pss SHA256withRSAandMGF1
	bc_forms p256 SHA256withECDSA
	bc_forms p256 SHA3-256withECDSA
	bc_forms p384 SHA384withECDSA
	bc_forms p521 SHA512withECDSA
	bc_forms bp256 SHA256withECDSA
	bc_forms ed25519 Ed25519
	bc_forms ed448 Ed448
	bc 'BC counter-signature' cades attached attached,counter,cades \
	    rsa SHA256withRSA p256 SHA256withECDSA
	bc 'BC two signers' cades detached detached,cades \
	    ed25519 Ed25519 p256 SHA256withECDSA
	lab_gost || return
	for who in ivanova notary trader gost256-B gost256-XB; do
		bc_forms $who GOST3411-2012-256WITHECGOST3410-2012-256
	done
	for who in romashka gost512-B gost512-C; do
		bc_forms $who GOST3411-2012-512WITHECGOST3410-2012-512
	done
	bc 'BC counter-signature GOST' cades attached attached,counter,cades \
	    ivanova GOST3411-2012-256WITHECGOST3410-2012-256 \
	    rsa SHA256withRSA
}

bc_results() {
	if ! java_ready; then
		skip BouncyCastle 'no javac or no BouncyCastle'
		return
	fi
	java_run MakeCms <bc.make >bc.out 2>&1
	same 'BouncyCastle made them all' '' "$(cat bc.out)"
	while IFS='	' read -r b_file b_plain b_pack b_name; do
		b_policy=ades
		[ "$b_plain" = cades ] || b_policy=cms
		judged "$b_name" $b_file $b_policy $b_plain $b_pack
	done <bc.want
}

n=0
: >bc.make
: >bc.want
people='rsa p256 p384 p521 bp256'
! lab_gost || people="$people ivanova notary trader romashka gost256-B
    gost256-C gost256-XB gost256-TCB gost256-TCC gost256-TCD gost512-B
    gost512-C"
for who in $people; do
	openssl_forms $who
done
openssl_digests
encodings
nocerts
several
bc_all
bc_results
tap_done
