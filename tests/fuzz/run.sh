#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Copyright the podpis authors
# Fuzz each harness for some time: tests/fuzz/run.sh SECONDS [HARNESS...].
# Builds with clang's libFuzzer, ASan and UBSan in build/fuzz/. A finding is
# stored as build/fuzz/findings/HARNESS-...; once mended, it goes into
# tests/fuzz/corpus/ under the name of the fault.
set -eu
seconds=${1:?seconds for each harness}
shift
top=$(cd "$(dirname "$0")/../.." && pwd)
dir=$top/build/fuzz
jobs=$(nproc 2>/dev/null || echo 2)

[ -x "$top/configure" ] || "$top/bootstrap"
mkdir -p "$dir/findings"
cd "$dir"
[ -f Makefile ] || "$top/configure" -q --enable-fuzz CC=clang CFLAGS='-g -O1'
make -s -j"$jobs"
harnesses=${*:-$(make -s fuzz-list)}

status=0
for harness in $harnesses; do
	make -s -j"$jobs" "tests/fuzz/$harness"
	seed=$top/tests/fuzz/corpus/${harness#fuzz_}
	new=$dir/corpus/$harness
	mkdir -p "$new"
	echo "$harness: $seconds seconds"
	# what was found interesting stays for the next time; seeds are read
	LSAN_OPTIONS="suppressions=$top/tests/check/lsan.supp" \
		"tests/fuzz/$harness" -max_total_time="$seconds" -timeout=10 \
		-rss_limit_mb=2048 -print_final_stats=1 \
		-artifact_prefix="$dir/findings/$harness-" "$new" "$seed" \
		>"$harness.log" 2>&1 || {
		status=1
		tail -n 40 "$harness.log"
	}
	grep -E '^(stat::number_of_executed|stat::new_units|Done)' \
		"$harness.log" || :
done
exit $status
