#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Copyright the podpis authors
# shellcheck disable=SC2086,SC2046
#
# Bad input: each gives its exit code and one clear line, never a crash, never
# a part of an output file, and an existing file stays as it was.
: "${srcdir:=.}"
# shellcheck source=tests/interop/interop.sh
. "$srcdir/tests/interop/interop.sh"
mkdir play
cd play || exit 99
printf 'I let you the flat.\n' >doc
printf 'I let you the house.\n' >other
mine="-k $world/p256.key -c $world/p256.pem"

# a fingerprint of all that lies in the play ground
ground() {
	find . -type f -exec cksum {} + 2>/dev/null | sort
}

# bad NAME EXIT COMMAND...: podpis ends with EXIT, says one line (and a hint
# perhaps), and leaves everything as it was
bad() {
	b_name=$1 b_want=$2
	shift 2
	b_before=$(ground)
	b_got=$(code "$podpis" "$@" -q --no-input)
	b_lines=$(grep -c '^podpis: ' "$tmp/err")
	b_rest=$(grep -v '^podpis: \|^hint: ' "$tmp/err")
	if [ "$b_got" != "$b_want" ]; then
		not_ok "$b_name" "want: exit $b_want
have: exit $b_got
$(cat "$tmp/out" "$tmp/err")
podpis $*"
	elif [ "$b_lines" != 1 ] || [ -n "$b_rest" ]; then
		not_ok "$b_name: one line" "$(cat "$tmp/err")"
	elif [ "$b_before" != "$(ground)" ]; then
		not_ok "$b_name: files are as they were" "$b_before
$(ground)"
	else
		ok "$b_name"
	fi
}

# refused NAME EXIT SUB VERIFY-ARGUMENTS...: a result, not an error
refused() {
	r_name=$1 r_want=$2 r_sub=$3
	shift 3
	r_got=$(verify "$@")
	if [ "$r_got" = "$r_want" ] &&
	    grep -q "\"sub_indication\": *\"$r_sub\"" "$tmp/out"; then
		ok "$r_name"
	else
		not_ok "$r_name" "want: exit $r_want, $r_sub
have: exit $r_got
$(cat "$tmp/out" "$tmp/err")"
	fi
}

# ---- DER by hand, in hexadecimal
tlv() {
	t_len=$((${#2} / 2))
	if [ $t_len -lt 128 ]; then
		printf '%s%02x%s' "$1" $t_len "$2"
	elif [ $t_len -lt 256 ]; then
		printf '%s81%02x%s' "$1" $t_len "$2"
	else
		printf '%s82%04x%s' "$1" $t_len "$2"
	fi
}

hex() {
	od -An -v -tx1 "$1" | tr -d ' \n'
}

# octets of the hexadecimal on standard input
unhex() {
	# shellcheck disable=SC2059
	printf "$(awk '{
		for (i = 1; i < length($0); i += 2) {
			h = index("0123456789abcdef", substr($0, i, 1)) - 1
			l = index("0123456789abcdef", substr($0, i + 1, 1)) - 1
			printf "\\%03o", h * 16 + l
		}
	}')"
}

sha256_alg=300b0609608648016503040201
type_attr=$(tlv 30 06092a864886f70d010903$(tlv 31 06092a864886f70d010701))
digest_attr=$(tlv 30 06092a864886f70d010904$(tlv 31 \
    $(tlv 04 $(openssl dgst -sha256 doc | sed 's/.*= //'))))

# crafted FILE ATTRIBUTES [VERSION [SIGNER-VERSION]]: a detached CMS over doc
crafted() {
	tlv 31 "$2" | unhex >tbs
	openssl dgst -sha256 -sign "$world/p256.key" -out value tbs
	openssl x509 -in "$world/p256.pem" -outform DER -out cert
	sid=$(tlv 80 "$(openssl x509 -in cert -noout -ext \
	    subjectKeyIdentifier | tail -1 | tr -d ' :' | tr A-F a-f)")
	info=$(tlv 30 "0201${4:-03}$sid$sha256_alg$(tlv a0 "$2"
	    )300a06082a8648ce3d040302$(tlv 04 "$(hex value)")")
	data=$(tlv 30 "0201${3:-03}$(tlv 31 $sha256_alg
	    )300b06092a864886f70d010701$(tlv a0 "$(hex cert)")$(tlv 31 "$info")")
	tlv 30 "06092a864886f70d010702$(tlv a0 "$data")" | unhex >"$1"
	rm -f tbs value cert
}

# theirs_by PERSON FILE: openssl signs for whoever it is
theirs_by() {
	openssl cms -sign -cades -binary -in doc -signer "$world/$1.pem" \
	    -inkey "$world/$1.key" -outform DER -out "$2"
}

structure() {
	theirs_by p256 good
	head -c 600 good >truncated
	head -c 1 good >one
	: >empty
	head -c 2000 /dev/urandom >garbage
	printf '\060\204\177\377\377\377\006\011' >huge4
	printf '\060\210\377\377\377\377\377\377\377\377\006' >huge8
	awk 'BEGIN { for (i = 0; i < 100000; i++) printf "3080" }' |
	    unhex >deep
	{
		printf '308006092a864886f70d010702a0803080020101310030800609'
		printf '2a864886f70d010701a080'
		awk 'BEGIN { for (i = 0; i < 50000; i++) printf "2480" }'
	} | unhex >deepstring
	openssl crl2pkcs7 -nocrl -certfile "$world/p256.pem" -outform DER \
	    -out nobody
	printf -- '-----BEGIN CMS-----\nMIIB!!\n-----END CMS-----\n' >pem
	printf -- '-----BEGIN CMS-----\n' >halfpem
	for f in truncated one empty garbage huge4 huge8 deep deepstring \
	    nobody pem halfpem doc; do
		bad "verify: $f" 4 verify --content doc $f
		bad "extract: $f" 4 extract -o out $f
		bad "add-signer: $f" 4 add-signer $mine $f
		bad "countersign: $f" 4 countersign --signer 1 $mine $f
	done
	bad 'show: garbage' 4 show garbage
	bad 'show: empty' 4 show empty
	bad 'countersign: no such signature' 2 countersign --signer 7 $mine \
	    good
	rm -f *
}

attributes() {
	crafted right "$type_attr$digest_attr"
	crafted twice "$type_attr$digest_attr$digest_attr"
	crafted twotypes "$type_attr$type_attr$digest_attr"
	crafted nodigest "$type_attr"
	crafted notype "$digest_attr"
	crafted version "$type_attr$digest_attr" 63 03
	crafted signerversion "$type_attr$digest_attr" 03 63
	same 'crafted by hand: right' 0 \
	    "$(verify --policy cms --content doc right)"
	for f in twice twotypes nodigest notype; do
		refused "attributes: $f" 5 FORMAT_FAILURE --policy cms \
		    --content doc $f
	done
	# a wrong number alone is no reason to refuse (it is not signed)
	for f in version signerversion; do
		same "unknown $f" 0 "$(verify --policy cms --content doc $f)"
	done
	rm -f right twice twotypes nodigest notype version signerversion
}

verdicts() {
	theirs_by p256 good
	refused 'wrong document' 5 HASH_FAILURE --content other good
	refused 'no document' 6 SIGNED_DATA_NOT_FOUND good
	bad 'a named document is absent' 3 verify --content absent good
	theirs_by expired sig
	refused expired 6 OUT_OF_BOUNDS_NO_POE --content doc sig
	theirs_by notyet sig
	refused 'not yet valid' 6 OUT_OF_BOUNDS_NO_POE --content doc sig
	theirs_by revoked sig
	refused revoked 6 REVOKED_NO_POE --content doc sig
	theirs_by held sig
	refused 'on hold' 6 TRY_LATER --content doc sig
	theirs_by under-revoked sig
	refused 'authority revoked' 6 REVOKED_CA_NO_POE --content doc sig
	theirs_by encipher sig
	refused 'key usage' 6 CHAIN_CONSTRAINTS_FAILURE --content doc sig
	for who in too-deep name-bad policy-bad; do
		theirs_by $who sig
		refused $who 6 CHAIN_CONSTRAINTS_FAILURE --content doc sig
	done
	theirs_by false-root sig
	refused 'a root of a trusted name' 6 \
	    CERTIFICATE_CHAIN_GENERAL_FAILURE --content doc sig
	for who in stranger under-nonca; do
		theirs_by $who sig
		refused $who 6 NO_CERTIFICATE_CHAIN_FOUND --content doc sig
	done
	# another key under the name of the same person
	openssl cms -sign -binary -cades -in doc -signer "$world/p256.pem" \
	    -inkey "$world/p256.key" -outform DER -out sig -nocerts
	refused 'no certificate' 6 NO_SIGNING_CERTIFICATE_FOUND \
	    --content doc sig
	# a false one of that issuer and number says nothing of the true one
	serial=$(openssl x509 -in "$world/p256.pem" -noout -serial)
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
	    -keyout false.key -out false.pem -set_serial "0x${serial#*=}" \
	    -subj '/C=RU/O=Test World/CN=Test CA EC' 2>/dev/null
	refused 'another certificate than the one that is named' 6 \
	    NO_SIGNING_CERTIFICATE_FOUND --chain false.pem --content doc sig
	rm -f false.key false.pem
	rm -f good sig
	for who in newkey name-good nousage; do
		theirs_by $who sig
		verdict "sound: $who" 0 --content doc sig
	done
	rm -f sig
}

files() {
	bad 'sign: no such document' 3 sign $mine absent
	bad 'sign: directory' 3 sign $mine .
	bad 'sign: no such directory for the output' 3 sign $mine \
	    -o absent/out doc
	bad 'sign: output cannot be made' 3 sign $mine -o /proc/out doc
	bad 'verify: no such file' 3 verify absent
	bad 'verify: directory' 3 verify .
	bad 'show: directory' 3 show .
	echo mine >doc.sig
	bad 'sign: output exists' 3 sign $mine doc
	rm -f doc.sig
	if [ "$(id -u)" = 0 ]; then
		skip 'no permission' 'run by root'
	else
		: >secret
		chmod 0 secret
		bad 'sign: no permission' 3 sign $mine secret
		rm -f secret
	fi
	bad 'an unknown option' 2 sign $mine --nonsense doc
	bad 'an unknown command' 2 nonsense doc
	bad 'an unknown digest' 2 sign $mine --digest md99 doc
	bad 'the PIN on the command line' 2 sign --pin-source 1234 $mine doc
	bad 'no such trust anchor' 3 verify --trust absent doc
	bad 'a signature level unheard of' 2 sign $mine --level b-zzz doc
}

keys() {
	bad 'key of another' 11 sign -k "$world/rsa.key" \
	    -c "$world/p256.pem" doc
	bad 'no such key file' 3 sign -k absent -c "$world/p256.pem" doc
	bad 'no such certificate' 3 sign -k "$world/p256.key" -c absent doc
	head -c 500 /dev/urandom >junk
	bad 'a key file of garbage' 4 sign -k junk -c "$world/p256.pem" doc
	rm -f junk
	PIN=wrong
	export PIN
	bad 'wrong passphrase of PKCS#12' 12 sign -k "$world/p256.p12" \
	    --pin-source env:PIN doc
	bad 'wrong passphrase of PKCS#8' 12 sign -k "$world/p384.p8" \
	    -c "$world/p384.pem" --pin-source env:PIN doc
	bad 'no module of this name' 10 sign --module /nonexistent.so \
	    -k 'pkcs11:token=lab' doc
	bad 'no such token' 10 sign -k 'pkcs11:token=no-such-token' doc
	bad 'a URI with a PIN in it' 2 sign -k 'pkcs11:token=x?pin-value=1' doc
}

# full NAME COMMAND...: like bad, 3, in a shell where files end at 512 octets
limited() {
	l_name=$1
	shift
	l_before=$(ground)
	(
		trap '' XFSZ
		ulimit -f 1
		"$podpis" "$@" --no-input >/dev/null 2>"$tmp/err" </dev/null
	)
	l_got=$?
	same "$l_name: exit" 3 "$l_got"
	same "$l_name: nothing is left" "$l_before" "$(ground)"
}

disk() {
	head -c 100000 /dev/urandom >large
	openssl cms -sign -cades -binary -nodetach -in large \
	    -signer "$world/p256.pem" -inkey "$world/p256.key" \
	    -outform DER -out large.p7m
	limited 'file size limit: sign' sign $mine --attached -o out large
	limited 'file size limit: extract' extract -o out large.p7m
	for c in "sign $mine --attached -o - large" "extract -o - large.p7m" \
	    "verify --json large.p7m" "show large.p7m"; do
		"$podpis" $c --no-input >/dev/full 2>err </dev/null
		same "full disk: ${c%% *}" 3 $?
		same "full disk: ${c%% *}: one line" 1 \
		    "$(grep -c '^podpis: ' err)"
		{
			"$podpis" $c --no-input 2>err </dev/null
			echo $? >code
		} | :
		case $(cat code) in
		0 | 3 | 5 | 6) ok "closed pipe: ${c%% *}" ;;
		*) not_ok "closed pipe: ${c%% *}" "exit $(cat code)
$(cat err)" ;;
		esac
		rm -f err code
	done
	rm -f large.p7m
}

# killed at any moment: no output, or a whole one
killed() {
	head -c 30000000 /dev/zero >large
	halves=
	for wait in 0 0.005 0.01 0.02 0.03 0.04 0.05 0.07 0.1 0.2; do
		"$podpis" sign --no-input -q $mine --attached -o out large \
		    >/dev/null 2>&1 </dev/null &
		pid=$!
		sleep $wait
		kill -9 $pid 2>/dev/null
		wait $pid 2>/dev/null
		if [ -e out ] && [ "$(verify out)" != 0 ]; then
			halves="$halves $wait"
		fi
		rm -f out
	done
	same 'killed: no output or a whole one' '' "$halves"
	rm -f large
}

structure
printf 'I let you the flat.\n' >doc
printf 'I let you the house.\n' >other
attributes
verdicts
files
keys
disk
killed
tap_done
