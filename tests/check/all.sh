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
# tests wait for servers and clocks: one more of them than processors
tests=$((jobs + 1))
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

# slowest: the tests of this stage that took longest, in seconds
slowest() {
	find . -name '*.log' ! -name test-suite.log \
		-newer "$log.begin" -exec grep -H '^# took ' {} + |
		sed -E 's,^\./(tests/)?(unit/)?(.*)\.log:# took ([0-9]+).*,\4 \3,' |
		sort -rn | head -n 10 | awk '
		{ line = line ", " $2 " " $1 }
		END { print "  slowest: " substr(line, 3) }'
}

# spent: seconds that processors worked for what has ended, in $spent
spent() {
	times >"$dir/times"
	spent=$(awk 'NR == 2 {
		split($1 "m" $2, t, "m")
		print int(t[1] * 60 + t[2] + t[3] * 60 + t[4])
	}' "$dir/times")
}

# stage NAME COMMAND...: run it; counted are its tests, or itself as one
stage() {
	name=$1
	log=$dir/log/$name
	shift
	spent
	begin=$(date +%s) before=$spent
	: >"$log.begin"
	"$@" >"$log" 2>&1 </dev/null
	status=$?
	spent
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
		"($(($(date +%s) - begin)) s, $((spent - before)) of processors)"
	[ $((pass + fail)) -lt 100 ] || slowest
	rm -f "$log.begin"
	[ "$fail" -eq 0 ] || complain "$log"
	return $((fail > 0))
}

# configure NAME FLAG...: a build directory of this name, beside what runs
configure() {
	mkdir -p "$dir/$1" || exit 1
	(
		cd "$dir/$1" || exit 1
		shift
		[ -f Makefile ] || "$top/configure" -q "$@" \
			>"$dir/log/configure-${PWD##*/}" 2>&1
	) &
}

# enter NAME: into the build directory of this name
enter() {
	cd "$dir/$1" || exit 1
	[ -f Makefile ] ||
		stage "$1-configure" sh -c "cat '$dir/log/configure-$1'; false"
}

# released: the archive has every file that git knows
released() {
	tar -tzf podpis-*.tar.gz | sed 's,^[^/]*/,,' | LC_ALL=C sort >released
	git -C "$top" ls-files | LC_ALL=C sort | LC_ALL=C comm -23 - released |
		grep -v '^\.git' >missing
	[ ! -s missing ] || {
		sed 's/^/not in the release: /' missing
		return 1
	}
}

# configuring keeps one processor busy; libtool is a script, and slow in bash
CONFIG_SHELL=/bin/sh
export CONFIG_SHELL
configure gcc --enable-werror
configure clang --enable-werror --enable-sanitizers CC=clang CFLAGS='-g -O1'
configure thread --enable-werror --enable-sanitizers=thread CFLAGS='-g -O1'
configure no-pkcs11 --enable-werror --without-pkcs11 CFLAGS=-O0
wait

# 1. the compiler that most people have; everything
enter gcc
stage gcc-build make -s -j"$jobs" &&
	stage gcc-tests make -s -j"$tests" check
# but for the longest matrices, which the sanitizers run whole: what they call,
# the programs of each module call too; and what tests the lab alone
long=
for t in threads authority chain xades_levels job_xades_existing \
	job_xades_large job_asic asic_extend augment_cades; do
	long="$long tests/unit/test_$t"
done
stage gcc-valgrind make -s -j"$tests" check-valgrind VALGRIND_SKIP="$long"
stage gcc-install make -s -j"$jobs" check-install

# 2. another compiler, with the sanitizers; the rules of the house are not
# tried again, nor other people's tools or the lab, and the longest tables of the
# tests of the command are taken in part
enter clang
stage clang-build make -s -j"$jobs" &&
	stage clang-sanitizers env PODPIS_FEW=1 make -s -j"$tests" check CHECKS= \
		INTEROP_TESTS= LAB_TESTS=

# 3. several threads under ThreadSanitizer, which on some kernels wants memory laid
# out without randomness
still=
setarch -R true 2>/dev/null && still='setarch -R'
enter thread
stage thread-build make -s -j"$jobs" libsign-testable.la podpis &&
	stage thread-tests $still make -s -j"$jobs" check \
		TESTS='tests/unit/test_threads tests/cli/batch.sh' \
		check_PROGRAMS=tests/unit/test_threads check_LTLIBRARIES=

# 4. without keys on tokens
enter no-pkcs11
stage no-pkcs11-build make -s -j"$jobs"

# 5. what is released builds alone, passes some of its tests, installs and
# leaves nothing behind; nothing was forgotten
cd "$dir/gcc" || exit 1
programs='tests/unit/test_der tests/unit/test_io tests/lab/authority'
for t in own_key own_transport sign two_step verify; do
	programs="$programs libsign/examples/$t"
done
stage distcheck make -s -j"$jobs" distcheck \
	DISTCHECK_CONFIGURE_FLAGS=CFLAGS=-O0 check_PROGRAMS="$programs" \
	check_LTLIBRARIES='libkits.la libmkkey.la' TESTS='tests/unit/test_der
	tests/unit/test_io libsign/examples/run.sh tests/check/includes.sh
	tests/check/words.sh'
[ ! -e "$top/.git" ] || stage released released

if [ "$skipped" -gt 0 ]; then
	echo "skipped:"
	sed -n 's/^SKIP: //p' "$dir"/log/* | sort | uniq -c | head -n 40
fi
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
