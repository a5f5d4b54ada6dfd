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
cli			^(cli/|sign/|config\.h)'

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

export layers doors

# includes MARK: FILE HEADER, one line for each #include "..." or #include <...>
includes() {
	sources | each grep -E "^[[:space:]]*#[[:space:]]*include $1" /dev/null |
		sed -E 's,^([^:]*):[^"<]*["<]([^">]*)[">].*,\1 \2,'
}

# rows NAME: awk that reads the table of this name into left[] and right[]
rows() {
	cat <<-END
	BEGIN {
		n = split(ENVIRON["$1"], line, "\n")
		for (i = 1; i <= n; i++)
			if (split(line[i], word, "[ \t]+") == 2) {
				left[++rows] = word[1]
				right[rows] = word[2]
				of[word[1]] = word[2]
			}
	}
	END
}

# cli sees the public headers alone, in angle brackets or not
empty "each layer includes only what lies below it" "$(
	includes '"' | awk "$(rows layers)"'
	{
		folder = $1
		while (!(folder in of) && sub("/[^/]*$", "", folder))
			;
		if (!(folder in of) || $2 !~ of[folder])
			print $1 " includes \"" $2 "\""
	}')"

empty "each dependency has one door" "$(
	includes '<' | awk "$(rows doors)"'
	{
		for (i = 1; i <= rows && $2 !~ left[i]; i++)
			;
		if (i <= rows && $1 !~ right[i])
			print $1 " includes <" $2 ">"
	}')"

empty "public headers know no OpenSSL type" "$(
	includes '<' | grep '^libsign/include/' |
		grep -vE ' (stddef|stdint)\.h$')"

empty "config.h comes first in each .c" "$(
	sources | grep '\.c$' | each awk '
	/^#include/ && !(FILENAME in first) { first[FILENAME] = $2 }
	END {
		for (i = 1; i < ARGC; i++)
			if (first[ARGV[i]] != "\"config.h\"")
				print ARGV[i]
	}')"
tap_done
