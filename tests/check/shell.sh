#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Copyright the podpis authors
# No script gives shellcheck reason to warn. Files that are sourced use and set
# variables of others; words are split and variables emptied on purpose.
: "${srcdir:=.}"
. "$srcdir/tests/check/lib.sh"

need shellcheck
for script in $(tracked '*.sh' setup bootstrap '.ci/run'); do
	except='-e SC1007,SC2046'
	head -n 1 "$srcdir/$script" | grep -q '^#!' || except='-e SC1007,SC2034,SC2046,SC2154'
	check "$script" sh -c \
		"cd '$srcdir' && shellcheck -S warning -x $except '$script'"
done
tap_done
