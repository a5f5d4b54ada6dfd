#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Copyright the podpis authors
#
# The sale of a car in the state portal's layout, sign_config.xml in and out:
#   car-sale.sh [DIR]    what is made stays in DIR (default: demo-sale/)
# The seller signs with a GOST R 34.10-2012 key; the buyer signs on the phone,
# whose service is asked with a package and answers with a plain CMS signature
# (played by openssl here). Then a package of somebody else is read, which has
# the portal's own example of a list. Nothing is sent anywhere.
set -eu
: "${srcdir:=$(cd "$(dirname "$0")/.." && pwd)}"
. "$srcdir/examples/frame.sh"
stage "${1:-$builddir/demo-sale}"
for who in ivanova trader romashka; do
	(umask 077 && cat "$world/$who.key" "$world/$who.pem" >$who.both)
done
trust='--policy 63fz --trust roots.pem --chain chain.pem --crl crls.pem'
inn() {
	openssl x509 -in "$world/$1.pem" -noout -subject -nameopt utf8,sep_multiline |
		sed -n "s/^ *$2=//p"
}
seller_inn=$(inn ivanova INN)
buyer_inn=$(inn trader INN)
buyer_snils=$(inn trader SNILS)

cat >edkpXml.xml <<'XML'
<?xml version="1.0" encoding="UTF-8"?>
<ЭДКП><Продавец>Иванова Анна Петровна</Продавец><Покупатель>Кузнецов Игорь
Львович</Покупатель><Автомобиль>Лада Веста, 2021</Автомобиль>
<Цена>900000</Цена></ЭДКП>
XML

say 'The contract: a folder with the document and the list of signatures'
run podpis contract new --layout portal --kind car-sale --title ЭДКП \
    --party "role=seller,name=Иванова Анна Петровна,inn=$seller_inn" \
    --party "role=buyer,name=Кузнецов Игорь Львович,inn=$buyer_inn" \
    --document edkpXml.xml -o deal
run cat deal/sign_config.xml

say 'The seller signs'
run podpis contract sign --no-input -k ivanova.both deal

say 'Who has signed, and who is missing'
# shellcheck disable=SC2086
exits 8 podpis contract status $trust deal

say 'The buyer is asked to sign on the phone: a package for the service'
run podpis contract request --no-input -k romashka.both \
    --snils "$buyer_snils" --mnemonic MNSV03 \
    --expires "$(date -u -d '+20 hours' +%Y-%m-%dT%H:%M:%SZ)" \
    -o req.zip deal
! command -v unzip >/dev/null || run unzip -l req.zip

say 'A longer time than the service gives is refused before anything is made'
exits 4 podpis contract request --no-input -k romashka.both \
    --snils "$buyer_snils" --mnemonic MNSV03 \
    --expires "$(date -u -d '+30 hours' +%Y-%m-%dT%H:%M:%SZ)" \
    -o late.zip deal

say 'What comes back from the phone: a plain CMS without signing-certificate'
run openssl cms -sign -binary -in deal/edkpXml.xml -signer "$world/trader.pem" \
    -inkey "$world/trader.key" -outform DER -out edkpXml.xml.sig
# shellcheck disable=SC2086
exits 0 podpis contract accept $trust deal edkpXml.xml.sig

say 'The contract is concluded'
# shellcheck disable=SC2086
exits 0 podpis contract status $trust deal

say 'Anybody else signing on the phone is no party'
run openssl cms -sign -binary -in deal/edkpXml.xml -outform DER \
    -signer "$world/romashka.pem" -inkey "$world/romashka.key" -out stranger.sig
# shellcheck disable=SC2086
exits 11 podpis contract accept $trust deal stranger.sig

say "Somebody else's package, with the list of the portal's own example"
cp -R deal theirs
cat >theirs/sign_config.xml <<'XML'
<?xml version="1.0" encoding="utf-8"?>
<signedAttachments
                    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
  <signedDocument>
   <documentFileName>edkpXml.xml</documentFileName>
   <documentDescription>ЭДКП</documentDescription>
   <signData>
    <signFileName>edkpXmlSellerSign.sig</signFileName>
    <signFileDescription>Подпись продавца</signFileDescription>
   </signData>
   <signData>
    <signFileName>edkpXmlBuyerSign.sig</signFileName>
    <signFileDescription>Подпись покупателя</signFileDescription>
   </signData>
 </signedDocument>
</signedAttachments>
XML
# shellcheck disable=SC2086
exits 0 podpis contract status $trust theirs

say 'The price is changed afterwards: 900000 becomes 90000'
sed 's/900000/90000/' deal/edkpXml.xml >theirs/edkpXml.xml
# shellcheck disable=SC2086
exits 5 podpis contract status $trust theirs

printf '\n%s\n' 'Done: a car was sold, one signature made here and one on a
phone, both good; a stranger and a changed price were refused. What was made
lies in
  '"$dir"
