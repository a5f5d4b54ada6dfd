#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Copyright the podpis authors
#
# mkworld.sh OUT: a whole test world of certificates, with fixed names and
# dates (keys are new each time), made by the openssl command alone:
#   OUT/trust/NAME.pem          roots, one a file; OUT/roots.pem all of them
#   OUT/ca/NAME.pem NAME.key    authorities; OUT/chain.pem the intermediate
#   OUT/crl/NAME.crl .pem       their CRLs (DER, PEM), good until 2049;
#                               OUT/crls.pem all of them; OUT/stale.crl
#   OUT/NAME.pem NAME.key       people; NAME.p12, NAME.p8 where said below
#   OUT/list                    a line for each person: NAME ALGORITHM ISSUER
#   OUT/authorities revoked     the same for tests/lab/authority, which
#                               answers as tsa, ocsp and their like
#   OUT/openssl.cnf             for `openssl` with or without the GOST engine
#   OUT/gost                    is there where the engine is
# Certificates hold from 2024 to 2044 where nothing else is said. The word of
# each PKCS#12 and encrypted key: "пароль".
set -e
here=$(cd "$(dirname "$0")" && pwd)
[ $# = 1 ] || { echo "usage: mkworld.sh OUT" >&2; exit 2; }
mkdir -p "$1/ca" "$1/crl" "$1/trust"
cd "$1"
OUT=$(pwd)
CADIR=$OUT LC_ALL=C.UTF-8 OPENSSL_CONF=$OUT/openssl.cnf
export CADIR LC_ALL OPENSSL_CONF
word=пароль
since=20240101000000Z until=20441231235959Z

# say what failed; openssl is quiet otherwise
run() {
	"$@" >log 2>&1 || {
		echo "mkworld: failed: $*" >&2
		cat log >&2
		exit 1
	}
}

cp "$here/world.cnf" openssl.cnf
rm -f gost list authorities revoked
: >list
: >authorities
: >revoked
for oid in INNLE=1.2.643.100.4 OGRNIP=1.2.643.100.5; do
	openssl asn1parse -genstr "OID:${oid%=*}" >log 2>&1 ||
	    sed -i "s/^\[oids\]/&\n$oid/" openssl.cnf
done
if openssl dgst -md_gost12_256 list >/dev/null 2>&1; then
	: >gost
else
	sed -i 's/^openssl_conf/#&/' openssl.cnf
fi

# key ALG FILE
key() {
	case $1 in
	rsa) set -- "$2" RSA rsa_keygen_bits:2048 ;;
	rsa3072) set -- "$2" RSA rsa_keygen_bits:3072 ;;
	pss) set -- "$2" RSA-PSS rsa_keygen_bits:2048 ;;
	p256) set -- "$2" EC ec_paramgen_curve:P-256 ;;
	p384) set -- "$2" EC ec_paramgen_curve:P-384 ;;
	p521) set -- "$2" EC ec_paramgen_curve:P-521 ;;
	bp256) set -- "$2" EC ec_paramgen_curve:brainpoolP256r1 ;;
	bp384) set -- "$2" EC ec_paramgen_curve:brainpoolP384r1 ;;
	ed25519) set -- "$2" ED25519 ;;
	ed448) set -- "$2" ED448 ;;
	gost256-*) set -- "$2" gost2012_256 "paramset:${1#*-}" ;;
	gost512-*) set -- "$2" gost2012_512 "paramset:${1#*-}" ;;
	esac
	run openssl genpkey -algorithm "$2" ${3:+-pkeyopt "$3"} -out "$1"
}

# ca_begin NAME SERIAL: the books of an authority
ca_begin() {
	mkdir -p "ca/$1"
	: >"ca/$1/index.txt"
	echo "$2" >"ca/$1/serial"
	echo 01 >"ca/$1/crlnumber"
}

# issue ISSUER KIND SUBJECT KEY OUT [SINCE UNTIL]: one certificate
issue() {
	CADIR=$OUT/ca/$1
	run openssl req -new -key "$4" -subj "$3" -out csr
	run openssl ca -preserveDN -batch -notext \
	    -cert "ca/$1.pem" -keyfile "ca/$1.key" \
	    -extensions "$2" -startdate "${6:-$since}" \
	    -enddate "${7:-$until}" -in csr -out "$5"
}

# root NAME ALG SUBJECT
root() {
	ca_begin "$1" 1000
	key "$2" "ca/$1.key"
	CADIR=$OUT/ca/$1
	run openssl req -new -key "ca/$1.key" -subj "$3" -out csr
	run openssl ca -selfsign -preserveDN -batch -notext -keyfile "ca/$1.key" \
	    -extensions root -startdate 20200101000000Z \
	    -enddate 20491231235959Z -in csr -out "ca/$1.pem"
	cp "ca/$1.pem" "trust/$1.pem"
	echo "$1 - ca/$1" >>authorities
}

# sub NAME ALG ISSUER SUBJECT [KIND]: an intermediate authority
sub() {
	ca_begin "$1" 2000
	key "$2" "ca/$1.key"
	issue "$3" "${5:-sub}" "$4" "ca/$1.key" "ca/$1.pem" 20210101000000Z \
	    20481231235959Z
	cat "ca/$1.pem" >>chain.pem
	echo "$1 $3 ca/$1" >>authorities
}

# person NAME ALG ISSUER KIND SUBJECT [SINCE UNTIL]
person() {
	key "$2" "$1.key"
	issue "$3" "$4" "$5" "$1.key" "$1.pem" "$6" "$7"
	echo "$1 $2 $3" >>list
	echo "$1 $3 $1" >>authorities
}

# revoke NAME ISSUER TIME REASON: into the issuer's books, with a fixed date
revoke() {
	serial=$(openssl x509 -in "$1.pem" -noout -serial)
	awk -F '\t' -v OFS='\t' -v s="${serial#serial=}" -v t="$3,$4" \
	    '$4 == s { $1 = "R"; $3 = t } { print }' \
	    "ca/$2/index.txt" >index.new
	mv index.new "ca/$2/index.txt"
	echo "${1#ca/} $3 $4" >>revoked
}

# crl NAME [OUT SINCE UNTIL]
crl() {
	out=${2:-crl/$1}
	CADIR=$OUT/ca/$1
	run openssl ca -gencrl -cert "ca/$1.pem" -keyfile "ca/$1.key" \
	    -crl_lastupdate "${3:-20260101000000Z}" \
	    -crl_nextupdate "${4:-20491231235959Z}" -out "$out.pem"
	run openssl crl -in "$out.pem" -outform DER -out "$out.crl"
}

# p12 NAME [options]: PKCS#12 with the chain
p12() {
	name=$1
	shift
	cat "$name.pem" chain.pem >bag.pem
	run openssl pkcs12 -export -inkey "$name.key" -in bag.pem \
	    -passout "pass:$word" -name "$name" -out "$name.p12" "$@"
}

# p8 NAME [options]: encrypted PKCS#8
p8() {
	name=$1
	shift
	run openssl pkcs8 -topk8 -in "$name.key" -passout "pass:$word" \
	    -out "$name.p8" "$@"
}

international() {
	root root-rsa rsa '/C=RU/O=Test World/CN=Test Root RSA'
	root root-ec p384 '/C=RU/O=Test World/CN=Test Root EC'
	root root-ed ed25519 '/C=RU/O=Test World/CN=Test Root Ed25519'
	sub int-rsa rsa root-rsa '/C=RU/O=Test World/CN=Test CA RSA'
	sub int-ec p256 root-ec '/C=RU/O=Test World/CN=Test CA EC'

	person rsa rsa int-rsa person '/C=RU/CN=Robert RSA'
	person rsa3072 rsa3072 int-rsa person '/C=RU/CN=Rita RSA'
	person pss pss int-rsa person '/C=RU/CN=Paula PSS'
	person p256 p256 int-ec person \
	    '/C=RU/CN=Петров Сергей Олегович/SN=Петров/GN=Сергей Олегович/INN=770987654347/SNILS=11223344595'
	person p384 p384 int-ec person '/C=RU/CN=Petra Curve'
	person p521 p521 int-ec person '/C=RU/CN=Piotr Curve'
	person bp256 bp256 int-ec person '/C=DE/CN=Brigitte Pool'
	person bp384 bp384 int-ec person '/C=DE/CN=Bruno Pool'
	person ed25519 ed25519 root-ed person '/C=RU/CN=Edward Edwards'
	person ed448 ed448 root-ed person '/C=RU/CN=Edith Edwards'
	person org rsa int-rsa person \
	    '/C=RU/O=ООО «Ромашка»/CN=ООО «Ромашка»/OGRN=1027700000019/INNLE=7700000016/L=Москва'
	person tsa rsa int-rsa tsa '/C=RU/CN=Test TSA'
	person ocsp rsa int-rsa ocsp '/C=RU/CN=Test OCSP'
	person ec-tsa p256 int-ec tsa '/C=RU/CN=Test TSA EC'
	person ec-ocsp p256 int-ec ocsp '/C=RU/CN=Test OCSP EC'
}

# what must not pass, each for one reason
crooked() {
	person revoked p256 int-ec person '/C=RU/CN=Rosa Revoked'
	revoke revoked int-ec 250601120000Z keyCompromise
	person held p256 int-ec person '/C=RU/CN=Hugo Held'
	revoke held int-ec 250701120000Z certificateHold
	person expired p256 int-ec person '/C=RU/CN=Egon Expired' \
	    20210101000000Z 20220101000000Z
	person notyet p256 int-ec person '/C=RU/CN=Nora Not Yet' \
	    20430101000000Z 20441231235959Z
	person encipher rsa int-rsa encipher '/C=RU/CN=Emil Encipher'
	person nousage p256 int-ec plain '/C=RU/CN=Nils No Usage'
	# a person who plays authority
	cp p256.pem ca/nonca.pem
	cp p256.key ca/nonca.key
	ca_begin nonca 3000
	echo "nonca int-ec ca/nonca" >>authorities
	person under-nonca p256 nonca person '/C=RU/CN=Ursula Under'
	# a revoked authority, and somebody below it
	sub int-revoked p256 root-ec '/C=RU/O=Test World/CN=Test CA Revoked'
	revoke ca/int-revoked root-ec 250801120000Z CACompromise
	person under-revoked p256 int-revoked person '/C=RU/CN=Ute Under'
	# one below a path length of zero
	sub int-zero p256 root-ec '/C=RU/O=Test World/CN=Test CA Zero' sub0
	sub int-deep p256 int-zero '/C=RU/O=Test World/CN=Test CA Deep'
	person too-deep p256 int-deep person '/C=RU/CN=Tobias Too Deep'
	# names and policies
	sub int-names p256 root-ec '/C=RU/O=Test World/CN=Test CA Names' subnc
	person name-good p256 int-names person '/C=RU/CN=Nina Name'
	person name-bad p256 int-names person '/C=DE/CN=Norbert Name'
	sub int-policy p256 root-ec '/C=RU/O=Test World/CN=Test CA Policy' \
	    subpol
	person policy-bad p256 int-policy person '/C=RU/CN=Paul Policy'
	# nobody trusts this root
	root root-none p256 '/C=RU/O=Test World/CN=Nobodys Root'
	rm trust/root-none.pem
	person stranger p256 root-none person '/C=RU/CN=Stefan Stranger'
	# the root of the same name that is trusted has another key
	root root-false p384 '/C=RU/O=Test World/CN=Test Root EC'
	rm trust/root-false.pem
	person false-root p256 root-false person '/C=RU/CN=Falk False'
}

# sound, but the path is not the only one of its name
crossed() {
	# int-ec again, with a new key under the old name
	sub int-ec2 p256 root-ec '/C=RU/O=Test World/CN=Test CA EC'
	person newkey p256 int-ec2 person '/C=RU/CN=Nele New Key'
	# int-ec, its key certified by another root as well
	issue root-rsa sub '/C=RU/O=Test World/CN=Test CA EC' ca/int-ec.key \
	    ca/int-ec-cross.pem 20210101000000Z 20481231235959Z
	cat ca/int-ec-cross.pem >>chain.pem
	# the same person and key, certified twice
	issue int-rsa person '/C=RU/CN=Robert RSA' rsa.key rsa-again.pem
}

russian() {
	root root-gost gost512-A \
	    '/C=RU/O=Тестовый мир/CN=Тестовый головной УЦ/OGRN=1027700000008/INNLE=7700000009'
	sub int-gost gost256-TCA root-gost \
	    '/C=RU/O=Тестовый мир/CN=Тестовый УЦ/OGRN=1027701000007/INNLE=7701000001'
	person ivanova gost256-A int-gost qualified \
	    '/C=RU/CN=Иванова Анна Петровна/SN=Иванова/GN=Анна Петровна/INN=770123456703/SNILS=12345678964/ST=77 г. Москва/L=Москва'
	person notary gost256-XA int-gost qualified \
	    '/C=RU/CN=Сидорова Мария Ивановна/SN=Сидорова/GN=Мария Ивановна/title=Нотариус/INN=771234567859/SNILS=98765432183/L=Москва'
	person romashka gost512-A int-gost qualified \
	    '/C=RU/O=ООО «Ромашка»/CN=ООО «Ромашка»/SN=Васильев/GN=Пётр Ильич/title=Директор/OGRN=1027700000019/INNLE=7700000016/SNILS=10020030030/L=Москва'
	person trader gost256-TCA int-gost qualified \
	    '/C=RU/CN=Кузнецов Игорь Львович/OGRNIP=304770000123453/INN=772345678901/SNILS=10987654303'
	for p in B C XB TCB TCC TCD; do
		person "gost256-$p" "gost256-$p" int-gost person \
		    "/C=RU/CN=Проба 256 $p"
	done
	for p in B C; do
		person "gost512-$p" "gost512-$p" int-gost person \
		    "/C=RU/CN=Проба 512 $p"
	done
	person gost-revoked gost256-TCA int-gost qualified \
	    '/C=RU/CN=Отозванов Олег Олегович'
	revoke gost-revoked int-gost 250601120000Z keyCompromise
	person gost-tsa gost256-TCA int-gost tsa '/C=RU/CN=Проба TSA'
	person gost-ocsp gost256-TCA int-gost ocsp '/C=RU/CN=Проба OCSP'
}

: >chain.pem
international
crooked
crossed
[ ! -e gost ] || russian
for name in root-rsa root-ec root-ed int-rsa int-ec int-ec2 int-revoked \
    int-zero int-deep int-names int-policy root-none root-false root-gost \
    int-gost; do
	[ ! -e "ca/$name.pem" ] || crl "$name"
done
crl int-rsa stale 20240101000000Z 20240201000000Z
p12 rsa
p12 p256
p8 rsa
p8 p384
p8 ed25519
if [ -e gost ]; then
	p12 ivanova -keypbe gost89 -certpbe gost89 -macalg md_gost12_512
	p12 romashka -keypbe kuznyechik-ctr-acpkm \
	    -certpbe kuznyechik-ctr-acpkm -macalg md_gost12_512
	p12 trader
	p8 ivanova -v2 gost89
fi
cat trust/*.pem >roots.pem
# both CAs of one name have a CRL; nobody's are left out
for c in crl/*.pem; do
	case $c in
	*-none.pem | *-false.pem) ;;
	*) cat "$c" ;;
	esac
done >crls.pem
rm -f csr log bag.pem ca/*/[0-9A-F]*.pem
