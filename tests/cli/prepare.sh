#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Copyright the podpis authors
# Preparing here and completing elsewhere, and everything that can go wrong in
# between.
: "${srcdir:=.}"
# shellcheck source=tests/cli/lib.sh
. "$srcdir/tests/cli/lib.sh"
need openssl jq

echo "the lease of a flat" >lease.txt
echo "the lease of another flat" >other.txt
printf '<lease><flat>7</flat></lease>\n' >lease.xml
printf '<lease><flat>8</flat></lease>\n' >other.xml
openssl rand -out key 32
openssl rand -out other.key 32
printf 'too short' >short.key
trust="--trust $world/ca/int-ec.pem --trust $world/roots.pem --crl $world/crls.pem"

# value NAME: what is in ./data, signed by that person
value() {
	case $1 in
	rsa) openssl pkeyutl -sign -inkey "$world/$1.key" \
		-pkeyopt digest:sha256 -in data -out value ;;
	ed25519) openssl pkeyutl -sign -rawin -inkey "$world/$1.key" \
		-in data -out value ;;
	*) openssl pkeyutl -sign -inkey "$world/$1.key" -in data -out value ;;
	esac
}

# code TEXT: the control code in it
code() {
	printf '%s\n' "$1" | sed -n 's/^ *Control code *//p'
}

# prepare ARG...: ./state and ./data, sealed
prepare() {
	rm -f state data octets
	run prepare --lang en --state-key file:key -o state --data-out data \
		--octets-out octets "$@"
	same "prepare $*" 0 "$code"
}

# ---- every shape, with p256 and the signature elsewhere
for shape in '' '--attached' '--format cms' '--format cms --attached' '--pem' \
	'--format xades --detached' '--format xades --enveloping'  \
	'--format xades'; do
	doc=lease.txt content=
	case $shape in
	'--format xades') doc=lease.xml content='--content lease.xml' ;;
	*attached* | *enveloping*) content='--content lease.txt' ;;
	esac
	# shellcheck disable=SC2086
	prepare $doc --cert "$world/p256.pem" $shape
	shown=$(code "$err")
	value p256
	rm -f one two
	# shellcheck disable=SC2086
	exits "complete $shape" 0 complete --lang en state --signature value \
		--state-key file:key $content -o one
	same "the same code when completed" "$shown" "$(code "$err")"
	# shellcheck disable=SC2086
	exits "complete it again" 0 complete state --signature value \
		--state-key file:key $content -o two
	check "to the same octets" cmp one two
	given="--content $doc"
	[ -z "$content" ] || given=
	# shellcheck disable=SC2086
	exits "verify $shape" 0 verify --json --policy cms $trust $given one
	same "the same code when verified" "$shown" \
		"$(printf '%s' "$out" | jq -r '.signatures[0].control_code')"
	if [ -n "$content" ]; then
		rm -f two
		exits "without the document" 2 complete state --signature \
			value --state-key file:key -o two
		like "it says so" 'document' "$err"
		exits "with another one" 15 complete state --signature value \
			--state-key file:key -o two \
			--content "other.${doc#lease.}"
		like "it says that too" 'not the one' "$err"
		same "and nothing is written" '' "$(ls two 2>/dev/null)"
	fi
done

# the formula of podpis-prepare(1), by other means
prepare lease.txt --cert "$world/p256.pem"
shown=$(code "$err")
same "the formula of the control code" "$shown" "$({
	printf 'podpis control code v1\000'
	cat octets
} | openssl dgst -sha256 -r | cut -c 1-10 | tr 'a-f' 'A-F' | {
	read -r hex
	bits=$(echo "obase=2; ibase=16; 1$hex" | BC_LINE_LENGTH=0 bc 2>/dev/null)
	[ -n "$bits" ] || bits=$(python3 -c "print(bin(int('1$hex',16))[2:])")
	echo "${bits#1}" | fold -w 5 | while read -r five; do
		number=0
		for bit in $(echo "$five" | fold -w 1); do
			number=$((number * 2 + bit))
		done
		printf '%s' 0123456789ABCDEFGHJKMNPQRSTVWXYZ |
			cut -c $((number + 1)) | tr -d '\n'
	done | sed 's/^..../&-/'
})"
same "the data is the digest of the octets" \
	"$(openssl dgst -sha256 -binary octets | od -An -tx1)" \
	"$(od -An -tx1 data)"

# ---- values as octets, hexadecimal, base64
value p256
od -An -v -tx1 value | tr -d ' \n' >value.hex
openssl base64 -in value -out value.b64
rm -f one
exits "octets" 0 complete state -s value --state-key file:key -o one
for form in hex b64; do
	rm -f two
	exits "$form" 0 complete state -s value.$form --state-key file:key \
		-o two
	check "the same file" cmp one two
done
rm -f two
"$podpis" complete state -q -s - --state-key file:key -o - <value >two
check "through pipes" cmp one two

# ---- other keys
for person in rsa ed25519; do
	prepare lease.txt --cert "$world/$person.pem"
	value $person
	rm -f one
	exits "complete with $person" 0 complete state -s value \
		--state-key file:key -o one
done
if lab_gost; then
	prepare lease.txt --cert "$world/ivanova.pem"
	value ivanova
	rm -f one
	exits "complete with GOST" 0 complete state -s value \
		--state-key file:key -o one
else
	skip "complete with GOST" "the engine is not installed"
fi

# ---- a digest alone, a certificate that comes later, a whole CMS
digest=$(openssl dgst -sha256 -r lease.txt | cut -d ' ' -f 1)
prepare lease.txt --cert "$world/p256.pem" --digest-value "sha256:$digest"
value p256
rm -f one
exits "complete what only the digest was known of" 0 complete state -s value \
	--state-key file:key -o one
# shellcheck disable=SC2086
exits "verify it" 0 verify $trust --content lease.txt one
rm -f early state
exits "prepare without a certificate" 0 prepare lease.txt -o early \
	--state-key file:key
prepare --state early --cert "$world/rsa.pem"
value rsa
rm -f one
exits "complete when it came" 0 complete state -s value --state-key file:key \
	-o one
openssl cms -sign -binary -signer "$world/p256.pem" -inkey "$world/p256.key" \
	-in lease.txt -outform DER -out phone.cms
rm -f one
exits "a whole CMS, of somebody" 0 complete --lang en early --cms phone.cms \
	--state-key file:key -o one
like "that it is a plain one is said" 'plain CMS' "$err"
# shellcheck disable=SC2086
exits "verify it" 0 verify --policy cms $trust --content lease.txt one
prepare lease.txt --cert "$world/p256.pem" --attached
rm -f one
exits "the same attached" 0 complete state --cms phone.cms \
	--content lease.txt --state-key file:key -o one
# shellcheck disable=SC2086
exits "verify it" 0 verify --policy cms $trust one

# ---- what is in a state
run show --lang en state
like "show: the document" 'lease.txt' "$out"
like "show: the code" 'Control code' "$out"
run show --json state
same "show as JSON" 'state true cades' \
	"$(printf '%s' "$out" | jq -r '"\(.kind) \(.sealed) \(.format)"')"

# ---- every wrong situation: exit code, what is said; nothing is written
cp state attached.state
prepare lease.txt --cert "$world/p256.pem"
cp state good
value p256
cp value good.value
exits "another job" 0 prepare other.txt --cert "$world/p256.pem" -o second \
	--state-key file:key --data-out second.data
cp second.data data
value p256
cp value second.value
cp good.value value
"$podpis" prepare -q lease.txt --cert "$world/p256.pem" -o loose
jq -c '.format = "cms"' good >edited
jq -c '.deadline = "2100-01-01T00:00:00Z"' good >prolonged
jq -c '.control_code = "0000-0000"' loose >edited.loose
jq . loose >pretty
jq -c '.schema = "podpis-state/2"' good >future
head -c 700 good >"cut"
echo '{}' >empty.state
head -c 70000 /dev/zero | tr '\0' ' ' >large
echo 'not a state' >garbage
echo 'no value' >bad.value
: >no.value
openssl cms -sign -binary -signer "$world/p256.pem" -inkey "$world/p256.key" \
	-in other.txt -outform DER -out other.cms
openssl cms -sign -binary -signer "$world/rsa.pem" -inkey "$world/rsa.key" \
	-in lease.txt -outform DER -out rsa.cms
openssl cms -sign -binary -signer "$world/p256.pem" -inkey "$world/p256.key" \
	-signer "$world/rsa.pem" -inkey "$world/rsa.key" \
	-in lease.txt -outform DER -out both.cms
"$podpis" prepare -q lease.txt --cert "$world/p256.pem" -o brief \
	--deadline 1s --state-key file:key
sleep 2

# wrong NAME EXIT SAID STATE ARG...
wrong() {
	wrong_name=$1 wrong_said=$3 wrong_exit=$2
	shift 3
	rm -f never
	exits "$wrong_name" "$wrong_exit" complete --lang en -o never "$@"
	like "$wrong_name: message" "$wrong_said" "$err"
	same "$wrong_name: nothing is written" '' "$(ls never 2>/dev/null)"
}
seal='--state-key file:key'
# shellcheck disable=SC2086
{
	wrong "value of another job" 5 'does not verify' good -s second.value $seal
	wrong "state of another job" 5 'does not verify' second -s good.value $seal
	wrong "no value" 5 'does not verify' good -s bad.value $seal
	wrong "an empty value" 5 'does not verify' good -s no.value $seal
	wrong "past the deadline" 15 'deadline' brief -s value $seal
	wrong "state edited" 15 'changed' edited -s value $seal
	wrong "deadline put off" 15 'changed' prolonged -s value $seal
	wrong "state edited, no key" 15 'changed' edited.loose -s value
	wrong "state cut short" 15 'state' cut -s value $seal
	wrong "an empty object" 15 'no state' empty.state -s value $seal
	wrong "too large" 15 'at most' large -s value $seal
	wrong "no state at all" 15 'not JSON' garbage -s value $seal
	wrong "a signature instead" 15 'JSON' phone.cms -s value $seal
	wrong "of another version" 15 'version' future -s value $seal
	wrong "another key" 15 'another key' good -s value --state-key file:other.key
	wrong "no key" 15 'want that key' good -s value
	wrong "a key, and no seal" 15 'not sealed' loose -s value $seal
	wrong "a short key" 2 'at least 16' good -s value --state-key file:short.key
	wrong "no such key" 3 'No such file' good -s value --state-key file:none
	wrong "the key by itself" 2 'file:PATH' good -s value --state-key key
	wrong "document changed" 15 'not the one' good -s value $seal --content other.txt
	wrong "document missing" 3 'none.txt' good -s value $seal --content none.txt
	wrong "state missing" 3 'No such file' none.state -s value $seal
	wrong "value missing" 3 'No such file' good -s none.value $seal
	wrong "CMS over another document" 15 'another document' good --cms other.cms $seal
	wrong "CMS of somebody else" 11 'another certificate' good --cms rsa.cms $seal
	wrong "CMS of two" 1 'several signers' good --cms both.cms $seal
	wrong "CMS that is none" 4 '.' good --cms lease.txt $seal
	wrong "no value and no CMS" 2 'what completes' good $seal
	wrong "both" 2 'what completes' good -s value --cms phone.cms $seal
	wrong "waits for its certificate" 15 'certificate' early -s value $seal
	wrong "attached, no document" 2 'document' attached.state --cms phone.cms $seal
}
exits "white space of a state does not matter" 5 complete pretty \
	-s second.value -o never
echo here >there
exits "the output exists" 3 complete good -s good.value $seal -o there
same "and stays" here "$(cat there)"

# ---- preparing that is refused
refused() {
	refused_name=$1 refused_exit=$2 refused_said=$3
	shift 3
	rm -f never
	exits "prepare: $refused_name" "$refused_exit" prepare --lang en \
		-o never "$@"
	like "prepare: $refused_name: message" "$refused_said" "$err"
	same "prepare: $refused_name: nothing is written" '' \
		"$(ls never 2>/dev/null)"
}
cert=$world/p256.pem
refused "no file" 2 'which file'
refused "document missing" 3 'none.txt' none.txt --cert "$cert"
refused "certificate missing" 3 'No such file' lease.txt --cert none.cer
refused "certificate that is none" 4 '.' lease.txt --cert lease.txt
refused "another certificate" 11 'another certificate' --state good \
	--cert "$world/rsa.pem" --state-key file:key
refused "deadline in the past" 2 'over already' lease.txt --cert "$cert" \
	--deadline 2020-01-01T00:00:00Z
refused "deadline of no kind" 2 'deadline' lease.txt --cert "$cert" \
	--deadline soon
refused "digest of a wrong length" 2 'octets' lease.txt --cert "$cert" \
	--digest-value sha256:00
refused "digest that is none" 2 'hexadecimal' lease.txt --cert "$cert" \
	--digest-value sha256:xyz
refused "digest without algorithm" 2 'ALG:HEX' lease.txt --cert "$cert" \
	--digest-value "$digest"
refused "weak digest" 2 'too weak' lease.txt --cert "$cert" \
	--digest-value sha1:da39a3ee5e6b4b0d3255bfef95601890afd80709
refused "digest of another key" 11 'does not hold' lease.txt \
	--cert "$world/ed25519.pem" --digest-value "sha256:$digest"
refused "digest inside of XML" 2 'detached' lease.xml --format xades \
	--cert "$cert" --digest-value "sha256:$digest"
refused "inside of XML without a certificate" 2 'certificate' lease.xml \
	--format xades
refused "data without a certificate" 2 'certificate' lease.txt --data-out never
exits "prepare: no output" 2 prepare lease.txt --cert "$cert"
exits "prepare: the output exists" 3 prepare lease.txt --cert "$cert" -o there
same "prepare: and stays" here "$(cat there)"
same "nothing is left over" '' "$(find . -name "*.new" -o -name ".podpis*")"
run prepare --lang en --dry-run lease.txt --cert "$cert"
like "prepare: --dry-run shows the code" 'Control code' "$err"
tap_done
