#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Copyright the podpis authors
# Whom one believes: trust list, add, remove, and what verify makes of it.
: "${srcdir:=.}"
. "$srcdir/tests/cli/lib.sh"
key p256
echo doc >doc
"$podpis" sign -q -k "$key" doc || exit 99
evidence="--chain $world/chain.pem --crl $world/crls.pem"
dir=$tmp/home/podpis/trust

exits "nothing is trusted" 0 trust list
like "a hint on how to" '^hint: .*trust add' "$err"
# shellcheck disable=SC2086
exits "nobody is trusted: not confirmed" 6 verify $evidence doc
like "it says how to add somebody" 'trust add' "$out"
exits "add" 0 trust add --yes "$world/trust/root-ec.pem"
like "the fingerprint is shown" 'SHA-256 +([0-9A-F]{4} ){15}' "$out"
print=$(openssl x509 -in "$world/trust/root-ec.pem" -noout -fingerprint \
	-sha256 | sed 's/.*=//; s/://g')
like "it is the right one" "$(echo "$print" | cut -c 1-4) $(echo "$print" |
	cut -c 5-8)" "$out"
same "a file of its name and fingerprint" \
	"Test-Root-EC-$(echo "$print" | cut -c 1-16).pem" "$(files "$dir")"
check "it is PEM that others read" openssl x509 -in "$dir/$(files "$dir")" \
	-noout
# shellcheck disable=SC2086
exits "now it is confirmed" 0 verify $evidence doc
exits "again" 0 trust add --yes "$world/trust/root-ec.pem"
same "once is enough" 1 "$(files "$dir" | wc -w)"
exits "list" 0 trust list
like "it is in the list" 'Test Root EC' "$out"
# shellcheck disable=SC2086
exits "--trust instead of it" 6 verify $evidence \
	--trust "$world/trust/root-ed.pem" doc
exits "several of one file" 0 trust add -y "$world/roots.pem"
exits "a key is no certificate" 4 trust add -y "$world/p256.key"
exits "a file that is absent" 3 trust add -y nothing

count=$(files "$dir" | wc -w)
exits "remove by the fingerprint's beginning" 0 trust remove -y \
	"$(echo "$print" | cut -c 1-8 | tr A-F a-f)"
same "one less" $((count - 1)) "$(files "$dir" | wc -w)"
exits "it is gone" 11 trust remove -y "$print"
exits "remove by name" 0 trust remove -y 'Test Root RSA'
exits "remove by file name" 0 trust remove -y \
	"$(files "$dir" | tr ' ' '\n' | grep Ed25519)"
exits "too few digits" 11 trust remove -y ab
mkdir -p "$dir/sub"
echo garbage >"$dir/notes.txt"
exits "what is no certificate is told, not fatal" 0 trust list
like "told" 'notes.txt' "$err"

# ---- a signer who is trusted himself
key revoked
exits "sign with a revoked key" 0 sign -q -k "$key" -o revoked.sig doc
run verify --json --offline --trust "$world/revoked.pem" --content doc \
	revoked.sig
like "trusted itself: revocation is not said to be passed" \
	'itself a trusted one: whether it was revoked is not asked' "$out"
exits "trusted itself: it holds" 0 verify --offline \
	--trust "$world/revoked.pem" --content doc revoked.sig
exits "trusted itself, and its issuer says that it is revoked" 6 verify \
	--offline --trust "$world/revoked.pem" --chain "$world/chain.pem" \
	--crl "$world/crls.pem" --content doc revoked.sig
like "trusted itself, revoked: said" 'was revoked' "$out"
exits "trusted itself, and its issuer says nothing of it" 0 verify --offline \
	--trust "$world/p256.pem" --chain "$world/chain.pem" \
	--crl "$world/crls.pem" doc

# ---- the configuration file
conf=$tmp/podpis.conf
PODPIS_CONFIG=$conf
export PODPIS_CONFIG
cp "$world/trust/root-ec.pem" "$world/chain.pem" "$world/crls.pem" "$tmp/"
printf 'trust = root-ec.pem\nchain = chain.pem\ncrl = crls.pem\n' >"$conf"
rm -r "$dir"
exits "anchors, certificates and CRLs from the configuration" 0 verify doc
echo 'policy = nonsense' >>"$conf"
exits "a policy that is none" 2 verify doc

# a name that plays tricks stays in its directory
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
	-keyout "$tmp/k" -out "$tmp/c" -subj '/CN=..\/..\/evil' 2>/dev/null
exits "a name with slashes" 0 trust add -y "$tmp/c"
same "it stays inside" 1 "$(find "$tmp/home" -name '*evil*' -path "$dir/*" |
	wc -l)"
tap_done
