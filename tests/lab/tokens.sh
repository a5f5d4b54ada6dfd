#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Copyright the podpis authors
#
# tokens.sh OUT WORLD: two tokens with keys of the test world, PIN 1234:
#   OUT/softhsm2.conf   for SOFTHSM2_CONF: token "lab" with the keys of rsa,
#                       p256 and ed25519 (ids 01, 02, 03), if SoftHSM is there
#   OUT/gosttok         for GOSTTOK_DIR: keys of ivanova and romashka for the
#                       project's own PKCS#11 module
# Prints which of the two were made. Exit 1 when neither. TOKEN_KEYS leaves out
# some of the keys of "lab".
set -e
[ $# = 2 ] || { echo "usage: tokens.sh OUT WORLD" >&2; exit 2; }
mkdir -p "$1"
out=$(cd "$1" && pwd) world=$(cd "$2" && pwd)
made=
LC_ALL=C.UTF-8 OPENSSL_CONF=$world/openssl.cnf
export LC_ALL OPENSSL_CONF

softhsm_module() {
	for m in /usr/lib/softhsm/libsofthsm2.so \
	    /usr/lib/*/softhsm/libsofthsm2.so \
	    /usr/lib64/pkcs11/libsofthsm2.so \
	    /usr/lib64/softhsm/libsofthsm2.so \
	    /usr/local/lib/softhsm/libsofthsm2.so; do
		[ ! -e "$m" ] || { echo "$m"; return 0; }
	done
	return 1
}

# quiet unless it fails
run() {
	"$@" >"$out/log" 2>&1 || {
		echo "tokens: failed: $*" >&2
		cat "$out/log" >&2
		exit 1
	}
}

# put ID NAME: key and certificate into the token "lab"
put() {
	run openssl pkcs8 -topk8 -nocrypt -in "$world/$2.key" -out "$out/p8"
	run softhsm2-util --import "$out/p8" --token lab --pin 1234 \
	    --label "$2" --id "$1"
	run openssl x509 -in "$world/$2.pem" -outform DER -out "$out/der"
	run pkcs11-tool --module "$module" --token-label lab --login \
	    --pin 1234 --type cert --write-object "$out/der" --id "$1" \
	    --label "$2"
	rm -f "$out/p8" "$out/der"
}

if module=$(softhsm_module) && command -v softhsm2-util >/dev/null &&
    command -v pkcs11-tool >/dev/null; then
	rm -rf "$out/softhsm"
	mkdir -p "$out/softhsm"
	cat >"$out/softhsm2.conf" <<-END
	directories.tokendir = $out/softhsm
	objectstore.backend = file
	log.level = ERROR
	END
	SOFTHSM2_CONF=$out/softhsm2.conf
	export SOFTHSM2_CONF
	run softhsm2-util --init-token --free --label lab --pin 1234 \
	    --so-pin 12345678
	id=0
	for key in ${TOKEN_KEYS:-rsa p256 ed25519}; do
		id=$((id + 1))
		put "0$id" "$key"
	done
	made=softhsm
fi

if [ -e "$world/gost" ]; then
	rm -rf "$out/gosttok"
	mkdir -p "$out/gosttok"
	for n in ivanova romashka; do
		cp "$world/$n.key" "$world/$n.pem" "$out/gosttok/"
	done
	made="$made gosttok"
fi
rm -f "$out/log"
echo $made
[ -n "$made" ]
