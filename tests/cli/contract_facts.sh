#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Copyright the podpis authors
# Saved facts of contracts: the same report from them, elsewhere, in every
# layout and state; what an edit of them can do and cannot.
: "${srcdir:=.}"
# shellcheck source=tests/cli/lib.sh
. "$srcdir/tests/cli/lib.sh"
need jq python3
for who in rsa p256 stranger; do
	key $who
	cp "$key" "$who.both"
done
evidence="--policy 63fz --trust $world/roots.pem --chain $world/chain.pem --crl $world/crls.pem"
printf 'Rent: 50 000\n' >lease.txt
printf 'Act\n' >act.txt
case $podpis in /*) ;; *) podpis=$PWD/$podpis ;; esac

# make OUT ARG...: a contract that nobody has signed
make_one() {
	made=$1
	shift
	"$podpis" contract new -q --kind lease --title 'Flat 17' \
		--party 'role=lessor,name=Robert RSA' \
		--party role=lessee,inn=770987654347 --document lease.txt \
		--document act.txt -o "$made" "$@"
}
sign() {
	"$podpis" contract sign -q "$@"
}
# elsewhere ARG...: judge the facts in a directory of their own
elsewhere() {
	(cd "$tmp/else" && env -i PATH="$PATH" LC_ALL=C.UTF-8 \
		LD_LIBRARY_PATH="${LD_LIBRARY_PATH-}" "$podpis" judge "$@" f)
}
# from_facts NAME CODE STATES FILE: text and JSON of verify with --save-facts
# and of judge are the same, and the contract as it is without facts
from_facts() {
	rm -rf "$tmp/else"
	mkdir "$tmp/else"
	# shellcheck disable=SC2086
	run verify --at 2026-12-01T00:00:00Z --save-facts "$tmp/else/f" \
		$evidence "$4"
	same "$1" "$2" "$code"
	mv "$4" away
	same "$1, again" "$out" "$(elsewhere)"
	mv away "$4"
	# shellcheck disable=SC2086
	run verify --json --at 2026-12-01T00:00:00Z --force \
		--save-facts "$tmp/else/f" $evidence "$4"
	saved=$out
	mv "$4" away
	same "$1, again in JSON" "$out" "$(elsewhere --json)"
	again=0
	elsewhere >/dev/null || again=$?
	same "$1, again: exit" "$2" "$again"
	mv away "$4"
	same "$1: states" "$3" "$(printf '%s\n' "$out" |
		jq -r '.contract | [.parties[].state] | join(" ")')"
	# shellcheck disable=SC2086
	run verify --json --at 2026-12-01T00:00:00Z $evidence "$4"
	same "$1: without facts" "$(printf '%s\n' "$saved" |
		jq -cS 'del(.digests_from)')" "$(printf '%s\n' "$out" |
		jq -cS 'del(.digests_from)')"
}
# states NAME FILE ARG...: from nobody to a stranger's signature as well
states() {
	st=$1
	st_file=$2
	shift 2
	from_facts "$st: nobody" 8 'missing missing' "$st_file"
	sign -k rsa.both --as lessor "$@" "$st_file"
	from_facts "$st: one" 8 'signed missing' "$st_file"
}

# ---- containers
for with in xades cades; do
	make_one $with.asice --deadline 2099-01-01T00:00:00Z
	states $with $with.asice --asic-with $with
	cp $with.asice $with.half
	sign -k p256.both --asic-with $with $with.asice
	from_facts "$with: concluded" 0 'signed signed' $with.asice
	"$podpis" add-signer -q -k stranger.both $with.asice
	from_facts "$with: a stranger besides" 6 'signed signed' $with.asice
	like "$with: a stranger besides: told" '"state":"stranger"' "$saved"
done
make_one late.asice --ordered --deadline 2026-11-30T00:00:00Z
from_facts "the deadline is over" 8 'missing missing' late.asice
like "the deadline is over: said" 'the deadline is over' "$saved"
same "before the deadline" 'has not signed yet' "$(elsewhere --json \
	--at 2026-11-29T00:00:00Z | jq -r '.contract.parties[0].detail')"
python3 - <<'PY'
import zipfile
with zipfile.ZipFile("xades.half") as a, zipfile.ZipFile("other.asice", "w") as b:
    for i in a.infolist():
        b.writestr(i, b"Rent: 5\n" if i.filename == "lease.txt"
                   else a.read(i), i.compress_type)
with zipfile.ZipFile("xades.half") as a, zipfile.ZipFile("bad.asice", "w") as b:
    for i in a.infolist():
        b.writestr(i, b'{"schema":"podpis-contract/1"' if i.filename ==
                   "contract.json" else a.read(i), i.compress_type)
PY
from_facts "another version" 5 'other-version missing' other.asice
from_facts "a broken description" 5 '' bad.asice

# ---- the portal's layout
for form in deal deal.zip; do
	make_one $form --layout portal
	states "$form" $form
	if [ $form = deal ]; then
		cp -R deal half
		echo 'another lease' >half/lease.txt
		from_facts "$form: another version" 5 \
			'other-version missing' half
		rm half/lease.txt
		from_facts "$form: a document is missing" 6 \
			'incomplete missing' half
		cp half/actLessorSign.sig half/actLesseeSign.sig
		echo more >half/more.txt
		from_facts "$form: more" 6 'incomplete missing' half
		like "$form: more: told" '"unlisted":\["more.txt"\]' "$saved"
		echo junk >half/actLesseeSign.sig
		from_facts "$form: no signature at all" 6 \
			'incomplete missing' half
		: >half/actLesseeSign.sig
		from_facts "$form: an empty one" 6 'incomplete missing' half
	fi
	sign -k p256.both $form
	from_facts "$form: concluded" 0 'signed signed' $form
done
cp "$tmp/else/f" facts
openssl cms -sign -binary -in lease.txt -signer "$world/stranger.pem" \
	-inkey "$world/stranger.key" -outform DER -out deal/leaseLessorSign.sig
from_facts "a stranger in a party's file" 6 'incomplete signed' deal
cp -R deal broken
sed -i 's,</signedAttachments>,,' broken/sign_config.xml
rm -f never
# shellcheck disable=SC2086
exits "a broken list" 4 verify $evidence --save-facts never broken
check "a broken list: nothing to save" [ ! -e never ]
# shellcheck disable=SC2086
exits "facts are not overwritten" 3 verify $evidence --save-facts facts deal

# ---- what an edit can do
edited() {
	jq -c "$3" facts >edit
	exits "$1" "$2" judge edit
}
exits "as they were" 0 judge facts
flip='(.[0:-8] + (if .[-8:-7] == "A" then "B" else "A" end) + .[-7:])'
edited "a changed signature" 5 ".package.signatures[0].signature |= $flip"
edited "a changed digest" 5 \
	'.package.signatures[0].documents[0].digests.sha256 = ("A" * 43 + "=")'
edited "a signature is left out" 4 'del(.package.signatures[0])'
like "a signature is left out: said" 'want the signature file' "$err"
edited "the last one is left out" 4 'del(.package.signatures[-1])'
edited "one too many" 4 '.package.signatures += [.package.signatures[0]]'
edited "in another order" 4 '.package.signatures |= reverse'
edited "its file is left out, too" 8 'del(.package.signatures[0]) |
	.package.files |= map(select(.name != "leaseLessorSign.sig"))'
edited "its document is left out" 6 \
	'.package.signatures[0].documents = []'
edited "two documents of one" 4 \
	'.package.signatures[0].documents |= (. + .)'
edited "a document that is not there" 8 \
	'.package.files |= map(select(.name != "act.txt"))'
edited "a name that leads elsewhere" 4 '.package.files[0].name = "../x"'
edited "no such size" 4 '.package.files[0].size = -1'
edited "a list that is none" 4 '.package.list = "AAAA"'
edited "no list" 4 'del(.package.list)'
edited "an unknown key" 4 '.package.concluded = true'
edited "a package and a signature" 4 '.signature = "AAAA"'
edited "neither" 4 'del(.package)'
edited "no anchors" 6 '.anchors = []'
head -c 5000 facts >edit
exits "half of it" 4 judge edit
exits "at another time" 6 judge --at 2050-01-01 facts
exits "by other rules" 0 judge --policy cms facts
tap_done
