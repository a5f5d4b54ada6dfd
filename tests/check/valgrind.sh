#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Copyright the podpis authors
# Run a unit test under valgrind: an error or a leak fails it.
: "${srcdir:=.}"
log=${TMPDIR:-/tmp}/podpis-valgrind.$$
trap 'rm -f "$log"' EXIT

# tests with much arithmetic take fewer of their cases
PODPIS_SLOW=1
export PODPIS_SLOW

valgrind -q --error-exitcode=99 --leak-check=full \
	--show-leak-kinds=definite,indirect --errors-for-leak-kinds=definite \
	--suppressions="$srcdir/tests/check/valgrind.supp" \
	--log-file="$log" "$@"
status=$?
[ -s "$log" ] && sed 's/^/# /' "$log"
exit $status
