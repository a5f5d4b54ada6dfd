#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Copyright the podpis authors
# Who may include whom: layers point downwards, and each dependency has one
# door. The tables are the rule; HACKING.md draws the same.
: "${srcdir:=.}"
. "$srcdir/tests/check/lib.sh"

# folder (the longest match counts): what its files may include of ours
layers='
libsign/include/sign	^sign/
libsign/base		^(base/|sign/error\.h|config\.h)
certs			^(base/|certs/|sign/error\.h|config\.h)
formats			^(base/|formats/|sign/error\.h|config\.h)
libsign			^(base/|certs/|formats/|libsign/|sign/|config\.h)
cli			^(cli/|config\.h)'

# foreign header: the only files that may include it
doors='
^openssl/engine\.h		^libsign/base/gost\.c$
^openssl/provider\.h		^libsign/(base/gost|key_pbe)\.c$
^openssl/			^(libsign|certs|formats)/
^p11-kit/			^libsign/key_pkcs11[a-z0-9_]*\.[ch]$
^jansson\.h			^libsign/json(_read)?\.c$
^popt\.h			^cli/
^dlfcn\.h			^libsign/base/part\.c$
^(libintl|locale)\.h		^cli/
^libxml/			^formats/(xml[a-z_]*|c14n|canon|nodeset|reference|smev|keyinfo|xades[a-z_]*)\.[ch]$
^curl/				^libsign/fetch_curl\.c$
^zip\.h			^formats/zip(_write)?\.c$
^uni(case|conv|ctype|norm|str)\.h	^formats/zip_name\.c$'

# FILE HEADER, one line for each #include "..." and #include <...>
includes() {
	sources | while read -r file; do
		sed -n -E "s,^[[:space:]]*#[[:space:]]*include $1.*,$file \\1,p" \
			"$srcdir/$file"
	done
}

# cli sees the public headers alone, in angle brackets or not
quoted=$(includes '"([^"]*)"' | while read -r file header; do
	case $file in
	libsign/include/sign/*) want=$(echo "$layers" |
		awk '$1 == "libsign/include/sign" {print $2}') ;;
	libsign/base/*) want=$(echo "$layers" |
		awk '$1 == "libsign/base" {print $2}') ;;
	cli/*) want='^(cli/|sign/|config\.h)' ;;
	*) want=$(echo "$layers" |
		awk -v top="${file%%/*}" '$1 == top {print $2}') ;;
	esac
	echo "$header" | grep -qE "$want" || echo "$file includes \"$header\""
done)
empty "each layer includes only what lies below it" "$quoted"

angled=$(includes '<([^>]*)>' | while read -r file header; do
	echo "$doors" | while read -r door files; do
		[ -n "$door" ] || continue
		echo "$header" | grep -qE "$door" || continue
		echo "$file" | grep -qE "$files" ||
			echo "$file includes <$header>"
		break
	done
done)
empty "each dependency has one door" "$angled"

empty "public headers know no OpenSSL type" "$(
	includes '<([^>]*)>' | grep '^libsign/include/' |
		grep -vE ' (stddef|stdint)\.h$')"

first=$(sources | grep '\.c$' | while read -r file; do
	grep -m 1 '^#include' "$srcdir/$file" | grep -q '"config.h"' ||
		echo "$file"
done)
empty "config.h comes first in each .c" "$first"
tap_done
