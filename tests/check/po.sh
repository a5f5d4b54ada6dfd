#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Copyright the podpis authors
# Every text for people is translated, and no catalogue breaks a format.
: "${srcdir:=.}" "${builddir:=.}"
. "$srcdir/tests/check/lib.sh"

need xgettext msgmerge msgfmt
tap_dir
check "texts are collected" "${MAKE:-make}" -s -C "$builddir" po/podpis.pot
for po in $(tracked 'po/*.po'); do
	check "$po is well-formed" \
		msgfmt --check -o /dev/null "$srcdir/$po"
	msgmerge --quiet --no-fuzzy-matching -o "$tmp/merged.po" \
		"$srcdir/$po" "$builddir/po/podpis.pot" 2>/dev/null
	empty "$po has every text of the sources" "$(msgattrib --no-wrap \
		--untranslated --no-obsolete "$tmp/merged.po" |
		grep '^msgid "' | grep -v '^msgid ""$')"
	empty "$po has nothing to be looked at again" \
		"$(msgattrib --only-fuzzy --no-obsolete "$srcdir/$po")"
done
tap_done
