#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Copyright the podpis authors
# Each header compiles alone, the public ones as C++ too.
: "${srcdir:=.}" "${builddir:=.}"
. "$srcdir/tests/check/lib.sh"

: "${CC:=cc}" "${CXX:=c++}"
flags="-Wall -Wextra -pedantic -Werror -fsyntax-only -I$srcdir
-I$srcdir/libsign -I$srcdir/libsign/include ${DEPEND_CFLAGS-}"

# alone LANGUAGE COMPILER HEADER: nothing else is included
alone() {
	# shellcheck disable=SC2086
	printf '#include "%s"\nextern int not_empty;\n' "$srcdir/$3" |
		$2 -x $1 $flags -
}

for header in $(tracked 'libsign/*.h' 'certs/*.h' 'formats/*.h' 'cli/*.h'); do
	case $header in
	*pkcs11*)
		grep -q '^#define HAVE_PKCS11' "$builddir/config.h" || {
			skip "$header alone as C" "configured without PKCS#11"
			continue
		} ;;
	esac
	guard=$(echo "$header" | sed 's,^libsign/include/sign/,,
		s,^libsign/base/,base/,' | tr 'a-z/.' 'A-Z__')
	check "$header alone as C" alone 'c -std=c11' "$CC" "$header"
	check "$header is guarded by its name" \
		grep -q "^#ifndef SIGN_$guard\$" "$srcdir/$header"
done
for header in $(tracked 'libsign/include/sign/*.h'); do
	if command -v "${CXX%% *}" >/dev/null 2>&1; then
		check "$header alone as C++" \
			alone 'c++ -std=c++11' "$CXX" "$header"
	else
		skip "$header alone as C++" "no C++ compiler"
	fi
done
tap_done
