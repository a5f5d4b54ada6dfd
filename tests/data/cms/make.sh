#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Copyright the podpis authors
# Make the files of this directory again with the openssl command: make.sh.
# The keys are thrown away, so all files change. gost-*.pem have an origin of
# their own, see ../README.md.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# certificate NAME OPTION...
certificate() {
	name=$1
	shift
	openssl req -x509 -nodes -newkey "$@" -keyout "$work/$name.key" \
		-subj "/CN=$name" -days 36500 -set_serial 1 \
		-out "$work/$name.pem" 2>/dev/null
}

# sign FILE OPTION...
sign() {
	file=$1
	shift
	openssl cms -sign -binary -in "$work/text" -outform DER \
		-out "$file" "$@"
}

certificate first ec -pkeyopt ec_paramgen_curve:P-256
certificate second rsa:2048
printf 'one two three\n' >"$work/text"
set -- -signer "$work/first.pem" -inkey "$work/first.key"
sign attached.der -nodetach -cades "$@"
sign detached.der -cades "$@"
sign bare.der -nodetach -noattr "$@"
sign keyid.der -nodetach -keyid "$@"
sign stream.ber -nodetach -stream "$@"
sign sha1.der -nodetach -cades -md sha1 "$@"
openssl cms -resign -inform DER -in attached.der -outform DER \
	-out two.der -md sha256 -cades -signer "$work/second.pem" \
	-inkey "$work/second.key"
openssl cms -encrypt -binary -in "$work/text" -outform DER \
	-out enveloped.der "$work/second.pem"
