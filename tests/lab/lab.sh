# SPDX-License-Identifier: Apache-2.0
# Copyright the podpis authors
# shellcheck shell=sh
# For tests that use the test world; source it after tap.sh. $srcdir and
# $builddir are make's; $podpis is the program under test.
: "${srcdir:=$(cd "$(dirname "$0")/../.." && pwd)}"
: "${builddir:=$srcdir/build}"
podpis=${PODPIS:-$builddir/podpis}
# the program itself where libtool's script would start just that: a third of
# the time of a test is spent in that script
if [ -z "${PODPIS-}" ] &&
    grep -q "^  program='podpis'" "$podpis" 2>/dev/null &&
    [ -x "$builddir/.libs/podpis" ]; then
	LD_LIBRARY_PATH=$(cd "$builddir/.libs" && pwd)${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
	podpis=$builddir/.libs/podpis
	export LD_LIBRARY_PATH
fi
LC_ALL=C.UTF-8
export LC_ALL srcdir builddir podpis
unset LANGUAGE NO_COLOR

# lab_world: the world's directory in $world (made when make did not), openssl
# set up for it, and nothing of the user's in sight
lab_world() {
	tap_dir
	world=$builddir/lab/world
	[ -e "$builddir/lab/stamp" ] || lab_make || {
		echo 'Bail out! the test world could not be made'
		exit 99
	}
	OPENSSL_CONF=$world/openssl.cnf
	PODPIS_CONFIG=/nonexistent
	mkdir "$tmp/home"
	HOME=$tmp/home XDG_CONFIG_HOME=$tmp/home XDG_CACHE_HOME=$tmp/home
	export OPENSSL_CONF PODPIS_CONFIG HOME XDG_CONFIG_HOME XDG_CACHE_HOME
}

lab_make() {
	mkdir -p "$builddir/lab" &&
	    "$srcdir/tests/lab/mkworld.sh" "$world" >&2 &&
	    : >"$builddir/lab/stamp"
}

# lab_gost: is the GOST engine there?
lab_gost() {
	[ -e "$world/gost" ]
}

# lab_tokens: tokens in $tmp/tokens, and the environment that finds them;
# $tokens says which there are
lab_tokens() {
	tokens=$("$srcdir/tests/lab/tokens.sh" "$tmp/tokens" "$world") || :
	SOFTHSM2_CONF=$tmp/tokens/softhsm2.conf GOSTTOK_DIR=$tmp/tokens/gosttok
	gosttok=$builddir/.libs/gosttok.so
	export SOFTHSM2_CONF GOSTTOK_DIR
}

# ---- authorities over HTTP on the loopback; see tests/lab/README.md

authority=$builddir/tests/lab/authority

# lab_serve [KIND [DIR]]: a world of authorities of this kind of key (p256) in
# $lab, served at $lab_url by a process that ends with the test; what it was
# asked for is in $lab_log. Fails where there is no python3. Not to be called
# in a subshell, which would take the server down at its end.
lab_serve() {
	lab=${2:-$tmp/lab-${1:-p256}}
	lab_start || return 1
	"$authority" new "$lab" "${1:-p256}" --url "$lab_url" || {
		lab_stop
		return 1
	}
}

# lab_people [KIND]: lab_serve, or the test is skipped; and what the command
# wants of it: $key and $key2 of two people, $net that trusts it and reaches
# it, $tsa
lab_people() {
	lab_serve "$@" || skip_all 'no python3'
	cat "$lab/signer.key" "$lab/signer.pem" >"$tmp/signer.both"
	cat "$lab/signer2.key" "$lab/signer2.pem" >"$tmp/signer2.both"
	key=$tmp/signer.both key2=$tmp/signer2.both
	net="--trust $lab/root.pem --insecure-allow-private"
	tsa="--tsa $lab_url/tsa"
}

# lab_each COMMAND KIND...: the command with the people of each kind of keys,
# which is in $kind
lab_each() {
	lab_command=$1
	shift
	for kind; do
		case $kind in
		gost*)
			if ! lab_gost; then
				skip "$kind" \
				    'no GOST engine (libengine-gost-openssl)'
				continue
			fi
			;;
		esac
		lab_stop
		lab_people "$kind"
		XDG_CACHE_HOME=$tmp/cache-$kind
		mkdir "$XDG_CACHE_HOME"
		"$lab_command"
	done
}

# lab_serve_world: the test world's own authorities (/tsa/tsa, /tsa/gost-tsa,
# ...), in a copy, as they keep books
lab_serve_world() {
	lab=$tmp/lab-world
	cp -R "$world" "$lab" && lab_start
}

# lab_serve_tls: the world in $lab at $lab_tls as well, with a certificate of
# its CA; $lab/root.pem and $lab/ca.pem lead to it
lab_serve_tls() {
	"$authority" add "$lab" tls ca tls --cn localhost --kind p256 &&
	    cat "$lab/tls.pem" "$lab/ca.pem" >"$lab/tls-chain.pem" ||
	    return 1
	lab_start --tls "$lab/tls-chain.pem" "$lab/tls.key"
}

lab_start() {
	command -v python3 >/dev/null 2>&1 && [ -x "$authority" ] || return 1
	lab_log=$tmp/requests
	: >"$lab_log"
	: >"$tmp/ports"
	python3 "$srcdir/tests/lab/serve.py" --tool "$authority" \
	    --dir "$lab" --log "$lab_log" "$@" >"$tmp/ports" &
	lab_pid="${lab_pid-} $!"
	trap 'lab_stop; rm -rf "$tmp"' EXIT
	lab_want=1
	[ $# = 0 ] || lab_want=2
	lab_tries=100
	while [ "$(wc -l <"$tmp/ports")" -lt "$lab_want" ]; do
		lab_tries=$((lab_tries - 1))
		[ "$lab_tries" -gt 0 ] || return 1
		sleep 0.1
	done
	lab_url=$(sed -n 1p "$tmp/ports")
	lab_tls=$(sed -n 2p "$tmp/ports")
}

# asked [WORD]: how many requests had it (a time-stamp: /tsa)
asked() {
	grep -c "${1:-/tsa}" "$lab_log" || :
}

# lab_stop: ends what lab_serve started
lab_stop() {
	for lab_one in ${lab_pid-}; do
		kill "$lab_one" 2>/dev/null || :
		wait "$lab_one" 2>/dev/null || :
	done
	lab_pid=
}

# lab_set NAME=VALUE...: the server's clock and faults from now on; without
# any: none
lab_set() {
	printf '%s\n' "$@" >"$lab/control.new"
	mv "$lab/control.new" "$lab/control"
}
