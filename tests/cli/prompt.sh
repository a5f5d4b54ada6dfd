#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Copyright the podpis authors
# Questions at the terminal: the PIN without echo, the terminal put back in any
# case, nothing asked where nobody can answer.
: "${srcdir:=.}"
. "$srcdir/tests/cli/lib.sh"
need python3
python3 -c 'import pty, termios; pty.openpty()' 2>/dev/null ||
	skip_all 'no pseudo-terminals here (is /dev/pts mounted?)'
word=пароль # of the test world's PKCS#12 files
echo 'the lease' >doc
octets='\xd0\xbf\xd0\xb0\xd1\x80\xd0\xbe\xd0\xbb\xd1\x8c' # the same, typed

# talk SAY... -- ARG...: podpis at a terminal; what was printed is in $out
talk() {
	code=0
	out=$(python3 "$srcdir/tests/cli/terminal.py" "$@" 2>&1 </dev/null) || code=$?
}

p12=$world/p256.p12
talk 'expect:Passphrase' echo:off "send:$octets\\n" -- \
	"$podpis" sign -k "$p12" doc
like "a passphrase is asked for and taken" '^exit 0' "$out"
unlike "it is not seen" "$word" "$out"
like "the terminal is as before" '^echo on' "$out"
same "the signature is there" 'doc doc.sig' "$(files .)"
rm doc.sig
talk 'expect:Passphrase' echo:off 'send:wrong\n' -- \
	"$podpis" sign -k "$p12" doc
like "a wrong passphrase is exit 12" '^exit 12' "$out"
same "it is asked for once" 1 "$(printf '%s\n' "$out" | grep -c Passphrase)"

# the end of input takes two: the first only ends the line; a second signal
# could meet a program that is leaving
for key in '\x03' '\x04' '\x1c'; do
	again=
	[ "$key" = '\x04' ] && again='\x04'
	talk 'expect:Passphrase' echo:off "send:abc$key" "send:$again" -- \
		"$podpis" sign -k "$p12" doc
	like "key $key cancels: exit 14" '^exit 14' "$out"
	like "key $key: echo is back" '^echo on' "$out"
done
for signal in SIGINT SIGTERM SIGHUP; do
	talk 'expect:Passphrase' echo:off "signal:$signal" -- \
		"$podpis" sign -k "$p12" doc
	like "$signal cancels: exit 14" '^exit 14' "$out"
	like "$signal: echo is back" '^echo on' "$out"
done
talk 'expect:Passphrase' echo:off 'send:\x1a' 'expect:Passphrase' echo:off \
	"send:$octets\\n" -- sh -mc \
	"'$podpis' sign -k '$p12' doc; stty -a | tr ' ' ':'; fg >/dev/null"
like "stopped: echo is on meanwhile" ':echo:' "$out"
like "continued: asked again" '^exit 0' "$out"
like "continued: echo is back" '^echo on' "$out"
rm -f doc.sig
same "what was cancelled left nothing" doc "$(files .)"

# long ones
for len in 1023 1024; do
	long=$(printf "%${len}s" '' | tr ' ' x)
	openssl pkcs8 -topk8 -in "$world/p256.key" -out "$tmp/p8" \
		-passout "pass:$long" -v2 aes256 2>/dev/null || long=
	talk 'expect:Passphrase' echo:off "send:$long\\n" -- "$podpis" sign \
		-k "$tmp/p8" -c "$world/p256.pem" -f doc
	case $len in
	1023) like "1023 octets are taken" '^exit (0|12)' "$out" ;;
	*) like "1024 octets are refused" '^exit 14' "$out" ;;
	esac
done
rm -f doc.sig

# ---- other sources
printf '%s\nnext line' "$word" >"$tmp/pin"
exits "file:" 0 sign -q -f -k "$p12" --pin-source "file:$tmp/pin" doc
printf '%s\r\n' "$word" >"$tmp/pin"
exits "file: with CRLF" 0 sign -q -f -k "$p12" --pin-source "file:$tmp/pin" doc
PIN=$word exits "env:" 0 sign -q -f -k "$p12" --pin-source env:PIN doc
code=0
"$podpis" sign -q -f -k "$p12" --pin-source fd:7 doc 7<"$tmp/pin" || code=$?
same "fd:" 0 "$code"
exits "file: that is absent" 3 sign -f -k "$p12" --pin-source file:nothing doc
printf '%1024s' '' >"$tmp/pin"
exits "file: with a PIN too long" 2 sign -f -k "$p12" \
	--pin-source "file:$tmp/pin" doc
exits "--no-input: exit 14" 14 sign -f -k "$p12" --no-input doc
like "--no-input: what to do" '^hint: .*--pin-source' "$err"
if command -v setsid >/dev/null 2>&1; then
	code=0
	echo "$word" | setsid "$podpis" sign -f -k "$p12" doc \
		2>"$tmp/err" >&2 || code=$?
	same "no terminal: exit 14, standard input is not read" 14 "$code"
	like "no terminal: what to do" '^hint: .*--pin-source' \
		"$(cat "$tmp/err")"
fi

# ---- a question with yes and no
talk 'expect:[y/N]' 'send:n\n' -- "$podpis" trust add "$world/trust/root-ec.pem"
like "no: exit 14" '^exit 14' "$out"
talk 'expect:[y/N]' 'send:\n' -- "$podpis" trust add "$world/trust/root-ec.pem"
like "Enter is no" '^exit 14' "$out"
talk 'expect:[y/N]' 'send:\x03' -- "$podpis" trust add "$world/trust/root-ec.pem"
like "Ctrl-C is no" '^exit 14' "$out"
talk 'expect:[y/N]' 'send:y\n' -- "$podpis" trust add "$world/trust/root-ec.pem"
like "yes" '^exit 0' "$out"
talk -- "$podpis" --no-input trust add "$world/trust/root-rsa.pem"
like "--no-input asks nothing" '^exit 0' "$out"

# ---- progress: on a terminal, for long documents
truncate -s 70M big
key p256
talk -- "$podpis" sign -f -k "$key" big
like "a bar for a long document" '###' "$out"
talk -- "$podpis" sign -q -f -k "$key" big
unlike "no bar with -q" '###' "$out"
talk -- "$podpis" sign -f -k "$key" doc
unlike "no bar for a short one" '###' "$out"
run sign -f -k "$key" big
unlike "no bar into a file" '###' "$err"

# ---- several keys
tokens=
lab_tokens
case $tokens in
*softhsm*)
	talk 'expect:[1-' 'send:2\n' 'expect:PIN' echo:off 'send:1234\n' -- \
		"$podpis" sign -f doc
	like "a key is chosen by its number" '^exit 0' "$out"
	talk 'expect:[1-' 'send:9\n' -- "$podpis" sign -f doc
	like "a number that is not there: exit 14" '^exit 14' "$out"
	talk 'expect:[1-' 'send:\x03' -- "$podpis" sign -f doc
	like "Ctrl-C: exit 14" '^exit 14' "$out"
	talk 'expect:PIN' echo:off 'send:1234\n' -- "$podpis" sign -f \
		-k 'pkcs11:token=lab;object=p256' doc big
	like "one PIN for several documents" '^exit 0' "$out"
	like "the cards come before the question" 'Control code.*Control code' \
		"$(printf '%s' "${out%%PIN of*}" | tr '\n' ' ')"
	same "asked once" 1 "$(printf '%s\n' "$out" | grep -c 'PIN of')"
	exits "without a terminal: exit 11" 11 sign -f --no-input doc
	like "with the list" 'pkcs11:' "$err"
	PIN=1234 exits "--pin-source for a token" 0 sign -q -f \
		-k 'pkcs11:token=lab;object=p256' --pin-source env:PIN doc
	PIN=4321 exits "a wrong PIN: exit 12" 12 sign -q -f \
		-k 'pkcs11:token=lab;object=p256' --pin-source env:PIN doc
	;;
*) skip "keys on tokens" "no SoftHSM" ;;
esac
tap_done
