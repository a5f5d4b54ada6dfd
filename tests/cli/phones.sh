#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Copyright the podpis authors
# Two parties sign one contract from their phones at once.
: "${srcdir:=.}"
# shellcheck source=tests/cli/lib.sh
. "$srcdir/tests/cli/lib.sh"
need jq python3
key p256
petrov=$key
key rsa
rsa=$key
evidence="--trust $world/roots.pem --chain $world/chain.pem --crl $world/crls.pem"
printf 'Rent: 50 000\n' >lease.txt
# contract OUT ARG...
contract() {
	rm -f "$1"
	contract_out=$1
	shift
	"$podpis" contract new -q --kind lease --title 'Flat 17' \
		--party 'role=lessor,name=Robert RSA' \
		--party 'role=lessee,name=Петров,inn=770987654347' \
		--document lease.txt -o "$contract_out" "$@"
}
# phone PERSON FILE ARG...: PERSON.state, and what his phone makes of it
phone() {
	who=$1
	file=$2
	shift 2
	exits "$form: $who prepares" 0 contract sign -q --cert \
		"$world/$who.pem" --state "$who.state" \
		--data-out data -f "$@" "$file"
	phone_signs "$who" "$who.value"
}
phone_signs() {
	if [ "$1" = rsa ]; then
		openssl pkeyutl -sign -inkey "$world/$1.key" \
			-pkeyopt digest:sha256 -in data -out "$2"
	else
		openssl pkeyutl -sign -inkey "$world/$1.key" -in data -out "$2"
	fi
}
# completes NAME CODE WHO FILE [ARG]...
completes() {
	completes_name=$1
	completes_code=$2
	completes_who=$3
	completes_file=$4
	shift 4
	cp "$completes_file" before
	exits "$form: $completes_name" "$completes_code" complete --lang en \
		"$completes_who.state" --signature "$completes_who.value" \
		--content "$completes_file" "$@"
	[ "$completes_code" = 0 ] ||
		check "$form: $completes_name: nothing is written" \
			cmp -s "$completes_file" before
}
# concluded FILE
concluded() {
	# shellcheck disable=SC2086
	exits "$form: concluded" 0 contract status $evidence "$1"
	# shellcheck disable=SC2086
	same "$form: nothing else is in it" '2 []' "$("$podpis" contract \
		status --json $evidence "$1" | jq -c '(.signatures | length |
			tostring), .contract.others' | tr -d '"' | paste -sd' ')"
}
# edit IN OUT NAME TEXT
edit() {
	python3 - "$@" <<'END'
import sys, zipfile
old, new, name, text = sys.argv[1:]
with zipfile.ZipFile(old) as a, zipfile.ZipFile(new, "w") as b:
    for i in a.infolist():
        b.writestr(i, text if i.filename == name else a.read(i),
                   i.compress_type)
    if name not in a.namelist():
        b.writestr(zipfile.ZipInfo(name, (2026, 11, 21, 10, 0, 0)), text)
END
}

for with in xades cades; do
	form=$with
	contract c.asice
	phone rsa c.asice --asic-with "$with"
	phone p256 c.asice --asic-with "$with"
	cp c.asice both.asice
	cp c.asice other.asice

	# ---- in either order, and again
	completes "the first" 0 rsa both.asice
	cp both.asice half.asice
	completes "the second" 0 p256 both.asice
	concluded both.asice
	completes "the first again" 0 rsa both.asice
	check "$form: the first again: the same octets" \
		cmp -s before both.asice
	completes "the second again" 0 p256 both.asice
	check "$form: the second again: the same octets" \
		cmp -s before both.asice
	exits "$form: the second again, elsewhere" 0 complete -q p256.state \
		--signature p256.value --content both.asice -o copy.asice -f
	check "$form: elsewhere: the same octets" cmp -s copy.asice both.asice
	form="$with, other order"
	completes "the second first" 0 p256 other.asice
	completes "then the first" 0 rsa other.asice
	concluded other.asice
	form=$with
	rm -f copy.asice
	exits "$form: the first, once more" 0 complete -q rsa.state \
		--signature rsa.value --content c.asice -o copy.asice
	check "$form: the same state and value, the same octets" \
		cmp -s copy.asice half.asice

	# ---- a phone that signs twice makes another value (ECDSA)
	phone_signs p256 p256.value
	completes "another value of the same" 15 p256 both.asice
	like "$form: another value: said" 'with another value before' "$err"

	# ---- whatever happens meanwhile
	cp half.asice c.asice
	sleep 1
	exits "$form: he signs at his desk" 0 contract sign -q -k "$petrov" \
		c.asice
	completes "he has signed" 15 p256 c.asice
	like "$form: he has signed: said" 'has a signature in this' "$err"
	edit half.asice c.asice lease.txt 'Rent: 15 000'
	completes "a document changed" 15 p256 c.asice
	like "$form: a document changed: said" 'lease.txt is not' "$err"
	completes "a document changed, signed before" 15 rsa c.asice
	edit half.asice c.asice more.txt more
	completes "a document more" 15 p256 c.asice
	like "$form: a document more: said" 'more.txt is none' "$err"
	edit half.asice c.asice contract.json "$(unzip -p half.asice \
		contract.json | jq -c '.parties[1].name = "Other"')"
	completes "another party" 15 p256 c.asice
	jq -c '.party = "lessor"' p256.state >edited.state
	cp p256.value edited.value
	completes "an edited state" 15 edited half.asice
	jq -c 'del(.manifest)' p256.state >edited.state
	[ "$with" = xades ] || completes "without its manifest" 15 edited \
		half.asice

	# ---- a false signature meanwhile, in his name
	openssl req -new -x509 -newkey rsa:2048 -nodes -keyout false.key \
		-out false.pem -days 300 -utf8 -subj \
		'/C=RU/CN=Петров/INN=770987654347' 2>/dev/null
	cat false.key false.pem >false.both
	cp half.asice c.asice
	exits "$form: a false one signs" 0 contract sign -q -k false.both \
		c.asice
	completes "after a false one" 15 p256 c.asice
	like "$form: after a false one: what can be done" '--trust FILE' "$err"
	completes "after a false one, with trust" 0 p256 c.asice \
		--trust "$world/roots.pem"

	# ---- a value that is none under the same octets
	python3 - "$with" <<'END'
import base64, re, sys, zipfile
with zipfile.ZipFile("both.asice") as a, \
     zipfile.ZipFile("c.asice", "w") as b:
    names = [n for n in a.namelist() if re.search("signature.*(xml|p7s)$", n)]
    for i in a.infolist():
        data = a.read(i)
        if i.filename == names[-1]:
            if sys.argv[1] == "xades":
                m = re.search(rb"(<ds:SignatureValue[^>]*>)([^<]+)", data)
                raw = bytearray(base64.b64decode(m.group(2)))
                raw[20] ^= 1
                data = (data[:m.start(2)] + base64.b64encode(raw) +
                        data[m.end(2):])
            else:
                data = data[:-5] + bytes([data[-5] ^ 1]) + data[-4:]
        b.writestr(i, data, i.compress_type)
END
	case $with in
	xades)
		completes "a broken one stands there" 0 p256 c.asice
		# shellcheck disable=SC2086
		same "$form: a broken one: the good one counts" true \
			"$("$podpis" contract status --json $evidence c.asice |
				jq .contract.concluded)"
		;;
	cades) # its name is signed with the manifest
		completes "a broken one stands there" 15 p256 c.asice
		like "$form: a broken one: said" 'has been taken by another' \
			"$err"
		like "$form: a broken one: what to do" 'signed anew' "$err"
		;;
	esac

	# ---- the order is asked again
	contract c.asice --ordered
	exits "$form: ordered: not at once" 15 contract sign --asic-with \
		"$with" --cert "$world/p256.pem" --state never c.asice
	cp c.asice turn.asice
	exits "$form: ordered: the first" 0 contract sign -q --asic-with \
		"$with" -k "$rsa" turn.asice
	phone p256 turn.asice --asic-with "$with"
	completes "ordered: the first is gone" 15 p256 c.asice
	like "$form: ordered: said" 'not the turn' "$err"
	completes "ordered: in turn" 0 p256 turn.asice
	concluded turn.asice

	# ---- the deadline
	contract c.asice --deadline \
		"$(date -u -d '+2 seconds' +%Y-%m-%dT%H:%M:%SZ)"
	phone rsa c.asice --asic-with "$with"
	sleep 3
	completes "late" 15 rsa c.asice
done

# ---- XAdES was prepared for, and the other signed with CAdES
form=mixed
contract c.asice
phone p256 c.asice
"$podpis" contract sign -q --asic-with cades -k "$rsa" c.asice
completes "of two kinds" 15 p256 c.asice
like "mixed: said" 'only one kind' "$err"

# ---- two at once: one of them may be told to try again, none is lost
form=race
contract c.asice
phone rsa c.asice
phone p256 c.asice
for who in rsa p256; do
	"$podpis" complete -q "$who.state" --signature "$who.value" \
		--content c.asice 2>/dev/null &
done
wait
for who in rsa p256; do
	completes "$who, if need be" 0 "$who" c.asice
done
concluded c.asice
tap_done
