#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Copyright the podpis authors
# shellcheck disable=SC2086
# Content time-stamps of a contract's parties, and what time-stamps prove of
# order and deadline.
: "${srcdir:=.}"
# shellcheck source=tests/cli/lib.sh
. "$srcdir/tests/cli/lib.sh"
need jq
lab_people p256
one=$key
two=$key2
stamp=--content-timestamp
echo lease >lease.txt
echo act >act.txt

# deal OUT ARG...: a contract that nobody has signed
deal() {
	deal_out=$1
	shift
	"$podpis" contract new -q --kind lease --title Lease \
		--party role=lessor,name=Signer \
		--party 'role=lessee,name=Signer 2' --document lease.txt \
		--document act.txt -o "$deal_out" "$@"
}
# status NAME WANT FILE FILTER
status() {
	run contract status --json --online $net "$3"
	same "$1" "$2" "$(printf '%s\n' "$out" | jq -r "$4")"
}
stamps='[.signatures[] | .level, (.timestamps[] | select(.imprint_ok and
	.indication == "PASSED") | .kind)] | join(" ")'
proofs='.contract | [.concluded, (.parties[] | .state, .time_is, .order,
	.deadline, (.not_before != null))] | map(tostring) | join(" ")'

# ---- an order that is proven
for with in xades cades; do
	kind=all-data
	[ $with = xades ] || kind=content
	deal $with.asice --ordered --deadline 2099-01-01T00:00:00Z
	exits "$with: the first" 0 contract sign -q --asic-with $with -k "$one" \
		--level b-t $net $tsa $with.asice
	cp $with.asice half.asice
	sleep 1
	exits "$with: the second, $stamp" 0 contract sign -q --asic-with $with \
		$stamp -k "$two" --level b-t $net $tsa $with.asice
	status "$with: time-stamps" "B-T signature B-T $kind signature" \
		$with.asice "$stamps"
	status "$with: proven" \
		'true signed proven proven proven false signed proven proven proven true' \
		$with.asice "$proofs"
	run contract status --online $net $with.asice
	like "$with: in words" 'lessee.*: signed between .* and .*, as' \
		"$(printf '%s\n' "$out" | tr -s '\n ' ' ')"
done
# half.asice: the second without one
sleep 1
exits "without $stamp" 0 contract sign -q --asic-with cades -k "$two" \
	--level b-t $net $tsa half.asice
status "without $stamp: claimed" \
	'true signed proven proven proven false signed proven claimed proven false' \
	half.asice "$proofs"

# ---- before anything is shown, and only where it can be
deal c.asice
: >"$lab_log"
exits "--dry-run" 0 contract sign --dry-run $stamp -k "$one" $net $tsa c.asice
same "--dry-run asks nobody" 0 "$(asked)"
exits "no authority" 2 contract sign $stamp -k "$one" $net c.asice
exits "a stranger" 2 contract sign $stamp --as tenant -k "$one" $net $tsa \
	c.asice
same "a stranger: nobody is asked" 0 "$(asked)"
cp c.asice before
exits "the authority is gone" 9 contract sign $stamp -k "$one" $net \
	--tsa http://127.0.0.1:9/ c.asice
same "the authority is gone: no card" 0 \
	"$(printf '%s\n' "$err" | grep -c 'Document')"
exits "one that nobody trusts" 9 contract sign $stamp -k "$one" $net \
	--tsa "$lab_url/tsa/tsa2" c.asice
check "nothing was written" cmp before c.asice

# ---- in two steps: the time-stamp is in the state
exits "prepared" 0 contract sign -q --cert "$lab/signer.pem" $stamp $net $tsa \
	--state state --data-out data c.asice
check "the contract is as it was" cmp before c.asice
openssl pkeyutl -sign -inkey "$lab/signer.key" -in data -out value
: >"$lab_log"
exits "completed" 0 complete -q state --signature value --content c.asice
same "completed: nobody is asked" 0 "$(asked)"
status "completed: time-stamped" 'B-B all-data' c.asice "$stamps"
status "completed: not before" true c.asice \
	'.contract.parties[0].not_before != null'
run contract status --online $net c.asice
like "completed: in words" 'signed after .*, as a time-stamp proves, and on' \
	"$(printf '%s\n' "$out" | tr -s '\n ' ' ')"

# ---- a deadline that is proven to be missed: whoever signs by hand
deal short.asice --deadline "$(date -u -d '+3 seconds' +%Y-%m-%dT%H:%M:%SZ)"
exits "in time" 0 contract sign -q --level b-t -k "$one" $net $tsa short.asice
sleep 4
exits "late: refused" 15 contract sign -q $stamp -k "$two" $net $tsa short.asice
exits "late: by hand" 0 add-signer -q $stamp -k "$two" $net $tsa short.asice
status "late: proven" 'false signed proven null proven false late claimed null null true' \
	short.asice "$proofs"
run contract status --online $net short.asice
like "late: in words" 'lessee.*: signed after .* proves, and that is after' \
	"$(printf '%s\n' "$out" | tr -s '\n ' ' ')"

# ---- the portal's layout
for form in deal deal.zip; do
	deal $form --layout portal
	exits "$form: $stamp" 0 contract sign -q $stamp --as lessor -k "$one" \
		$net $tsa $form
	status "$form: one for each document" 'B-B content B-B content' $form \
		"$stamps"
done
exits "plain CMS" 2 contract sign -q $stamp -F cms -k "$two" $net $tsa deal
tap_done
