# SPDX-License-Identifier: Apache-2.0
# Copyright the podpis authors
# shellcheck shell=bash
# Completion of podpis for bash.

# the words from which to choose
_podpis_words()
{
	local common='--lang --color --quiet --verbose --no-input --help'
	local key='--key --cert --module --pin-source'
	local output='--output --force --pem --dry-run'
	local props='--format --level --digest --pss --chain --role --commitment
		--country --region --city --postal-code --policy-id
		--policy-file --policy-uri --mime --content-hint'

	case $1 in
	'') echo "$common --version sign add-signer countersign verify show" \
		"extract convert token cert trust version help" ;;
	help) echo sign add-signer countersign verify show extract convert \
		token cert trust version ;;
	token) echo list ;;
	cert) echo list show ;;
	trust) echo list add remove ;;
	sign) echo "$common $key $output $props --attached --detached" ;;
	add-signer) echo "$common $key $output $props --content" ;;
	countersign) echo "$common $key $output $props --signer" ;;
	verify) echo "$common --content --trust --chain --crl --policy --at" \
		"--level --offline --json" ;;
	show) echo "$common --json" ;;
	extract) echo "$common --output --force" ;;
	convert) echo "$common --attached --detached --content --output" \
		"--force --pem" ;;
	'token list' | 'cert list' | 'cert show')
		echo "$common --module --login --pin-source --json" ;;
	'trust list') echo "$common --json" ;;
	'trust add' | 'trust remove') echo "$common --yes --system" ;;
	*) echo "$common" ;;
	esac
}

# the values of an option; nothing: files
_podpis_values()
{
	case $2 in
	--lang) echo ru en ;;
	--color) echo auto always never ;;
	--format | -F) echo cades cms ;;
	--level | -l)
		if [[ $1 == verify ]]; then
			echo b-b b-t b-lt b-lta bes epes t c x1 x2 xlt1 xlt2 a
		else
			echo b-b bes epes
		fi ;;
	--policy) echo ades cms 63fz eidas ;;
	--commitment) echo origin receipt delivery sender approval creation ;;
	--pin-source) echo env: file: fd: prompt ;;
	--digest) echo streebog256 streebog512 sha256 sha384 sha512 ;;
	--at) echo now ;;
	esac
}

# the command among the words before the cursor, "" for none
_podpis_command()
{
	local i word command=

	for ((i = 1; i < COMP_CWORD; i++)); do
		word=${COMP_WORDS[i]}
		case $word in
		--lang | --color) ((i++)) ;;
		-*) ;;
		*)
			case $command in
			'') command=$word ;;
			token | cert | trust) command="$command $word" ;;
			esac ;;
		esac
	done
	printf '%s\n' "$command"
}

_podpis()
{
	local current=${COMP_WORDS[COMP_CWORD]}
	local before=${COMP_WORDS[COMP_CWORD - 1]}
	local command words

	command=$(_podpis_command)
	[[ $before == = ]] && before=${COMP_WORDS[COMP_CWORD - 2]}
	[[ $current == = ]] && current=
	words=$(_podpis_values "$command" "$before")
	if [[ -z $words ]]; then
		case $command in
		'' | help | token | cert | trust)
			words=$(_podpis_words "$command") ;;
		*)
			[[ $current == -* ]] &&
				words=$(_podpis_words "$command") ;;
		esac
	fi
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}

complete -o default -F _podpis podpis
