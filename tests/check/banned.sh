#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Copyright the podpis authors
# Calls that have no place here, looked for in code, not in comments.
: "${srcdir:=.}"
. "$srcdir/tests/check/lib.sh"

tap_dir
sources | grep '\.c$' | while read -r file; do
	code "$srcdir/$file" | grep -nE '[a-zA-Z_0-9]+ ?\(' |
		sed "s,^,$file:,"
done >"$tmp/calls"
grep -vE '^cli/' "$tmp/calls" >"$tmp/library"

# call NAME...: where one of these functions is called
call() {
	grep -E "(^|[^a-zA-Z0-9_>.])($1) ?\\(" "$2"
}

empty "no call without a bound" "$(call \
	'(v?sprintf|str(cpy|cat|tok)|stpcpy|gets|alloca|scanf|sscanf)' \
	"$tmp/calls")"
empty "no conversion that hides errors" \
	"$(call '(ato(i|l|ll|f))' "$tmp/calls")"
empty "secrets are wiped by a call that stays" "$(
	call '(memset|bzero)' "$tmp/calls" |
		grep -iE '(memset|bzero) ?\([^,]*(\<pin\>|passphrase|passw|secret|priv)')"
empty "no other program is started" \
	"$(call '(system|popen|exec[lv]p?e?|fork)' "$tmp/calls")"
empty "no weak randomness, no guessable names" \
	"$(call '(s?rand|random|tmpnam|tempnam|mktemp)' "$tmp/calls")"
empty "the library prints nothing and never exits" "$(call \
	'(printf|puts|putchar|perror|_?exit|abort)|fprintf ?\((stdout|stderr)|fputs' \
	"$tmp/library")"
empty "the library reads no environment and has no locale" "$(call \
	'((secure_)?getenv|setenv|putenv|setlocale|(d?[cn]*)gettext|bindtextdomain)' \
	"$tmp/library")"
tap_done
