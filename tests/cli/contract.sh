#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Copyright the podpis authors
# Contracts with parties: made, signed, shown; and whoever may not sign.
: "${srcdir:=.}"
# shellcheck source=tests/cli/lib.sh
. "$srcdir/tests/cli/lib.sh"
need jq python3
key rsa
rsa=$key
key p256
petrov=$key
key org
org=$key
key p384
stranger=$key
printf 'Rent: 50 000\n' >lease.txt
printf 'Act\n' >act.txt
lessor='role=lessor,name=Robert RSA'
lessee='role=lessee,name=Петров,inn=770987654347'

# edit IN OUT NAME [TEXT]: that entry becomes this text; goes without one
edit() {
	python3 - "$@" <<'EOF'
import sys, zipfile
old, new, name = sys.argv[1:4]
text = sys.argv[4] if len(sys.argv) > 4 else None
with zipfile.ZipFile(old) as a, zipfile.ZipFile(new, "w") as b:
    for i in a.infolist():
        if i.filename != name:
            b.writestr(i, a.read(i), i.compress_type)
        elif text is not None:
            b.writestr(i, text, i.compress_type)
    if text is not None and name not in a.namelist():
        b.writestr(zipfile.ZipInfo(name, (2026, 11, 21, 10, 0, 0)), text)
EOF
}
# make OUT ARG...: the usual contract
make_one() {
	made=$1
	shift
	"$podpis" contract new -q --kind lease --title 'Flat 17' \
		--party "$lessor" --party "$lessee" --document lease.txt \
		--document act.txt -o "$made" "$@"
}
# about FILE JQ: what status says as JSON
about() {
	# shellcheck disable=SC2086
	run contract status --json $evidence "$1"
	printf '%s\n' "$out" | jq -r ".contract | $2"
}
states='[.parties[].state] | join(" ")'

# ---- one that is made wrong
new() {
	new_name=$1
	new_code=$2
	new_says=$3
	shift 3
	rm -f wrong.asice
	exits "new: $new_name" "$new_code" contract new -o wrong.asice "$@"
	like "new: $new_name: said" "$new_says" "$err"
	check "new: $new_name: nothing was made" [ ! -e wrong.asice ]
}
lease="--kind lease --title t --document lease.txt"
# shellcheck disable=SC2086
{
	new "INN mistyped" 2 'inn: .*mistyped' $lease \
		--party role=lessor,inn=770987654348 --party role=lessee
	new "INN too short" 2 'inn: want 10 or 12 digits' $lease \
		--party role=lessor,inn=77098765 --party role=lessee
	new "SNILS mistyped" 2 'snils: .*mistyped' $lease \
		--party role=lessor,snils=112-233-445-96 --party role=lessee
	new "OGRN mistyped" 2 'ogrn: .*mistyped' $lease \
		--party role=lessor,ogrn=1027700000018 --party role=lessee
	new "no lessee" 2 'wants a party with the role lessee' $lease \
		--party role=lessor
	new "a role twice" 2 'two parties' $lease --party role=lessor \
		--party role=lessor --party role=lessee
	new "an unknown field" 2 'phone=1' $lease --party phone=1
	new "a field twice" 2 'each once' $lease --party role=a,role=b
	new "a deadline that is over" 2 'deadline is over' $lease \
		--party role=lessor --party role=lessee --deadline 2020-01-01
	new "no time" 2 'such as' $lease --party role=a --deadline soon
	new "an unknown kind" 2 'want lease' --kind gift --title t \
		--document lease.txt --party role=a
	new "an unknown layout" 2 'no layout' $lease --party role=a \
		--layout box
	new "no document" 2 'which document' --title t --party role=a
	new "no party" 2 'who must sign' --title t --document lease.txt
	new "no title" 2 'called' --party role=a --document lease.txt
	new "a document twice" 2 'two documents' $lease --party role=lessor \
		--party role=lessee --document lease.txt
	new "a document that is not there" 3 'gone.txt' $lease \
		--party role=lessor --party role=lessee --document gone.txt
	mkdir sub
	echo '{}' >sub/contract.json
	new "a document of the description's name" 2 'cannot be named' \
		$lease --party role=lessor --party role=lessee \
		--document sub/contract.json
}

# ---- from the first to the last signature
exits "new" 0 contract new --kind lease --title 'Flat 17' --party "$lessor" \
	--party "$lessee" --document lease.txt --document act.txt -o c.asice
exits "new: it exists" 3 contract new --kind lease --title 'Flat 17' \
	--party "$lessor" --party "$lessee" --document lease.txt -o c.asice
exits "nobody has signed" 8 contract status c.asice
like "nobody has signed: said" 'NOT CONCLUDED' "$out"
same "nobody has signed: JSON" 'missing missing' "$(about c.asice "$states")"
exits "verify says so, too" 8 verify c.asice
cp c.asice none.asice
exits "dry run" 0 contract sign --dry-run -k "$rsa" c.asice
like "dry run: the card" 'Flat 17' "$err"
like "dry run: the documents" 'act.txt' "$err"
like "dry run: the control code" '[0-9A-Z]{4}-[0-9A-Z]{4}' "$err"
check "dry run: nothing has changed" cmp -s c.asice none.asice
exits "the first signs" 0 contract sign -k "$rsa" c.asice
# shellcheck disable=SC2086
{
	exits "one is missing" 8 contract status $evidence c.asice
	like "one is missing: said" '^  - lessee, Петров: has not signed' "$out"
	same "one is missing: JSON" 'signed missing' \
		"$(about c.asice "$states")"
	cp c.asice half.asice
	exits "the second signs, elsewhere" 0 contract sign -k "$petrov" \
		-o done.asice c.asice
	check "the first file is as it was" cmp -s c.asice half.asice
	exits "concluded" 0 contract status $evidence done.asice
	like "concluded: said" '"Flat 17": CONCLUDED' "$out"
	exits "concluded, by verify" 0 verify $evidence done.asice
	like "concluded: verify says so" '"Flat 17": CONCLUDED' "$out"
	exits "concluded, in Russian" 0 --lang ru contract status $evidence \
		done.asice
	exits "nobody is trusted" 6 contract status done.asice
}
same "concluded: JSON" 'true signed signed' "$(about done.asice \
	'[.concluded, .parties[].state] | join(" ")')"
same "the digest of the description" \
	"$(unzip -p done.asice contract.json | sha256sum | cut -d' ' -f1)" \
	"$(about done.asice .description.digest)"
same "the keys" 'schema layout kind title description created deadline ordered concluded documents unlisted parties others remarks' \
	"$(about done.asice 'keys_unsorted | join(" ")')"
same "the keys of a party" 'role name state signature signer time time_is not_before order deadline detail' \
	"$(about done.asice '.parties[0] | keys_unsorted | join(" ")')"
same "the keys of a document" 'name size digest_algorithm digest state' \
	"$(about done.asice '.documents[0] | keys_unsorted | join(" ")')"
# shellcheck disable=SC2086
run verify --json $evidence done.asice
same "role and commitment are signed" 'lessor lessee' "$(printf '%s\n' "$out" |
	jq -r '[.signatures[].signer.roles[0]] | join(" ")')"
like "proof of approval" 'proofOfApproval|ProofOfApproval' \
	"$(unzip -p done.asice 'META-INF/signatures001.xml')"

# ---- who may not sign
# refused NAME CODE WHAT FILE ARG...
refused() {
	refused_name=$1
	refused_code=$2
	refused_says=$3
	refused_file=$4
	shift 4
	cp "$refused_file" before
	exits "$refused_name" "$refused_code" contract sign "$@" "$refused_file"
	like "$refused_name: said" "$refused_says" "$err"
	check "$refused_name: nothing has changed" cmp -s "$refused_file" before
}
refused "a stranger" 11 'is no party' half.asice -k "$stranger"
refused "twice" 15 'has a signature' half.asice -k "$rsa"
refused "after all" 15 'has a signature' done.asice -k "$petrov"
refused "in another's role" 11 'does not fit the party "lessee"' none.asice \
	-k "$rsa" --as lessee
refused "in a role that is not" 2 'no party with the role' none.asice \
	-k "$rsa" --as witness
refused "with --format" 2 'do not go with' none.asice -k "$rsa" -F cades
refused "no contract" 4 'contract' lease.txt -k "$rsa"

make_one turn.asice --ordered
refused "out of turn" 15 'not the turn of "lessee"' turn.asice -k "$petrov"
exits "in turn" 0 contract sign -q -k "$rsa" turn.asice
exits "in turn, the second" 0 contract sign -q -k "$petrov" turn.asice
# shellcheck disable=SC2086
exits "in turn: concluded" 0 contract status $evidence turn.asice
same "in turn, as they claim" 'proven claimed' \
	"$(about turn.asice '[.parties[].order] | join(" ")')"

make_one late.asice --deadline "$(date -u -d '+2 seconds' +%Y-%m-%dT%H:%M:%SZ)"
exits "before the deadline" 0 contract sign -q -k "$rsa" late.asice
sleep 3
refused "after the deadline" 15 'the deadline was' late.asice -k "$petrov"
# shellcheck disable=SC2086
exits "the deadline is over" 8 contract status $evidence late.asice
like "the deadline is over: said" 'has not signed, and the deadline is over' \
	"$out"

"$podpis" contract new -q --title t --party 'role=a,pattern=*' \
	--party 'role=b,pattern=Robert*' --document lease.txt -o two.asice
refused "fits two" 11 'as whom' two.asice -k "$rsa"
exits "fits two, and says which" 0 contract sign -q -k "$rsa" --as b two.asice
same "fits two: the one" 'missing signed' "$(about two.asice \
	'[.parties[].state] | join(" ")' | sed 's/unconfirmed/signed/')"

# whom a party names is nobody else, and nobody is two without saying so
"$podpis" contract new -q --title t --party role=a --party 'role=b,name=Robert RSA' \
	--document lease.txt -o named.asice
exits "whom a party names" 0 contract sign -q -k "$rsa" named.asice
same "whom a party names: is that one" 'missing signed' "$(about named.asice \
	'[.parties[].state] | join(" ")' | sed 's/unconfirmed/signed/')"
refused "and not anybody then" 15 '"b" has a signature' named.asice -k "$rsa"
"$podpis" contract new -q --title t --party role=a --party role=b \
	--document lease.txt -o anybody.asice
refused "anybody may be anybody" 11 'as whom' anybody.asice -k "$rsa"
exits "anybody says who" 0 contract sign -q -k "$rsa" --as b anybody.asice
refused "and is that one" 15 '"b" has a signature' anybody.asice -k "$rsa"
exits "somebody else is the other" 0 contract sign -q -k "$petrov" anybody.asice

"$podpis" contract new -q --kind telecom --title t \
	--party inn=7700000016,ogrn=1027700000019 --party inn=770987654347 \
	--document lease.txt -o tel.asice
refused "a person for the company" 11 'does not fit' tel.asice \
	-k "$petrov" --as operator
exits "the company" 0 contract sign -q -k "$org" tel.asice
exits "the citizen" 0 contract sign -q -k "$petrov" tel.asice
# shellcheck disable=SC2086
exits "company and citizen" 0 contract status $evidence tel.asice

# ---- the key is elsewhere: a state, and its value later
# later NAME FILE: ./state for that person, sealed; ./value of it
openssl rand -out seal 32
later() {
	later_name=$1
	later_file=$2
	shift 2
	rm -f state data
	cp "$later_file" before
	exits "later: $later_name prepares" 0 contract sign --lang en \
		--cert "$world/$later_name.pem" --state state --data-out data \
		--state-key file:seal "$@" "$later_file"
	check "later: the contract is as it was" cmp -s "$later_file" before
	shown=$(printf '%s\n' "$err" | sed -n 's/^ *Control code *//p')
	later_value "$later_name"
}
later_value() {
	case $1 in
	rsa) set -- "$1" -pkeyopt digest:sha256 ;;
	p384) set -- "$1" ;;
	esac
	later_key=$world/$1.key
	shift
	openssl pkeyutl -sign -inkey "$later_key" "$@" -in data -out value
}
# completed NAME CODE SAYS FILE [ARG]...: ./state with ./value; when that is
# refused nothing is written
completed() {
	completed_name=$1
	completed_code=$2
	completed_says=$3
	completed_file=$4
	shift 4
	cp "$completed_file" before
	exits "later: $completed_name" "$completed_code" complete --lang en \
		state --signature value --state-key file:seal \
		--content "$completed_file" "$@"
	like "later: $completed_name: said" "$completed_says" "$err"
	[ "$completed_code" = 0 ] ||
		check "later: $completed_name: nothing is written" \
			cmp -s "$completed_file" before
}

make_one later.asice
cp later.asice other.asice
later rsa later.asice
like "later: the card" 'Flat 17' "$err"
like "later: the control code" '^[0-9A-Z]{4}-[0-9A-Z]{4}$' "$shown"
cp state first.state
cp value first.value
completed "the first" 0 "$shown" later.asice
# shellcheck disable=SC2086
exits "later: one is missing" 8 contract status $evidence later.asice
same "later: one is missing: JSON" 'signed missing' \
	"$(about later.asice "$states")"
exits "later: elsewhere" 0 complete -q state --signature value \
	--state-key file:seal --content other.asice -o again.asice
check "later: the same octets" cmp -s again.asice later.asice
completed "completed again" 0 "$shown" later.asice
check "later: nothing is added" cmp -s again.asice later.asice
later p256 later.asice
cp later.asice half.later
completed "the second" 0 "$shown" later.asice
# shellcheck disable=SC2086
exits "later: concluded" 0 contract status $evidence later.asice
same "later: the roles" 'lessor lessee' "$("$podpis" verify --json \
	later.asice | jq -r '[.signatures[].signer.roles[0]] | join(" ")')"

# whatever happens in between
completed "another contract" 15 'contract.json is not the document' none.asice
exits "later: the contract is no more" 3 complete state --signature value \
	--state-key file:seal --content gone.asice
completed "no container" 15 'not a container' lease.txt
cp half.later changed.asice
sleep 1 # or it would be the very same signature
exits "later: he signs directly" 0 contract sign -q -k "$petrov" changed.asice
completed "he has signed meanwhile" 15 'has a signature in this' changed.asice
edit half.later changed.asice lease.txt 'Rent: 15 000'
completed "a document was changed" 15 'lease.txt is not the document' \
	changed.asice
edit half.later changed.asice more.txt more
completed "a document was added" 15 'more.txt is none of' changed.asice
edit half.later changed.asice act.txt
completed "a document was taken out" 15 'act.txt, which .* missing' \
	changed.asice
edit half.later changed.asice contract.json "$(unzip -p half.later \
	contract.json | jq -c '.title = "Flat 71"')"
completed "the description was changed" 15 'contract.json is not' \
	changed.asice
cp half.later changed.asice
exits "later: a stranger signs" 0 add-signer -q -k "$stranger" changed.asice
completed "a stranger has signed meanwhile" 0 "$shown" changed.asice
# shellcheck disable=SC2086
exits "later: a stranger changes nothing" 0 contract status $evidence \
	changed.asice
cp value good.value
cp first.value value
completed "the value of another job" 5 'does not verify' half.later
cp good.value value
cp state good.state
cp first.state state
completed "the state of another job" 5 'does not verify' other.asice
jq -c '.container = "AAAA"' good.state >state
completed "the state was edited" 15 'changed' half.later
cp good.state state
exits "later: without the contract" 2 complete state --signature value \
	--state-key file:seal -o never.asice
check "later: nothing was made" [ ! -e never.asice ]
exits "later: without the seal" 15 complete state --signature value \
	--content half.later
make_one brief.asice \
	--deadline "$(date -u -d '+3 seconds' +%Y-%m-%dT%H:%M:%SZ)"
later rsa brief.asice --deadline 1h
like "later: the contract's deadline is the state's" 'Until' "$err"
sleep 4
completed "the contract's deadline is over" 15 'deadline was' brief.asice

# who may not is told at once
not_later() {
	not_later_name=$1
	not_later_code=$2
	not_later_says=$3
	shift 3
	rm -f never
	exits "later: $not_later_name" "$not_later_code" contract sign \
		--lang en --state never "$@"
	like "later: $not_later_name: said" "$not_later_says" "$err"
	check "later: $not_later_name: no state" [ ! -e never ]
}
make_one order.asice --ordered
not_later "a stranger" 11 'is no party' --cert "$world/p384.pem" half.later
not_later "twice" 15 'has a signature' --cert "$world/rsa.pem" half.later
not_later "out of turn" 15 'not the turn' --cert "$world/p256.pem" order.asice
not_later "late" 15 'the deadline was' --cert "$world/rsa.pem" brief.asice
not_later "in another's role" 11 'does not fit' --cert "$world/rsa.pem" \
	--as lessee none.asice
not_later "no certificate" 2 'whose key' half.later
not_later "with a key" 2 'elsewhere' -k "$petrov" \
	--cert "$world/p256.pem" half.later
not_later "with --output" 2 'changes no file' --cert "$world/p256.pem" \
	-o x.asice half.later
not_later "a certificate that is none" 4 '.' --cert lease.txt half.later
not_later "a deadline that is over" 2 'over already' --deadline 2020-01-01 \
	--cert "$world/p256.pem" half.later
exits "later: --deadline alone" 2 contract sign --deadline 1h -k "$petrov" \
	half.later
echo here >there
exits "later: the state is there already" 3 contract sign --state there \
	--cert "$world/p256.pem" half.later
same "later: and stays" here "$(cat there)"
"$podpis" contract new -q --layout portal --kind car-sale --title Car \
	--party 'role=seller,name=Robert RSA' --party 'role=buyer,name=B' \
	--document lease.txt -o car
not_later "the portal's layout" 1 'two steps' --cert "$world/rsa.pem" car

# ---- what somebody has changed
edit none.asice bad.asice lease.txt 'Rent: 15 000'
refused "a document changed" 15 'not the document' bad.asice -k "$rsa"
exits "a document changed: status" 8 contract status bad.asice
like "a document changed: status says" 'NOT the document' "$out"
edit half.asice bad.asice lease.txt 'Rent: 15 000'
# shellcheck disable=SC2086
exits "changed when one has signed" 5 contract status $evidence bad.asice
same "changed when one has signed: JSON" 'other-version missing' \
	"$(about bad.asice "$states")"
edit half.asice bad.asice act.txt
refused "a document is missing" 15 'is missing' bad.asice -k "$petrov"
same "a document is missing: JSON" missing \
	"$(about bad.asice '.documents[1].state')"
edit none.asice bad.asice more.txt more
refused "a file that is not named" 15 'does not name' bad.asice -k "$rsa"
like "a file that is not named: status" 'more.txt is in the file, but' \
	"$("$podpis" contract status bad.asice)"
edit half.asice bad.asice contract.json "$(unzip -p half.asice contract.json |
	jq -c '.parties += [{"role": "guarantor"}]')"
# shellcheck disable=SC2086
exits "a party more" 5 contract status $evidence bad.asice
same "a party more: JSON" 'other-version missing missing' \
	"$(about bad.asice "$states")"
refused "a party more: the next" 15 "was changed" bad.asice -k "$petrov" \
	--as lessee
edit half.asice bad.asice contract.json "$(unzip -p half.asice contract.json |
	jq -c '.odd = 1')"
refused "an unknown key in the description" 4 'contract' bad.asice -k "$petrov"
edit none.asice bad.asice contract.json '{"schema":"podpis-contract/1"'
refused "a broken description" 4 'contract' bad.asice -k "$rsa"
edit none.asice bad.asice contract.json
refused "no description" 4 '.' bad.asice -k "$rsa"

# one signature is not two, though anybody may sign
"$podpis" contract new -q --title t --party role=a --party role=b \
	--document lease.txt -o copied.asice
"$podpis" add-signer -q -k "$petrov" copied.asice
edit copied.asice pasted.asice META-INF/signatures002.xml \
	"$(unzip -p copied.asice META-INF/signatures001.xml)"
# shellcheck disable=SC2086
exits "a copy of a signature" 8 contract status $evidence pasted.asice
same "a copy of a signature: JSON" 'signed missing' \
	"$(about pasted.asice "$states")"

# ---- whoever else signs
cp done.asice more.asice
exits "a stranger adds a signature" 0 add-signer -q -k "$stranger" more.asice
# shellcheck disable=SC2086
exits "a stranger changes nothing" 0 contract status $evidence more.asice
like "a stranger is told" '^  ! .*without being asked' "$out"
cp done.asice more.asice
exits "a party signs besides" 0 add-signer -q -k "$petrov" more.asice
# shellcheck disable=SC2086
exits "twice changes nothing" 0 contract status $evidence more.asice
like "twice is told" '^  ! .*more than once' "$out"
cp half.asice more.asice
exits "the role of the other" 0 add-signer -q -k "$petrov" --role lessor \
	more.asice
# shellcheck disable=SC2086
exits "the role of the other: not concluded" 8 contract status $evidence \
	more.asice
same "the role of the other: JSON" 'signed wrong-role' \
	"$(about more.asice "$states")"
cp done.asice more.asice
exits "a notary" 0 countersign -q -k "$stranger" --signer 1 more.asice
# shellcheck disable=SC2086
exits "a notary changes nothing" 0 contract status $evidence more.asice
like "a notary is told" 'counter-signed the signature of lessor' "$out"
# a notary over all: containers, CAdES, XAdES
cp done.asice more.asice
exits "a notary over all" 0 countersign --lang en --all -k "$stranger" \
	more.asice
same "a notary over all: a card for each" 2 \
	"$(printf '%s\n' "$err" | grep -c 'Control code')"
# shellcheck disable=SC2086
exits "a notary over all changes nothing" 0 contract status $evidence \
	more.asice
same "a notary over all is told" 'lessor lessee' "$(about more.asice \
	'[.others[] | select(.state == "counter-signature").role] | join(" ")')"
exits "a notary over all, again" 0 countersign -q --all -k "$org" \
	-o twice.asice more.asice
same "a notary over all, again: four" 4 \
	"$(about twice.asice '.others | length')"
echo text >many.txt
echo '<doc/>' >many.xml
"$podpis" sign -q -k "$rsa" many.txt
"$podpis" add-signer -q -k "$petrov" many.txt.sig
"$podpis" sign -q -k "$rsa" -F xades --parallel -o many.signed.xml many.xml
"$podpis" add-signer -q -k "$petrov" many.signed.xml
for file in many.txt.sig many.signed.xml; do
	exits "all of $file" 0 countersign -q --all -k "$stranger" "$file"
	# shellcheck disable=SC2086
	run verify --json $evidence "$file"
	same "all of $file: verified" '0 S-1 S-1.1 S-2 S-2.1' "$code $(
		printf '%s\n' "$out" | jq -r '[.signatures[].id] | join(" ")')"
done
cp done.asice before
exits "all: dry run" 0 countersign --all --dry-run -k "$stranger" done.asice
check "all: dry run: nothing has changed" cmp -s before done.asice
exits "all of nothing" 4 countersign --all -k "$stranger" none.asice
exits "CAdES by one of them" 0 contract sign -q -k "$petrov" --level b-b \
	-o more.asice half.asice -f
printf 'doc\n' >plain.txt
"$podpis" sign -q -k "$rsa" plain.txt
# shellcheck disable=SC2086
exits "a signature that is no contract" 4 contract status $evidence \
	plain.txt.sig
exits "a file that is not there" 3 contract status nothing.asice

# ---- the stories
if [ -e "$world/gost" ]; then
	check "examples/telecom.sh" "$srcdir/examples/telecom.sh" "$tmp/telecom"
else
	skip "examples/telecom.sh" "there is no GOST engine"
fi
if [ -e "$world/gost" ] && command -v zip >/dev/null; then
	check "examples/lease.sh" "$srcdir/examples/lease.sh" "$tmp/lease"
else
	skip "examples/lease.sh" "no GOST engine or no zip"
fi
tap_done
