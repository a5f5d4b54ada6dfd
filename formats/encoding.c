/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "formats/encoding.h"

#include "base/env.h"
#include "base/err.h"
#include "base/limits.h"
#include "base/text.h"

#include <openssl/evp.h>

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ENC_RAW 16384 /* octets of text read at once */
#define ENC_LINE 128  /* longest first or last line of PEM */
#define ENC_LABEL 64
#define ENC_PROBE 64 /* characters that must all be base64 */

#define PEM_BEGIN "-----BEGIN "
#define PEM_END "-----END "
#define PEM_DASHES "-----"

/* What a character means, besides its six bits. */
#define CHAR_BLANK 0x40
#define CHAR_PAD 0x41
#define CHAR_OTHER 0x42

struct decoder {
	struct sg_in *in; /* borrowed */
	enum sg_encoding encoding;
	char label[ENC_LABEL];
	size_t start; /* where the base64 begins */

	size_t at, len;
	uint32_t bits; /* sextets of the current group */
	int count, pads;
	int line_start, after; /* after: past the last group */
	unsigned char ready[3];
	size_t ready_at, ready_len;
	/* not set where nothing is to be decoded */
	unsigned char meaning[256];
	unsigned char raw[ENC_RAW];
};

/* ---- first octets */

static int
is_blank(unsigned char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static struct sg_view
view_skip(struct sg_view view, size_t len)
{
	return sg_view_of(view.ptr + len, view.len - len);
}

static struct sg_view
skip_blanks(struct sg_view view)
{
	size_t at = 0;

	while (at < view.len && is_blank(view.ptr[at]))
		at++;
	return view_skip(view, at);
}

static int
starts_with(struct sg_view view, const char *text)
{
	size_t len = strlen(text);

	return view.len >= len && memcmp(view.ptr, text, len) == 0;
}

/* The first line without its end and trailing blanks; *next: what follows. */
static struct sg_view
take_line(struct sg_view view, struct sg_view *next)
{
	size_t len = 0, end;

	while (len < view.len && view.ptr[len] != '\n' && view.ptr[len] != '\r')
		len++;
	end = len;
	if (end < view.len && view.ptr[end] == '\r')
		end++;
	if (end < view.len && view.ptr[end] == '\n')
		end++;
	*next = view_skip(view, end);
	while (len > 0 && is_blank(view.ptr[len - 1]))
		len--;
	return sg_view_of(view.ptr, len);
}

/* "-----BEGIN label-----" (RFC 7468, 2). */
static int
is_pem_line(struct sg_view line, const char *begin, char label[ENC_LABEL])
{
	size_t head = strlen(begin), tail = strlen(PEM_DASHES);
	size_t len;

	if (line.len < head + tail || !starts_with(line, begin) ||
	    !starts_with(view_skip(line, line.len - tail), PEM_DASHES))
		return 0;
	len = line.len - head - tail;
	if (len >= ENC_LABEL)
		return 0;
	memcpy(label, line.ptr + head, len);
	label[len] = '\0';
	return 1;
}

/* Headers before the base64 end with an empty line (RFC 1421, 4.4). */
static struct sg_view
skip_headers(struct sg_view view)
{
	struct sg_view next, line = take_line(view, &next);

	if (line.len == 0 || memchr(line.ptr, ':', line.len) == NULL)
		return view;
	while (line.len != 0 && next.len != 0)
		line = take_line(next, &next);
	return next;
}

/* Looks for PEM's first line behind other text; 1 and where base64 begins. */
static int
find_pem(struct sg_view head, char label[ENC_LABEL], size_t *start)
{
	struct sg_view rest = head, line, next;

	if (head.len != 0 && head.ptr[0] == '<') /* XML may quote PEM */
		return 0;
	for (; rest.len != 0; rest = next) {
		line = take_line(rest, &next);
		if (line.len != 0 && memchr(line.ptr, '\0', line.len) != NULL)
			return 0;
		if (is_pem_line(line, PEM_BEGIN, label)) {
			next = skip_headers(next);
			*start = head.len - next.len;
			return 1;
		}
	}
	return 0;
}

static void
set_meanings(unsigned char meaning[256])
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				       "abcdefghijklmnopqrstuvwxyz"
				       "0123456789+/";
	int i;

	for (i = 0; i < 256; i++)
		meaning[i] =
		    is_blank((unsigned char)i) ? CHAR_BLANK : CHAR_OTHER;
	for (i = 0; i < 64; i++)
		meaning[(unsigned char)alphabet[i]] = (unsigned char)i;
	meaning['='] = CHAR_PAD;
}

/* A SEQUENCE of more than 127 octets begins with "MI" in base64. */
static int
looks_base64(const unsigned char *meaning, struct sg_view head)
{
	size_t at, seen = 0;

	if (!starts_with(head, "MI"))
		return 0;
	for (at = 0; at < head.len && seen < ENC_PROBE; at++) {
		if (meaning[head.ptr[at]] == CHAR_OTHER)
			return 0;
		if (meaning[head.ptr[at]] != CHAR_BLANK)
			seen++;
	}
	return 1;
}

static int
is_der(struct sg_view head)
{
	return head.len >= 2 && head.ptr[0] == 0x30 && head.ptr[1] >= 0x80;
}

static void
detect(struct decoder *dec, struct sg_view head)
{
	struct sg_view text = head;

	dec->encoding = SG_ENC_BINARY;
	if (is_der(head))
		return;
	set_meanings(dec->meaning);
	if (starts_with(head, "\xef\xbb\xbf"))
		text = view_skip(head, 3);
	text = skip_blanks(text);
	dec->start = head.len - text.len;
	if (looks_base64(dec->meaning, text)) {
		dec->encoding = SG_ENC_BASE64;
	} else if (find_pem(text, dec->label, &dec->start)) {
		dec->encoding = SG_ENC_PEM;
		dec->start += head.len - text.len;
	}
}

/* ---- decoding */

static int
refuse(struct sg_env *env, struct decoder *dec, const char *why)
{
	return sg_err_set(
	    env, SIGN_E_FORMAT, "%s: %s", sg_in_name(dec->in), sg_tr(env, why));
}

static int
fill(struct sg_env *env, struct decoder *dec)
{
	dec->at = dec->len = 0;
	return sg_in_read(env, dec->in, dec->raw, sizeof(dec->raw), &dec->len);
}

/* One character of a group of four (RFC 4648, 4). */
static int
take_char(struct sg_env *env, struct decoder *dec, unsigned char meaning)
{
	int i, octets;

	if (meaning == CHAR_PAD && dec->count < 2)
		return refuse(env, dec, N_("base64: '=' where none may be"));
	if (meaning != CHAR_PAD && dec->pads != 0)
		return refuse(env, dec, N_("base64 goes on after its end"));
	if (meaning == CHAR_PAD)
		dec->pads++;
	dec->bits = dec->bits << 6 | (meaning == CHAR_PAD ? 0 : meaning);
	if (++dec->count < 4)
		return 0;
	octets = 3 - dec->pads;
	if ((dec->bits & (((uint32_t)1 << (8 * dec->pads)) - 1)) != 0)
		return refuse(
		    env, dec, N_("base64: bits after the last octet"));
	for (i = 0; i < octets; i++)
		dec->ready[i] = (unsigned char)(dec->bits >> (16 - 8 * i));
	dec->ready_at = 0;
	dec->ready_len = (size_t)octets;
	dec->after = dec->pads != 0;
	dec->count = dec->pads = 0;
	dec->bits = 0;
	return 0;
}

/* PEM's last line: the same label as in the first (RFC 7468, 2). */
static int
take_end_line(struct sg_env *env, struct decoder *dec)
{
	unsigned char text[ENC_LINE];
	char label[ENC_LABEL];
	struct sg_view line, next;
	size_t len = 0;
	int rc = 0;

	while (len < sizeof(text)) {
		if (dec->at == dec->len && (rc = fill(env, dec)) < 0)
			return rc;
		if (dec->len == 0 || dec->raw[dec->at] == '\n')
			break;
		text[len++] = dec->raw[dec->at++];
	}
	line = take_line(sg_view_of(text, len), &next);
	if (!dec->line_start || !is_pem_line(line, PEM_END, label) ||
	    strcmp(label, dec->label) != 0)
		return refuse(env, dec, N_("PEM: broken last line"));
	if (dec->count != 0)
		return refuse(env, dec, N_("base64: cut short"));
	dec->after = 2;
	return 0;
}

static int
take(struct sg_env *env, struct decoder *dec)
{
	unsigned char c = dec->raw[dec->at];
	unsigned char meaning = dec->meaning[c];

	if (c == '-' && dec->encoding == SG_ENC_PEM && dec->after < 2)
		return take_end_line(env, dec);
	dec->at++;
	if (meaning == CHAR_BLANK) {
		dec->line_start = c == '\n' || c == '\r';
		return 0;
	}
	dec->line_start = 0;
	if (dec->after != 0)
		return refuse(
		    env, dec, N_("something follows the base64 text"));
	if (meaning == CHAR_OTHER)
		return refuse(env, dec, N_("a character that is not base64"));
	return take_char(env, dec, meaning);
}

/* Whole groups without blanks, as most are. */
static size_t
take_groups(struct decoder *dec, unsigned char *to, size_t room)
{
	const unsigned char *m = dec->meaning, *in;
	unsigned a, b, c, d;
	size_t done = 0;

	if (dec->count != 0 || dec->after != 0)
		return 0;
	for (; room - done >= 3 && dec->len - dec->at >= 4; dec->at += 4) {
		in = dec->raw + dec->at;
		a = m[in[0]], b = m[in[1]], c = m[in[2]], d = m[in[3]];
		if (((a | b | c | d) & 0xc0) != 0)
			break;
		dec->line_start = 0;
		to[done++] = (unsigned char)(a << 2 | b >> 4);
		to[done++] = (unsigned char)(b << 4 | c >> 2);
		to[done++] = (unsigned char)(c << 6 | d);
	}
	return done;
}

static int
at_end(struct sg_env *env, struct decoder *dec)
{
	if (dec->count != 0)
		return refuse(env, dec, N_("base64: cut short"));
	if (dec->encoding == SG_ENC_PEM && dec->after < 2)
		return refuse(env, dec, N_("PEM: last line missing"));
	return 0;
}

static int
decoder_read(struct sg_env *env, void *self, void *ptr, size_t len, size_t *got)
{
	struct decoder *dec = self;
	unsigned char *to = ptr;
	int rc;

	*got = 0;
	if (dec->encoding == SG_ENC_BINARY)
		return sg_in_read(env, dec->in, ptr, len, got);
	while (*got < len) {
		if (dec->ready_at < dec->ready_len) {
			to[(*got)++] = dec->ready[dec->ready_at++];
			continue;
		}
		if (dec->at == dec->len && (rc = fill(env, dec)) < 0)
			return rc;
		if (dec->len == 0)
			return at_end(env, dec);
		*got += take_groups(dec, to + *got, len - *got);
		if (*got < len && dec->at < dec->len &&
		    (rc = take(env, dec)) < 0)
			return rc;
	}
	return 0;
}

static void
decoder_reset(struct decoder *dec)
{
	dec->at = dec->len = dec->ready_at = dec->ready_len = 0;
	dec->bits = 0;
	dec->count = dec->pads = dec->after = 0;
	dec->line_start = 1;
}

static int
decoder_rewind(struct sg_env *env, void *self)
{
	struct decoder *dec = self;
	int rc = sg_in_rewind(env, dec->in);

	decoder_reset(dec);
	if (rc == 0 && dec->encoding != SG_ENC_BINARY)
		rc = sg_in_skip(env, dec->in, dec->start);
	return rc;
}

/* What is not armoured is as the file has it. */
static int
decoder_read_at(struct sg_env *env, void *self, uint64_t offset, void *ptr,
    size_t len, size_t *got)
{
	const struct decoder *dec = self;

	return sg_in_read_at(env, dec->in, offset, ptr, len, got);
}

static const struct sg_in_ops binary_ops = { .read = decoder_read,
	.rewind = decoder_rewind,
	.free = free,
	.read_at = decoder_read_at };
static const struct sg_in_ops decoder_ops = {
	.read = decoder_read, .rewind = decoder_rewind, .free = free
};
static const struct sg_in_ops one_pass_ops = { .read = decoder_read,
	.free = free };

static const struct sg_in_ops *
ops_of(const struct decoder *dec)
{
	if (!sg_in_can_rewind(dec->in))
		return &one_pass_ops;
	return dec->encoding == SG_ENC_BINARY && sg_in_can_read_at(dec->in)
	    ? &binary_ops
	    : &decoder_ops;
}

int
sg_encoding_open(struct sg_env *env, struct sg_in *in, struct sg_in **out,
    enum sg_encoding *encoding, char label[64])
{
	struct decoder *dec = malloc(sizeof(*dec));
	struct sg_view head;
	int rc;

	if (dec == NULL)
		return sg_err_nomem(env);
	memset(dec, 0, offsetof(struct decoder, meaning));
	dec->in = in;
	decoder_reset(dec);
	rc = sg_in_peek(env, in, SG_MAX_PEM_PREAMBLE, &head);
	if (rc < 0)
		goto out;
	detect(dec, head);
	if (dec->encoding != SG_ENC_BINARY)
		rc = sg_in_skip(env, in, dec->start);
	if (rc < 0)
		goto out;
	rc = sg_in_custom(env, sg_in_name(in), ops_of(dec), dec,
	    dec->encoding == SG_ENC_BINARY ? sg_in_size(in) : SG_SIZE_UNKNOWN,
	    out);
	if (rc < 0)
		goto out;
	*encoding = dec->encoding;
	if (label != NULL)
		memcpy(label, dec->label, sizeof(dec->label));
	dec = NULL;
out:
	free(dec);
	return rc;
}

/* ---- PEM out: lines of 64 characters (RFC 7468, 2) */

#define PEM_OCTETS 48
#define PEM_TEXT 65

struct sg_pem_out {
	struct sg_out *out; /* borrowed */
	char label[ENC_LABEL];
	unsigned char rest[PEM_OCTETS];
	size_t len;
	char text[64 * PEM_TEXT];
	size_t text_len;
};

static int
pem_flush(struct sg_env *env, struct sg_pem_out *pem)
{
	size_t len = pem->text_len;

	pem->text_len = 0;
	return sg_out_write(env, pem->out, pem->text, len);
}

static int
pem_line(struct sg_env *env, struct sg_pem_out *pem, const unsigned char *ptr,
    size_t len)
{
	unsigned char line[PEM_TEXT + 4];
	int chars = EVP_EncodeBlock(line, ptr, (int)len);

	line[chars++] = '\n';
	memcpy(pem->text + pem->text_len, line, (size_t)chars);
	pem->text_len += (size_t)chars;
	if (pem->text_len + PEM_TEXT <= sizeof(pem->text))
		return 0;
	return pem_flush(env, pem);
}

static int
pem_mark(struct sg_env *env, struct sg_pem_out *pem, const char *begin)
{
	char line[ENC_LINE];
	int len = snprintf(
	    line, sizeof(line), "%s%s%s\n", begin, pem->label, PEM_DASHES);

	return sg_out_write(env, pem->out, line, (size_t)len);
}

int
sg_pem_begin(struct sg_env *env, struct sg_out *out, const char *label,
    struct sg_pem_out **pem_out)
{
	struct sg_pem_out *pem;
	int rc;

	if (strlen(label) >= ENC_LABEL)
		return sg_err_set(
		    env, SIGN_E_ARG, N_("PEM label too long: %s"), label);
	pem = calloc(1, sizeof(*pem));
	if (pem == NULL)
		return sg_err_nomem(env);
	pem->out = out;
	memcpy(pem->label, label, strlen(label));
	rc = pem_mark(env, pem, PEM_BEGIN);
	if (rc < 0) {
		free(pem);
		return rc;
	}
	*pem_out = pem;
	return 0;
}

int
sg_pem_write(
    struct sg_env *env, struct sg_pem_out *pem, const void *ptr, size_t len)
{
	const unsigned char *from = ptr;
	size_t part;
	int rc = 0;

	while (rc == 0 && len > 0) {
		if (pem->len == 0 && len >= PEM_OCTETS) {
			rc = pem_line(env, pem, from, PEM_OCTETS);
			from += PEM_OCTETS;
			len -= PEM_OCTETS;
			continue;
		}
		part = PEM_OCTETS - pem->len;
		if (part > len)
			part = len;
		memcpy(pem->rest + pem->len, from, part);
		pem->len += part;
		from += part;
		len -= part;
		if (pem->len == PEM_OCTETS) {
			rc = pem_line(env, pem, pem->rest, PEM_OCTETS);
			pem->len = 0;
		}
	}
	return rc;
}

int
sg_pem_end(struct sg_env *env, struct sg_pem_out *pem)
{
	int rc = 0;

	if (pem->len != 0)
		rc = pem_line(env, pem, pem->rest, pem->len);
	if (rc == 0)
		rc = pem_flush(env, pem);
	if (rc == 0)
		rc = pem_mark(env, pem, PEM_END);
	sg_pem_free(pem);
	return rc;
}

void
sg_pem_free(struct sg_pem_out *pem)
{
	free(pem);
}
