#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Copyright the podpis authors
# The completion offers the options that there are, and no others.
: "${srcdir:=.}"
# shellcheck source=tests/cli/lib.sh
. "$srcdir/tests/cli/lib.sh"
need bash

# offers WORD...: what completion offers behind "podpis WORD... --"
offers() {
	# shellcheck disable=SC2016
	bash -c '. "$0"; COMP_WORDS=(podpis "$@"); COMP_CWORD=$#
		_podpis; printf "%s\n" "${COMPREPLY[@]}"' \
		"$srcdir/cli/completion/podpis" "$@" | LC_ALL=C sort
}

for command in sign add-signer countersign prepare complete verify show \
	extract convert \
	'contract new' 'contract sign' 'contract status' \
	'contract request' 'contract accept' \
	'contract import' 'contract export' esia-secret \
	'token list' 'cert list' 'cert show' 'trust list' 'trust add' \
	'trust remove' version; do
	# shellcheck disable=SC2086
	run --lang en $command --help
	# shellcheck disable=SC2086
	same "options of $command" \
		"$(printf '%s\n' "$out" | sed -nE \
		's/^ {2,6}(-.,)? +?(--[a-z0-9-]+).*/\2/p' | LC_ALL=C sort)" \
		"$(offers $command --)"
done
run help
same "commands" "$(printf '%s\n' "$out" | sed -nE \
	's/^  ([a-z][a-z-]+).*/\1/p' | LC_ALL=C sort -u)" \
	"$(offers '' | grep -v '^-')"
same "policies" '63fz
ades
cms
eidas' "$(offers verify --policy '')"
same "a group" 'add
list
remove' "$(offers trust '')"
same "files elsewhere" '' "$(offers sign '')"
tap_done
