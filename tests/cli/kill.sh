#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Copyright the podpis authors
# shellcheck disable=SC2086
#
# Killed at random moments: the file is the old one or the new one, whole and
# sound, and nothing stays beside it.
: "${srcdir:=.}"
. "$srcdir/tests/cli/lib.sh"
need jq
lab_serve p256 || skip_all 'no python3'
cat "$lab/signer.key" "$lab/signer.pem" "$lab/ca.pem" >"$tmp/both"
net="--trust $lab/root.pem --insecure-allow-private"
echo 'the plan' >plan.txt
echo '<lease Id="l"><rent>100</rent></lease>' >lease.xml
seed=${PODPIS_SEED:-$(date +%s)}
echo "# PODPIS_SEED=$seed"

# now: milliseconds
now() {
	echo $(($(date +%s%N) / 1000000))
}

# moments COUNT MOST: so many delays below that many milliseconds, in seconds;
# half of them in the last third, where the writing is
moments() {
	awk -v n="$1" -v most="$2" -v seed="$seed" 'BEGIN {
		srand(seed)
		for (i = 0; i < n; i++) {
			from = i % 2 ? most * 2 / 3 : 0
			printf "%.3f\n", (from + rand() * (most - from)) / 1000
		}
	}'
}

# killed SECONDS COMMAND...: it is killed after that time
killed() {
	k_after=$1
	shift
	"$@" >"$tmp/out" 2>"$tmp/err" </dev/null &
	k_pid=$!
	sleep "$k_after"
	kill -9 "$k_pid" 2>/dev/null
	wait "$k_pid" 2>/dev/null
}

# took COMMAND...: how long it takes, in milliseconds and a bit more
took() {
	t_start=$(now)
	"$@" >"$tmp/out" 2>"$tmp/err" </dev/null ||
		not_ok "without being killed" "$(cat "$tmp/err")"
	t_took=$((($(now) - t_start) * 5 / 4))
}

# left DIR FILE: other files in there. Between the two steps of a replacement
# the new file has a second name for a moment: such a one is whole, and once in
# a hundred kills is too much.
left() {
	for f in "$1"/* "$1"/.[!.]*; do
		[ -e "$f" ] && [ "$f" != "$1/$2" ] || continue
		mv "$f" "new/left.$((lefts += 1))"
	done
}

# old_or_new NAME COUNT OLD FILE COMMAND...: kills the command so often while
# it works on a copy of OLD as FILE in d (OLD may be '': nothing is there);
# the new ones are judged together
old_or_new() {
	o_name=$1 o_count=$2 o_old=$3 o_file=$4
	# all of them in one configuration
	[ -z "${PODPIS_FEW-}" ] || o_count=$(((o_count + 4) / 5))
	shift 4
	rm -rf d new
	mkdir d new
	[ -z "$o_old" ] || cp "$o_old" "d/$o_file"
	# twice: the first fetches what the others find kept
	took "$@"
	rm -f "d/$o_file"
	[ -z "$o_old" ] || cp "$o_old" "d/$o_file"
	took "$@"
	o_most=$t_took
	made=0 kept=0 lefts=0
	for after in $(moments "$o_count" "$o_most"); do
		rm -f "d/$o_file"
		[ -z "$o_old" ] || cp "$o_old" "d/$o_file"
		killed "$after" "$@"
		if [ -z "$o_old" ] && [ ! -e "d/$o_file" ]; then
			kept=$((kept + 1))
		elif [ -n "$o_old" ] && cmp -s "$o_old" "d/$o_file"; then
			kept=$((kept + 1))
		else
			mv "d/$o_file" "new/$((made += 1))"
		fi
		left d "$o_file"
	done
	echo "# $o_name: $o_most ms, $kept old, $made new"
	same "$o_name: the old or the new" "$o_count" $((kept + made))
	[ "$lefts" -le $((o_count / 100 + 1)) ] &&
		ok "$o_name: nothing else stays" ||
		not_ok "$o_name: nothing else stays" "$lefts files"
	sound "$o_name: each new one is whole"
}

# sound NAME: all in new are B-LT and valid
sound() {
	if [ "$made" = 0 ] && [ "$lefts" = 0 ]; then
		skip "$1" 'there is none'
		return
	fi
	run verify --json --online --level b-lt $net new/*
	same "$1" "0 $((made + lefts))" "$code $(printf '%s\n' "$out" |
	    jq -r .indication | grep -c '^TOTAL-PASSED$')"
}

"$podpis" sign -q --attached -k "$tmp/both" -o cades.sig plan.txt </dev/null
"$podpis" sign -q -F xades -k "$tmp/both" -o xades.xml lease.xml </dev/null
extend="$podpis extend $net --tsa $lab_url/tsa --level b-lt"
old_or_new "extend CAdES" 140 cades.sig in.sig $extend d/in.sig
old_or_new "extend XAdES" 60 xades.xml in.xml $extend d/in.xml
for with in cades xades; do
	"$podpis" sign -q -F asic-e --asic-with $with -k "$tmp/both" \
	    -o $with.asice plan.txt lease.xml </dev/null
	old_or_new "extend ASiC-E, $with" 20 $with.asice in.asice \
	    $extend d/in.asice
	"$podpis" sign -q -F asic-e --asic-with $with -k "$tmp/both" \
	    --level b-lt $net --tsa "$lab_url/tsa" -o lt.$with.asice plan.txt \
	    </dev/null
	old_or_new "add-signer ASiC-E, $with" 20 lt.$with.asice in.asice \
	    "$podpis" add-signer -q $net --tsa "$lab_url/tsa" --level b-lt \
	    -k "$tmp/both" d/in.asice
done
sign="$podpis sign -q $net --tsa $lab_url/tsa --level b-lt -k $tmp/both"
old_or_new "sign --level CAdES" 10 '' p.sig $sign --attached -o d/p.sig plan.txt
old_or_new "sign --level XAdES" 10 '' p.xml $sign -F xades -o d/p.xml lease.xml
# the cache was read and written all the while
run verify --json --online $net cades.sig
same "what is kept is of use" '0' "$code"
tap_done
