#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Copyright the podpis authors
#
# The lab's authorities answer as they should, and wrongly where they should:
# judged by openssl ts, ocsp and crl, which know nothing of ours.
: "${srcdir:=.}"
# shellcheck source=tests/lib/tap.sh
. "$srcdir/tests/lib/tap.sh"
# shellcheck source=tests/lab/lab.sh
. "$srcdir/tests/lab/lab.sh"
lab_world
cd "$tmp" || exit 99
echo 'lease of a flat' >doc
now=1800000000
# openssl ocsp compares a status with the system's clock
ever=2000000000

# verdict COMMAND...: the last line of what openssl says of an answer, with
# its reason where there is one
verdict() {
	"$@" >out 2>&1 || :
	reason=$(sed -n 's/.*:error:[^:]*:[^:]*:[^:]*:\([^:]*\):.*/\1/p' out |
		tail -1)
	echo "${reason:-$(grep -E 'Verification|verify OK|^resp|^[a-z.0-9]*: ' \
		out | head -1)}"
}

# tsa_verdict OPTION...: of the answer to a fresh request
tsa_verdict() {
	"$authority" tsa "$lab" --time "$now" "$@" <req >resp
	verdict openssl ts -verify -queryfile req -in resp -attime "$now" \
	    -CAfile "$lab/roots.pem" -untrusted "$lab/chain.pem"
}

tsa_wants() {
	while read -r fault want; do
		same "$kind: time-stamp, $fault" "$want" \
		    "$(tsa_verdict --fault "$fault")"
	done <<-END
	wrong-nonce nonce mismatch
	no-nonce nonce not returned
	wrong-imprint message imprint mismatch
	wrong-imprint-alg message imprint mismatch
	bad-signature signature failure
	other-ess ess cert id wrong order
	no-cert signer certificate not found
	eku-none certificate verify error
	eku-plain certificate verify error
	eku-more certificate verify error
	expired certificate verify error
	not-yet certificate verify error
	stranger certificate verify error
	two-signers there must be one signer
	rejection no time stamp token
	END
}

# ocsp_verdict ID OPTION...: signature, then status
ocsp_verdict() {
	id=$1
	issuer=$(awk -v id="$id" '$1 == id { print $2 }' "$lab/authorities")
	shift
	openssl ocsp -issuer "$lab/$issuer.pem" -cert "$lab/$id.pem" \
	    -reqout oreq >log 2>&1
	"$authority" ocsp "$lab" --time "$now" "$@" <oreq >oresp
	openssl ocsp -issuer "$lab/$issuer.pem" -cert "$lab/$id.pem" \
	    -no_nonce -respin oresp -attime "$now" -validity_period $ever \
	    -CAfile "$lab/roots.pem" -verify_other "$lab/chain.pem" \
	    >out 2>&1 || :
	reason=$(sed -n 's/.*:error:[^:]*:[^:]*:[^:]*:\([^:]*\):.*/\1/p' out |
		tail -1)
	[ -n "$reason" ] || reason=$(sed -n \
	    -e 's/^Responder Error: //p' -e "s,^$lab/$id.pem: ,,p" \
	    out | head -1)
	echo "$reason"
}

# nonce_verdict OPTION...: the same for a request with a nonce
nonce_verdict() {
	openssl ocsp -issuer "$lab/ca.pem" -cert "$lab/signer.pem" -nonce \
	    -reqout oreq >log 2>&1
	"$authority" ocsp "$lab" --time "$now" "$@" <oreq >oresp
	openssl ocsp -reqin oreq -respin oresp -attime "$now" \
	    -CAfile "$lab/roots.pem" -verify_other "$lab/chain.pem" 2>&1 |
	    grep -E '^(Nonce|Response|WARNING)' | head -1
}

# stale and future answers are left to the unit test
ocsp_wants() {
	while read -r id fault want; do
		same "$kind: OCSP of $id, $fault" "$want" \
		    "$(ocsp_verdict "$id" ${fault:+--fault "$fault"})"
	done <<-END
	signer good good
	signer revoked revoked
	signer unknown unknown
	signer expired certificate verify error
	signer unauthorised root ca not trusted
	signer stranger root ca not trusted
	signer bad-signature signature failure
	signer no-cert signer certificate not found
	signer try-later trylater (3)
	signer malformed malformedrequest (1)
	signer wrong-id ERROR: No Status found.
	ca good good
	END
	same "$kind: OCSP, nonce" 'Response verify OK' "$(nonce_verdict)"
	same "$kind: OCSP, no nonce" 'WARNING: no nonce in response' \
	    "$(nonce_verdict --fault no-nonce)"
	same "$kind: OCSP, wrong nonce" 'Nonce Verify error' \
	    "$(nonce_verdict --fault wrong-nonce)"
}

# crl_has ISSUER ID OPTION...: is the certificate on the CRL?
crl_has() {
	issuer=$1 id=$2
	shift 2
	serial=$(openssl x509 -in "$lab/$id.pem" -noout -serial)
	"$authority" crl "$lab" "$issuer" --time "$now" "$@" >crl
	openssl crl -inform DER -in crl -noout -text \
	    -CAfile "$lab/$issuer.pem" >out 2>&1 || :
	grep -q '^verify OK' out || {
		echo 'bad signature'
		return
	}
	grep -q "Serial Number: ${serial#serial=}\$" out && echo yes || echo no
}

crl_wants() {
	"$authority" revoke "$lab" signer2 $((now + 100)) 1
	same "$kind: CRL before a revocation" no "$(crl_has ca signer2)"
	now=$((now + 200))
	same "$kind: CRL after it" yes "$(crl_has ca signer2)"
	same "$kind: delta CRL" yes \
	    "$(crl_has ca signer2 --base $((now - 150)))"
	same "$kind: delta CRL, an older change" no \
	    "$(crl_has ca signer2 --base $((now - 50)))"
	same "$kind: CRL, bad signature" 'bad signature' \
	    "$(crl_has ca signer2 --fault bad-signature)"
	same "$kind: CRL of another" 'bad signature' \
	    "$(crl_has ca signer2 --fault other-issuer)"
	same "$kind: OCSP of the same" revoked "$(ocsp_verdict signer2)"
	same "$kind: revoked on the indirect CRL" yes \
	    "$(crl_has crl-issuer signer2 --flag indirect)"
	"$authority" crl "$lab" ca --time "$now" --flag pem >crl.pem
	"$authority" crl "$lab" root --time "$now" --flag pem >>crl.pem
	same "$kind: the verifier takes the CRL" 'certificate revoked' "$(
		openssl verify -x509_strict -crl_check_all -CRLfile crl.pem \
		    -CAfile "$lab/root.pem" -untrusted "$lab/ca.pem" \
		    -attime "$now" "$lab/signer2.pem" 2>&1 |
		    sed -n 's/.* lookup: //p')"
	same "$kind: and lets another pass" "$lab/signer.pem: OK" "$(
		openssl verify -x509_strict -crl_check_all -CRLfile crl.pem \
		    -CAfile "$lab/root.pem" -untrusted "$lab/ca.pem" \
		    -attime "$now" "$lab/signer.pem" 2>&1)"
}

for kind in rsa p256 gost256 gost512 ed25519; do
	lab=$tmp/$kind
	now=1800000000
	case $kind in
	gost256) digest=-md_gost12_256 ;;
	gost512) digest=-md_gost12_512 ;;
	*) digest=-sha256 ;;
	esac
	case $kind in
	gost*) lab_gost || {
		skip "$kind" 'no GOST engine (libengine-gost-openssl)'
		continue
	} ;;
	esac
	check "$kind: a world" "$authority" new "$lab" "$kind" \
	    --url http://lab.example
	cat "$lab/root.pem" "$lab/root2.pem" >"$lab/roots.pem"
	cat "$lab/ca.pem" "$lab/ca2.pem" >"$lab/chain.pem"
	openssl ts -query -data doc -cert "$digest" -out req >log 2>&1
	same "$kind: time-stamp" 'Verification: OK' "$(tsa_verdict)"
	same "$kind: time-stamp of another TSA" 'Verification: OK' \
	    "$(tsa_verdict --id tsa2 --policy 1.2.3.9 --flag ordering \
		--flag name)"
	tsa_wants
	ocsp_wants
	crl_wants
done

# the test world has authorities too
lab=$world
for tsa in tsa ec-tsa gost-tsa; do
	[ -e "$world/$tsa.pem" ] || continue
	openssl ts -query -data doc -cert -sha256 -out req >log 2>&1
	cp -R "$world" "$tmp/$tsa" && lab=$tmp/$tsa
	same "the test world: $tsa" 'Verification: OK' \
	    "$(tsa_verdict --id "$tsa")"
	same "the test world: $tsa, revoked" 'Verification: OK' \
	    "$(tsa_verdict --id "$tsa" --fault revoked)"
done
for id in revoked:revoked p256:good gost-revoked:revoked ivanova:good; do
	[ -e "$world/${id%:*}.pem" ] || continue
	issuer=$(awk -v id="${id%:*}" '$1 == id { print $2 }' \
		"$world/authorities")
	openssl ocsp -issuer "$world/ca/$issuer.pem" \
	    -cert "$world/${id%:*}.pem" -reqout oreq >log 2>&1
	"$authority" ocsp "$lab" --time "$now" <oreq >oresp
	same "the test world: OCSP of ${id%:*}" "${id#*:}" "$(
		openssl ocsp -issuer "$world/ca/$issuer.pem" \
		    -cert "$world/${id%:*}.pem" -no_nonce -respin oresp \
		    -validity_period $ever -CAfile "$world/roots.pem" -verify_other "$world/chain.pem" \
		    -attime "$now" 2>&1 | sed -n "s,^$world/[^:]*: ,,p")"
done

check 'every fault has a name and a text' sh -c \
    "'$authority' faults | awk 'NF < 3 { exit 1 }'"
"$authority" tsa "$lab" --fault nonsense <req >out 2>&1
same 'an unknown fault is refused' 1 $?
"$authority" tsa "$lab" <doc >resp
same 'a request that is none is rejected' \
    'the data submitted has the wrong format' "$(
	openssl ts -reply -in resp -text 2>/dev/null |
	    sed -n 's/^Failure info: *//p')"
tap_done
