#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Copyright the podpis authors
#
# The published interoperability sets of XMLDSig, where they are at hand
# ($XMLSETS, or ../shared/vectors/xmlsec beside the sources): each file comes
# out as it was published, or is refused by a rule that xmldsig.want names.
#   xmldsig.want: FILE OUTCOME WHY
# OUTCOME is digest_ok/signature_ok, or the name of the error.
: "${srcdir:=.}"
# shellcheck source=tests/lib/tap.sh
. "$srcdir/tests/lib/tap.sh"
# shellcheck source=tests/lab/lab.sh
. "$srcdir/tests/lab/lab.sh"
sets=${XMLSETS:-$srcdir/../shared/vectors/xmlsec}
[ -d "$sets" ] || skip_all "no interoperability sets at ../shared/vectors"
need jq
tap_dir
want=$srcdir/tests/interop/xmldsig.want

# chain DIRECTORY: the options for the certificates beside its files; asked
# once for each
chain() {
	[ "$1" != "${chain_of-}" ] || return 0
	chain_of=$1 chain=
	for c in "$1"/certs/*.pem "$1"/certs/*.der "$1"/keys/*.crt; do
		case $c in
		*'*'*) ;;
		*) openssl x509 -in "$c" -noout 2>/dev/null >&2 &&
		    chain="$chain --chain $c" ;;
		esac
	done
}

# outcome FILE: what comes out, certificates and documents of its set given
outcome() {
	docs=
	[ ! -e "${1%/*}/document.xml" ] ||
	    docs="--content ${1%/*}/document.xml"
	# shellcheck disable=SC2086
	"$podpis" verify --json --offline --policy cms $chain $docs "$1" \
	    2>/dev/null | jq -r 'if .error then .error.code else
		[.signatures[] | "\(.digest_ok)/\(.signature_ok)"] |
		join(",") end'
}

if [ "${1-}" = --print ]; then
	find "$sets" -name '*.xml' | LC_ALL=C sort | while read -r file; do
		chain "${file%/*}"
		echo "${file#"$sets/"} $(outcome "$file")"
	done
	exit
fi
grep -v '^#' "$want" >"$tmp/want"
while read -r file result why; do
	chain "$sets/${file%/*}"
	same "$file: ${why:-as published}" "$result" "$(outcome "$sets/$file")"
done <"$tmp/want"
tap_done
