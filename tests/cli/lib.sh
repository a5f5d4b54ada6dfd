# SPDX-License-Identifier: Apache-2.0
# Copyright the podpis authors
# shellcheck shell=sh
# What the tests of the command share; source it after setting $srcdir. Work
# goes on in $tmp/work, with the test world in $world, and $evidence to judge
# its signatures by.
# shellcheck source=tests/lib/tap.sh
. "$srcdir/tests/lib/tap.sh"
# shellcheck source=tests/lab/lab.sh
. "$srcdir/tests/lab/lab.sh"
lab_world
evidence="--trust $world/roots.pem --chain $world/chain.pem --crl $world/crls.pem"
mkdir "$tmp/work"
cd "$tmp/work" || exit 99
unset SOFTHSM2_CONF
P11_KIT_NO_USER_CONFIG=1
export P11_KIT_NO_USER_CONFIG

# run ARG...: output in $out, errors in $err, exit code in $code
run() {
	code=0
	"$podpis" "$@" >"$tmp/out" 2>"$tmp/err" </dev/null || code=$?
	out=$(cat "$tmp/out")
	err=$(cat "$tmp/err")
}

# exits NAME CODE ARG...: the command ends with this code
exits() {
	exits_name=$1
	exits_code=$2
	shift 2
	run "$@"
	if [ "$code" = "$exits_code" ]; then
		ok "$exits_name"
	else
		not_ok "$exits_name" "want exit $exits_code, have $code of: $*
$out
$err"
	fi
}

# key NAME: $key, a PEM file with key and certificate of that person
key() {
	key=$tmp/$1.both
	cat "$world/$1.key" "$world/$1.pem" >"$key"
}

# levels NAME WANT FILE...: "exit LEVEL LEVEL...", all of them passed, where
# lab_people has set $net
levels() {
	l_name=$1 l_want=$2
	shift 2
	# shellcheck disable=SC2086
	run verify --json --online $net "$@"
	same "$l_name" "$l_want" "$code $(printf '%s\n' "$out" | jq -r '
	    [.signatures[] | if .indication == "TOTAL-PASSED" then .level
	    else .indication + " " + .sub_indication end] | join(" ")' |
	    tr '\n' ' ' | sed 's/ $//')"
}

# some WORD...: all of them; every third, the first among them, where another
# configuration takes them all (PODPIS_FEW)
some() {
	some_at=0
	for some_word; do
		if [ -z "${PODPIS_FEW-}" ] || [ $((some_at % 3)) = 0 ]; then
			echo "$some_word"
		fi
		some_at=$((some_at + 1))
	done
}

# files DIR: what is in there, one line
files() {
	# shellcheck disable=SC2012
	ls -A "$1" | tr '\n' ' ' | sed 's/ $//'
}
