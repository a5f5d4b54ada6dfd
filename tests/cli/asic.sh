#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Copyright the podpis authors
# Containers on the command line: what goes in under which name, what comes
# out where, what is refused and why, and that nothing else changes.
# shellcheck disable=SC2086
: "${srcdir:=.}"
. "$srcdir/tests/cli/lib.sh"
need jq unzip zipinfo
key p256
p256=$key
key rsa
rsa=$key
printf '%%PDF-1.7 lease' >lease.pdf
printf 'the act' >act.txt

# inside FILE: names in the archive, one line
inside() {
	unzip -Z1 "$1" | tr '\n' ' ' | sed 's/ $//'
}

# verified NAME FILE COUNT [DOCUMENTS]: passed, so many signatures, nothing
# uncovered, over these documents
verified() {
	run verify --json $evidence "$2"
	same "$1" "TOTAL-PASSED $3 []${4:+ $4}" "$(printf '%s\n' "$out" |
		jq -r '[.indication, (.signatures | length | tostring),
			(.uncovered | tostring)] | join(" ")')${4:+ $(
			printf '%s\n' "$out" |
			jq -r '[.signatures[0].documents[].name] | join(" ")')}"
}

# ---- outputs

exits "asic-e" 0 sign -k "$p256" -F asic-e lease.pdf act.txt
same "FIRST.asice" 'act.txt lease.pdf lease.pdf.asice' "$(files .)"
like "the card: one document" '^  Document +lease.pdf' "$err"
like "the card: the other" '^  Document +act.txt' "$err"
like "the card: its digest" "^ +SHA-256 $(sha256sum act.txt | cut -d' ' -f1)" \
	"$err"
like "the card: signature" '^  Signature +XAdES B-B, ASiC-E' "$err"
same "what is in it" 'mimetype lease.pdf act.txt META-INF/manifest.xml META-INF/signatures001.xml' \
	"$(inside lease.pdf.asice)"
verified "it holds" lease.pdf.asice 1 'lease.pdf act.txt'
exits "it exists" 3 sign -q -k "$p256" -F asic-e lease.pdf act.txt
rm lease.pdf.asice
exits "--dry-run" 0 sign --dry-run -k "$p256" -F asic-e lease.pdf act.txt
like "it shows all documents" '^  Document +act.txt' "$err"
same "it writes nothing" 'act.txt lease.pdf' "$(files .)"
exits "asic-e with cades" 0 sign -q -k "$p256" -F asic-e --asic-with cades \
	-o c.asice lease.pdf act.txt
same "what is in it" 'mimetype lease.pdf act.txt META-INF/ASiCManifest001.xml META-INF/signature001.p7s' \
	"$(inside c.asice)"
verified "it holds" c.asice 1 'META-INF/ASiCManifest001.xml lease.pdf act.txt'
exits "asic-s, one for each" 0 sign -q -k "$p256" -F asic-s lease.pdf act.txt
same "FILE.asics" 'act.txt act.txt.asics c.asice lease.pdf lease.pdf.asics' \
	"$(files .)"
same "what is in it" 'mimetype lease.pdf META-INF/signatures.xml' \
	"$(inside lease.pdf.asics)"
verified "it holds" lease.pdf.asics 1 lease.pdf
exits "asic-s with cades" 0 sign -q -k "$p256" -F asic-s --asic-with cades \
	-o c.asics lease.pdf
same "what is in it" 'mimetype lease.pdf META-INF/signature.p7s' \
	"$(inside c.asics)"
verified "it holds" c.asics 1 lease.pdf
exits "asic-s, several into one" 2 sign -q -k "$p256" -F asic-s -o x lease.pdf \
	act.txt
like "what to do" '^hint: .*asic-e' "$err"
exits "to standard output" 0 sign -q -k "$p256" -F asic-e -o - lease.pdf
"$podpis" sign -q -k "$p256" -F asic-e -o - lease.pdf >out.asice
verified "it holds" out.asice 1 lease.pdf
exits "standard input has no name" 2 sign -q -k "$p256" -F asic-e -o x -
exits "the document itself" 2 sign -q -f -k "$p256" -F asic-e -o act.txt \
	lease.pdf act.txt
mkdir out
exits "into a directory" 0 sign -q -k "$p256" -F asic-e -o out lease.pdf
same "there it is" lease.pdf.asice "$(files out)"
rm -r out ./*.asics out.asice

# ---- the archive (EN 319 162-1, A.1)

list=$(zipinfo c.asice | grep 'mimetype$')
like "mimetype is stored" ' stor ' "$list"
same "at its place, octets 30 to 68" mimetypeapplication/vnd.etsi.asic-e+zip \
	"$(head -c 69 c.asice | tail -c 39)"
same "without an extra field" '0 0' \
	"$(od -An -tu1 -j28 -N2 c.asice | tr -s ' ' | sed 's/^ //')"
like "the comment" '^mimetype=application/vnd.etsi.asic-e\+zip$' \
	"$(unzip -z c.asice)"
check "unzip -t" unzip -tq c.asice

# ---- names

mkdir names
cd names || exit 99
long=$(printf 'д%.0s' $(seq 1 120))
for name in 'Договор аренды №5.txt' 'a b.txt' '100%.txt' 'x#1.txt' 'a&b.txt' \
	"it's.txt" 'say "hi".txt' '%41.txt' "$long" 'i;j=k,l@m+n.txt'; do
	printf '%s' "$name" >"$name"
done
: >empty
for with in xades cades; do
	exits "odd names, $with" 0 sign -q -k "$p256" -F asic-e \
		--asic-with $with -o ../names.asice ./*
	run verify --json $evidence ../names.asice
	same "they hold, $with" 'TOTAL-PASSED []' "$(printf '%s\n' "$out" |
		jq -r '[.indication, (.uncovered | tostring)] | join(" ")')"
	same "they are as given, $with" "$(printf '%s\n' ./* | sed 's/^..//' |
		sort)" "$(printf '%s\n' "$out" |
		jq -r '.signatures[0].documents[].name' | grep -v META | sort)"
	rm ../names.asice
done
cd ..
printf x >mimetype
mkdir META-INF other case
printf x >META-INF/x
printf y >other/lease.pdf
printf x >'back\slash'
printf x >"$(printf 'bad\377')"
printf a >case/Act.TXT
for name in mimetype 'back\slash' "$(printf 'bad\377')"; do
	exits "refused: $name" 2 sign -q -k "$p256" -F asic-e -o x.asice "$name"
done
exits "a file of META-INF is a document elsewhere" 0 sign -q -k "$p256" \
	-F asic-e -o m.asice META-INF/x
same "by its own name" 'mimetype x' "$(inside m.asice | cut -d' ' -f1,2)"
mkdir holder
mv META-INF holder
exits "META-INF in a folder" 2 sign -q -k "$p256" -F asic-e -o x.asice holder
like "why" 'META-INF/x: .*container' "$err"
exits "the same document twice" 0 sign -q -k "$p256" -F asic-e -o t.asice \
	lease.pdf act.txt ./lease.pdf
verified "is in it once" t.asice 1 'lease.pdf act.txt'
exits "two of one name" 2 sign -q -k "$p256" -F asic-e -o x.asice lease.pdf \
	other/lease.pdf
like "both are named" 'lease.pdf in the container: lease.pdf and other/lease' \
	"$err"
exits "names that some take for one" 2 sign -q -k "$p256" -F asic-e \
	-o x.asice act.txt case/Act.TXT
exits "missing" 3 sign -q -k "$p256" -F asic-e -o x.asice lease.pdf no.pdf
exits "a container as document" 0 sign -q -k "$p256" -F asic-e -o n.asice \
	t.asice lease.pdf
verified "it is data" n.asice 1 't.asice lease.pdf'
same "nothing was left" '' "$(find . -name 'x.asice*' -o -name '.podpis*')"

# ---- folders

mkdir -p deal/b/c deal/empty none/.hidden
printf 1 >deal/z.txt
printf 2 >deal/b/y.txt
printf 3 >deal/b/c/x.txt
printf 4 >deal/.hidden
exits "a folder" 0 sign -q -k "$p256" -F asic-e deal/
verified "all files below it, sorted, by relative names" deal.asice 1 \
	'b/c/x.txt b/y.txt z.txt'
cp -r deal again
"$podpis" sign -q -k "$p256" -F asic-e --asic-with cades -o c2.asice again
verified "the same with cades" c2.asice 1 \
	'META-INF/ASiCManifest001.xml b/c/x.txt b/y.txt z.txt'
exits "an empty folder" 2 sign -q -k "$p256" -F asic-e none
like "why" 'no document in the folder none' "$err"
(cd deal && "$podpis" sign -q -k "$p256" -F asic-e . 2>"$tmp/err")
same "a folder without a name" 2 $?
exits "asic-s of a folder with several" 2 sign -q -k "$p256" -F asic-s deal
like "what to do" '^hint: .*asic-e' "$err"
ln -s ../lease.pdf deal/link.pdf
exits "a symbolic link in it" 2 sign -q -k "$p256" -F asic-e -o x.asice deal
like "why" 'deal/link.pdf is a symbolic link' "$err"
rm deal/link.pdf
mkfifo deal/pipe
exits "a pipe in it" 2 sign -q -k "$p256" -F asic-e -o x.asice deal
rm -r deal/pipe
ln -s lease.pdf link.pdf
exits "a symbolic link that is named" 0 sign -q -k "$p256" -F asic-e \
	-o l.asice link.pdf
same "is its document" 'mimetype link.pdf' "$(inside l.asice | cut -d' ' -f1,2)"

# ---- one more signature

# octets NAME FILE: of an entry
octets() {
	unzip -p "$2" "$1" | sha256sum
}

for kind in e s; do
	for with in xades cades; do
		file=$kind$with.asic$kind
		"$podpis" sign -q -k "$p256" -F asic-$kind --asic-with $with \
			-o $file lease.pdf
		cp $file before
		exits "add-signer, $file" 0 add-signer -k "$rsa" $file
		like "the card" "^  Signature +${with%ades}A.*ASiC-$(echo $kind |
			tr es ES)" "$(printf '%s' "$err" | sed 's/XAdES/xA/
			s/CAdES/cA/')"
		verified "both hold" $file 2
		for entry in mimetype lease.pdf; do
			same "$entry is as it was" "$(octets $entry before)" \
				"$(octets $entry $file)"
		done
		exits "countersign the first" 0 countersign -q -k "$rsa" \
			--signer 1 $file
		verified "all hold" $file 3
		exits "countersign the counter-signature" 0 countersign -q \
			-k "$p256" --signer S-1.1 $file
		verified "all hold" $file 4
		exits "countersign: no such signature" 2 countersign -q \
			-k "$rsa" --signer 3 $file
		exits "countersign: which one?" 2 countersign -q -k "$rsa" $file
	done
done
same "a signature file of its own" 'META-INF/signatures001.xml META-INF/signatures002.xml' \
	"$(inside exades.asice | cut -d' ' -f4-)"
same "a manifest of its own" 'META-INF/ASiCManifest002.xml META-INF/signature002.p7s' \
	"$(inside ecades.asice | cut -d' ' -f5-)"
exits "another kind" 2 add-signer -q -k "$rsa" --asic-with cades exades.asice
like "why" 'XAdES signatures' "$err"
exits "--content" 2 add-signer -q -k "$rsa" --content lease.pdf exades.asice
exits "--pem" 2 add-signer -q -k "$rsa" --pem exades.asice
exits "plain CMS" 2 add-signer -q -k "$rsa" -F cms exades.asice
exits "no container" 2 add-signer -q -k "$rsa" -F asic-e lease.pdf
cp exades.asice keep
exits "elsewhere" 0 add-signer -q -k "$rsa" -o more.asice exades.asice
check "the first stays" cmp keep exades.asice
verified "the other has one more" more.asice 5
"$podpis" add-signer -q -k "$rsa" -o piped.asice - <keep
verified "from standard input" piped.asice 5
exits "damaged" 4 add-signer -q -k "$rsa" -o d.asice "$(
	head -c 900 keep >cut.asice
	echo cut.asice)"

# a zip that nobody signed, and one with a link in it
"$podpis" sign -q -k "$p256" -F asic-e -o g.asice lease.pdf
ln -s lease.pdf sym
zip -qy g.asice sym
cp g.asice keep
exits "a file that is no file" 4 add-signer -q -k "$rsa" g.asice
check "nothing changed" cmp keep g.asice

# what an archive manifest lists
mkdir arch
cd arch || exit 99
"$podpis" sign -q -k "$p256" -F asic-s --asic-with cades -o ../a.asics \
	../lease.pdf
unzip -qo ../a.asics
printf '%s' '<a:ASiCManifest xmlns:a="http://uri.etsi.org/02918/v1.2.1#"' \
	' xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><a:SigReference' \
	' URI="META-INF/timestamp001.tst"/><a:DataObjectReference' \
	' URI="META-INF/signature.p7s"><ds:DigestMethod' \
	' Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>' \
	'<ds:DigestValue>AAAA</ds:DigestValue></a:DataObjectReference>' \
	'</a:ASiCManifest>' >META-INF/ASiCArchiveManifest.xml
zip -q ../a.asics META-INF/ASiCArchiveManifest.xml
cd ..
exits "add-signer: an archive manifest lists it" 1 add-signer -q -k "$rsa" \
	a.asics
like "why" 'ASiCArchiveManifest.xml lists META-INF/signature.p7s' "$err"
exits "countersign: an archive manifest lists it" 1 countersign -q -k "$rsa" \
	a.asics

exits "no level without an authority" 2 sign -q -k "$p256" -F asic-e \
	-l b-t -o x.asice lease.pdf

# ---- all at once: old or new, whenever it is killed

head -c 3000000 /dev/zero >big.bin
"$podpis" sign -q -k "$p256" -F asic-e -o k.asice big.bin
cp k.asice keep
good=0
for delay in 001 004 008 012 016 020 024 028 032 040; do
	"$podpis" add-signer -q -k "$rsa" k.asice 2>/dev/null &
	pid=$!
	sleep 0.$delay
	kill -9 $pid 2>/dev/null
	wait $pid 2>/dev/null
	unzip -tq k.asice >/dev/null && good=$((good + 1))
done
same "killed ten times: the old or the new" 10 $good
run verify --json $evidence k.asice
same "and it holds" TOTAL-PASSED "$(printf '%s\n' "$out" | jq -r .indication)"
# between getting its name and taking the old one's place it may be killed, too
same "what was left behind is whole" '' "$(find . -name '.podpis*' |
	while read -r file; do unzip -tq "$file" >/dev/null || echo "$file"; done)"
tap_done
