#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Copyright the podpis authors
#
# The test world is what it says: openssl's verifier, which knows nothing of
# ours, judges each person in it.
: "${srcdir:=.}"
# shellcheck source=tests/lib/tap.sh
. "$srcdir/tests/lib/tap.sh"
# shellcheck source=tests/lab/lab.sh
. "$srcdir/tests/lab/lab.sh"
lab_world
cd "$world" || exit 99

# want NAME RESULT: the verifier's first complaint, or "ok"
want() {
	out=$(openssl verify -x509_strict -CAfile roots.pem \
	    -untrusted chain.pem -CRLfile crls.pem -crl_check_all \
	    -policy_check -attime 1800000000 "$1.pem" 2>&1)
	case $out in
	*": OK") got=ok ;;
	*) got=$(echo "$out" | sed -n 's/^error .* lookup: //p' | head -1) ;;
	esac
	same "$1: $2" "$2" "$got"
}

for n in rsa rsa3072 pss p256 p384 p521 bp256 bp384 ed25519 ed448 org tsa \
    ocsp nousage name-good newkey encipher; do
	want "$n" ok
done
want revoked 'certificate revoked'
want held 'certificate revoked'
want expired 'certificate has expired'
want notyet 'certificate is not yet valid'
want under-nonca 'unable to get local issuer certificate'
want under-revoked 'certificate revoked'
want too-deep 'path length constraint exceeded'
want name-bad 'permitted subtree violation'
want policy-bad 'no explicit policy'
want stranger 'unable to get local issuer certificate'
want false-root 'unable to get local issuer certificate'
if lab_gost; then
	for n in ivanova notary romashka trader gost256-B gost256-C gost256-XB \
	    gost256-TCB gost256-TCC gost256-TCD gost512-B gost512-C gost-tsa \
	    gost-ocsp; do
		want "$n" ok
	done
	want gost-revoked 'certificate revoked'
else
	skip gost 'no GOST engine (libengine-gost-openssl)'
fi
tap_done
