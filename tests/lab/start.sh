#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Copyright the podpis authors
#
# start.sh [KIND [DIR]]: authorities to try podpis with, on this machine
# alone, until Ctrl-C. KIND is the kind of their keys: gost256 (or p256 where
# OpenSSL has no GOST), gost512, rsa, p256. The world stays in DIR (default:
# lab/KIND in the build).
set -eu
: "${srcdir:=$(cd "$(dirname "$0")/../.." && pwd)}"
: "${builddir:=$srcdir/build}"
export srcdir builddir
authority=$builddir/tests/lab/authority
make -s -C "$builddir" tests/lab/authority >/dev/null
kind=${1-}
if [ -z "$kind" ]; then
	kind=p256
	! openssl engine gost >/dev/null 2>&1 || kind=gost256
fi
dir=${2:-$builddir/lab/$kind}
rm -rf "$dir"
mkdir -p "$dir"
dir=$(cd "$dir" && pwd)
ports=$dir/ports
python3 "$srcdir/tests/lab/serve.py" --tool "$authority" --dir "$dir" \
    --life 86400 >"$ports" &
server=$!
trap 'kill "$server" 2>/dev/null || :' EXIT
trap 'exit 0' HUP INT TERM
until [ -s "$ports" ]; do
	kill -0 "$server"
	sleep 0.1
done
read -r url <"$ports"
"$authority" new "$dir" "$kind" --url "$url"
cat "$dir/signer.key" "$dir/signer.pem" >"$dir/signer-both.pem"
cat <<END
The world is in $dir; its authorities answer at $url.
Ctrl-C ends them. In another window:

  cd $dir
  podpis sign FILE --key signer-both.pem --chain ca.pem --trust root.pem \\
      --tsa $url/tsa --level b-t
  podpis verify FILE --trust root.pem --online

Revoke the signer:        $authority revoke $dir signer now 1
Let the TSA misbehave:    echo tsa=wrong-nonce >$dir/control
Set their clock:          echo time=2031-05-01T00:00:00Z >$dir/control
All the faults:           $authority faults
END
wait "$server"
