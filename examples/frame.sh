# SPDX-License-Identifier: Apache-2.0
# Copyright the podpis authors
# shellcheck shell=sh
#
# What the examples share: a program that is built, the test world of
# certificates, an empty folder, and commands that are shown before they run.
# An example sets $srcdir and sources this file; then it calls stage.
: "${builddir:=$srcdir/build}"
export srcdir builddir

stop() {
	echo "${0##*/}: $*" >&2
	exit 1
}
say() {
	printf '\n# %s\n' "$*"
}
show() {
	printf '$'
	for word in "$@"; do
		case $word in
		*[\ \;\&\*\']*) printf " '%s'" "$word" ;;
		*) printf ' %s' "$word" ;;
		esac
	done
	printf '\n'
}
run() {
	show "$@"
	"$@"
}
# exits CODE COMMAND...: run, and the exit code is that
exits() {
	want=$1
	shift
	rc=0
	run "$@" || rc=$?
	echo "(exit $rc)"
	[ "$rc" = "$want" ] || stop "want exit $want, have $rc"
}
podpis() {
	command "$builddir/podpis" "$@"
}

# stage DIR [TARGET...]: the world and what else make is to build, and an empty
# DIR to work in with the world's public files; nothing of the user's
# configuration is read
stage() {
	dir=$1
	shift
	[ -x "$builddir/podpis" ] || stop "no podpis in $builddir: build it first"
	srcdir=$(cd "$srcdir" && pwd) builddir=$(cd "$builddir" && pwd)
	world=$builddir/lab/world
	make -s -C "$builddir" lab/stamp "$@" >/dev/null ||
		stop 'the test world could not be made'
	[ -e "$world/gost" ] || stop 'OpenSSL has no GOST engine:' \
		'apt-get install libengine-gost-openssl'
	rm -rf "$dir"
	mkdir -p "$dir/home"
	cd "$dir" || exit
	dir=$PWD
	HOME=$dir/home XDG_CONFIG_HOME=$dir/home XDG_CACHE_HOME=$dir/home
	PODPIS_CONFIG=/nonexistent OPENSSL_CONF=$world/openssl.cnf
	export HOME XDG_CONFIG_HOME XDG_CACHE_HOME PODPIS_CONFIG OPENSSL_CONF
	cp "$world/roots.pem" "$world/chain.pem" "$world/crls.pem" .
	# all in one stream, in the order in which it happens
	exec 2>&1
}
