#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Copyright the podpis authors
# What make install puts in place is complete, and others can build with it.
: "${srcdir:=.}" "${builddir:=.}"
. "$srcdir/tests/check/lib.sh"

need pkg-config
tap_dir
check "make install" "${MAKE:-make}" -s -C "$builddir" install DESTDIR="$tmp"

root=$tmp$(sed -n 's/^prefix = //p' "$builddir/Makefile")
for file in bin/podpis lib/libsign.so lib/libsign/xml.so \
	lib/libsign/net.so lib/libsign/zip.so \
	lib/pkgconfig/libsign.pc \
	include/sign/verify.h share/man/man3/sign_verify.3 \
	share/man/man1/podpis.1 share/man/man1/podpis-verify.1 \
	share/bash-completion/completions/podpis \
	share/locale/ru/LC_MESSAGES/podpis.mo; do
	check "$file" [ -e "$root/$file" ]
done

PKG_CONFIG_SYSROOT_DIR=$tmp
PKG_CONFIG_PATH=$root/lib/pkgconfig
LD_LIBRARY_PATH=$root/lib
export PKG_CONFIG_SYSROOT_DIR PKG_CONFIG_PATH LD_LIBRARY_PATH
for example in $(tracked 'libsign/examples/*.c'); do
	database=
	if grep -q sqlite3.h "$srcdir/$example"; then
		echo '#include <sqlite3.h>' | "${CC:-cc}" -E - >/dev/null 2>&1 ||
			continue
		database=-lsqlite3
	fi
	# shellcheck disable=SC2046,SC2086
	check "$example builds with pkg-config" "${CC:-cc}" -std=c11 \
		$(pkg-config --cflags libsign) -o "$tmp/example" \
		"$srcdir/$example" $(pkg-config --libs libsign) $database
done
check "podpis version" "$root/bin/podpis" version
check "nothing but libsign and the libraries it needs" sh -c \
	"! ldd '$root/bin/podpis' | grep 'not found'"
empty "the libraries of its parts are not among them" "$(
	ldd "$root/bin/podpis" | grep -E 'libxml2|p11-kit|libcurl|libzip|unistring')"

# a part is found beside the library, wherever that lies, and nowhere else
echo '<a/>' >"$tmp/a.xml"
parts=$root/lib/libsign
# said EXIT: what the command says of XML, in $said; it ends with EXIT
said() {
	said_exit=0
	said=$(cd "$tmp" && "$root/bin/podpis" verify --offline a.xml 2>&1) ||
		said_exit=$?
	same "exit $1" "$1" "$said_exit"
}
# part CODE [LIBRARY...]: a part made of this
part() {
	part_code=$1
	shift
	echo "$part_code" | "${CC:-cc}" -shared -fPIC -Wl,--no-as-needed \
		-o "$parts/xml.so" -x c - -x none "$@"
}
said 4
like "XML is read by its part" 'no signature' "$said"
mkdir "$tmp/libsign"
mv "$parts/xml.so" "$tmp/libsign/"
said 10
like "the line names the part that is missing" 'libsign/xml\.so: ' "$said"
like "the hint says what it belongs to" '^hint: install libsign' "$said"
export LD_LIBRARY_PATH="${root#"$tmp"/}/lib"
said 10
like "the working directory has no say" "$parts|/libsign/xml\.so: " "$said"
export LD_LIBRARY_PATH="$root/lib"
part 'int x;' -Wl,-soname,libnot-there.so.9
mv "$parts/xml.so" "$tmp/libnot.so"
part 'int y;' "$tmp/libnot.so"
said 10
like "the line names the library that is missing" 'libnot-there\.so\.9' "$said"
like "the hint names its package" '^hint: .*libxml2' "$said"
part 'const char *const sg_part_entry[] = { "0.0.1" };'
said 10
like "a part of another version" 'xml\.so is of version 0\.0\.1, want ' \
	"$said"
tap_done
