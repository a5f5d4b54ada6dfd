#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Copyright the podpis authors
# shellcheck disable=SC2086
#
# Everything that a time-stamp authority, a responder, a list or the network
# can do wrong: extend says so in one line, in time, and leaves the file as it
# was; the next authority helps; verify never calls it valid.
: "${srcdir:=.}"
. "$srcdir/tests/cli/lib.sh"
need jq timeout
[ -x "$authority" ] || skip_all 'the authorities are not built'

# start KIND: a world of its own, a signature base.sig in b, one with a
# time-stamp in t
start() {
	lab_stop
	kind=$1
	worlds=$((${worlds:-0} + 1))
	lab_serve "$kind" "$tmp/lab-$worlds" || return 1
	net="--trust $lab/root.pem --trust $lab/root2.pem
		--insecure-allow-private"
	cat "$lab/signer.key" "$lab/signer.pem" >"$tmp/both"
	echo 'the plan' >plan.txt
	"$podpis" sign -q --attached -f -k "$tmp/both" --chain "$lab/ca.pem" \
	    -o b plan.txt </dev/null
	XDG_CACHE_HOME=$tmp/cache-$worlds "$podpis" extend -q --level b-t $net \
	    --tsa "$lab_url/tsa" -f -o t b </dev/null
}

# fresh: nothing is kept from before
fresh() {
	rm -rf "$tmp/cache"
	mkdir "$tmp/cache"
	XDG_CACHE_HOME=$tmp/cache
}

# run_in DIR FILE ARGUMENTS...: extend on a copy of FILE alone in DIR
run_in() {
	i_dir=$1 i_from=$2
	shift 2
	rm -rf "$i_dir"
	mkdir "$i_dir"
	cp "$i_from" "$i_dir/in"
	i_code=0
	timeout 90 "$podpis" extend $net "$@" "$i_dir/in" >"$i_dir.out" \
	    2>"$i_dir.err" </dev/null || i_code=$?
	echo "$i_code" >"$i_dir.code"
}

# wrong DIR WANT FILE: what is not as it should be after a fault
wrong() {
	w_code=$(cat "$1.code")
	[ "$w_code" = "$2" ] || echo "want exit $2, have $w_code"
	[ ! -s "$1.out" ] || echo 'something on standard output'
	[ "$(grep -c '^podpis: ' "$1.err")" = 1 ] || echo 'not one line'
	[ "$(files "$1")" = in ] || echo "files: $(files "$1")"
	cmp "$1/in" "$3" 2>&1
}

# fails NAME WANT FILE ARGUMENTS...: this exit code, and nothing is touched
fails() {
	f_name=$1 f_want=$2 f_file=$3
	shift 3
	fresh
	run_in one "$f_file" --level b-lt "$@"
	f_wrong=$(wrong one "$f_want" "$f_file")
	empty "$f_name" "${f_wrong:+$f_wrong
$(cat one.err)}"
}

# helps NAME FILE ARGUMENTS...: it is done all the same
helps() {
	h_name=$1 h_file=$2
	shift 2
	fresh
	run_in one "$h_file" --level b-lt "$@"
	h_wrong=$(
		[ "$(cat one.code)" = 0 ] || echo "exit $(cat one.code)"
		[ "$(files one)" = in ] || echo "files: $(files one)"
		! cmp -s one/in "$h_file" || echo unchanged
	)
	empty "$h_name" "${h_wrong:+$h_wrong
$(cat one.err)}"
}

# judged NAME PATTERN FILE: verify --online gives exit code, indication and
# sub-indication
judged() {
	fresh
	code=0
	timeout 90 "$podpis" verify --json --online $net "$3" >"$tmp/out" \
	    2>"$tmp/err" </dev/null || code=$?
	like "$1" "^($2)\$" "$code $(jq -r '.signatures[0] |
	    .indication + " " + (.sub_indication // "-")' "$tmp/out")"
}

# faults KIND: their names
faults() {
	"$authority" faults | sed -n "s/^$1  *\([^ ]*\) .*/\1/p"
}

tsa_faults() {
	for fault in $(some "$@"); do
		policy=
		[ "$fault" != wrong-policy ] || policy='--tsa-policy 1.2.3.4'
		fails "$kind: TSA, $fault" 9 b $policy \
		    --tsa "$lab_url/tsa?fault=$fault"
		helps "$kind: TSA, $fault, and another" b $policy \
		    --tsa "$lab_url/tsa?fault=$fault" \
		    --tsa "$lab_url/tsa/tsa2"
	done
}

# status NAME OUTCOME: extend and verify with what the server was told; bad:
# nothing can be said; revoked; good
status() {
	case $2 in
	bad)
		fails "$1: extend" 9 t
		judged "$1: verify" '6 INDETERMINATE TRY_LATER' t
		;;
	revoked)
		fails "$1: extend" 5 t
		judged "$1: verify" '6 INDETERMINATE REVOKED_NO_POE' t
		;;
	good)
		helps "$1: extend" t
		judged "$1: verify" '0 TOTAL-PASSED -' t
		;;
	esac
}

# status_faults SERVICE OTHER FAULT...: alone, and with the other source
status_faults() {
	s_service=$1 s_other=$2
	shift 2
	for fault in $(some "$@"); do
		alone=bad both=good
		case $s_service-$fault in
		# a nonce may be left out (RFC 8954, 2.1); the lists of CA and
		# root change places; nobody is on the list as it is
		ocsp-good | ocsp-no-nonce | crl-other-issuer | crl-empty)
			alone=good
			;;
		ocsp-revoked) alone=revoked both=revoked ;;
		esac
		lab_set "$s_service=$fault" "$s_other-http=404"
		status "$kind: $s_service, $fault" $alone
		lab_set "$s_service=$fault"
		status "$kind: $s_service, $fault, and $s_other" $both
		lab_set ''
	done
}

# ---- the network

# Over in no time.
quick='endless endless-chunks endless-head huge huge-number short chunked-cut
    reset reset-body empty empty-body not-http gzip loop redirect-file
    redirect-ftp redirect-userinfo auth 403 404 410 429 500 502 503'
tsa_network() {
	all=
	for fault in $(some $quick); do
		all="$all --tsa $lab_url/tsa?http=$fault"
		fails "network: TSA, $fault" 9 b \
		    --tsa "$lab_url/tsa?http=$fault"
	done
	helps "network: TSA, another after all of them" b $all \
	    --tsa "$lab_url/tsa/tsa2"
	for fault in chunked redirect; do
		helps "network: TSA, $fault is none" b \
		    --tsa "$lab_url/tsa?http=$fault"
	done
	# nobody allowed these
	net="--trust $lab/root.pem"
	for fault in private link-local; do
		fresh
		run_in one b --level b-t \
		    --tsa "$lab_url/tsa?http=redirect-$fault"
		empty "network: TSA, redirect-$fault" "$(wrong one 9 b)"
		like "network: TSA, redirect-$fault: said" \
		    '(192.168|169.254|private)' "$(cat one.err)"
	done
	net="$net --trust $lab/root2.pem --insecure-allow-private"
}

# A list may be large: one without an end takes its time.
status_network() {
	for fault in $(some $quick); do
		list=$fault
		[ "${fault#endless}" = "$fault" ] || list=404
		lab_set "ocsp-http=$fault" "crl-http=$list"
		status "network: revocation data, $fault" bad
	done
	for fault in endless short reset not-http 500; do
		lab_set "ocsp-http=$fault"
		status "network: OCSP, $fault, and a CRL" good
	done
	lab_set ''
}

# Those that are waited for: all at once beside everything else, of a server
# of their own; each must be over before the whole of it times out.
slow() {
	slow_file=$1
	shift
	(
		XDG_CACHE_HOME=$tmp/cache-slow-$slow_name
		mkdir "$XDG_CACHE_HOME"
		slow_since=$(date +%s)
		run_in "slow-$slow_name" "$slow_file" "$@"
		echo $(($(date +%s) - slow_since)) >"slow-$slow_name.took"
	) &
	slow_pids="$slow_pids $!"
}

slow_start() {
	slow_pids=
	mv b slow.b
	mv t slow.t
	lab_set ocsp-http=late seconds=60
	for slow_name in late drip drip-head; do
		slow slow.b --level b-t \
		    --tsa "$lab_url/tsa?http=$slow_name&seconds=40"
	done
	slow_name=ocsp
	slow slow.t --level b-lt
	slow_server=$lab_pid lab_pid=
}

slow_end() {
	wait $slow_pids
	for fault in late drip drip-head; do
		empty "network: TSA, $fault" "$(wrong "slow-$fault" 9 slow.b)"
	done
	same "network: OCSP is late, and a CRL" 0 "$(cat slow-ocsp.code)"
	for fault in late drip drip-head ocsp; do
		slow_took=$(cat "slow-$fault.took")
		[ "$slow_took" -lt 90 ] && ok "network: $fault, in time" ||
			not_ok "network: $fault, in time" "$slow_took seconds"
	done
	kill $slow_server
}

start p256 || skip_all 'no python3'
slow_start
start rsa
tsa_network
status_network
"$authority" revoke "$lab" signer now 1
status "$kind: revoked long after the time-stamp" good
start p256
tsa_faults $(faults tsa)
status_faults ocsp crl $(faults ocsp)
status_faults crl ocsp $(faults crl)
"$authority" revoke "$lab" signer 1767225600 1
status "$kind: revoked before the time-stamp" revoked
if lab_gost && start gost256; then
	tsa_faults wrong-nonce wrong-imprint bad-signature other-ess stranger
	status_faults ocsp crl revoked bad-signature stale unauthorised
	status_faults crl ocsp bad-signature stale
else
	skip GOST 'no GOST engine (libengine-gost-openssl)'
fi
slow_end
tap_done
