#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Copyright the podpis authors
# shellcheck disable=SC2086
#
# What we sign, others verify: algorithm x packaging x checker (openssl cms,
# BouncyCastle). Each algorithm that we sign with has a checker at least.
: "${srcdir:=.}"
# shellcheck source=tests/interop/interop.sh
. "$srcdir/tests/interop/interop.sh"
printf 'I let you the flat in the Sadovaya street.\n' >doc
printf 'I let you the flat in the Sadowaya street.\n' >other

# by_openssl NAME FILE OPTIONS...
by_openssl() {
	o_name=$1 o_file=$2
	shift 2
	check "$o_name: openssl" openssl cms -verify -binary $theirs \
	    -in "$o_file" "$@" -out seen
	cmp -s seen doc || not_ok "$o_name: openssl sees the document"
}

# by_bc NAME WANT FILE [CONTENT]: BouncyCastle, all in one process at the end.
# (A signature added later goes last, so that its set is not in DER's order.)
by_bc() {
	printf '%s\t%s\t%s\n' "$3" "$1" "$2" >>bc.want
	printf '%s%s\n' "$3" "${4:+	$4}" >>bc.list
}

bc_results() {
	if ! java_ready; then
		skip BouncyCastle 'no javac or no BouncyCastle'
		return
	fi
	java_run CheckCms <bc.list >bc.out 2>&1
	while IFS='	' read -r b_file b_name b_want; do
		b_have=$(grep -F " $b_file " bc.out)
		case $b_have in
		"OK $b_file $b_want"*) ok "$b_name: BouncyCastle" ;;
		*) not_ok "$b_name: BouncyCastle" "$b_have" ;;
		esac
	done <bc.want
}

# run_podpis NAME ARGUMENTS...: a test: it succeeds
run_podpis() {
	r_name=$1
	shift
	check "$r_name" "$podpis" "$@" </dev/null
}

# sign NAME PERSON OUT OPTIONS...: doc
sign() {
	s_name=$1 s_who=$2 s_out=$3
	shift 3
	run_podpis "$s_name: sign" sign --no-input -q -o "$s_out" \
	    -k "$world/$s_who.key" -c "$world/$s_who.pem" "$@" doc
}

# one NAME PERSON FILE CHECKERS PACKING OPTIONS: one cell of the matrix
one() {
	c_name="$1 $5" c_file=$3.$5 c_policy=ades c_cades=1
	c_doc='--content doc' c_other='--content other' c_bad=$c_file
	case $5 in
	detached) c_sign='' c_ossl='-inform DER -cades -content doc' ;;
	pem) c_sign=--pem c_ossl='-inform PEM -cades -content doc' ;;
	cms)
		c_sign='--format cms' c_ossl='-inform DER -content doc'
		c_policy=cms c_cades=0
		;;
	attached)
		c_sign=--attached c_ossl='-inform DER -cades'
		c_doc='' c_other='' c_bad=$c_file.bad
		;;
	esac
	sign "$c_name" "$2" "$c_file" $c_sign $6
	[ -e "$c_file" ] || return
	case $4 in
	*openssl*) by_openssl "$c_name" "$c_file" $c_ossl ;;
	esac
	case $4,$5 in
	*,pem) ;;
	*bc*) by_bc "$c_name" "signers 1 counters 0 cades $c_cades der" \
	    "$c_file" "${c_doc#--content }" ;;
	esac
	[ $5 != attached ] || sed 's/Sadovaya/Sadowaya/' "$c_file" >"$c_bad"
	verdict "$c_name: ourselves" 0 --policy $c_policy $c_doc "$c_file"
	verdict "$c_name: changed" 5 --policy $c_policy $c_other "$c_bad"
}

# row PERSON CHECKERS [OPTIONS]: one algorithm, each packaging
n=0
row() {
	n=$((n + 1))
	for packing in detached attached pem cms; do
		one "$1${3:+ $3}" "$1" $n "$2" $packing "$3"
	done
}

algorithms() {
	row rsa 'openssl bc'
	row rsa 'openssl bc' '--digest sha384'
	row rsa 'openssl bc' '--digest sha512'
	row rsa 'openssl bc' '--digest sha3-256'
	row rsa 'openssl bc' --pss
	row rsa 'openssl bc' '--pss --digest sha512'
	row pss 'openssl bc'
	row rsa3072 'openssl bc'
	row p256 'openssl bc'
	row p256 bc '--digest sha3-256'
	row p384 'openssl bc'
	row p521 'openssl bc'
	row bp256 'openssl bc'
	row bp384 'openssl bc'
	row ed25519 bc
	row ed448 bc
	if ! lab_gost; then
		skip GOST 'no GOST engine (libengine-gost-openssl)'
		return
	fi
	for who in ivanova notary trader romashka gost256-B gost256-C \
	    gost256-XB gost512-B gost512-C; do
		row $who 'openssl bc'
	done
	# BouncyCastle has no such parameter sets
	for who in gost256-TCB gost256-TCC gost256-TCD; do
		row $who openssl
	done
}

# properties: each signed attribute is read by the others
properties() {
	printf 'Policy: sign what you have read.\n' >policy.txt
	full="--role landlord --role owner --commitment origin --country RU
	    --region Moskva --city Moskva --postal-code 101000
	    --policy-id 1.2.3.4.5 --policy-file policy.txt
	    --chain $world/ca/int-rsa.pem"
	sign 'all properties' rsa full.sig --mime text/plain $full
	by_openssl 'all properties' full.sig -inform DER -cades -content doc
	by_bc 'all properties' 'signers 1 counters 0 cades 1 der' full.sig doc
	verdict 'all properties: ourselves' 0 --content doc full.sig
}

# several: parallel signatures and counter-signatures, also on foreign files
several() {
	second=p256 third=rsa
	! lab_gost || third=ivanova
	for kind in detached attached foreign; do
		f=many.$kind
		content='-content doc' given='--content doc'
		case $kind in
		detached) sign "$kind" rsa $f ;;
		attached)
			sign "$kind" rsa $f --attached
			content='' given=''
			;;
		foreign) openssl cms -sign -cades -binary -in doc -signer \
		    "$world/rsa.pem" -inkey "$world/rsa.key" -outform DER \
		    -out $f ;;
		esac
		for who in $second $third; do
			run_podpis "$kind: add $who" add-signer --no-input -q \
			    -k "$world/$who.key" -c "$world/$who.pem" \
			    $given $f
		done
		by_openssl "$kind: three signers" $f -inform DER -cades \
		    $content
		cp $f $f.three
		by_bc "$kind: three signers" 'signers 3 counters 0 cades 3' \
		    $f.three ${given#--content }
		verdict "$kind: three signers: ourselves" 0 $given $f
		same "$kind: three in the report" 3 "$(signatures)"
		for id in 1 1.1 3; do
			run_podpis "$kind: countersign $id" countersign \
			    --no-input -q --signer $id -k "$world/p384.key" \
			    -c "$world/p384.pem" $f
		done
		by_openssl "$kind: countersigned" $f -inform DER -cades \
		    $content
		by_bc "$kind: countersigned" \
		    'signers 3 counters 3 cades 6' $f ${given#--content }
		verdict "$kind: countersigned: ourselves" 0 $given $f
		same "$kind: six in the report" 6 "$(signatures)"
	done
}

# resigned: openssl adds its signer to what we made
resigned() {
	sign 'to be resigned' p256 mine.p7m --attached
	check 'openssl cms -resign' openssl cms -resign -cades -binary \
	    -in mine.p7m -inform DER -signer "$world/rsa.pem" \
	    -inkey "$world/rsa.key" -outform DER -out both.p7m
	by_openssl resigned both.p7m -inform DER -cades
	verdict 'resigned: ourselves' 0 both.p7m
	same 'resigned: two in the report' 2 "$(signatures)"
}

# converted: the document goes in and out again, without any key
converted() {
	run_podpis 'attached: convert to detached' convert --detached \
	    -o many.bare many.attached
	for kind in detached foreign bare; do
		f=many.$kind
		run_podpis "$kind: convert to attached" convert \
		    --attached --content doc -o $f.in $f
		run_podpis "$kind: and to detached again" convert --detached \
		    -o $f.out $f.in
		run_podpis "$kind: extract" extract -q -o $f.doc $f.in
		check "$kind: the document comes out" cmp $f.doc doc
		by_openssl "$kind: attached" $f.in -inform DER -cades
		by_openssl "$kind: detached" $f.out -inform DER -cades \
		    -content doc
		by_bc "$kind: attached" 'signers 3 counters 3 cades 6' $f.in
		by_bc "$kind: detached" 'signers 3 counters 3 cades 6' $f.out \
		    doc
		verdict "$kind: attached: ourselves" 0 $f.in
		verdict "$kind: detached: ourselves" 0 --content doc $f.out
	done
}

: >bc.list
: >bc.want
algorithms
properties
several
converted
resigned
bc_results
tap_done
