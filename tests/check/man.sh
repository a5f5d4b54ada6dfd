#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Copyright the podpis authors
# Every exported function is documented with the prototype of its header, and
# mandoc finds nothing to say about any page.
: "${srcdir:=.}"
. "$srcdir/tests/check/lib.sh"

# documented FILE...: prototypes of the SYNOPSIS, from .Ft, .Fo, .Fa, .Fc
documented() {
	awk '
	function text(line) {
		sub(/^\.[A-Z][a-z] */, "", line)
		gsub(/"/, "", line)
		return line
	}
	/^\.Sh / { synopsis = ($2 == "SYNOPSIS") }
	!synopsis { next }
	/^\.Ft/ { type = text($0) }
	/^\.Fo/ { name = text($0); args = "" }
	/^\.Fa/ { args = args (args == "" ? "" : ", ") text($0) }
	/^\.Fc/ { print type " " name "(" args ")" }' "$@" |
		prototype_normal | LC_ALL=C sort -u
}

tap_dir
pages=$(tracked 'libsign/man/*.3' | sed "s,^,$srcdir/,")
# shellcheck disable=SC2086
[ -z "$pages" ] || documented $pages >"$tmp/documented"
touch "$tmp/documented"
prototypes >"$tmp/declared"
empty "each declared function has its prototype in a page" \
	"$(LC_ALL=C comm -23 "$tmp/declared" "$tmp/documented")"
empty "each documented prototype stands in a header" \
	"$(LC_ALL=C comm -13 "$tmp/declared" "$tmp/documented")"
empty "each function has its name in the NAME section" "$(
	sed -E 's/\(.*//; s/.*[ *]//' "$tmp/declared" | while read -r name; do
		# shellcheck disable=SC2086
		grep -qE "^\\.Nm $name( ,)?\$" $pages /dev/null || echo "$name"
	done)"

for page in $(tracked '*.[13578]'); do
	if command -v mandoc >/dev/null 2>&1; then
		empty "$page is clean" \
			"$(mandoc -Tlint -Wwarning "$srcdir/$page" 2>&1)"
	else
		skip "$page is clean" "mandoc is not installed"
	fi
done
tap_done
