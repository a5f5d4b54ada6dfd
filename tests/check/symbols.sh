#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Copyright the podpis authors
# The library exports what its headers declare, and nothing else; besides, what
# its own parts use, under a version that says so.
: "${srcdir:=.}" "${builddir:=.}"
. "$srcdir/tests/check/lib.sh"

need nm
lib=$builddir/.libs/libsign.so
[ -f "$lib" ] || skip_all "no shared library was built"
tap_dir
nm -D --defined-only "$lib" | awk '$2 != "A" {print $3}' >"$tmp/all"
grep -v '@@LIBSIGN_PRIVATE$' "$tmp/all" | sed 's/@.*//' |
	LC_ALL=C sort >"$tmp/exported"
prototypes | sed -E 's/\(.*//; s/.*[ *]//' | LC_ALL=C sort >"$tmp/declared"

check "something is declared" [ -s "$tmp/declared" ]
empty "what is declared is exported" \
	"$(LC_ALL=C comm -13 "$tmp/exported" "$tmp/declared")"
empty "what is exported is declared" \
	"$(LC_ALL=C comm -23 "$tmp/exported" "$tmp/declared")"
empty "every symbol has its version" \
	"$(nm -D --defined-only "$lib" | awk '$2 == "T"' | grep -v '@@LIBSIGN_')"
empty "private symbols have the private prefix" \
	"$(grep '@@LIBSIGN_PRIVATE$' "$tmp/all" | grep -v '^sg_')"
for part in xml pkcs11 net zip; do
	so=$builddir/.libs/$part.so
	[ -f "$so" ] || continue
	same "$part.so has one symbol" sg_part_entry \
		"$(nm -D --defined-only "$so" | awk '{print $3}')"
done
tap_done
