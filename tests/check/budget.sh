#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Copyright the podpis authors
# How long functions and files may be. A function starts and ends with a brace
# in the first column.
: "${srcdir:=.}"
. "$srcdir/tests/check/lib.sh"

tap_dir
tracked '*.c' | while read -r file; do
	awk -v file="$file" '
	/^\{/ { start = NR }
	/^\}/ { if (start) print NR - start - 1, file ":" start; start = 0 }' \
		"$srcdir/$file"
done | LC_ALL=C sort -n >"$tmp/functions"

empty "no function of more than 100 lines" \
	"$(awk '$1 > 100 {print $2 ": " $1 " lines"}' "$tmp/functions")"
empty "no file of more than 800 lines" "$(
	tracked '*.[ch]' | while read -r file; do
		lines=$(wc -l <"$srcdir/$file")
		[ "$lines" -le 800 ] || echo "$file: $lines lines"
	done)"

# share N: the length that N percent of the product's functions do not exceed
grep -vE ' (tests|libsign/examples)/' "$tmp/functions" >"$tmp/product"
share() {
	awk -v share="$1" '{line[NR] = $1} END {
		print NR ? line[int((NR - 1) * share / 100) + 1] : 0 }' \
		"$tmp/product"
}
half=$(share 50)
most=$(share 90)
echo "# $(wc -l <"$tmp/product") functions, half of them up to $half lines," \
	"nine of ten up to $most"
check "half of the functions have at most 15 lines" [ "$half" -le 15 ]
check "nine of ten functions have at most 45 lines" [ "$most" -le 45 ]
check "Makefile.am has at most 100 lines" \
	[ "$(wc -l <"$srcdir/Makefile.am")" -le 100 ]
check "configure.ac has at most 250 lines" \
	[ "$(wc -l <"$srcdir/configure.ac")" -le 250 ]
check "the public headers have at most 90 calls" \
	[ "$(prototypes | wc -l)" -le 90 ]
tap_done
