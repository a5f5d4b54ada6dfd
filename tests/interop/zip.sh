#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Copyright the podpis authors
# Archives: others read what we write, and we read what others write, also into
# a pipe, and what was copied entry by entry.
: "${srcdir:=.}" "${builddir:=.}"
# shellcheck source=tests/lib/tap.sh
. "$srcdir/tests/lib/tap.sh"

need unzip zipinfo zip python3
tap_dir
zipio=$(cd "$builddir" && pwd)/tests/interop/zipio
mkdir "$tmp/in" && cd "$tmp/in" || exit 99
printf 'application/vnd.etsi.asic-e+zip' >mimetype
echo 'I let you the flat in the Sadovaya street.' >'Договор аренды № 1.txt'
: >empty.txt
mkdir folder
head -c 300000 /dev/urandom >folder/random.bin
seq 200000 >folder/numbers.txt
set -- mimetype 'Договор аренды № 1.txt' empty.txt folder/random.bin \
	folder/numbers.txt

# extracted NAME COMMAND...: into the folder "out", where all is as it was
extracted() {
	ex_name=$1
	shift
	rm -rf ../out && mkdir ../out
	if ! ex_said=$(cd ../out && "$@" 2>&1); then
		not_ok "$ex_name" "$ex_said"
		return
	fi
	check "$ex_name" diff -r . ../out
}

# others_read FILE NAME
others_read() {
	check "$2: unzip -t" unzip -tq "$1"
	check "$2: zipinfo" zipinfo "$1"
	extracted "$2: unzip" unzip -q "$1"
	extracted "$2: python3" python3 -m zipfile -e "$1" .
	if command -v bsdtar >/dev/null; then
		LC_ALL=C.UTF-8 extracted "$2: bsdtar" bsdtar -xf "$1"
	else
		skip "$2: bsdtar" "not installed"
	fi
	if command -v jar >/dev/null; then
		LC_ALL=C.UTF-8 extracted "$2: jar" jar xf "$1"
	else
		skip "$2: jar" "not installed"
	fi
	if command -v 7z >/dev/null; then
		LC_ALL=C.UTF-8 extracted "$2: 7z" 7z x "$1"
	else
		skip "$2: 7z" "not installed"
	fi
}

# ours_reads FILE NAME: each file of the folder is in it, octet by octet; odd
# is only that zip(1) does not say that names are UTF-8, and tapes' padding
ours_reads() {
	empty "$2: nothing is odd" "$("$zipio" list "$1" 2>&1 | grep '#' |
		grep -v -e 'are in UTF-8' -e 'zeros or white space')"
	find . -type f | sed 's,^\./,,' | while read -r file; do
		"$zipio" cat "$1" "$file" | cmp - "$file" || echo "$file"
	done >../differ 2>&1
	empty "$2: every file is as it was" "$(cat ../differ)"
	rm -f ../copy.zip
	check "$2: copied" "$zipio" copy "$1" ../copy.zip
	check "$2: the copy" unzip -tq ../copy.zip
}

check "write" "$zipio" write ../ours.asice "$@"
others_read "$tmp/ours.asice" "ours"
same "mimetype is where file(1) looks" "mimetypeapplication/vnd.etsi.asic-e+zip" \
	"$(dd if=../ours.asice bs=1 skip=30 count=39 2>/dev/null)"
check "the same again" "$zipio" write ../again.asice "$@"
check "is the same octets" cmp ../ours.asice ../again.asice
ours_reads "$tmp/ours.asice" "ours by ourselves"
check "into a pipe" sh -c \
	'zipio=$1; shift; "$zipio" write - "$@" | cmp - ../ours.asice' \
	sh "$zipio" "$@"
echo '<more/>' >more.xml
check "copy with a new entry" "$zipio" copy ../ours.asice ../more.asice \
	more.xml
others_read "$tmp/more.asice" "with a new entry"
rm more.xml

# theirs NAME COMMAND...: writes $tmp/theirs.zip
theirs() {
	th_name=$1
	shift
	rm -f ../theirs.zip
	if ! th_said=$(LC_ALL=C.UTF-8 "$@" 2>&1); then
		not_ok "$th_name" "$th_said"
		return
	fi
	ours_reads "$tmp/theirs.zip" "$th_name"
}

theirs "zip" zip -qr ../theirs.zip .
theirs "zip without folders" zip -qrD ../theirs.zip .
theirs "zip into a pipe" sh -c 'zip -qr - . | cat >../theirs.zip'
theirs "zip with descriptors" zip -qr -fd ../theirs.zip .
theirs "zip with Zip64" zip -qr -fz ../theirs.zip .
python='import os, sys, zipfile
out = sys.stdout.buffer if sys.argv[1] == "-" else sys.argv[1]
with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
    for name in sys.argv[3:]:
        with open(name, "rb") as data, \
             file.open(name, "w", force_zip64=sys.argv[2] == "64") as to:
            to.write(data.read())'
theirs "python3" python3 -c "$python" ../theirs.zip 32 "$@"
theirs "python3 with Zip64" python3 -c "$python" ../theirs.zip 64 "$@"
theirs "python3 into a pipe" sh -c \
	'python=$1; shift; python3 -c "$python" - 32 "$@" | cat >../theirs.zip' \
	sh "$python" "$@"
theirs "python3 with Zip64 into a pipe" sh -c \
	'python=$1; shift; python3 -c "$python" - 64 "$@" | cat >../theirs.zip' \
	sh "$python" "$@"
if command -v bsdtar >/dev/null; then
	theirs "bsdtar" bsdtar --format zip -cf ../theirs.zip "$@"
	theirs "bsdtar into a pipe" sh -c \
		'bsdtar --format zip -cf - "$@" | cat >../theirs.zip' sh "$@"
	theirs "bsdtar stored" bsdtar --format zip \
		--options zip:compression=store -cf ../theirs.zip "$@"
else
	skip "bsdtar" "not installed"
fi
if command -v jar >/dev/null; then
	theirs "jar" jar cMf ../theirs.zip .
	theirs "jar stored" jar c0Mf ../theirs.zip .
else
	skip "jar" "not installed"
fi
tap_done
