#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Copyright the podpis authors
# Every check in every configuration: all.sh DIRECTORY, which keeps the builds
# and their logs. The last line is the sum over all of them.
set -u
top=$(cd "$(dirname "$0")/../.." && pwd)
mkdir -p "$1/log" || exit 1
dir=$(cd "$1" && pwd)
jobs=$(nproc 2>/dev/null || echo 2)
passed=0
failed=0
skipped=0

# number WORD LOG: sum of automake's "# WORD: n" lines
number() {
	awk -v word="# $1:" 'index($0, word) == 1 {sum += $3} END {print sum + 0}' \
		"$2"
}

# complain LOG: what went wrong, with the log of each test that failed
complain() {
	grep -E '^(FAIL|ERROR|XPASS):' "$1" | head -n 40
	# distcheck's own directory is gone
	[ "$name" != distcheck ] || return
	grep -oE '^(FAIL|ERROR|XPASS): [^ ]+' "$1" | awk '{print $2}' |
		sort -u | head -n 10 | while read -r test; do
		echo "---- $test"
		tail -n 60 "$PWD/${test%.sh}.log" 2>/dev/null
	done
	grep -qE '^(FAIL|ERROR|XPASS):' "$1" || tail -n 40 "$1"
}

# stage NAME COMMAND...: run it; counted are its tests, or itself as one
stage() {
	name=$1
	log=$dir/log/$name
	shift
	begin=$(date +%s)
	"$@" >"$log" 2>&1 </dev/null
	status=$?
	pass=$(($(number PASS "$log") + $(number XFAIL "$log")))
	fail=$(($(number FAIL "$log") + $(number ERROR "$log") +
		$(number XPASS "$log")))
	skip=$(number SKIP "$log")
	[ "$status" -eq 0 ] || [ "$fail" -gt 0 ] || fail=1
	[ $((pass + fail + skip)) -gt 0 ] || pass=1
	passed=$((passed + pass))
	failed=$((failed + fail))
	skipped=$((skipped + skip))
	echo "$name: $pass passed, $fail failed, $skip skipped" \
		"($(($(date +%s) - begin)) s)"
	[ "$fail" -eq 0 ] || complain "$log"
	return $((fail > 0))
}

# enter NAME FLAG...: into the build directory of this name, configured so
enter() {
	mkdir -p "$dir/$1" && cd "$dir/$1" || exit 1
	shift
	[ -f Makefile ] || stage "${PWD##*/}-configure" "$top/configure" -q "$@"
}

# 1. the compiler that most people have; everything
enter gcc --enable-werror
stage gcc-build make -s -j"$jobs" &&
	stage gcc-tests make -s -j"$jobs" check
# but for the longest matrices, which the sanitizers run whole: what they call,
# the programs of each module call too
long=
for t in threads chain xades_levels job_xades_existing job_xades_large job_asic \
	asic_extend augment_cades; do
	long="$long tests/unit/test_$t"
done
stage gcc-valgrind make -s -j"$jobs" check-valgrind VALGRIND_SKIP="$long"
stage gcc-install make -s -j"$jobs" check-install

# 2. another compiler, with the sanitizers; the rules of the house are not
# tried again, nor other people's tools, and the longest tables of the tests of
# the command are taken in part
enter clang --enable-werror --enable-sanitizers CC=clang CFLAGS='-g -O1'
stage clang-build make -s -j"$jobs" &&
	stage clang-sanitizers env PODPIS_FEW=1 make -s -j"$jobs" check CHECKS= \
		INTEROP_TESTS=

# 3. several threads under ThreadSanitizer, which on some kernels wants memory laid
# out without randomness
still=
setarch -R true 2>/dev/null && still='setarch -R'
enter thread --enable-werror --enable-sanitizers=thread CFLAGS='-g -O1'
stage thread-build make -s -j"$jobs" libsign-testable.la podpis &&
	stage thread-tests $still make -s check \
		TESTS='tests/unit/test_threads tests/cli/batch.sh' \
		check_PROGRAMS=tests/unit/test_threads check_LTLIBRARIES=

# 4. without keys on tokens
enter no-pkcs11 --enable-werror --without-pkcs11 CFLAGS=-O0
stage no-pkcs11-build make -s -j"$jobs"

# 5. what is released builds alone and passes some of its tests
cd "$dir/gcc" || exit 1
stage distcheck make -s -j"$jobs" distcheck TESTS='tests/unit/test_der
	tests/unit/test_io tests/lab/world.sh libsign/examples/run.sh
	tests/check/includes.sh tests/check/shell.sh tests/check/words.sh'

if [ "$skipped" -gt 0 ]; then
	echo "skipped:"
	sed -n 's/^SKIP: //p' "$dir"/log/* | sort | uniq -c | head -n 40
fi
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
