#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Copyright the podpis authors
# What is written and where: beside the document, never over something, whole
# or not at all.
: "${srcdir:=.}"
. "$srcdir/tests/cli/lib.sh"
key p256
echo 'the lease' >doc
echo 'the car' >car

exits "sign" 0 sign -k "$key" doc
same "FILE.sig beside it" 'car doc doc.sig' "$(files .)"
for label in Document Size Type Digest Signature Certificate 'Issued by' \
	Valid Algorithm 'Control code' Output; do
	like "the card has: $label" "^  $label  " "$err"
done
same "nothing on standard output" '' "$out"
before=$(cksum <doc.sig)
exits "not over an existing file" 3 sign -k "$key" doc
like "a hint on how to" '^hint: .*--force' "$err"
same "it is untouched" "$before" "$(cksum <doc.sig)"
exits "--force" 0 sign -q -f -k "$key" doc
rm doc.sig
ln -s nowhere doc.sig
exits "not through a dangling link" 3 sign -q -k "$key" doc
rm doc.sig
exits "--attached" 0 sign -q -k "$key" --attached doc
same "FILE.p7m" 'car doc doc.p7m' "$(files .)"
rm doc.p7m
exits "--dry-run" 0 sign --dry-run -k "$key" doc
like "it shows the card" 'Control code' "$err"
same "it writes nothing" 'car doc' "$(files .)"

exits "several files" 0 sign -q -k "$key" doc car
same "each has its own" 'car car.sig doc doc.sig' "$(files .)"
rm ./*.sig
mkdir out
exits "several files into a directory" 0 sign -q -k "$key" -o out doc car
same "there they are" 'car.sig doc.sig' "$(files out)"
exits "one file into a directory" 3 sign -q -k "$key" -o out doc
exits "several files into one" 2 sign -q -k "$key" -o one doc car
exits "several, one of them absent" 3 sign -q -k "$key" -f -o out doc nothing car
exits "--output" 0 sign -q -k "$key" -o x.sig doc
"$podpis" sign -q -k "$key" -o - doc >y.sig
exits "standard output" 6 verify doc y.sig
code=0
"$podpis" sign -q -k "$key" -o z.sig - <doc || code=$?
same "standard input" 0 "$code"
exits "what came from standard input" 6 verify doc z.sig
exits "--pem" 0 sign -q -k "$key" --pem -o pem.sig doc
like "PEM it is" '^-----BEGIN (CMS|PKCS7)-----' "$(cat pem.sig)"
rm ./*.sig

# ---- what changes a file in place
"$podpis" sign -q -k "$key" doc
key rsa
exits "countersign the only one" 0 countersign -q -k "$key" doc.sig
exits "add-signer in place" 0 add-signer -q -k "$key" doc.sig
exits "countersign in place" 0 countersign -q -k "$key" --signer 1 doc.sig
exits "countersign what is not the only one" 2 countersign -q -k "$key" doc.sig
like "three signatures" '"S-2"' "$("$podpis" verify --json doc)"
exits "elsewhere" 0 add-signer -q -k "$key" -o three.sig doc.sig
exits "elsewhere, not over something" 3 add-signer -q -k "$key" -o three.sig \
	doc.sig
before=$(cksum <doc.sig)
exits "no such signature to countersign" 2 countersign -q -k "$key" \
	--signer 9 doc.sig
same "a failure leaves the file alone" "$before" "$(cksum <doc.sig)"
exits "a dry run leaves it alone" 0 add-signer --dry-run -k "$key" doc.sig
same "it did" "$before" "$(cksum <doc.sig)"
exits "add-signer to what is no signature" 4 add-signer -q -k "$key" car

# ---- attached, detached, the document out of it
exits "convert to attached" 0 convert -q --attached doc.sig
same "its name" doc.p7m "$(files . | tr ' ' '\n' | grep p7m)"
exits "convert back" 0 convert -q --detached -o again.sig doc.p7m
same "the same octets" "$(cksum <doc.sig)" "$(cksum <again.sig)"
exits "convert to attached with --content" 0 convert -q --attached \
	--content doc -o again.p7m again.sig
exits "the wrong content" 5 convert -q --attached --content car -o no.p7m \
	doc.sig
exits "extract" 3 extract -q doc.p7m
exits "extract elsewhere" 0 extract -q -o doc2 doc.p7m
same "the document" "$(cat doc)" "$(cat doc2)"
same "to standard output" "$(cat doc)" "$("$podpis" extract -o - doc.p7m)"
exits "extract from a detached one" 4 extract -q -o doc3 doc.sig

# ---- killed at any moment: nothing or all of it
truncate -s 40M big
for wait in 0.01 0.03 0.05 0.1 0.2; do
	"$podpis" sign -q -k "$key" --attached big 2>/dev/null &
	pid=$!
	sleep $wait
	kill -9 $pid 2>/dev/null
	wait $pid 2>/dev/null
	if [ -e big.p7m ]; then
		exits "killed after $wait s: all of it" 6 verify -q big.p7m
	else
		ok "killed after $wait s: nothing"
	fi
	rm -f big.p7m
done
tap_done
