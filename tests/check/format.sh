#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Copyright the podpis authors
# The code looks as clang-format writes it. Other releases of clang-format
# write other things, so the check is made with the one named here.
: "${srcdir:=.}"
. "$srcdir/tests/check/lib.sh"

want=14
tool=$(command -v "clang-format-$want" || command -v clang-format) ||
	skip_all "clang-format is not installed"
have=$("$tool" --version | sed -E 's/.*version ([0-9]+).*/\1/')
[ "$have" = "$want" ] || skip_all "clang-format: want $want, have $have"

empty "clang-format changes nothing" "$(cd "$srcdir" && tracked '*.[ch]' |
	xargs "$tool" --style=file --dry-run 2>&1 | grep 'warning:' |
	sed 's/: warning.*//' | sort -u | head -n 50)"
tap_done
