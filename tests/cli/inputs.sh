#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Copyright the podpis authors
# What verify looks at: pairs, documents with signatures beside them, and the
# kind of a file by what is in it.
: "${srcdir:=.}"
. "$srcdir/tests/cli/lib.sh"
need jq
key p256
echo 'the lease' >lease.txt
"$podpis" sign -q -k "$key" lease.txt || exit 99
"$podpis" sign -q -k "$key" --attached lease.txt || exit 99

# reports NAME WANT ARG...: "file signature_file digest_ok" of each report
reports() {
	reports_name=$1
	reports_want=$2
	shift 2
	run verify --json "$@"
	same "$reports_name" "$reports_want" "$(printf '%s\n' "$out" | jq -r \
		'[.file, .signature_file, (.signatures | map(.digest_ok |
		tostring) | join(","))] | join(" ")')"
}

reports "a document and its signature beside it" \
	'lease.txt lease.txt.sig true' lease.txt
reports "the signature alone finds its document" \
	'lease.txt lease.txt.sig true' lease.txt.sig
reports "a pair" 'lease.txt lease.txt.sig true' lease.txt lease.txt.sig
cp lease.txt copy
reports "a pair of other names" 'copy lease.txt.sig true' copy lease.txt.sig
reports "--content" 'copy lease.txt.sig true' --content copy lease.txt.sig
reports "--content behind" 'copy lease.txt.sig true' lease.txt.sig \
	--content=copy
echo other >other
reports "a pair that does not belong together" 'other lease.txt.sig false' \
	other lease.txt.sig
reports "an attached signature" 'lease.txt.p7m lease.txt.p7m true' \
	lease.txt.p7m

# by content, never by name
cp lease.txt.sig picture.jpg
reports "a detached signature by another name is a pair's second" \
	'copy picture.jpg true' copy picture.jpg
cp lease.txt.p7m odd.sig
reports "an attached one by the name of a detached one stands alone" \
	'odd.sig odd.sig true' odd.sig
run verify --json copy lease.txt.p7m
same "an attached one as second is no pair" 2 "$(printf '%s\n' "$out" | wc -l)"
run verify --json lease.txt.sig lease.txt.p7m lease.txt
same "three files are three inputs" 3 "$(printf '%s\n' "$out" | wc -l)"
openssl base64 -in lease.txt.sig -out base64
reports "a pair whose second is base64" 'copy base64 true' copy base64
openssl cms -cmsout -inform DER -in lease.txt.sig -outform PEM -out pem
reports "a pair whose second is PEM" 'copy pem true' copy pem

# every signature beside a document, each of the endings
for end in p7s sgn sign; do
	cp lease.txt.sig "lease.txt.$end"
done
reports "every ending" 'lease.txt lease.txt.sig true
lease.txt lease.txt.p7s true
lease.txt lease.txt.sgn true
lease.txt lease.txt.sign true' lease.txt
cp lease.txt.sig lease.txt.SIG
rm lease.txt.sig lease.txt.p7s lease.txt.sgn
reports "one of them" 'lease.txt lease.txt.sign true' lease.txt
rm lease.txt.sign
exits "none of them: no signature" 4 verify lease.txt
like "it says where it looked" '^hint: .*lease.txt' "$err"
mkdir sub
cp lease.txt.p7m 'sub/имя с пробелом.p7m'
reports "a name in UTF-8 with blanks" \
	'sub/имя с пробелом.p7m sub/имя с пробелом.p7m true' \
	'sub/имя с пробелом.p7m'
run verify --json - <lease.txt.p7m
code=0
"$podpis" verify --json - <lease.txt.p7m >"$tmp/out" || code=$?
same "standard input" true "$(jq -r '.signatures[0].digest_ok' "$tmp/out")"

# names that play tricks are shown escaped
evil=$(printf 'a\033[31m\342\200\256b')
cp lease.txt.p7m "$evil"
run verify --lang en "$evil"
unlike "no escape sequence reaches the terminal" "$(printf '\033')" "$out$err"
like "the right-to-left mark is visible" 'u\{202e\}' "$out"
same "JSON has the name as it is" "$evil" \
	"$("$podpis" verify --json "$evil" | jq -r .file)"
tap_done
