#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Copyright the podpis authors
# Saved facts: the same report from them, elsewhere; what an edit of them can do
# and cannot; policies in files.
: "${srcdir:=.}"
. "$srcdir/tests/cli/lib.sh"
need jq
key p256
echo doc >doc
"$podpis" sign -q -k "$key" --chain "$world/chain.pem" doc || exit 99

# from_facts NAME CODE ARG...: verify with --save-facts, then judge in another
# directory without the file; text and JSON are the same
from_facts() {
	from_name=$1
	from_code=$2
	shift 2
	rm -rf "$tmp/else"
	mkdir "$tmp/else"
	# shellcheck disable=SC2086
	run verify "$@" --save-facts "$tmp/else/f" $evidence
	first=$out
	same "$from_name" "$from_code" "$code"
	out=$(cd "$tmp/else" && env -i PATH="$PATH" LC_ALL=C.UTF-8 \
		LD_LIBRARY_PATH="${LD_LIBRARY_PATH-}" \
		"$podpis" judge f)
	same "$from_name, again" "$first" "$out"
	# shellcheck disable=SC2086
	run verify --json "$@" --force --save-facts "$tmp/else/f" $evidence
	first=$out
	out=$(cd "$tmp/else" && env -i PATH="$PATH" LC_ALL=C.UTF-8 \
		LD_LIBRARY_PATH="${LD_LIBRARY_PATH-}" \
		"$podpis" judge --json f)
	same "$from_name, again in JSON" "$first" "$out"
}

case $podpis in /*) ;; *) podpis=$PWD/$podpis ;; esac
from_facts "detached" 0 doc doc.sig
like "the report says where the digests are from" 'digests_from":"facts"' \
	"$(cd "$tmp/else" && "$podpis" judge --json f)"
mv "$tmp/else/f" facts

"$podpis" sign -q -k "$key" --attached --chain "$world/chain.pem" doc || exit 99
from_facts "attached" 0 doc.p7m
echo '<a/>' >x.xml
"$podpis" sign -q -k "$key" -F xades x.xml || exit 99
from_facts "enveloped" 0 x.signed.xml
"$podpis" sign -q -k "$key" -F xades --detached doc || exit 99
from_facts "detached XML, its document beside it" 0 doc.xades.xml
echo other >other
from_facts "another document" 5 --content other doc.sig
mv "$tmp/else/f" broken
from_facts "at another time" 6 --at 2050-01-01 doc.sig

# shellcheck disable=SC2086
exits "facts are not overwritten" 3 verify --save-facts facts $evidence doc
exits "one signature file at a time" 2 verify --save-facts f2 $evidence \
	doc.p7m x.signed.xml
exits "later" 6 judge --at 2050-01-01 facts
exits "by plainer rules" 0 judge --policy cms facts
key rsa
exits "with the recorded anchors" 0 judge facts
like "with the recorded anchors: whose they are" \
	'by the trust anchors that were saved' "$out"
exits "with the same anchors given" 0 judge --trust "$world/roots.pem" facts
like "with the same anchors given: whose they are" \
	'leads to an authority that you trust' "$out"
exits "with other anchors" 6 judge --trust "$key" facts
exits "a level that is not there" 7 judge --level b-t facts
exits "no facts" 4 judge doc
exits "no file" 3 judge nothing

# edit FILTER: facts with something changed, in "edited"
edit() {
	jq -c "$1" facts >edited
}
first='.signature |= (.[0:-8] + (if .[-8:-7] == "A" then "B" else "A" end) + .[-7:])'
edit "$first"
exits "a changed signature" 5 judge edited
edit '.documents[0].digests.sha256 = ("A" * 43 + "=")'
exits "a changed digest" 5 judge edited
edit '.documents[0].digests = {}'
exits "no digest" 6 judge edited
edit '.anchors = []'
exits "no anchors" 6 judge edited
edit '.crls = []'
exits "no revocation lists" 6 judge edited
edit '.certificates = []'
exits "the chain is in the signature" 0 judge edited
edit '.crls |= map(.[0:-8] + (if .[-8:-7] == "A" then "B" else "A" end) + .[-7:])'
exits "changed revocation lists" 6 judge edited
jq -c '.documents[0].digests = ($good[0].documents[0].digests)' \
	--slurpfile good facts broken >edited
exits "the digest is the caller's word" 0 judge edited
edit '.verdict = "TOTAL-PASSED"'
exits "a conclusion among the facts" 4 judge edited
like "it is named" 'unknown key "verdict"' "$err"
edit '.schema = "podpis-facts/2"'
exits "another schema" 4 judge edited
edit '.documents[0].digests.sha256 = "AAAA"'
exits "a digest of no such length" 4 judge edited
edit '.signature = "no base64"'
exits "no base64" 4 judge edited
edit '.time = "yesterday"'
exits "no time" 4 judge edited
head -c 1000 facts >edited
exits "half of it" 4 judge edited

# ---- policies
policy() {
	printf '%s\n' "$1" >rules.json
}
policy '{"name":"mine","base":"ades"}'
exits "a policy in a file" 0 judge --policy ./rules.json facts
like "the report names it" 'by the rules "mine"' "$out"
# shellcheck disable=SC2086
run verify $evidence --policy ./rules.json --save-facts facts2 doc.sig
first=$out
rm rules.json
out=$("$podpis" judge facts2)
same "facts hold the policy" "$first" "$out"
policy '{"name":"mine","algorithms":{"sha256":"never"}}'
exits "an algorithm that is not trusted" 6 judge --policy ./rules.json facts
policy '{"name":"mine","algorithms":{"ecdsa:384":"2020-01-01"}}'
exits "a key that is too small" 6 judge --policy ./rules.json facts
policy '{"name":"mine","revocation_max_age":"1s"}'
exits "revocation data that are too old" 6 judge --policy ./rules.json facts
policy '{"name":"mine","level":"b-t"}'
exits "a level" 7 judge --policy ./rules.json facts
for bad in '{"name":"mine","oops":1}' '{"base":"ades"}' '{"name":"ades"}' \
	'{"name":"m","base":"none"}' '{"name":"m","algorithms":{"rot13":null}}' \
	'{"name":"m","algorithms":{"sha256":"soon"}}' '{"name":"m"' '[]' \
	'{"name":"m","revocation_max_age":"long"}' '{"name":"m","level":"z"}' \
	'{"name":"m","name":"n"}' '{"name":"m","signing_certificate":"yes"}'; do
	policy "$bad"
	exits "refused: $bad" 4 judge --policy ./rules.json facts
done
policy '{"name":"mine","oops":1}'
run judge --policy ./rules.json facts
like "an unknown key is named" 'oops' "$err"
exits "no such file" 3 judge --policy ./nothing.json facts
tap_done
