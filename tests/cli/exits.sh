#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Copyright the podpis authors
# Every exit code that these commands have can be reached, each with one line
# that begins "podpis: ".
: "${srcdir:=.}"
. "$srcdir/tests/cli/lib.sh"
echo 'lease of a flat' >doc
key p256
"$podpis" sign -q -k "$key" doc || exit 99

# one CODE ARG...: exit code and at most one line, perhaps a hint
one() {
	one_code=$1
	shift
	exits "exit $one_code: $*" "$one_code" "$@"
	[ "$one_code" -eq 0 ] || [ -z "$err" ] || same "one line of: $*" 1 \
		"$(printf '%s\n' "$err" | grep -c '^podpis: ')"
}

# shellcheck disable=SC2086
one 0 verify $evidence doc
one 2 verify
one 3 verify nothing
one 3 verify "$tmp"
one 3 verify --content nothing doc.sig
one 3 verify --trust nothing doc
one 3 verify --crl nothing doc
one 3 sign -k "$key" doc
one 3 sign -k "$key" nothing
one 3 sign -k "$key" "$tmp"
one 3 show nothing
one 3 extract -o x nothing
: >empty
one 4 verify empty
one 4 verify "$world/p256.pem"
one 4 show empty
head -c 100 doc.sig >short
one 4 verify short
printf 'another lease' >other
one 5 verify other doc.sig
one 6 verify doc
mv doc gone
one 6 verify doc.sig
mv gone doc
# shellcheck disable=SC2086
one 7 verify $evidence --level b-lta doc
one 10 sign -k 'pkcs11:token=no-such-token' other
one 11 sign -k "$key" -c "$world/rsa.pem" other
one 11 trust remove nobody
PIN=wrong
export PIN
one 12 sign -k "$world/p256.p12" --pin-source env:PIN other
one 14 sign -k "$world/p256.p12" --no-input other
same "the variable with the PIN is not kept" 12 \
	"$(run sign -k "$world/p256.p12" --pin-source env:PIN other; echo "$code")"
same "nothing was written by what failed" \
	'doc doc.sig empty other short' "$(files .)"

# the worst of several
# shellcheck disable=SC2086
set -- $evidence
exits "5 before 6" 5 verify "$@" --content other doc.sig
cp doc doc2
"$podpis" sign -q -k "$key" doc2 && echo more >>doc2
exits "5 before 0" 5 verify "$@" doc doc2
exits "5 before 3" 5 verify "$@" nothing doc2 doc
exits "6 before 3" 6 verify nothing doc
exits "3 before 0" 3 verify "$@" doc nothing

# what cannot be written
if [ -c /dev/full ]; then
	code=0
	"$podpis" help >/dev/full 2>"$tmp/err" || code=$?
	same "full disk: exit 3" 3 "$code"
	like "full disk: one line" '^podpis: ' "$(cat "$tmp/err")"
	code=0
	"$podpis" sign -k "$key" -q -o - doc >/dev/full 2>"$tmp/err" || code=$?
	same "full disk, signing: exit 3" 3 "$code"
fi
{ "$podpis" help; echo "$?" >"$tmp/code"; } 2>"$tmp/err" | true
like "closed pipe: exit 3 or all read" '^(0|3)$' "$(cat "$tmp/code")"
code=0
"$podpis" help >&- 2>"$tmp/err" || code=$?
same "closed output: exit 3" 3 "$code"
if [ "$(id -u)" != 0 ]; then
	mkdir locked && chmod 500 locked
	exits "a directory without permission: 3" 3 sign -k "$key" \
		-o locked/x other
fi
exits "a directory that does not exist: 3" 3 sign -k "$key" -o no/such/x other
tap_done
