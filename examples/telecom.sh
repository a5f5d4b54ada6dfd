#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Copyright the podpis authors
#
# A contract for communication services, between a company and a citizen:
#   telecom.sh [DIR]    what is made stays in DIR (default: demo-telecom/)
# The company signs with a GOST R 34.10-2012 key in a file, the citizen with an
# ECDSA key, a notary confirms the company's signature, and a passer-by learns
# that he is no party. Certificates are the test world's.
set -eu
: "${srcdir:=$(cd "$(dirname "$0")/.." && pwd)}"
. "$srcdir/examples/frame.sh"
stage "${1:-$builddir/demo-telecom}"
for who in romashka p256 notary rsa; do
	(umask 077 && cat "$world/$who.key" "$world/$who.pem" >$who.both)
done
trust='--trust roots.pem --chain chain.pem --crl crls.pem'

printf 'ДОГОВОР ОБ ОКАЗАНИИ УСЛУГ СВЯЗИ\n' >contract.txt
printf 'Тариф: 700 рублей в месяц\n' >tariff.txt

say 'Two documents, a company and a citizen, and a day until which they sign.
# The company is told by its INN and OGRN, the citizen by his INN and SNILS'
run podpis contract new --kind telecom --title 'Услуги связи, № 1024' \
    --party 'role=operator,name=ООО «Ромашка»,inn=7700000016,ogrn=1027700000019' \
    --party 'role=subscriber,inn=770987654347,snils=112-233-445 95' \
    --document contract.txt --document tariff.txt \
    --deadline 2044-01-01T00:00:00Z -o telecom.asice

say 'A mistyped INN is noticed before anybody signs anything'
exits 2 podpis contract new --kind telecom --title t --document tariff.txt \
    --party inn=7700000061 --party inn=770987654347 -o wrong.asice

say 'The citizen signs'
run podpis contract sign --no-input -k p256.both telecom.asice

say 'A passer-by is no party, and the citizen cannot sign for the company'
exits 11 podpis contract sign --no-input -k rsa.both telecom.asice
exits 11 podpis contract sign --no-input --as operator -k p256.both \
    telecom.asice

say 'Who is missing?'
# shellcheck disable=SC2086
exits 8 podpis contract status $trust telecom.asice

say 'The company signs'
run podpis contract sign --no-input -k romashka.both telecom.asice

say 'A notary confirms the signature of the company'
run podpis countersign --no-input -k notary.both --signer 2 telecom.asice

say 'Concluded'
# shellcheck disable=SC2086
exits 0 podpis contract status $trust telecom.asice

printf '\n%s\n' "Done: what was made lies in
  $dir"
