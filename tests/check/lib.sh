# SPDX-License-Identifier: Apache-2.0
# Copyright the podpis authors
# shellcheck shell=sh
# What the checks share; source it after setting $srcdir.

# shellcheck source=tests/lib/tap.sh
. "$srcdir/tests/lib/tap.sh"

# tracked PATTERN...: our own files, relative to the top of the sources: what
# git knows, or in an unpacked release what autotools did not put there
tracked() {
	if [ -e "$srcdir/.git" ] && tracked_list=$(cd "$srcdir" &&
		git ls-files -- "$@" 2>/dev/null); then
		printf '%s\n' "$tracked_list"
		return
	fi
	for tracked_pattern in "$@"; do
		(cd "$srcdir" && find . -type d \( -path ./build \
			-o -path ./_build -o -path ./_inst -o -path ./m4 \
			-o -name .git -o -name autom4te.cache \) -prune \
			-o -type f -path "./$tracked_pattern" -print)
	done | sed 's,^\./,,' | grep -vE '^(aclocal\.m4|ar-lib|compile|config\.(guess|sub|h\.in)|configure|depcomp|install-sh|libtool|ltmain\.sh|missing|(tap|test)-driver(\.sh)?|Makefile\.in)$'
}

# each COMMAND...: run it on the files that standard input names, as few times
# as possible, at the top of the sources
each() {
	(cd "$srcdir" && tr '\n' '\0' | xargs -0 "$@")
}

# sources: C files of the product, without tests and examples
sources() {
	tracked 'libsign/*.[ch]' 'certs/*.[ch]' 'formats/*.[ch]' 'cli/*.[ch]' |
		grep -v '^libsign/examples/'
}

# code FILE: the file without comments and without what stands in strings
code() {
	awk '
	{
		line = $0
		out = ""
		while (line != "") {
			if (comment) {
				end = index(line, "*/")
				if (end == 0)
					break
				line = substr(line, end + 2)
				comment = 0
			} else if (match(line, /^"([^"\\]|\\.)*"/)) {
				out = out "\"\""
				line = substr(line, RLENGTH + 1)
			} else if (match(line, /^'\''([^'\''\\]|\\.)*'\''/)) {
				out = out "0"
				line = substr(line, RLENGTH + 1)
			} else if (substr(line, 1, 2) == "/*") {
				line = substr(line, 3)
				comment = 1
			} else {
				out = out substr(line, 1, 1)
				line = substr(line, 2)
			}
		}
		print out
	}' "$1"
}

# prototypes FILE: what the public headers declare, one line each without
# needless spaces, as "int sign_x(struct a*b,size_t n)"
prototypes() {
	for prototypes_header in "$srcdir"/libsign/include/sign/*.h; do
		printf '#include "%s"\n' "$prototypes_header"
	done | ${CC:-cc} -E -P -I"$srcdir/libsign/include" -x c - |
		tr '\n\t' '  ' | awk '{gsub(/[;{}]/, "\n"); print}' |
		grep -v typedef | grep -E '[ *]sign_[a-z0-9_]+ *\(' |
		prototype_normal | LC_ALL=C sort -u
}

# prototype_normal: one space between words, none around punctuation
prototype_normal() {
	sed -E 's/[[:space:]]+/ /g; s/^ //; s/ $//; s/ ?([*(),]) ?/\1/g'
}
