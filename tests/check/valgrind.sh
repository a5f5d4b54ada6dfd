#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Copyright the podpis authors
# Run a unit test under valgrind: an error or a leak fails it.
: "${srcdir:=.}"

# tests with much arithmetic take fewer of their cases
PODPIS_SLOW=1
export PODPIS_SLOW
exec valgrind -q --error-exitcode=99 --leak-check=full \
	--show-leak-kinds=definite,indirect --errors-for-leak-kinds=definite \
	--suppressions="$srcdir/tests/check/valgrind.supp" "$@"
