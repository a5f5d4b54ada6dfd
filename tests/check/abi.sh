#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Copyright the podpis authors
# Programs that were built with the library before still fit: nothing of its
# interface was taken away or changed, as libabigail sees it. What is new is no
# fault, but belongs into the baseline: make update-abi.
: "${srcdir:=.}" "${builddir:=.}"
. "$srcdir/tests/check/lib.sh"

need abidiff abidw
lib=$builddir/.libs/libsign.so
baseline=$srcdir/tests/check/libsign.abi
[ -f "$lib" ] || skip_all "no shared library was built"
tap_dir
# symbols that only the library's own parts use
cat >"$tmp/private" <<-'END'
	[suppress_function]
	symbol_name_regexp = ^sg_
	drop = yes
	[suppress_variable]
	symbol_name_regexp = ^sg_
	drop = yes
END
options="--drop-private-types --exported-interfaces-only"

# changes NEW: what abidiff finds; its exit code in $code (4: changes, 8: that
# break programs)
changes() {
	code=0
	# shellcheck disable=SC2086
	found=$(abidiff $options --suppressions "$tmp/private" \
		--headers-dir2 "$srcdir/libsign/include" "$baseline" "$1" \
		2>&1) || code=$?
}

if [ "${1-}" = update ]; then
	# shellcheck disable=SC2086
	abidw $options --suppressions "$tmp/private" --short-locs \
		--no-corpus-path --no-comp-dir-path --drop-undefined-syms \
		--no-elf-needed --no-parameter-names \
		--no-write-default-sizes \
		--headers-dir "$srcdir/libsign/include" "$lib" >"$tmp/abi" &&
		mv "$tmp/abi" "$baseline"
	exit
fi
# the baseline is that of one kind of machine
sed -n "1s/.*architecture='\([^']*\)'.*/\1/p" "$baseline" |
	grep -q "$(uname -m)" ||
	skip_all "the baseline is of another architecture"
changes "$lib"
same "nothing that programs use was taken away or changed" '' "$(
	[ $((code & 11)) = 0 ] || printf '%s\n' "$found")"
same "what is new or other stands in the baseline (make update-abi)" '' "$(
	[ "$code" = 0 ] || printf '%s\n' "$found")"

# the check itself: a library that lost something is told
cat >"$tmp/other.c" <<-'END'
	int sign_ctx_new(int other);
	int sign_ctx_new(int other) { return other; }
END
if ${CC:-cc} -g -shared -fPIC -Wl,-soname,libsign.so.0 -o "$tmp/other.so" \
	"$tmp/other.c" 2>/dev/null; then
	changes "$tmp/other.so"
	check "a change is found" [ $((code & 8)) = 8 ]
else
	skip "a change is found" "no compiler"
fi
tap_done
