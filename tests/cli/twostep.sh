#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Copyright the podpis authors
# In two steps into a signature that is there: one more signer, a
# counter-signature. Completing twice adds nothing.
: "${srcdir:=.}"
# shellcheck source=tests/cli/lib.sh
. "$srcdir/tests/cli/lib.sh"
need jq openssl python3
key rsa
rsa=$key
key p384
p384=$key
p256=$world/p256.pem
trust="--trust $world/roots.pem --chain $world/chain.pem --crl $world/crls.pem"
echo "the lease of a flat" >lease.txt
echo "the lease of another flat" >other.txt
printf '<lease><flat>7</flat></lease>\n' >lease.xml
openssl rand -out seal 32
seal='--state-key file:seal'

# value: what is in ./data, signed on the phone
value() {
	openssl pkeyutl -sign -inkey "$world/p256.key" -in data -out value
}

# first COMMAND FILE [ARG]...: ./state, ./data and ./value of it; the process
# that prepared it is killed
first() {
	first_command=$1
	first_file=$2
	shift 2
	rm -f state data
	cp "$first_file" before
	code=0
	# shellcheck disable=SC2016
	sh -c '"$@" && kill -9 $$' sh "$podpis" "$first_command" --lang en \
		--cert "$p256" --state state --data-out data \
		--state-key file:seal "$@" "$first_file" \
		>"$tmp/out" 2>"$tmp/err" || code=$?
	err=$(cat "$tmp/err")
	shown=$(printf '%s\n' "$err" | sed -n 's/^ *Control code *//p')
	same "$first_command $first_file $*: prepared" '137 0' \
		"$code $(cmp -s "$first_file" before; echo $?)"
	value
}

# second NAME CODE SAYS FILE [ARG]...: ./state with ./value; when that is
# refused, ./FILE stays as it is
second() {
	second_name=$1
	second_code=$2
	second_says=$3
	second_file=$4
	shift 4
	cp "$second_file" before
	# shellcheck disable=SC2086
	exits "$second_name" "$second_code" complete --lang en state \
		--signature value $seal --content "$second_file" "$@"
	[ "$second_code" = 0 ] && return
	like "$second_name: said" "$second_says" "$err"
	check "$second_name: nothing is written" cmp "$second_file" before
}

# twice NAME FILE [ARG]...: ./state with ./value, in place, and again
twice() {
	twice_name=$1
	twice_file=$2
	shift 2
	cp "$twice_file" untouched
	second "$twice_name: completed" 0 '' "$twice_file" "$@"
	like "$twice_name: the same code" "$shown" "$err"
	cp "$twice_file" once
	second "$twice_name: again" 0 '' "$twice_file" "$@"
	check "$twice_name: nothing is added" cmp "$twice_file" once
	rm -f elsewhere
	cp untouched "$twice_file"
	second "$twice_name: elsewhere" 0 '' "$twice_file" "$@" -o elsewhere
	check "$twice_name: the same octets" cmp elsewhere once
	check "$twice_name: in place nothing changed" cmp "$twice_file" untouched
	rm -f elsewhere
	second "$twice_name: from what was completed" 0 '' once "$@" \
		-o elsewhere
	check "$twice_name: the same octets again" cmp elsewhere once
	cp once "$twice_file"
}

# seen NAME FILE WANT [ARG]...: all passed, with these signatures
seen() {
	seen_name=$1
	seen_file=$2
	seen_want=$3
	shift 3
	# shellcheck disable=SC2086
	run verify --json $trust "$@" "$seen_file"
	same "$seen_name: verified" "0 $seen_want" "$code $(printf '%s' "$out" |
		jq -r '[.signatures[].id] | join(" ")')"
}

# some_lines TEXT: see some()
some_lines() (
	IFS='
'
	# shellcheck disable=SC2086
	some $1
)

# ---- every shape: NAME, FILE, the document, how it is signed
shapes='cades:lease.sig:lease.txt:--format cades
cades-attached:lease.p7m::--attached
cades-pem:pem.sig:lease.txt:--pem
xades:lease.signed.xml::--format xades --parallel
xades-detached:lease.xades.xml:lease.txt:--format xades --detached
xades-enveloping:lease.env.xml::--format xades --enveloping
asic-e:lease.asice::--format asic-e
asic-e-cades:cades.asice::--format asic-e --asic-with cades
asic-s:lease.asics::--format asic-s
asic-s-cades:cades.asics::--format asic-s --asic-with cades'
while IFS=: read -r name file doc how; do
	from=lease.txt
	[ "$name" = xades ] && from=lease.xml
	# shellcheck disable=SC2086
	"$podpis" sign -q -k "$rsa" $how -o "$file" "$from"
	cp "$file" "$name.one"
	set --
	[ -n "$doc" ] && set -- --content "$doc"
	case $name in
	xades-detached | xades-enveloping) ;; # no place for another signer
	*)
		if [ "$name" = cades ] || [ "$name" = cades-pem ]; then
			first add-signer "$file" --content "$doc"
		else
			first add-signer "$file"
		fi
		twice "$name: add-signer" "$file" "$@"
		seen "$name: add-signer" "$file" 'S-1 S-2' "$@"
		cp "$name.one" "$file" ;;
	esac
	first countersign "$file"
	twice "$name: countersign" "$file"
	seen "$name: countersign" "$file" 'S-1 S-1.1' "$@"
done <<END
$(some_lines "$shapes")
END

# ---- whatever comes in between, in CMS, XML and a container
keep() {
	cp state "$1.state"
	cp value "$1.value"
}
# after NAME CODE SAYS STATE VALUE FILE [ARG]...: these two with that file
after() {
	cp "$4.state" state
	cp "$5.value" value
	after_name=$1 after_code=$2 after_says=$3 after_file=$6
	shift 6
	second "$after_name" "$after_code" "$after_says" "$after_file" "$@"
}
# every COMMAND FILE OTHER: what is refused, and that nothing is written
every() {
	first "$1" "$2" --deadline 1s
	keep brief
	began=$(date +%s)
	first "$1" "$3"
	keep other
	first "$1" "$2"
	keep good
	value
	cp value another.value
	jq -c '.deadline = "2100-01-01T00:00:00Z"' good.state >edited.state
	jq -c 'del(.mac)' good.state >loose.state
	same='is not|is none|changed'
	after "$1 $2: another file" 15 "$same" good good "$3"
	after "$1 $2: a document" 15 '.' good good lease.txt
	after "$1 $2: the value of another job" 5 'not verify' good other "$2"
	after "$1 $2: the state of another job" 5 'not verify' other good "$3"
	after "$1 $2: edited" 15 'changed' edited good "$2"
	after "$1 $2: the seal broken off" 15 'seal' loose good "$2"
	while [ "$(date +%s)" -le $((began + 1)) ]; do sleep 0.2; done
	after "$1 $2: too late" 15 'deadline' brief brief "$2"
	cp good.state state
	exits "$1 $2: a whole CMS" 2 complete state --cms in.p7m \
		--state-key file:seal --content "$2"
	exits "$1 $2: without the file" 2 complete --lang en state -s \
		good.value --state-key file:seal -o never
	check "$1 $2: without the file: nothing is written" [ ! -e never ]
	cp "$2" fresh
	after "$1 $2: then it is completed" 0 '' good good "$2"
		after "$1 $2: another value of its" 15 'another value' good another "$2"
	after "$1 $2: that value where it is new" 0 '' good another fresh \
		-o elsewhere -f
}
printf '<lease><flat>8</flat></lease>\n' >other.xml
# both ENDING FROM ARG...: in.ENDING and other.ENDING, with one signature each
both() {
	both_ending=$1 both_from=$2
	shift 2
	"$podpis" sign -q -f -k "$rsa" "$@" -o "in.$both_ending" \
		"lease.$both_from"
	"$podpis" sign -q -f -k "$rsa" "$@" -o "out.$both_ending" \
		"other.$both_from"
	cp "in.$both_ending" "new.$both_ending"
}
both p7m txt --attached
both signed xml --format xades --parallel
both asice txt --format asic-e
for kind in $(some p7m signed asice); do
	every add-signer in.$kind out.$kind
	cp new.$kind in.$kind
	every countersign in.$kind out.$kind
	cp new.$kind in.$kind
done

# ---- what was completed, and changed then
"$podpis" sign -q -k "$rsa" lease.txt
first add-signer lease.txt.sig
second "detached, its document beside it" 0 '' lease.txt.sig
second "again, over another document" 15 'is not' lease.txt.sig \
	--content other.txt
exits "somebody else signs" 0 add-signer -q -k "$p384" lease.txt.sig
exits "and confirms it" 0 countersign -q -k "$p384" --signer 2 lease.txt.sig
cp lease.txt.sig once
second "again, after others" 0 "$shown" lease.txt.sig
check "again, after others: nothing is added" cmp lease.txt.sig once
first add-signer in.signed
second "XML" 0 '' in.signed
sed 's/<flat>7/<flat>8/' in.signed >changed.xml
second "XML, changed then" 15 'is not' changed.xml
first add-signer in.asice
second "a container" 0 '' in.asice
python3 - <<'END'
import zipfile
with zipfile.ZipFile("in.asice") as a, zipfile.ZipFile("bad.asice", "w") as b:
    for i in a.infolist():
        b.writestr(i, b"8\n" if i.filename == "lease.txt" else a.read(i))
END
second "a container, changed then" 15 'is not' bad.asice

# ---- several that are open at once
"$podpis" sign -q -k "$rsa" -o all.p7m --attached lease.txt
"$podpis" add-signer -q -k "$p384" all.p7m
first countersign all.p7m --signer 1
keep one
first countersign all.p7m --signer 2
keep two
first add-signer all.p7m
second "the third signer" 0 '' all.p7m
after "the second is confirmed" 0 '' two two all.p7m
after "the first is confirmed" 0 '' one one all.p7m
seen "all of them" all.p7m 'S-1 S-1.1 S-2 S-2.1 S-3'
after "the second in place of the first" 0 '' two two all.p7m
seen "still all of them" all.p7m 'S-1 S-1.1 S-2 S-2.1 S-3'

# ---- a notary, with the phone
if lab_gost; then
	rm -f state data
	exits "notary: prepared" 0 countersign -q --cert "$world/notary.pem" \
		--state state --data-out data --state-key file:seal \
		--signer 1 all.p7m
	openssl pkeyutl -sign -inkey "$world/notary.key" -in data -out value
	second "notary: completed" 0 '' all.p7m
	seen "notary" all.p7m 'S-1 S-1.1 S-1.2 S-2 S-2.1 S-3'
else
	skip "notary" "the engine is not installed"
fi

# ---- preparing that is refused
# refused NAME CODE SAYS COMMAND ARG...
refused() {
	refused_name=$1 refused_code=$2 refused_says=$3 refused_by=$4
	shift 4
	rm -f never
	cp in.p7m before
	exits "$refused_by: $refused_name" "$refused_code" "$refused_by" \
		--lang en --state never "$@" in.p7m
	like "$refused_by: $refused_name: said" "$refused_says" "$err"
	check "$refused_by: $refused_name: nothing is written" \
		sh -c 'cmp in.p7m before && [ ! -e never ]'
}
for command in add-signer countersign; do
	refused "no certificate" 2 'whose key' $command
	refused "with a key" 2 'elsewhere' $command -k "$rsa" --cert "$p256"
	refused "with --output" 2 'no file' $command --cert "$p256" -o x
	refused "a certificate that expired" 11 'expired' $command \
		--cert "$world/expired.pem"
	refused "one that may not sign" 11 'key usage' $command \
		--cert "$world/encipher.pem"
	refused "one that is none" 4 '.' $command --cert lease.txt
	refused "a deadline that is over" 2 'over already' $command \
		--cert "$p256" --deadline 2020-01-01
	exits "$command: --deadline alone" 2 $command --deadline 1h -k "$rsa" \
		in.p7m
	exits "$command: the state is there" 3 $command --cert "$p256" \
		--state good.state in.p7m
done
refused "--all" 2 'one state for each' countersign --all --cert "$p256"
refused "a level" 1 'extended then' countersign --level b-t --cert "$p256"
refused "no such signature" 2 'no signature' countersign --signer 9 \
	--cert "$p256"
run countersign --lang en --dry-run --state never --cert "$p256" \
	--signer 1 in.p7m
like "--dry-run shows the code" 'Control code' "$err"
check "--dry-run: no state" [ ! -e never ]
same "nothing is left over" '' "$(find . -name '*.new' -o -name '.podpis*')"
tap_done
