#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Copyright the podpis authors
# Run a test so that automake's TAP driver understands it: what it says on
# standard error comes behind its TAP, as comments (the driver would write one
# over the other), and cmocka's "not ok N # SKIP" becomes a skip.
dir=$(mktemp -d "${TMPDIR:-/tmp}/podpis-run.XXXXXX") || exit 99
trap 'rm -rf "$dir"' EXIT
trap 'exit 99' HUP INT TERM
began=$(date +%s)
{
	"$@" 2>"$dir/stderr"
	echo $? >"$dir/status"
	times >"$dir/times"
} | sed 's/^not ok \([0-9]*\) # SKIP/ok \1 # SKIP/'
head -c 100000 "$dir/stderr" | sed 's/^/# /'
echo "# took $(($(date +%s) - began)) s, of processors" \
	"$(sed -n 2p "$dir/times")"
exit "$(cat "$dir/status")"
