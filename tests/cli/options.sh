#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Copyright the podpis authors
# Which options each command takes and which it refuses: a wrong one is exit 2
# with one clear line, and nothing happens.
: "${srcdir:=.}"
. "$srcdir/tests/cli/lib.sh"
key p256
echo text >doc

# takes COMMAND OPTION...: known, whatever comes of it (2 is usage)
takes() {
	takes_command=$1
	shift
	for takes_option in "$@"; do
		# shellcheck disable=SC2086
		run $takes_command $takes_option --help
		if [ "$code" = 0 ] && [ -z "$err" ]; then
			ok "$takes_command takes $takes_option"
		else
			not_ok "$takes_command takes $takes_option" "$err"
		fi
	done
}

# refuses COMMAND WORD...: exit 2, one line and a hint, naming it
refuses() {
	refuses_name=$*
	run "$@"
	if [ "$code" = 2 ] && [ "$(printf '%s\n' "$err" | wc -l)" = 2 ] &&
		printf '%s\n' "$err" | grep -q '^podpis: ' &&
		printf '%s\n' "$err" | grep -q '^hint: ' && [ -z "$out" ]; then
		ok "refused: $refuses_name"
	else
		not_ok "refused: $refuses_name" "exit $code
$out
$err"
	fi
}

common='--lang=ru --lang=en --color=auto --color=always --color=never -q --quiet
-v -vv --verbose --no-input -h'
props='-Fcades --format=cms -lb-b --level=BES --digest=sha256 --pss --chain=x
--role=x --commitment=approval --country=x --region=x --city=x --postal-code=x
--policy-id=1.2.3 --policy-file=x --policy-uri=x --mime=x/y --content-hint=x'
keys='-kx --key=x -cx --cert=x --module=x --pin-source=env:HOME'
outputs='-ox --output=x -f --force --pem --dry-run'

for command in sign add-signer countersign; do
	# shellcheck disable=SC2086
	takes $command $common $props $keys $outputs
done
takes sign --attached --detached --enveloped --enveloping --parallel \
	--place-id=x --place-xpath=x -Fxades --batch=x --jobs=2 \
	--content-timestamp
takes add-signer --content=x --content-timestamp
takes countersign --signer=1.1 --all
# shellcheck disable=SC2086
takes verify $common --content=x --trust=x --chain=x --crl=x --policy=63fz \
	--at=now -lb-b --ocsp=x --offline --online --proxy=http://x \
	--insecure-allow-private --json --batch=x --jobs=2
# shellcheck disable=SC2086
takes timestamp $common --tsa=x --tsa-user=x --tsa-pin-source=env:HOME \
	--tsa-policy=1.2.3 --digest=sha256 --trust=x --chain=x --crl=x \
	--ocsp=x --offline --online --proxy=x --insecure-allow-private \
	-ox --output=x -f --force
# shellcheck disable=SC2086
takes show $common --json
takes extract -ox --output=x -f --force
takes convert --attached --detached --content=x -ox -f --pem
takes 'token list' --module=x --login --pin-source=env:HOME --json
takes 'cert list' --module=x --login --json
takes 'cert show' --module=x --json
takes 'trust list' --json
takes 'trust add' -y --yes --system
takes 'trust remove' -y --yes --system

for command in sign verify show extract convert version help; do
	refuses $command --no-such-option
	refuses $command -Z
	refuses $command --lang
	refuses $command --lang=fr
	refuses $command --color=sometimes
	refuses $command --quiet=yes
done
for command in extend prepare complete judge timestamp contract esia-secret; do
	refuses $command
done
refuses nonsense
refuses trust
refuses trust nonsense
refuses token
refuses cert
refuses ''
refuses sign
refuses verify
refuses show
refuses extract
refuses convert --detached
refuses add-signer
refuses add-signer a b
refuses countersign a b
refuses extract a b
refuses version x
refuses token list x
refuses trust add
refuses trust remove
refuses sign --tsa=x doc
refuses sign --format=pades doc
refuses sign --format=xades --attached doc
refuses sign --format=xades --pem doc
refuses sign --format=xades --detached --parallel doc
refuses sign --format=asic-x doc
refuses sign --format=asic-e --attached doc
refuses sign --format=asic-e --enveloped doc
refuses sign --format=asic-e --pem doc
refuses sign --format=asic-e --asic-with=pades doc
refuses sign --asic-with=cades doc
refuses sign --level=b-t doc
refuses sign --content-timestamp doc
refuses sign --content-timestamp --format=cms --tsa=x doc
refuses countersign --content-timestamp doc
refuses sign --level=b-t --format=cms --tsa=x doc
refuses extend doc
refuses extend --level=b-b doc
refuses extend --level=xlt1 --grace=soon doc
refuses sign --level=b-b --format=cms doc
refuses sign --level=epes doc
refuses sign --policy-file=doc doc
refuses sign --attached --detached doc
refuses sign --format=xades --enveloped --detached doc
refuses sign --enveloped doc
refuses sign --key=a --key=b doc
refuses sign --pin-source=1234 doc
refuses sign --pin-source=env:NO_SUCH_VARIABLE doc
refuses sign --pin-source=fd:x doc
refuses sign --pin-source=fd:-1 doc
refuses sign -
refuses sign -o doc -k "$key" doc
refuses sign -o nowhere doc doc2
refuses verify --policy=strict doc
refuses verify --level=gold doc
refuses verify --at=yesterday doc
refuses verify --at=2026-13-01 doc
refuses verify --online --offline doc
refuses convert doc
refuses convert --attached --detached doc
refuses convert --detached --content=doc doc
refuses convert --attached doc
refuses extract doc
refuses countersign --signer=S- doc
refuses countersign --all --signer=1 doc
refuses countersign --all -
refuses countersign --signer=1. doc
refuses countersign --signer=one doc
same "nothing was written" doc "$(files .)"
like "an option that is given twice is named" '--policy.*twice' \
	"$("$podpis" verify --policy=ades --policy=cms doc 2>&1)"

# options stand anywhere, -- ends them
exits "options after files" 0 sign doc -k "$key" -q
exits "a name with a hyphen after --" 3 verify -- --doc
exits "common options before the command" 3 -q --no-input verify nothing
run -v --lang=en verify --quiet nothing
same "the same, mixed" 3 "$code"
tap_done
