#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Copyright the podpis authors
# Signatures in a party's name that are not that party's: they do not count,
# and keep nobody from signing.
: "${srcdir:=.}"
# shellcheck source=tests/cli/lib.sh
. "$srcdir/tests/cli/lib.sh"
need jq python3
key rsa
rsa=$key
key p256
petrov=$key
evidence="--trust $world/roots.pem --chain $world/chain.pem --crl $world/crls.pem"
printf 'Rent: 50 000\n' >lease.txt
"$podpis" contract new -q --kind lease --title 'Flat 17' \
	--party 'role=lessor,name=Robert RSA' \
	--party 'role=lessee,name=Петров,inn=770987654347' \
	--document lease.txt -o none.asice
"$podpis" contract new -q --kind lease --title 'Flat 17' --ordered \
	--party 'role=lessor,name=Петров,inn=770987654347' \
	--party 'role=lessee,name=Robert RSA' --document lease.txt -o turn.asice

# edit IN OUT NAME HOW: that entry gets another signature value, a text that is
# signed gets another one ("old->new"), or it becomes that of another file
edit() {
	python3 - "$@" <<'END'
import base64, re, sys, zipfile
old, new, name, how = sys.argv[1:5]
def value(data):
    if name.endswith(".xml"):
        m = re.search(rb"(<ds:SignatureValue[^>]*>)([^<]+)", data)
        raw = bytearray(base64.b64decode(m.group(2)))
        raw[len(raw) // 2] ^= 1
        return data[:m.start(2)] + base64.b64encode(raw) + data[m.end(2):]
    return data[:-5] + bytes([data[-5] ^ 1]) + data[-4:]
def change(data):
    if how == "value":
        return value(data)
    if "->" in how:
        a, b = how.encode().split(b"->")
        assert a in data
        return data.replace(a, b)
    return open(how, "rb").read()
with zipfile.ZipFile(old) as a, zipfile.ZipFile(new, "w") as b:
    for i in a.infolist():
        data = a.read(i)
        b.writestr(i, change(data) if i.filename == name else data,
                   i.compress_type)
END
}
# about FILE JQ ARG...: what status says as JSON
about() {
	about_file=$1
	about_what=$2
	shift 2
	run contract status --json "$@" "$about_file"
	printf '%s\n' "$out" | jq -r ".contract | $about_what"
}
states='[.parties[].state] | join(" ")'
others='[.others[].state] | join(" ")'

# fake NAME: a key of its own, and what is wanted of a certificate for it
fake() {
	openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 \
		-out "$1.key" 2>/dev/null
	openssl req -new -key "$1.key" -out "$1.csr" -subj \
		'/C=RU/CN=Петров Сергей Олегович/INN=770987654347' -utf8
}
# issued NAME CERT KEY: by whoever
issued() {
	fake "$1"
	openssl x509 -req -in "$1.csr" -CA "$2" -CAkey "$3" -set_serial 77 \
		-days 3000 -out "$1.pem" 2>/dev/null
	cat "$1.key" "$1.pem" >"$1.both"
}
fake self
openssl x509 -req -in self.csr -signkey self.key -days 3000 -out self.pem \
	2>/dev/null
cat self.key self.pem >self.both
# by a person who is no authority
issued person "$world/p384.pem" "$world/p384.key"
cat "$world/p384.pem" >>person.both
# by an authority of a name that is trusted
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out ca.key \
	2>/dev/null
openssl x509 -in "$world/ca/int-ec.pem" -signkey ca.key -days 3000 \
	-out ca.pem 2>/dev/null
issued named ca.pem ca.key

for with in xades cades; do
	case $with in
	xades) file=META-INF/signatures002.xml ;;
	cades) file=META-INF/signature002.p7s ;;
	esac
	cp none.asice half.asice
	exits "$with: one signs" 0 contract sign -q --asic-with "$with" \
		-k "$rsa" half.asice
	exits "$with: the other signs" 0 contract sign -q -k "$petrov" \
		-o done.asice -f half.asice

	# ---- a value that is none
	edit done.asice forged.asice "$file" value
	# shellcheck disable=SC2086
	{
		exits "$with: forged value" 5 contract status $evidence \
			forged.asice
		like "$with: forged value: said" \
			'^  ! a forged or broken signature in the name of Петров' \
			"$out"
		like "$with: forged value: he has not signed" \
			'^  - lessee, Петров: has not signed' "$out"
		exits "$with: forged value: verify" 5 verify $evidence \
			forged.asice
		like "$with: forged value: verify says so" \
			'^  ! a forged or broken signature' "$out"
		same "$with: forged value: JSON" 'signed missing, invalid' \
			"$(about forged.asice "$states" $evidence), $(about \
				forged.asice "$others" $evidence)"
		same "$with: forged value: in whose name" \
			'lessee Петров Сергей Олегович' "$(about forged.asice \
				'.others[0] | .role + " " + .signer')"
		exits "$with: forged value: he signs over it" 0 contract sign \
			-q -k "$petrov" forged.asice
		exits "$with: forged value: it stays" 5 contract status \
			$evidence forged.asice
		same "$with: forged value: he has signed" \
			'true signed signed, invalid' "$(about forged.asice \
				"[.concluded, ($states)] | join(\" \")" \
				$evidence), $(about forged.asice "$others")"
		exits "$with: forged value: but not twice" 15 contract sign \
			-k "$petrov" forged.asice
	}

	# ---- digests that are not those of what is there
	case $with in
	xades)
		edit done.asice forged.asice "$file" '>lessee<->>tenant<'
		# shellcheck disable=SC2086
		same "changed properties" 'signed missing, invalid' \
			"$(about forged.asice "$states" $evidence), $(about \
				forged.asice "$others")"
		;;
	cades)
		edit done.asice forged.asice META-INF/ASiCManifest002.xml \
			'MimeType="text/plain->MimeType="text/html'
		# shellcheck disable=SC2086
		same "changed manifest" 'signed missing, invalid' \
			"$(about forged.asice "$states" $evidence), $(about \
				forged.asice "$others")"
		;;
	esac
	exits "$with: changed digest: he signs over it" 0 contract sign -q \
		-k "$petrov" forged.asice

	# ---- a sound signature, of another contract
	rm -f other.asice
	"$podpis" contract new -q --kind lease --title 'Flat 18' \
		--party 'role=lessor,name=Robert RSA' \
		--party 'role=lessee,name=Петров,inn=770987654347' \
		--document lease.txt -o other.asice
	"$podpis" contract sign -q --asic-with "$with" -k "$rsa" other.asice
	"$podpis" contract sign -q -k "$petrov" other.asice
	unzip -p other.asice "$file" >taken
	edit done.asice forged.asice "$file" taken
	if [ "$with" = xades ]; then
		same "of another contract" 'unconfirmed other-version' \
			"$(about forged.asice "$states")"
		exits "of another contract: the other waits" 15 contract sign \
			-k "$rsa" forged.asice
	fi
	exits "$with: of another contract: he signs over it" 0 contract sign \
		-q -k "$petrov" forged.asice

	# ---- a certificate that somebody made for himself
	for kind in self person named; do
		name="$with: $kind"
		cp half.asice false.asice
		exits "$name: signs" 0 contract sign -q -k "$kind.both" \
			false.asice
		exits "$name: nobody is trusted" 15 contract sign --lang en \
			-k "$petrov" false.asice
		like "$name: what can be done" '--trust FILE' "$err"
		# shellcheck disable=SC2086
		{
			exits "$name: status" 6 contract status $evidence \
				false.asice
			like "$name: status says" \
				'^  ! lessee, Петров: a signature in its name is there, but the certificate' \
				"$out"
			same "$name: JSON" 'signed unconfirmed' \
				"$(about false.asice "$states" $evidence)"
			exits "$name: he signs over it" 0 contract sign -q \
				$evidence --chain person.pem \
				-k "$petrov" false.asice
			exits "$name: concluded, and not clean" 6 contract \
				status $evidence false.asice
			same "$name: concluded" 'true signed signed, untrusted' \
				"$(about false.asice \
					"[.concluded, ($states)] | join(\" \")" \
					$evidence), $(about false.asice \
					"$others" $evidence)"
			exits "$name: but not twice" 15 contract sign \
				$evidence -k "$petrov" false.asice
			exits "$name: nor without trust" 15 contract sign \
				-k "$petrov" false.asice
			same "$name: no hint where it is his own" '' \
				"$(printf '%s\n' "$err" | grep -e '--trust')"
		}
	done

	# ---- it is not the turn of who comes after a false one
	cp turn.asice false.asice
	exits "$with: turn: a false one signs" 0 contract sign -q \
		--asic-with "$with" -k self.both false.asice
	# shellcheck disable=SC2086
	{
		exits "$with: turn: the next" 15 contract sign --lang en \
			$evidence -k "$rsa" false.asice
		like "$with: turn: said" 'not the turn' "$err"
		like "$with: turn: why" 'leads to nobody who is trusted' "$err"
		exits "$with: turn: the true one" 0 contract sign -q \
			$evidence -k "$petrov" false.asice
		exits "$with: turn: and then the next" 0 contract sign -q \
			$evidence -k "$rsa" false.asice
		same "$with: turn: concluded" true \
			"$(about false.asice .concluded $evidence)"
	}
done

# ---- the portal's layout: a file in the place of a signature
"$podpis" contract new -q --layout portal --kind car-sale --title Car \
	--party 'role=seller,name=Robert RSA' \
	--party 'role=buyer,name=Петров,inn=770987654347' \
	--document lease.txt -o car
exits "portal: one signs" 0 contract sign -q -k "$rsa" car
exits "portal: the other signs" 0 contract sign -q -k "$petrov" car
sig=$(find car -name '*.sig' | while read -r name; do
	"$podpis" verify --json "$name" --content car/lease.txt |
		grep -q Петров && echo "$name"
done)
python3 - "$sig" <<'EOF2'
import sys
data = open(sys.argv[1], "rb").read()
open(sys.argv[1], "wb").write(data[:-5] + bytes([data[-5] ^ 1]) + data[-4:])
EOF2
same "portal: forged value" 'unconfirmed missing, invalid' \
	"$(about car "$states"), $(about car "$others")"
exits "portal: he is told" 15 contract sign --lang en -k "$petrov" car
like "portal: which file" "${sig##*/} is no signature of" "$err"
like "portal: what to do" 'take the file out' "$err"
rm "$sig"
exits "portal: he signs" 0 contract sign -q -k "$petrov" car
exits "portal: but not twice" 15 contract sign -k "$petrov" car
tap_done
