#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Copyright the podpis authors
# Many files in one process: verify --batch and sign --batch.
: "${srcdir:=.}"
. "$srcdir/tests/cli/lib.sh"
need jq

# ---- verify
: >list
i=0
while [ $i -lt 40 ]; do
	for name in p256 ed25519 rsa; do
		[ -e $name.sig ] || {
			key $name
			echo "the lease of $name" >$name
			"$podpis" sign -q -k "$key" $name
		}
		printf '%s\t%s.sig\n' $name $name >>list
	done
	printf 'rsa\tp256.sig\n' >>list
	printf 'nothing.sig\n' >>list
	i=$((i + 1))
done
# shellcheck disable=SC2086
for jobs in 1 2 7; do
	exits "verify a list, $jobs at a time" 5 verify --batch list \
		--jobs $jobs $evidence
	same "one line for each, in order" \
		"$(awk -F '\t' '{ print (NF > 1 ? $2 : $1) }' list)" \
		"$(printf '%s\n' "$out" | jq -r .signature_file)"
	same "each with its verdict" \
		"$(awk '/^rsa\tp256/ { print 5; next } /nothing/ { print 3; next }
			{ print 0 }' list)" \
		"$(printf '%s\n' "$out" | jq -r .exit)"
done
empty "nothing for people" "$err"
"$podpis" verify --json --at 2026-11-21T00:00:00Z p256 p256.sig >one
printf 'p256\n' >list
exits "the line of one file is that of verify --json" 6 verify --batch list \
	--at 2026-11-21T00:00:00Z
same "octet by octet" "$(cat one)" "$out"
code=0
out=$(printf 'p256\r\n\n\nrsa\tp256.sig' | "$podpis" verify --batch - \
	2>/dev/null) || code=$?
same "from standard input: empty lines, CR LF, no end of line" '5 2' \
	"$code $(printf '%s\n' "$out" | wc -l)"
exits "an empty list" 0 verify --batch /dev/null
exits "no such list" 3 verify --batch nowhere
exits "a list and files" 2 verify --batch list p256
exits "neither" 2 verify
exits "--jobs alone" 2 verify --jobs 2 p256
for jobs in 0 -1 x 257 1x ''; do
	exits "--jobs '$jobs'" 2 verify --batch list --jobs "$jobs"
done
for line in '-' 'p256	-' '	p256.sig' "$(printf 'x\t%.0s' 1 2 3 4 5 6 7 8 9 \
	10 11 12 13 14 15 16 17)"; do
	printf '%s\n' "$line" >bad
	exits "no file names: $line" 2 verify --batch bad
	like "and which line" 'line 1 of the list' "$err"
done
printf 'a\0b\n' >bad
exits "NUL in a name" 2 verify --batch bad
exits "facts of many" 2 verify --batch list --save-facts f

# ---- sign
key p256
rm -f ./*.sig
i=0
: >list
while [ $i -lt 30 ]; do
	echo "contract $i" >c$i
	echo c$i >>list
	i=$((i + 1))
done
for jobs in 1 3; do
	rm -f ./*.sig
	exits "sign a list, $jobs at a time" 0 sign --batch list \
		--jobs $jobs -k "$key"
	same "one line for each, in order" "$(sed 's/$/.sig/' list)" \
		"$(printf '%s\n' "$out" | jq -r .output)"
	codes=$out
	exits "and each is good" 0 verify -q ./*.sig \
		--trust "$world/roots.pem" --chain "$world/chain.pem" \
		--crl "$world/crls.pem"
done
same "the control code is the report's" \
	"$("$podpis" verify --json c3 | jq -r '.signatures[0].control_code')" \
	"$(printf '%s\n' "$codes" | sed -n 4p | jq -r .control_code)"
exits "not over what is there" 3 sign --batch list -k "$key"
same "each says so" '30 file' "$(printf '%s\n' "$out" | jq -r .error.code |
	uniq -c | sed 's/^ *//')"
printf 'c1\tother.sig\nmissing\nc2\tsecond.sig\n' >list
exits "one of them is absent" 3 sign --batch list -k "$key"
same "the others are signed" 'other.sig null second.sig' \
	"$(printf '%s\n' "$out" | jq -r .output | tr '\n' ' ' | sed 's/ $//')"
rm other.sig second.sig
grep -v missing list >found
mv found list
exits "a dry run" 0 sign --batch list -k "$key" --dry-run
same "writes nothing" '' "$(ls other.sig second.sig 2>/dev/null)"
printf 'c1\ta\tb\n' >list
exits "three names" 2 sign --batch list -k "$key"
exits "no key" 3 sign --batch list -k nokey

# ---- one PIN for all
sed 's/^/c/' >list <<-END
	$(seq 0 19)
END
rm -f ./*.sig
if python3 -c 'import pty; pty.openpty()' 2>/dev/null; then
	octets='\xd0\xbf\xd0\xb0\xd1\x80\xd0\xbe\xd0\xbb\xd1\x8c'
	talked=$(python3 "$srcdir/tests/cli/terminal.py" 'expect:Passphrase' \
		echo:off "send:$octets\\n" -- "$podpis" sign --batch list \
		--jobs 3 -k "$world/p256.p12" 2>&1 </dev/null)
	like "a passphrase serves for three threads" '^exit 0' "$talked"
	same "and is asked for once" 1 \
		"$(printf '%s\n' "$talked" | grep -c Passphrase)"
	rm -f ./*.sig
else
	skip "a passphrase serves for three threads" "no pseudo-terminals"
fi
lab_tokens
case $tokens in
*softhsm*)
	PIN=1234
	export PIN
	exits "a token, three threads" 0 sign --batch list --jobs 3 \
		-k 'pkcs11:token=lab;object=p256' --pin-source env:PIN
	exits "all are good" 0 verify -q ./*.sig --trust "$world/roots.pem" \
		--chain "$world/chain.pem" --crl "$world/crls.pem"
	rm -f ./*.sig
	PIN=9999
	exits "a wrong PIN" 12 sign --batch list --jobs 3 \
		-k 'pkcs11:token=lab;object=p256' --pin-source env:PIN
	same "nothing is signed" '' "$(ls ./*.sig 2>/dev/null)"
	same "the next ones are not tried" 1 "$(printf '%s\n' "$out" | wc -l)"
	PIN=1234
	exits "it was tried once: the token is not locked" 0 sign \
		--batch list -k 'pkcs11:token=lab;object=p256' \
		--pin-source env:PIN
	;;
*) skip "a batch with a token" "no SoftHSM" ;;
esac
tap_done
