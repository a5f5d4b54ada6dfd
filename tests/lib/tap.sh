# SPDX-License-Identifier: Apache-2.0
# Copyright the podpis authors
# shellcheck shell=sh
# Functions for tests in shell; source it: . "$srcdir/tests/lib/tap.sh"
# Each test prints TAP; tap_done prints the plan at the end. tap_dir makes a
# temporary directory that is removed in any case.

tap_count=0
tap_failed=0

# ok NAME / not_ok NAME [DETAIL]
ok() {
	tap_count=$((tap_count + 1))
	printf 'ok %d - %s\n' "$tap_count" "$1"
}

not_ok() {
	tap_count=$((tap_count + 1))
	tap_failed=$((tap_failed + 1))
	printf 'not ok %d - %s\n' "$tap_count" "$1"
	[ -z "${2-}" ] || printf '%s\n' "$2" | sed 's/^/# /'
}

# skip NAME WHY: something that this test needs is not here
skip() {
	tap_count=$((tap_count + 1))
	printf 'ok %d - %s # SKIP %s\n' "$tap_count" "$1" "$2"
}

# skip_all WHY: nothing of this file can be tried
skip_all() {
	printf '1..0 # SKIP %s\n' "$1"
	exit 0
}

# check NAME COMMAND...: the command succeeds; its output is shown if not
check() {
	tap_name=$1
	shift
	if tap_out=$("$@" 2>&1); then
		ok "$tap_name"
	else
		not_ok "$tap_name" "exit $? of: $*
$tap_out"
	fi
}

# same NAME WANT HAVE: two strings
same() {
	if [ "$2" = "$3" ]; then
		ok "$1"
	else
		not_ok "$1" "want: $2
have: $3"
	fi
}

# like NAME PATTERN TEXT: an extended regular expression is found in it
like() {
	if printf '%s\n' "$3" | grep -qE -e "$2"; then
		ok "$1"
	else
		not_ok "$1" "want: $2
have: $3"
	fi
}

# unlike NAME PATTERN TEXT
unlike() {
	if printf '%s\n' "$3" | grep -qE -e "$2"; then
		not_ok "$1" "do not want: $2
have: $3"
	else
		ok "$1"
	fi
}

# empty NAME FINDINGS: nothing was found
empty() {
	if [ -z "$2" ]; then
		ok "$1"
	else
		not_ok "$1" "$2"
	fi
}

# need COMMAND...: skip everything where one of them is absent
need() {
	for tap_tool in "$@"; do
		command -v "$tap_tool" >/dev/null 2>&1 ||
			skip_all "$tap_tool is not installed"
	done
}

# tap_dir: a temporary directory in $tmp, removed at exit
tap_dir() {
	tmp=$(mktemp -d "${TMPDIR:-/tmp}/podpis-test.XXXXXX") || exit 99
	trap 'rm -rf "$tmp"' EXIT
	trap 'exit 99' HUP INT TERM
}

tap_done() {
	printf '1..%d\n' "$tap_count"
	[ "$tap_failed" -eq 0 ]
	exit
}
