#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Copyright the podpis authors
# Containers that are odd or hostile, each of tests/lab/mkzip.py's: the odd
# entry stands in the place of the file that was signed, or beside it.
: "${srcdir:=.}"
. "$srcdir/tests/cli/lib.sh"
need python3 jq unzip zipinfo
key p256
printf text >a.txt
seq 100 >lease.txt
exits "sign" 0 sign -q -F asic-e -k "$key" -o a.asice a.txt
exits "sign another" 0 sign -q -F asic-e -k "$key" -o lease.asice lease.txt
mkdir instead beside cage
mkzip=$srcdir/tests/lab/mkzip.py
check "archives with an odd file in the place of the one that is signed" \
	python3 "$mkzip" instead a.asice a.txt
check "archives with an odd file beside it" \
	python3 "$mkzip" beside lease.asice

# verify FILE
verify() {
	run verify --json --offline --trust "$world/roots.pem" \
		--chain "$world/chain.pem" --crl "$world/crls.pem" "$1"
}

# another_sees FILE: for unzip too, a.txt is one plain file and what was signed
another_sees() {
	[ "$(unzip -p "$1" a.txt 2>/dev/null)" = text ] &&
		[ "$(zipinfo "$1" 2>/dev/null |
			grep -c '^[-?].* a\.txt$')" = 1 ]
}

# shown NAME: nothing in $out and $err moves the cursor or turns the writing
shown() {
	if LC_ALL=C grep -q '[[:cntrl:]]' "$tmp/out" "$tmp/err" ||
		grep -q -e "$turn" -e "$isolate" "$tmp/out" "$tmp/err"; then
		not_ok "$1: control characters are shown" "$out$err"
	fi
}
turn=$(printf '\342\200\256')
isolate=$(printf '\342\201\247')

# row NAME WHAT: what must happen
row() {
	verify "instead/$1.zip"
	case $2:$code in
	format:4 | limit:4) ok "$1: refused" ;;
	fault:[1-9]* | broken:[1-9]*) ok "$1: not the file that was signed" ;;
	good:0 | warn:0)
		check "$1: verified, and others see the same" \
			another_sees "instead/$1.zip"
		whole="$whole $1" ;;
	good:[1-9]* | warn:[1-9]*) ok "$1: not verified" ;;
	*) not_ok "$1: $2, and verify says $code" "$out$err" ;;
	esac
	case $2 in
	format | limit) return ;;
	esac
	verify "beside/$1.zip"
	case $code:$(printf '%s\n' "$out" | jq -c '.uncovered | length') in
	0:0)
		# a folder is nothing that could be signed
		like "$1: what is not signed is named" folder "$1" ;;
	0:*) ok "$1: what is not signed is named" ;;
	4:*) ok "$1: refused beside" ;;
	*) not_ok "$1: beside, and verify says $code" "$out$err" ;;
	esac
	run show "beside/$1.zip"
	shown "$1: show"
	run verify --offline "beside/$1.zip"
	shown "$1: verify"
	caged "$1"
}

# caged NAME: extracting leaves nothing outside of the folder that it is for
caged() {
	before=$(find . -path ./cage -prune -o -print | wc -l)
	(cd cage && "$podpis" extract -f -o out "../beside/$1.zip") \
		>/dev/null 2>&1 </dev/null
	same "$1: nothing is extracted outside" "$before" \
		"$(find . -path ./cage -prune -o -print | wc -l)"
	empty "$1: nothing special is extracted" \
		"$(find cage ! -type f ! -type d)"
	rm -rf cage/out
}

whole=
while IFS='	' read -r name what _; do
	row "$name" "$what"
done <instead/table
for name in plain comment extra unix-mode zip64-end zip64-local; do
	like "$name is valid" " $name( |\$)" "$whole"
done
tap_done
