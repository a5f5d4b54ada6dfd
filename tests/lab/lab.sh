# SPDX-License-Identifier: Apache-2.0
# Copyright the podpis authors
# shellcheck shell=sh
# For tests that use the test world; source it after tap.sh. $srcdir and
# $builddir are make's; $podpis is the program under test.
: "${srcdir:=$(cd "$(dirname "$0")/../.." && pwd)}"
: "${builddir:=$srcdir/build}"
podpis=${PODPIS:-$builddir/podpis}
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
