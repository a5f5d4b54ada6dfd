# SPDX-License-Identifier: Apache-2.0
# Copyright the podpis authors
# shellcheck shell=sh
# For tests against other tools; source it after setting $srcdir. Work goes on
# in $tmp, with the test world in $world.
# shellcheck source=tests/lib/tap.sh
. "$srcdir/tests/lib/tap.sh"
# shellcheck source=tests/lab/lab.sh
. "$srcdir/tests/lab/lab.sh"
lab_world
cd "$tmp" || exit 99
ours="--trust $world/roots.pem --chain $world/chain.pem --crl $world/crls.pem"
cat "$world/roots.pem" "$world/chain.pem" >"$tmp/all.pem"
theirs="-CAfile $tmp/all.pem -purpose any"
java_cp=

# java_ready: compile the BouncyCastle programs; fails where there is no Java
java_ready() {
	jars=${BC_JARS:-/usr/share/java}
	for j in bcprov bcpkix bcutil; do
		[ -e "$jars/$j.jar" ] || return 1
		java_cp=$java_cp:$jars/$j.jar
	done
	java_cp=$tmp/java$java_cp
	mkdir -p "$tmp/java"
	javac -d "$tmp/java" -cp "$java_cp" \
	    "$srcdir"/tests/interop/java/*Cms.java \
	    "$srcdir/tests/interop/java/CheckStamps.java" \
	    "$srcdir/tests/interop/java/Keys.java" >"$tmp/javac.log" 2>&1
}

java_run() {
	java -XX:TieredStopAtLevel=1 -Xshare:auto -cp "$java_cp" "$@"
}

# code COMMAND...: its exit code; output in $tmp/out, messages in $tmp/err
code() {
	"$@" >"$tmp/out" 2>"$tmp/err" </dev/null
	echo $?
}

# verify ARGUMENTS...: our exit code, JSON in $tmp/out
verify() {
	# shellcheck disable=SC2086
	code "$podpis" verify --json --offline --no-input $ours "$@"
}

# verdict NAME WANT ARGUMENTS...: a test: the exit code of verify is WANT,
# and the report's words agree with it
verdict() {
	v_name=$1 v_want=$2
	shift 2
	v_got=$(verify "$@")
	case $v_want in
	0) v_word=TOTAL-PASSED ;;
	5) v_word=TOTAL-FAILED ;;
	6) v_word=INDETERMINATE ;;
	*) v_word=null ;;
	esac
	if [ "$v_got" = "$v_want" ] &&
	    grep -q "\"indication\": *\"*$v_word" "$tmp/out"; then
		ok "$v_name"
	else
		not_ok "$v_name" "want: exit $v_want $v_word
have: exit $v_got
$(cat "$tmp/out" "$tmp/err")
$*"
	fi
}

# signatures: how many the last report has
signatures() {
	grep -o '"id": *"S-[0-9.]*"' "$tmp/out" | wc -l | tr -d ' '
}
