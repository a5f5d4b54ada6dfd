#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Copyright the podpis authors
# The project speaks of itself alone: no paths of somebody's machine, no
# package registries, no numbers of a tracker.
: "${srcdir:=.}"
. "$srcdir/tests/check/lib.sh"

# found PATTERN: text files with it; this file holds the patterns itself
found() {
	tracked '*' | grep -vE '^(COPYING|tests/check/words\.sh|tests/fuzz/corpus/.*|tests/data/keys/.*\.pem)$' |
		each grep -IHnE -e "$1" | cut -c 1-160
}

empty "no absolute path of a machine" \
	"$(found '(^|[^a-zA-Z0-9_.~-])/(home|work|Users|root)/|/tmp/w/')"
empty "no host of a package registry" "$(found \
	'(registry|repo)\.[a-z]*\.?(npm|yarn|maven)|npmjs\.|pypi\.|crates\.io|rubygems\.|(deb|ftp|security)\.debian\.org|archive\.ubuntu|proxy\.golang')"
empty "no number of a tracker" \
	"$(found '([Ii]ssue|[Bb]ug|[Tt]icket|PR) ?#?[0-9]+([^0-9.]|$)|(fix(es)?|closes?) #[0-9]')"
empty "no space at the end of a line of code" "$(tracked '*.[ch]' '*.sh' '*.am' \
	'*.ac' setup bootstrap | each grep -HnE '[[:space:]]+$')"
empty "licence and copyright in each file of code" "$(
	tracked '*.[ch]' '*.sh' '*.py' '*.java' | each awk '
	FNR <= 4 && /SPDX-License-Identifier: Apache-2.0/ { has[FILENAME] = 1 }
	END {
		for (i = 1; i < ARGC; i++)
			if (!(ARGV[i] in has))
				print ARGV[i]
	}')"
tap_done
