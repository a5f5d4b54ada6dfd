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
for file in bin/podpis lib/libsign.so lib/pkgconfig/libsign.pc \
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
	# shellcheck disable=SC2046
	check "$example builds with pkg-config" "${CC:-cc}" -std=c11 \
		$(pkg-config --cflags libsign) -o "$tmp/example" \
		"$srcdir/$example" $(pkg-config --libs libsign)
done
check "podpis version" "$root/bin/podpis" version
check "nothing but libsign and the libraries it needs" sh -c \
	"! ldd '$root/bin/podpis' | grep 'not found'"
tap_done
