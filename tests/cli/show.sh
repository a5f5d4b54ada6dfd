#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Copyright the podpis authors
# What is in a file: told by content, in words, for people and programs.
: "${srcdir:=.}"
. "$srcdir/tests/cli/lib.sh"
need jq
key p256
echo doc >doc
"$podpis" sign -q -k "$key" --role Арендатор --city Москва --country RU \
	--commitment approval --mime text/plain doc || exit 99
key rsa
"$podpis" add-signer -q -k "$key" --format cms doc.sig || exit 99

exits "a signature" 0 show doc.sig
for words in 'Signature S-1' 'Петров Сергей' 'Арендатор' 'Москва' \
	'text/plain' 'proof of approval' 'ECDSA' 'SHA-256' 'Signature S-2' \
	'Robert RSA' 'signing certificate'; do
	like "it says: $words" "$words" "$out"
done
unlike "no verdict" 'VALID|valid:' "$out"
exits "-v" 0 show -v doc.sig
cp doc.sig odd.pem
exits "by content, not by name" 0 show odd.pem
like "a signature it is" 'Signature S-1' "$out"

printf '<lease Id="l"><rent>100</rent></lease>' >lease.xml
key p256
"$podpis" sign -q -k "$key" --format xades --parallel --role Арендатор \
	--city Москва --commitment approval lease.xml || exit 99
"$podpis" countersign -q -k "$key" lease.signed.xml || exit 99
exits "signed XML" 0 show lease.signed.xml
for words in 'Signature S-1' 'Петров Сергей' 'Арендатор' 'Москва' \
	'ECDSA with SHA-256' 'Reference ' 'filter2' 'xml-exc-c14n' 'SHA-256' \
	'SigningCertificateV2' 'CounterSignature' 'Signature S-1.1'; do
	like "it says: $words" "$words" "$out"
done
run show --json lease.signed.xml
same "references in JSON" 2 "$(printf '%s\n' "$out" |
	jq '.signatures[0].references | length')"
same "the counter-signature in JSON" S-1 "$(printf '%s\n' "$out" |
	jq -r '.signatures[1].parent')"

exits "a certificate" 0 show "$world/p256.pem"
for words in 'Петров Сергей Олегович' '770987654347' '11223344595' \
	'Test CA EC' 'SHA-256' 'ECDSA P-256|P-256'; do
	like "it says: $words" "$words" "$out"
done
run show --json "$world/p256.pem"
same "JSON" podpis-show/1 "$(printf '%s\n' "$out" | jq -r .schema)"
same "kind" certificates "$(printf '%s\n' "$out" | jq -r .kind)"
openssl x509 -in "$world/p256.pem" -outform DER -out cert.der
same "DER says the same as PEM" "$("$podpis" show "$world/p256.pem")" \
	"$("$podpis" show cert.der)"
exits "a bundle" 0 show "$world/chain.pem"
same "each of them" "$(grep -c BEGIN "$world/chain.pem")" \
	"$("$podpis" show --json "$world/chain.pem" | jq '.certificates | length')"

for crl in "$world/crl/int-ec.crl" "$world/crl/int-ec.pem"; do
	exits "a CRL" 0 show "$crl"
	like "the entries" 'Revoked: ' "$out"
	like "the reason" 'key compromise' "$out"
done
same "kind of a CRL" crls \
	"$("$podpis" show --json "$world/crl/int-ec.crl" | jq -r .kind)"
"$authority" new pki p256 && openssl ocsp -issuer pki/ca.pem \
	-cert pki/signer.pem -reqout oreq >log 2>&1 &&
	"$authority" ocsp pki --time 2025-06-01T12:00:00Z --fault revoked \
	    <oreq >signer.ors || exit 99
exits "an OCSP response" 0 show signer.ors
for words in 'OCSP response' 'Signed at *2025-06-01' 'Status *revoked' \
	'key compromise' 'Named by *SHA-1'; do
	like "it says: $words" "$words" "$out"
done
openssl base64 -in signer.ors -out signer.b64
for file in signer.ors signer.b64; do
	run show --json "$file"
	same "OCSP in JSON" "ocsp revoked 2025-06-01T12:00:00Z" \
	    "$(printf '%s\n' "$out" | jq -r '.kind + " " +
		.responses[0].answers[0].status + " " +
		.responses[0].produced_at')"
done
if lab_gost; then
	exits "a Russian qualified certificate" 0 show "$world/ivanova.pem"
	for words in 'Иванова Анна Петровна' '770123456703' '12345678964' \
		'GOST R 34.10-2012'; do
		like "it says: $words" "$words" "$out"
	done
else
	skip "a Russian qualified certificate" "no GOST engine"
fi
exits "none of these" 4 show doc
exits "several files" 4 show doc.sig doc "$world/p256.pem"
like "the others are shown" 'Robert RSA' "$out"

exits "cert list of a file" 0 cert list "$world/chain.pem"
exits "cert show of a file" 0 cert show "$world/p256.pem"
exits "cert show of a signature's certificates" 0 cert list doc.sig
exits "cert show of a URI that is not there" 11 cert show \
	'pkcs11:token=nobody'
exits "token list" 0 token list
tokens=
lab_tokens
case $tokens in
*softhsm*)
	exits "token list with a token" 0 token list
	like "the token" '^Token lab' "$out"
	like "its certificates" 'Certificate ' "$out"
	like "URIs for --key" 'pkcs11:.*token=lab' "$out"
	exits "cert list" 0 cert list
	like "with its people" 'Robert RSA' "$out"
	uri=$(printf '%s\n' "$out" | sed -n 's/^  URI *//p' | head -n 1)
	exits "cert show of a URI" 0 cert show "$uri"
	;;
*) skip "tokens" "no SoftHSM" ;;
esac
tap_done
