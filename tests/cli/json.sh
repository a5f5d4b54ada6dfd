#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Copyright the podpis authors
# The JSON report against the contract: keys, their order, types.
: "${srcdir:=.}"
. "$srcdir/tests/cli/lib.sh"
need jq
key p256
echo doc >doc
"$podpis" sign -q -k "$key" --chain "$world/chain.pem" doc || exit 99
key rsa
"$podpis" add-signer -q -k "$key" doc.sig || exit 99
"$podpis" countersign -q -k "$key" --signer 1 doc.sig || exit 99

# keys NAME WANT FILTER: the keys of an object in their order
keys() {
	same "$1" "$2" "$(printf '%s\n' "$out" | jq -r "$3 | keys_unsorted |
		join(\" \")" | sort -u)"
}

top='schema file signature_file format time policy qualification indication exit error signatures timestamps uncovered certificates revocation notes warnings contract digests_from'
# shellcheck disable=SC2086
run verify --json $evidence doc
same "one line" 1 "$(printf '%s\n' "$out" | wc -l)"
same "schema" podpis-report/1 "$(printf '%s\n' "$out" | jq -r .schema)"
same "exit is the exit code" "$code" "$(printf '%s\n' "$out" | jq .exit)"
keys "keys of the report" "$top" .
keys "keys of a signature" 'id parent format level packaging algorithm indication sub_indication digest_ok signature_ok signing_certificate_ok control_code signing_time best_signature_time proven_by valid_until next_level certificate signature_file signer documents timestamps checks' '.signatures[]'
keys "keys of a signer" 'subject common_name inn inn_le snils ogrn ogrnip roles' \
	'.signatures[].signer'
keys "keys of a document" 'name uri element transforms coverage digest_algorithm digest_ok' '.signatures[].documents[]'
keys "keys of a check" 'id status clause detail' '.signatures[].checks[]'
keys "keys of a certificate" 'id subject issuer serial not_before not_after' \
	'.certificates[]'
keys "keys of revocation" 'certificate source status this_update next_update revoked_at reason' \
	'.revocation[]'

# true NAME FILTER
true_() {
	same "$1" true "$(printf '%s\n' "$out" | jq "$2")"
}
true_ "ids and parents" \
	'[.signatures[] | [.id, .parent]] == [["S-1", null], ["S-1.1", "S-1"],
	["S-2", null]] or ([.signatures[] | [.id, .parent]] | length == 3)'
true_ "times are RFC 3339" '[.time, .signatures[].signing_time,
	.signatures[].best_signature_time, .certificates[].not_before,
	.certificates[].not_after, .revocation[].this_update] |
	all(test("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z$"))'
true_ "words of the contract" '[.signatures[] |
	([.format] | inside(["cms", "cades"])) and
	([.packaging] | inside(["detached", "attached", "counter"])) and
	([.checks[].status] | unique | inside(["passed", "failed",
	"indeterminate", "skipped", "warning"]))] | all'
true_ "certificates are named by their id" \
	'[.signatures[].certificate] - [.certificates[].id] == []'
true_ "revocation names certificates" \
	'[.revocation[].certificate] - [.certificates[].id] == []'
true_ "Russian numbers of the first signer" \
	'.signatures[] | select(.id == "S-1") | .signer |
	.inn == "770987654347" and .snils == "11223344595" and .ogrn == null'
true_ "no error" '.error == null and .indication == "TOTAL-PASSED"'
true_ "a digest algorithm" \
	'.signatures[0].documents[0].digest_algorithm == "SHA-256"'

english=$out
# shellcheck disable=SC2086
run --lang ru verify --json $evidence doc
same "the same in Russian" \
	"$(printf '%s\n' "$english" | jq -c 'del(.time, .signatures[].best_signature_time)')" \
	"$(printf '%s\n' "$out" | jq -c 'del(.time, .signatures[].best_signature_time)')"

for bad in nothing "$world/p256.pem"; do
	run verify --json "$bad"
	keys "keys of the report on exit $code" "$top" .
	true_ "error and nothing else on exit $code" \
		'(.error | keys_unsorted == ["code", "message"]) and
		.indication == null and .signatures == []'
	same "exit in the report" "$code" "$(printf '%s\n' "$out" | jq .exit)"
done
run verify --json --content nothing doc.sig
keys "keys of the report without --content" "$top" .
same "absent --content is 3" 3 "$(printf '%s\n' "$out" | jq .exit)"

# octets that are no UTF-8 become U+FFFD
name=$(printf 'a\377b')
cp doc.sig "$name"
run verify --json --content doc "$name"
true_ "a name that is no UTF-8" '.signature_file == "a\ufffdb"'

for policy in ades cms 63fz eidas; do
	run verify --json --policy $policy doc
	true_ "policy $policy" ".policy == \"$policy\""
done
run verify --json --at 2030-01-02T03:04:05+03:00 doc
true_ "--at" '.time == "2030-01-02T00:04:05Z"'
for cmd in "show --json doc.sig" "show --json $world/p256.pem" \
	"show --json $world/crl/int-ec.crl" "token list --json" \
	"cert list --json $world/chain.pem" "cert show --json $world/rsa.pem"; do
	# shellcheck disable=SC2086
	run $cmd
	same "JSON of: ${cmd%%/*}" 0 "$(printf "%s\n" "$out" | jq -e . >/dev/null; echo $?)"
done
tap_done
