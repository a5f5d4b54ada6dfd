#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Copyright the podpis authors
# Contracts in the state portal's layout: made, signed, judged; the package for
# the phone service, read by other programs, and what comes back.
: "${srcdir:=.}"
# shellcheck source=tests/cli/lib.sh
. "$srcdir/tests/cli/lib.sh"

cat "$world/roots.pem" "$world/chain.pem" >roots
trust="--policy 63fz $evidence"
for who in p256 p384 rsa stranger org; do
	key $who
	cp "$key" "$who.both"
done
echo lease >lease.txt
echo act >act.txt

# deal OUT: a contract that nobody has signed
deal() {
	exits "new $1" 0 contract new --layout portal --kind lease \
		--title Lease --party role=lessor --party role=lessee \
		--document lease.txt --document act.txt -o "$1"
}

# status NAME CODE PATTERN FILE
status() {
	# shellcheck disable=SC2086
	exits "$1" "$2" contract status $trust "$4"
	like "$1: $3" "$3" "$out"
}

for form in deal deal.zip; do
	deal $form
	exits "$form exists" 3 contract new --layout portal --kind lease \
		--title Lease --party role=lessor --party role=lessee \
		--document lease.txt -o $form
	status "$form: nobody" 8 'lessor: has not signed yet' $form
	like "$form: what is not covered" 'no signature covers' "$out"
	exits "$form: the lessor signs" 0 contract sign -q --as lessor \
		-k p256.both $form
	status "$form: one" 8 'lessee: has not signed yet' $form
	exits "$form: not twice" 15 contract sign --as lessor -k p256.both $form
	exits "$form: as whom?" 0 contract sign -q -k p384.both $form
	status "$form: concluded" 0 'lessee.*: signed' $form
	# shellcheck disable=SC2086
	exits "$form: verify says it, too" 0 verify $trust $form
done
same "the folder's files" \
	'act.txt actLesseeSign.sig actLessorSign.sig lease.txt leaseLesseeSign.sig leaseLessorSign.sig sign_config.xml' \
	"$(files deal)"
check "openssl takes a signature" openssl cms -verify -noverify -inform DER \
	-in deal/leaseLessorSign.sig -content deal/lease.txt -binary \
	-out /dev/null
if command -v xmllint >/dev/null 2>&1; then
	check "xmllint takes the list" xmllint --noout deal/sign_config.xml
else
	skip "xmllint takes the list" "it is not installed"
fi
if command -v unzip >/dev/null 2>&1; then
	mkdir unpacked
	check "unzip takes the archive" unzip -q -d unpacked deal.zip
	status "the same unpacked" 0 'lessee.*: signed' unpacked
	check "the list is the same" cmp unpacked/sign_config.xml \
		deal/sign_config.xml
fi

# what is wrong
cp -R deal other
echo 'another lease' >other/lease.txt
status "another version" 5 'signed another version of lease.txt' other
cp -R deal less
rm less/lease.txt
status "a document is missing" 6 'lease.txt' less
cp -R deal swapped
cp swapped/actLessorSign.sig swapped/leaseLessorSign.sig
status "the signature of another document" 5 'NOT CONCLUDED' swapped
cp -R deal junk
echo junk >junk/leaseLessorSign.sig
status "no signature at all" 8 'NOT CONCLUDED' junk
cp -R deal linked
rm linked/leaseLessorSign.sig
ln -s "$PWD/deal/leaseLessorSign.sig" linked/leaseLessorSign.sig
status "a symbolic link is not there" 8 'NOT CONCLUDED' linked
cp -R deal broken
sed -i 's,</signedAttachments>,,' broken/sign_config.xml
exits "a broken list" 4 contract status broken
cp -R deal path
sed -i 's,>lease.txt<,>../lease.txt<,' path/sign_config.xml
exits "a name that leads elsewhere" 4 contract status path
exits "an order" 2 contract new --layout portal --kind lease --title L \
	--party role=lessor --party role=lessee --document lease.txt \
	--ordered -o x
exits "a deadline" 2 contract new --layout portal --kind lease --title L \
	--party role=lessor --party role=lessee --document lease.txt \
	--deadline 2099-01-01 -o x
check "nothing was made" [ ! -e x ]

# carried in a container
exits "into a container" 0 contract import -o carried.asice deal
exits "not over it" 3 contract import -o carried.asice deal
exits "and out of it" 0 contract export -o exported carried.asice
check "nothing was changed" diff -r deal exported
exits "as an archive" 0 contract export -o exported.zip carried.asice
status "which is concluded" 0 'lessee.*: signed' exported.zip
exits "nothing is carried" 4 contract export -o x deal.zip
check "no folder was made" [ ! -e x ]

# ---- the package for the phone service
soon=$(date -u -d '+23 hours' +%Y-%m-%dT%H:%M:%SZ)
later=$(date -u -d '+25 hours' +%Y-%m-%dT%H:%M:%SZ)
ask='contract request -q --snils 112-233-445-95 --mnemonic M --org-name Org'
rm -rf deal
deal deal
# shellcheck disable=SC2086
exits "a request" 0 $ask -k org.both --expires "$soon" -o req.zip deal
if command -v unzip >/dev/null 2>&1; then
	mkdir req
	check "unzip takes it" unzip -q -d req req.zip
	same "it is flat, and each file has its signature" \
		'act.txt act.txt.sig lease.txt lease.txt.sig req.xml req.xml.sig' \
		"$(files req)"
	for file in act.txt lease.txt req.xml; do
		check "openssl takes $file.sig" openssl cms -verify -noverify \
			-inform DER -in req/$file.sig -content req/$file \
			-binary -out /dev/null
	done
	like "who is to sign" '<ns:Snils>112-233-445 95</ns:Snils>' \
		"$(cat req/req.xml)"
	like "until when, in Moscow" \
		'<ns:SignExpiration>[0-9-]{10}T[0-9:]{8}\.000\+03:00<' \
		"$(cat req/req.xml)"
	like "a qualified signature" 'sign_document_ukep/1.0.0"' \
		"$(cat req/req.xml)"
	! command -v xmllint >/dev/null 2>&1 ||
		check "xmllint takes it" xmllint --noout req/req.xml
fi
# shellcheck disable=SC2086
{
	exits "it exists" 3 $ask -k org.both --expires "$soon" -o req.zip deal
	exits "more than 24 hours" 4 $ask -k org.both --expires "$later" \
		-o x.zip deal
	like "and why" '24 hours at most' "$err"
	exits "over already" 2 $ask -k org.both --expires 2020-01-01 \
		-o x.zip deal
	exits "a long description" 4 $ask -k org.both --expires "$soon" \
		--description "$(head -c 251 /dev/zero | tr '\0' x)" -o x.zip deal
	exits "no such service" 2 $ask -k org.both --expires "$soon" \
		--service sms -o x.zip deal
	exits "version 1.9" 0 $ask -k org.both --expires "$soon" \
		--service-version 1.9 --org-inn 7707083893 -o req19.zip deal
	exits "an organisation without OGRN" 2 $ask -k org.both \
		--expires "$soon" --service ukep-legal --org-inn 7707083893 \
		-o x.zip deal
}
exits "a mistyped SNILS" 2 contract request --snils 112-233-445-96 \
	--mnemonic M --org-name Org -k org.both --expires "$soon" -o x.zip deal
exits "nobody to sign" 2 contract request --mnemonic M -k org.both \
	--expires "$soon" -o x.zip deal
cp lease.txt lease.doc
exits "a contract over a .doc" 0 contract new --layout portal --title L \
	--party role=a --document lease.doc -o docs
# shellcheck disable=SC2086
exits "a type that is not taken" 2 $ask -k org.both --expires "$soon" \
	-o x.zip docs
exits "a container" 0 contract new --kind lease --title L \
	--party role=lessor --party role=lessee --document lease.txt -o c.asice
# shellcheck disable=SC2086
exits "is not for the phone" 2 $ask -k org.both --expires "$soon" \
	-o x.zip c.asice
check "nothing was made" [ ! -e x.zip ]

# ---- what comes back: plain CMS, as the phone makes it
# phone WHO FILE OUT
phone() {
	openssl cms -sign -binary -in "$2" -signer "$world/$1.pem" \
		-inkey "$world/$1.key" -outform DER -out "$3" 2>/dev/null
}
mkdir result
phone p384 lease.txt result/lease.txt.sig
phone p384 act.txt result/act.txt.sig
# shellcheck disable=SC2086
{
	exits "whose is it?" 11 contract accept $trust deal result/*.sig
	exits "the lessee's" 0 contract accept $trust --as lessee deal \
		result/lease.txt.sig result/act.txt.sig
	status "they are there" 8 'lessee.*: signed' deal
	like "said plainly" 'plain signature.*63fz accepts' \
		"$(printf '%s\n' "$out" | tr -s '\n ' ' ')"
	exits "not twice" 15 contract accept $trust --as lessee deal \
		result/lease.txt.sig
	exits "not for the other party, too" 15 contract accept $trust \
		--as lessor deal result/lease.txt.sig
	like "not for the other party, too: said" 'a copy of' "$err"
	phone p256 lease.txt good.sig
	echo 'something else' >else
	phone p256 else else.sig
	exits "over something else: none of them" 5 contract accept $trust \
		--as lessor deal good.sig else.sig
	check "none was written" [ ! -e deal/leaseLessorSign.sig ]
	sed 's/^/x/' good.sig >junk.sig
	exits "junk" 4 contract accept $trust --as lessor deal junk.sig
	exits "no file" 3 contract accept $trust --as lessor deal none.sig
	openssl base64 -in good.sig -out good.b64.sig
	exits "in base64" 0 contract accept $trust --as lessor deal good.b64.sig
}
check "it became DER" cmp good.sig deal/leaseLessorSign.sig
status "one document is still to be signed" 8 'has not signed act.txt yet' deal
exits "the rest of it" 0 contract sign -q --as lessor -k p256.both deal
status "concluded" 0 'lessor.*: signed' deal
# nor does it sign its certificate: another one of that issuer and number that
# somebody puts before it is not taken for it
serial=$(openssl x509 -in "$world/p256.pem" -noout -serial)
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
	-keyout namesake.key -out namesake.pem -days 365 \
	-set_serial "0x${serial#serial=}" \
	-subj '/C=RU/O=Test World/CN=Test CA EC' 2>/dev/null
openssl cms -sign -binary -nocerts -in lease.txt -signer "$world/p256.pem" \
	-inkey "$world/p256.key" -outform DER -out lease.txt.sig
for order in "namesake.pem $world/p256.pem" "$world/p256.pem namesake.pem"; do
	# shellcheck disable=SC2086
	cat $order >both.pem
	# shellcheck disable=SC2086
	exits "a namesake of the certificate" 0 verify $trust --chain both.pem \
		lease.txt
done
# shellcheck disable=SC2086
exits "a namesake alone" 5 verify $trust --chain namesake.pem lease.txt
rm lease.txt.sig
# a plain signature says no role: whose it is says its file, and a copy of it
# under the other's name is no second signature
"$podpis" contract new -q --layout portal --kind lease --title L \
	--party role=lessor --party role=lessee --document lease.txt -o bare
phone p384 lease.txt bare/leaseLessorSign.sig
cp bare/leaseLessorSign.sig bare/leaseLesseeSign.sig
status "a copy of a plain signature" 8 'signed more than once' bare
phone p256 lease.txt bare/leaseLesseeSign.sig
status "two plain signatures" 0 'lessee.*: signed' bare
if command -v zip >/dev/null 2>&1; then
	rm -rf deal deal.zip
	deal deal.zip
	(cd result && zip -q ../result.zip lease.txt.sig act.txt.sig)
	# shellcheck disable=SC2086
	exits "an archive into an archive" 0 contract accept $trust \
		--as lessee deal.zip result.zip
	status "both are there" 8 'lessee.*: signed' deal.zip
fi

# ---- the phone's signature for years
if lab_serve; then
	echo text >years.txt
	openssl cms -sign -binary -in years.txt -signer "$lab/signer.pem" \
		-inkey "$lab/signer.key" -outform DER -out years.txt.sig
	exits "a plain CMS to XLT1" 0 extend --policy 63fz --level xlt1 \
		--tsa "$lab_url/tsa/tsa" --trust "$lab/root.pem" --online \
		--insecure-allow-private years.txt.sig
	exits "and it is valid" 0 verify --policy 63fz \
		--trust "$lab/root.pem" --json years.txt.sig
	like "it is of that level" '"level":"XLT1"' "$out"
	like "its time is proven" '"kind":"signature"' "$out"
	like "its references, too" '"kind":"sig-and-refs"' "$out"
	exits "which can be asked for" 0 verify -q --policy 63fz \
		--level xlt1 --trust "$lab/root.pem" years.txt.sig
	exits "and is none by the rules of CAdES" 6 verify -q --level xlt1 \
		--trust "$lab/root.pem" years.txt.sig
	cp years.txt.sig before.sig
	exits "once is enough" 0 extend --policy 63fz --level xlt1 \
		--tsa "$lab_url/tsa/tsa" --trust "$lab/root.pem" --online \
		--insecure-allow-private years.txt.sig
	check "nothing was changed" cmp before.sig years.txt.sig
	openssl cms -cmsout -print -inform DER -in years.txt.sig >printed \
		2>/dev/null
	like "certificates and revocation data are in it" \
		'1\.2\.840\.113549\.1\.9\.16\.2\.23|certValues' "$(cat printed)"
else
	skip "a plain CMS to XLT1" "there is no python3"
fi

# ---- the story
if lab_gost; then
	check "examples/car-sale.sh" "$srcdir/examples/car-sale.sh" "$tmp/sale"
else
	skip "examples/car-sale.sh" "there is no GOST engine"
fi
tap_done
