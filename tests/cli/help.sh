#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Copyright the podpis authors
# What podpis says of itself, in both languages, whatever the locale.
: "${srcdir:=.}"
. "$srcdir/tests/cli/lib.sh"
PODPIS_LOCALEDIR=$tmp/locale
export PODPIS_LOCALEDIR
mkdir -p "$tmp/locale/ru/LC_MESSAGES"
[ ! -f "$builddir/po/ru.mo" ] ||
	cp "$builddir/po/ru.mo" "$tmp/locale/ru/LC_MESSAGES/podpis.mo"

exits "podpis alone" 0
like "it says what to do next" 'podpis verify FILE' "$out"
exits "help" 0 help
for word in sign add-signer countersign verify show extract convert \
	'contract new' 'contract sign' 'contract status' \
	'contract request' 'contract accept' \
	'contract import' 'contract export' \
	'token list' 'cert list' 'cert show' 'trust list' 'trust add' \
	'trust remove' version help; do
	run help
	like "help lists $word" "^  $word " "$out"
	# shellcheck disable=SC2086
	exits "help $word" 0 help $word
	like "help $word shows its usage" "^Usage: podpis $word" "$out"
	# shellcheck disable=SC2086
	run $word --help
	help=$out
	# shellcheck disable=SC2086
	run help $word
	same "$word --help says the same" "$out" "$help"
	same "no line of help $word is too long" '' \
		"$(printf '%s\n' "$out" | grep -E '^.{80}')"
done
exits "--help" 0 --help
exits "help of a group" 0 help trust
same "the group's commands, and no others" 'trust list trust add trust remove' \
	"$(printf '%s\n' "$out" | awk '/^  / { print $1, $2 }' | paste -sd ' ')"
group=$out
for option in --help -h; do
	exits "trust $option" 0 trust $option
	same "trust $option says the same" "$group" "$out"
done
exits "help of nothing we know" 2 help nonsense
exits "version" 0 version
like "version of podpis" '^podpis [0-9]' "$out"
like "version of OpenSSL" '^OpenSSL [0-9]' "$out"
versions=$out
exits "--version" 0 --version
same "--version says the same" "$versions" "$out"

# ---- languages
ru='Команды|Использование|команды'
if command -v msgfmt >/dev/null 2>&1 && [ -s "$builddir/po/ru.mo" ]; then
	for locale in C POSIX C.UTF-8 en_US.UTF-8 ru_RU.UTF-8 xx_XX.UTF-8; do
		LC_ALL=$locale run --lang ru help
		like "Russian asked for under $locale" "$ru" "$out"
		LC_ALL=$locale run --lang en help
		unlike "English asked for under $locale" "$ru" "$out"
	done
	LC_ALL='' LANG=ru_RU.UTF-8 run help
	like "Russian by LANG, installed or not" "$ru" "$out"
	LC_ALL=C.UTF-8 LANGUAGE=ru run help
	like "Russian by LANGUAGE" "$ru" "$out"
	LC_ALL=C.UTF-8 run help --lang=ru
	like "Russian asked for behind the command" "$ru" "$out"
	LC_ALL=C.UTF-8 run verify --lang ru --nonsense
	like "a usage error in Russian" 'параметр' "$err"
	mkdir "$tmp/home/podpis"
	echo 'lang = ru' >"$tmp/home/podpis/podpis.conf"
	PODPIS_CONFIG='' run help
	like "Russian by the configuration file" "$ru" "$out"
	PODPIS_CONFIG='' run --lang en help
	unlike "an option beats the configuration file" "$ru" "$out"
	rm "$tmp/home/podpis/podpis.conf"
else
	skip "languages" "no catalogue was built"
fi

# ---- the configuration file
conf=$tmp/podpis.conf
PODPIS_CONFIG=$conf
export PODPIS_CONFIG
printf '# a comment\n\n  color = never\npolicy=cms\ntrust = a\ntrust = b\n' >"$conf"
exits "a sound configuration file" 0 version
echo 'colour = never' >"$conf"
exits "an unknown key" 2 version
like "the line is named" 'podpis.conf, line 1: .*colour' "$err"
echo 'color' >"$conf"
exits "no key and value" 2 version
echo 'lang = fr' >"$conf"
exits "an unknown language" 2 version
rm "$conf"
exits "no configuration file" 0 version
mkdir "$conf"
exits "a directory instead" 3 version
rmdir "$conf"

# ---- colours
key p256
echo doc >doc
"$podpis" sign -q -k "$key" doc
escape=$(printf '\033')
run verify doc
unlike "no colour into a pipe" "$escape" "$out"
run verify --color always doc
like "colour when asked for" "$escape" "$out"
NO_COLOR=1 run verify --color always doc
like "--color beats NO_COLOR" "$escape" "$out"
NO_COLOR=1 run verify doc
unlike "NO_COLOR" "$escape" "$out"
run --color never verify doc
unlike "--color never" "$escape" "$out"
run -q verify doc
same "-q prints no report" '' "$out$err"
tap_done
