#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Copyright the podpis authors
#
# Signatures that nobody here wrote, with what must come out of them, where
# the corpus is at hand ($CORPUS, or ../shared/corpus beside the sources):
# nothing is wrongly accepted, nothing breaks the program, and no fewer files
# than corpus.floor says (a line for each format: FORMAT FILES) are right.
: "${srcdir:=.}"
# shellcheck source=tests/lib/tap.sh
. "$srcdir/tests/lib/tap.sh"
# shellcheck source=tests/lab/lab.sh
. "$srcdir/tests/lab/lab.sh"
corpus=${CORPUS:-$srcdir/../shared/corpus}
[ -x "$corpus/score" ] || skip_all "no corpus at ../shared/corpus"
need python3
tap_dir
floor=$srcdir/tests/interop/corpus.floor

# number KEY: out of the figures in the last line
number() {
	sed -n '$s/.*"'"$1"'": \([0-9]*\).*/\1/p' "$tmp/score"
}

while read -r format want; do
	"$corpus/score" --podpis "$podpis" --format "$format" \
	    --show "${CORPUS_SHOW:-40}" >"$tmp/score" 2>&1
	sed 's/^/# /' "$tmp/score"
	same "$format: wrongly accepted" 0 "$(number 'wrongly accepted')"
	same "$format: broken" 0 "$(number broken)"
	have=$(number ok)
	if [ "${have:-0}" -ge "$want" ]; then
		ok "$format: $have of $(number files) as they should be"
	else
		not_ok "$format: at least $want are right" "have: $have"
	fi
done <"$floor"
tap_done
