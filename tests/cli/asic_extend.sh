#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Copyright the podpis authors
# shellcheck disable=SC2086
# Containers on the command line: levels, time-stamps, and their files again.
: "${srcdir:=.}"
. "$srcdir/tests/cli/lib.sh"
need jq
need unzip
need zip
lab_people p256
mkdir docs
echo 'the plan' >docs/plan.txt
echo 'договор' >"docs/договор аренды.txt"
: >docs/empty
sign="sign -q -k $key --chain $lab/ca.pem"

# whole NAME FILE: other tools can read it
whole() {
	check "$1: unzip" unzip -tq "$2"
}

# ---- levels

for kind in 'asic-s xades' 'asic-s cades' 'asic-e xades' 'asic-e cades'; do
	# shellcheck disable=SC2086
	set -- $kind
	what=docs
	[ "$1" = asic-e ] || what=docs/plan.txt
	rm -f c
	exits "$kind: sign" 0 $sign -F "$1" --asic-with "$2" -o c $what
	for level in b-t b-lt b-lta; do
		exits "$kind: $level" 0 extend $net --level $level $tsa c
	done
	levels "$kind: step by step" '0 B-LTA' c
	exits "$kind: there already" 0 extend $net --level b-lt $tsa c
	like "$kind: there already: said" 'nothing was to be done' "$err"
	exits "$kind: renewed" 0 extend $net --level b-lta --renew $tsa c
	levels "$kind: renewed" '0 B-LTA' c
	whole "$kind" c
	cp c c.old
	exits "$kind: what would break" 1 extend $net --level xlt1 $tsa c
	like "$kind: what would break: the next step" 'b-lta' "$err"
	check "$kind: what would break: untouched" cmp c c.old
	exits "$kind: one more signer" 0 add-signer -q -k "$key2" c
	exits "$kind: one more signer, raised" 0 extend $net --level b-t $tsa \
	    --signer 2 c
	levels "$kind: one more signer" '0 B-LTA B-T' c
	rm -f c
	exits "$kind: sign --level" 0 $sign -F "$1" --asic-with "$2" \
	    --level b-lta $net $tsa -o c $what
	levels "$kind: sign --level" '0 B-LTA' c
done

# ---- another tool checks the archive time-stamp (the last container: asic-e
# with CAdES)

rm -rf parts
mkdir parts
check "the parts" unzip -q c -d parts
manifest=parts/META-INF/ASiCArchiveManifest.xml
token=$(sed 's/.*SigReference URI="\([^"]*\)".*/\1/' "$manifest" | tail -1)
check "openssl: the archive time-stamp" openssl ts -verify -token_in \
    -in "parts/$token" -data "$manifest" -CAfile "$lab/root.pem" \
    -untrusted "$lab/ca.pem"
listed=0
for name in META-INF/signature001.p7s META-INF/ASiCManifest001.xml \
    plan.txt; do
	[ -e "parts/$name" ] || continue
	digest=$(openssl dgst -sha256 -binary "parts/$name" | openssl base64)
	grep -qF "$digest" "$manifest" && listed=$((listed + 1))
done
same "it lists signature, manifest and document" 3 "$listed"

# ---- extract

mkdir out
exits "extract to a directory" 0 extract -o out c
same "its files" 'empty plan.txt договор аренды.txt' "$(files out)"
for f in docs/*; do
	check "$f is the same" cmp "$f" "out/${f#docs/}"
done
like "it says that nothing was checked" 'were not checked' "$err"
exits "extract: they are there" 3 extract -o out c
echo other >out/plan.txt
exits "extract --force" 0 extract -f -o out c
check "extract --force: replaced" cmp docs/plan.txt out/plan.txt
mkdir here
cd here || exit 99
exits "extract, nothing said" 0 extract ../c
same "extract, nothing said: in this directory" \
    'empty plan.txt договор аренды.txt' "$(files .)"
cd ..
exits "extract several into a file" 1 extract -o file c
check "extract several into a file: there is none" test ! -e file
like "extract several into a file: what to do" '^hint: .*--output' "$err"
rm -rf out
mkdir out
ln -s /tmp out/plan.txt
exits "extract: a link in the way" 3 extract -f -o out c
same "extract: a link in the way: nothing is written" plan.txt "$(files out)"
rm -rf out
exits "extract: no such directory" 3 extract -o out/ c
mkdir out
cp c more.asice
echo unsigned >unsigned.txt
check "a file that nobody signed" zip -q more.asice unsigned.txt
exits "extract: a file that nobody signed" 0 extract -o out more.asice
same "it stays inside" 'empty plan.txt договор аренды.txt' "$(files out)"
like "and is named" 'unsigned.txt.*no signature' "$err"
# names that lead elsewhere: put in under honest ones, and renamed in place
python3 - c evil.asice <<'END'
import sys
names = {b'plan.txt': b'../a.txt', b'empty': b'/etc1'}
octets = open(sys.argv[1], 'rb').read()
for old, new in names.items():
    octets = octets.replace(old, new)
open(sys.argv[2], 'wb').write(octets)
END
rm -rf out
mkdir out
run extract -o out evil.asice
check "names that lead elsewhere: nothing outside" test ! -e a.txt
same "names that lead elsewhere: what is sound" 'договор аренды.txt' \
    "$(files out)"
like "names that lead elsewhere: they are named" '\.\./a\.txt stays' "$err"
# another plan in its place: what is not what was signed stays inside
python3 - c swapped.asice <<'END'
import sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as old, \
        zipfile.ZipFile(sys.argv[2], 'w') as new:
    for info in old.infolist():
        octets = old.read(info)
        if info.filename == 'plan.txt':
            octets = b'another plan'
        new.writestr(info, octets)
END
rm -rf out
mkdir out
exits "a file that was swapped" 0 extract -o out swapped.asice
same "a file that was swapped stays inside" 'empty договор аренды.txt' \
    "$(files out)"
like "a file that was swapped is named" 'plan.txt.*not what was signed' "$err"
# a directory in the way of the second file: the first is not written either
rm -rf out
mkdir -p out/plan.txt
exits "a directory in the way" 3 extract -f -o out c
same "a directory in the way: nothing is written" plan.txt "$(files out)"
rm -f s
exits "sign one" 0 $sign -F asic-s -o s docs/plan.txt
exits "extract one into a file" 0 extract -o one s
check "extract one into a file: it is the same" cmp one docs/plan.txt
"$podpis" extract -q -o - s >one.out
check "extract one to standard output" cmp one.out docs/plan.txt
"$podpis" extract -q -o - - <s >one.out
check "extract one out of a pipe" cmp one.out docs/plan.txt
exits "extract --signer" 0 extract --signer 1 -f -o one s
exits "extract --signer, none such" 2 extract --signer 4 -f -o one s

# ---- a time-stamp and no signature

exits "timestamp asic-s" 0 timestamp $net $tsa -F asic-s docs/plan.txt
exits "timestamp asic-s: verifies" 0 verify --online $net docs/plan.txt.asics
rm docs/plan.txt.asics
exits "timestamp asic-e" 0 timestamp $net $tsa -F asic-e -o t docs
whole "timestamp asic-e" t
rm -rf parts
mkdir parts
unzip -q t -d parts
check "timestamp asic-e: openssl" openssl ts -verify -token_in \
    -in parts/META-INF/timestamp001.tst \
    -data parts/META-INF/ASiCManifest001.xml -CAfile "$lab/root.pem" -untrusted "$lab/ca.pem"
for i in 1 2; do
	exits "timestamp asic-e: verifies, $i" 0 verify --online $net t
	exits "timestamp asic-e: prolonged, $i" 0 extend $net --level b-lta \
	    --renew $tsa t
done
exits "timestamp asic-e: other levels" 1 extend $net --level b-t $tsa t
rm -rf out
mkdir out
exits "timestamp asic-e: extract" 0 extract -o out t
same "timestamp asic-e: its files" 'empty plan.txt договор аренды.txt' \
    "$(files out)"
exits "timestamp: several files alone" 2 timestamp $net $tsa docs/plan.txt \
    docs/empty
exits "timestamp: no such format" 2 timestamp $net $tsa -F zip docs/plan.txt
tap_done
