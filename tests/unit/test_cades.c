/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "cmskit.h"
#include "envkit.h"
#include "notation.h"

#include "base/err.h"
#include "base/limits.h"
#include "formats/cms.h"
#include "formats/encoding.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static int
read_text(const char *text, const struct notation_macro *macros,
    const char *const *docs, struct sg_facts **facts)
{
	struct sg_buf file = { NULL, 0, 0 };
	int rc;

	notation_put(&file, text, macros);
	rc = cms_facts(sg_buf_view(&file), docs, facts);
	sg_buf_free(&file);
	return rc;
}

/* ---- one signer, its attributes broken once each */

#define ATTACHED \
	"30{$signed-data a0{30{020101 31{$sha256} 30{$data $abc-content}" \
	"31{$signer}}}}"
#define SIGNER(attributes) \
	"30{020101 $sid $sha256 a0{" attributes "} $ecdsa $value}"
#define PLUS(attribute) SIGNER("$attrs " attribute)
#define SC2_BODY "30{30{30{0420 $hash32}}}"

static const struct attr_case {
	const char *name, *signer;
	const char *fault, *warning; /* parts of the texts; NULL: none */
	const char *level;
} attr_cases[] = {
	{ "plain", SIGNER("$attrs"), NULL, NULL, "CMS" },
	{ "signing-certificate-v2", PLUS("30{$sc2 31{" SC2_BODY "}}"), NULL,
	    NULL, "BES" },
	{ "with issuerSerial",
	    PLUS("30{$sc2 31{30{30{30{0420 $hash32 30{30{a4{$name}}"
		 "020105}}}}}}"),
	    NULL, NULL, "BES" },
	{ "signing-certificate v1",
	    PLUS("30{$sc1 31{30{30{30{0414 $hash20}}}}}"), NULL, NULL, "BES" },
	{ "v2 with SHA-1",
	    PLUS("30{$sc2 31{30{30{30{30{06052b0e03021a} 0414 $hash20}}}}}"),
	    NULL, NULL, "CMS" },
	{ "policy",
	    PLUS("30{$sc2 31{" SC2_BODY "}} 30{$policy 31{30{06032a0304"
		 "30{$sha256 0401ab} 30{30{$sp-uri 16{'http://x'}}}}}}"),
	    NULL, NULL, "EPES" },
	{ "implied policy",
	    PLUS("30{$sc2 31{" SC2_BODY "}} 30{$policy 31{0500}}"), NULL, NULL,
	    "EPES" },
	{ "unknown attribute", PLUS("30{06032a0304 31{0500}}"), NULL, NULL,
	    "CMS" },
	{ "content-type absent", SIGNER("$signing-time $message-digest"),
	    "no content-type", NULL, "CMS" },
	{ "content-type of something else",
	    SIGNER("30{06{2a864886f70d010903}31{$signed-data}}"
		   "$message-digest"),
	    "content type is", NULL, "CMS" },
	{ "content-type twice", PLUS("$content-type"), "more than once", NULL,
	    "CMS" },
	{ "content-type with two values",
	    SIGNER("30{06{2a864886f70d010903}31{$data $data}}"
		   "$message-digest"),
	    "other than one value", NULL, "CMS" },
	{ "content-type is no OID",
	    SIGNER("30{06{2a864886f70d010903}31{0500}} $message-digest"),
	    "broken signed attribute", NULL, "CMS" },
	{ "message-digest absent", SIGNER("$content-type $signing-time"),
	    "no message-digest", NULL, "CMS" },
	{ "message-digest twice", PLUS("$message-digest"), "more than once",
	    NULL, "CMS" },
	{ "message-digest without a value",
	    SIGNER("$content-type 30{06{2a864886f70d010904} 3100}"),
	    "other than one value", NULL, "CMS" },
	{ "message-digest is no OCTET STRING",
	    SIGNER("$content-type 30{06{2a864886f70d010904} 31{0c00}}"),
	    "broken signed attribute", NULL, "CMS" },
	{ "message-digest that is empty",
	    SIGNER("$content-type 30{06{2a864886f70d010904} 31{0400}}"),
	    "broken signed attribute", NULL, "CMS" },
	{ "no attributes in the set", SIGNER(""), "no message-digest", NULL,
	    "CMS" },
	{ "signing-time twice", PLUS("$signing-time"), "more than once", NULL,
	    "CMS" },
	{ "signing-time that is none",
	    SIGNER("$content-type $message-digest 30{06{2a864886f70d010905}"
		   "31{17{'tomorrow'}}}"),
	    "broken signed attribute", NULL, "CMS" },
	{ "signing-certificate-v2 twice",
	    PLUS("30{$sc2 31{" SC2_BODY "}} 30{$sc2 31{" SC2_BODY "}}"),
	    "more than once", NULL, "BES" },
	{ "both signing-certificates",
	    PLUS("30{$sc1 31{30{30{30{0414 $hash20}}}}}"
		 "30{$sc2 31{" SC2_BODY "}}"),
	    "more than one signing-certificate", NULL, NULL },
	{ "signing-certificate that names none", PLUS("30{$sc2 31{30{3000}}}"),
	    "broken signed attribute", NULL, "CMS" },
	{ "signing-certificate without a hash",
	    PLUS("30{$sc2 31{30{30{30{$sha256}}}}}"), "broken signed attribute",
	    NULL, "CMS" },
	{ "algorithm protection",
	    PLUS("30{$protection 31{30{$sha256 a1{06{2a8648ce3d040302}}}}}"),
	    NULL, NULL, "CMS" },
	{ "algorithm protection, NULL for absent",
	    PLUS("30{$protection 31{30{30{06{608648016503040201}0500}"
		 "a1{06{2a8648ce3d040302}}}}}"),
	    NULL, NULL, "CMS" },
	{ "another digest protected",
	    PLUS("30{$protection 31{30{30{06{608648016503040203}}"
		 "a1{06{2a8648ce3d040302}}}}}"),
	    "algorithms are not those", NULL, "CMS" },
	{ "another signature algorithm protected",
	    PLUS("30{$protection 31{30{$sha256 a1{06{2a8648ce3d040303}}}}}"),
	    "algorithms are not those", NULL, "CMS" },
	{ "protection of a MAC",
	    PLUS("30{$protection 31{30{$sha256 a2{06{2a8648ce3d040303}}}}}"),
	    "broken signed attribute", NULL, "CMS" },
	{ "unreadable location", PLUS("30{$location 31{0500}}"), NULL,
	    "unreadable signed attribute", "CMS" },
	{ "location twice",
	    PLUS("30{$location 31{3000}} 30{$location 31{3000}}"), NULL,
	    "more than once", "CMS" },
	{ "unreadable MIME type", PLUS("30{$mime 31{0401ab}}"), NULL,
	    "unreadable signed attribute", "CMS" },
	{ "version 3 with issuer and number",
	    "30{020103 $sid $sha256 a0{$attrs} $ecdsa $value}", NULL,
	    "another version number", "CMS" },
	{ "digest that is not announced",
	    "30{020101 $sid 30{06{608648016503040202}} a0{$attrs} $ecdsa "
	    "$value}",
	    NULL, "not announced", "CMS" },
	{ "empty signed time-stamp attribute",
	    SIGNER("$attrs 30{$content-ts 31{}}"), NULL, NULL, "CMS" },
	{ "empty SignerInfo", "3000", "broken SignerInfo", NULL, "CMS" },
	{ "SignerInfo without a value",
	    "30{020101 $sid $sha256 a0{$attrs} $ecdsa}", "broken SignerInfo",
	    NULL, "CMS" },
};

static const struct notation_macro attr_oids[] = {
	{ "sc1", "06{2a864886f70d010910020c}" },
	{ "sc2", "06{2a864886f70d010910022f}" },
	{ "policy", "06{2a864886f70d010910020f}" },
	{ "sp-uri", "06{2a864886f70d0109100501}" },
	{ "protection", "06{2a864886f70d010934}" },
	{ "location", "06{2a864886f70d0109100211}" },
	{ "mime", "06{04008d450201}" },
	{ "content-ts", "06{2a864886f70d0109100214}" },
	{ "hash32",
	    "00112233445566778899aabbccddeeff"
	    "00112233445566778899aabbccddeeff" },
	{ "hash20", "00112233445566778899aabbccddeeff00112233" },
};
#define OIDS (sizeof(attr_oids) / sizeof(attr_oids[0]))

static int
has_text(const struct sg_msg *list, size_t count, const char *part)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (strstr(list[i].id, part) != NULL)
			return 1;
	return 0;
}

static void
test_attrs(void **state)
{
	const struct attr_case *c;
	struct notation_macro macros[OIDS + 2] = { { NULL, NULL } };
	struct sg_sig_fact *sig;
	struct sg_facts *facts;
	size_t i;

	(void)state;
	memcpy(macros + 1, attr_oids, sizeof(attr_oids));
	macros[0].name = "signer";
	for (i = 0; i < sizeof(attr_cases) / sizeof(attr_cases[0]); i++) {
		c = &attr_cases[i];
		macros[0].text = c->signer;
		print_message("# %s\n", c->name);
		assert_int_equal(read_text(ATTACHED, macros, NULL, &facts), 0);
		assert_int_equal(facts->sig_count, 1);
		sig = &facts->sigs[0];
		assert_string_equal(sig->id, "S-1");
		if (c->fault != NULL)
			assert_true(
			    has_text(sig->faults, sig->fault_count, c->fault));
		else
			assert_int_equal(sig->fault_count, 0);
		if (c->warning != NULL)
			assert_true(has_text(
			    sig->warnings, sig->warning_count, c->warning));
		else
			assert_int_equal(sig->warning_count, 0);
		if (c->level != NULL)
			assert_string_equal(sig->level, c->level);
		sg_facts_free(facts);
	}
}

/* What the signer says comes out as it was put in. */
static void
test_said(void **state)
{
	static const struct notation_macro macros[] = {
		{ "signer",
		    SIGNER("$attrs "
			   "30{06{04008d450201} 31{0c{'text/plain'}}}"
			   "30{06{2a864886f70d0109100204}"
			   "31{30{0c{'a lease'} $data}}}"
			   "30{06{2a864886f70d0109100210}"
			   "31{30{06{2a864886f70d0109100605}}}}"
			   "30{06{2a864886f70d0109100211}"
			   "31{30{a0{13{'RU'}} a1{0c{d0a2d0b2d0b5d180d18c}}"
			   "a2{30{1e{0031}}}}}}"
			   "30{06{04008195320101}"
			   "31{30{a0{30{30{0603550448 31{0c{'landlord'}}}}}}}}"
			   "30{06{2a864886f70d010910020f}"
			   "31{30{06032a0304 30{$sha256 0402abcd}"
			   "30{30{06{2a864886f70d0109100501}"
			   "16{'http://x'}}}}}}"
			   "30{06{2a864886f70d010910022f}"
			   "31{30{30{30{0401ee 30{30{a4{$name}} 020105}}"
			   "30{$sha256 0401dd}}}}}") },
		{ NULL, NULL },
	};
	struct sg_buf name = { NULL, 0, 0 };
	struct sg_sig_fact *sig;
	struct sg_facts *facts;

	(void)state;
	assert_int_equal(read_text(ATTACHED, macros, NULL, &facts), 0);
	sig = &facts->sigs[0];
	assert_int_equal(sig->fault_count, 0);
	assert_int_equal(sig->warning_count, 0);
	assert_true(sig->signing_time == 1795255200);
	assert_string_equal(sig->content_type, "1.2.840.113549.1.7.1");
	assert_string_equal(sig->mime_type, "text/plain");
	assert_string_equal(sig->content_hint, "a lease");
	assert_string_equal(sig->commitment, "1.2.840.113549.1.9.16.6.5");
	assert_string_equal(sig->location, "RU, Тверь, 1");
	assert_int_equal(sig->role_count, 1);
	assert_string_equal(sig->roles[0], "landlord");
	assert_true(sig->policy.present);
	assert_string_equal(sig->policy.oid, "1.2.3.4");
	assert_string_equal(sig->policy.uri, "http://x");
	assert_int_equal(sig->policy.hash.len, 2);
	assert_int_equal(sig->cert_ref_count, 2);
	assert_int_equal(sig->cert_ref_attrs, 1);
	assert_int_equal(sig->cert_refs[0].hash.ptr[0], 0xee);
	assert_string_equal(sig->cert_refs[0].digest->option, "sha256");
	notation_put(&name, "$name", NULL);
	assert_true(
	    sg_view_equal(sig->cert_refs[0].issuer, sg_buf_view(&name)));
	assert_int_equal(sig->cert_refs[0].serial.len, 3);
	assert_int_equal(sig->cert_refs[1].issuer.len, 0);
	assert_true(sg_view_equal(sig->issuer, sg_buf_view(&name)));
	assert_int_equal(sig->value.len, 8);
	assert_int_equal(sig->packaging, SG_PACK_ATTACHED);
	assert_string_equal(facts->format, "cades");
	assert_string_equal(facts->encoding, "der");
	sg_buf_free(&name);
	sg_facts_free(facts);
}

/* ---- documents */

#define DETACHED \
	"30{$signed-data a0{30{020101 31{$sha256} 30{$data} 31{$signer}}}}"

static const struct doc_case {
	const char *name, *text;
	const char *docs[3];
	size_t refs;
	int doc[2], ok[2]; /* ok: 1 same digest, 0 another, -1 none */
} doc_cases[] = {
	{ "attached", ATTACHED, { NULL }, 1, { 0 }, { 1 } },
	{ "attached, same document given", ATTACHED, { "abc" }, 2, { 0, 1 },
	    { 1, 1 } },
	{ "attached, another given", ATTACHED, { "xyz" }, 2, { 0, 1 },
	    { 1, 0 } },
	{ "attached, the second one is it", ATTACHED, { "xyz", "abc" }, 2,
	    { 0, 2 }, { 1, 1 } },
	{ "detached, none given", DETACHED, { NULL }, 1, { -1 }, { -1 } },
	{ "detached, the right one", DETACHED, { "abc" }, 1, { 0 }, { 1 } },
	{ "detached, a wrong one", DETACHED, { "abd" }, 1, { 0 }, { 0 } },
	{ "detached, an empty one", DETACHED, { "" }, 1, { 0 }, { 0 } },
	{ "detached, the second is it", DETACHED, { "x", "abc" }, 1, { 1 },
	    { 1 } },
	{ "detached, none of two", DETACHED, { "x", "y" }, 1, { 0 }, { 0 } },
	{ "segments",
	    "30{$signed-data a0{30(020101 31{$sha256} 30($data a0(24(0401'a'"
	    "24(0401'b') 0401'c'))) 31{$signer})}}",
	    { NULL }, 1, { 0 }, { 1 } },
	{ "digest not announced",
	    "30{$signed-data a0{30{020101 3100 30{$data $abc-content}"
	    "31{$signer}}}}",
	    { NULL }, 1, { 0 }, { 1 } },
};

static void
test_docs(void **state)
{
	const struct doc_case *c;
	struct sg_ref_fact *ref;
	struct sg_facts *facts;
	size_t i, j;
	int ok;

	(void)state;
	for (i = 0; i < sizeof(doc_cases) / sizeof(doc_cases[0]); i++) {
		c = &doc_cases[i];
		print_message("# %s\n", c->name);
		assert_int_equal(read_text(c->text, NULL, c->docs, &facts), 0);
		assert_int_equal(facts->sigs[0].ref_count, c->refs);
		for (j = 0; j < c->refs; j++) {
			ref = &facts->sigs[0].refs[j];
			assert_int_equal(ref->doc, c->doc[j]);
			ok = sg_view_equal(ref->computed, ref->found);
			if (ref->computed.len == 0)
				ok = -1;
			assert_int_equal(ok, c->ok[j]);
		}
		assert_int_equal(facts->docs[0].missing, c->doc[0] < 0 ? 1 : 0);
		sg_facts_free(facts);
	}
}

/* A source that cannot go back: the octets one by one. */
struct once {
	struct sg_view view;
};

static int
once_read(struct sg_env *e, void *self, void *ptr, size_t len, size_t *got)
{
	struct once *once = self;

	(void)e;
	*got = len != 0 && once->view.len != 0;
	if (*got != 0) {
		memcpy(ptr, once->view.ptr++, 1);
		once->view.len--;
	}
	return 0;
}

/* Through a pipe everything is found that was announced, and what was not is
 * undetermined, with a word about it. */
static void
test_pipe(void **state)
{
	static const struct sg_in_ops ops = { .read = once_read };
	struct sg_buf file = { NULL, 0, 0 };
	struct sg_facts *facts;
	struct once once;
	struct sg_in *in;
	int announced;

	(void)state;
	for (announced = 0; announced < 2; announced++) {
		file.len = 0;
		notation_put(
		    &file, announced ? ATTACHED : doc_cases[11].text, NULL);
		once.view = sg_buf_view(&file);
		assert_int_equal(sg_in_custom(&env, "pipe", &ops, &once,
				     SG_SIZE_UNKNOWN, &in),
		    0);
		assert_int_equal(
		    sg_format_cades.read(&env, in, NULL, &facts), 0);
		assert_int_equal(
		    facts->sigs[0].refs[0].computed.len, announced ? 32 : 0);
		assert_int_equal(facts->warning_count, announced ? 0 : 1);
		sg_facts_free(facts);
		sg_in_free(in);
	}
	sg_buf_free(&file);
}

/* Without signed attributes. */
static void
test_bare(void **state)
{
	static const struct bare_case {
		const char *name, *signer, *content;
		const char *digest; /* of the reference */
		size_t octets;
		int looks_signed;
	} cases[] = {
		{ "ECDSA", "30{020101 $sid $sha256 $ecdsa $value}",
		    "a0{04{'abc'}}", "sha256", 0, 0 },
		{ "Ed25519",
		    "30{020101 $sid 30{06{608648016503040203}}"
		    "30{06{2b6570}} $value}",
		    "a0{04{'abc'}}", NULL, 3, 0 },
		{ "attributes as content",
		    "30{020101 $sid $sha256 $ecdsa $value}",
		    "a0{04{31{$attrs}}}", "sha256", 0, 1 },
		{ "attributes in segments",
		    "30{020101 $sid $sha256 $ecdsa $value}",
		    "a0{24(04013104{6a $attrs})}", "sha256", 0, 1 },
		{ "text that begins with 1",
		    "30{020101 $sid $sha256 $ecdsa $value}",
		    "a0{04{'1009 Main Street'}}", "sha256", 0, 0 },
	};
	struct notation_macro macros[] = { { "signer", NULL },
		{ "abc-content", NULL }, { NULL, NULL } };
	struct sg_sig_fact *sig;
	struct sg_facts *facts;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		print_message("# %s\n", cases[i].name);
		macros[0].text = cases[i].signer;
		macros[1].text = cases[i].content;
		assert_int_equal(read_text(ATTACHED, macros, NULL, &facts), 0);
		sig = &facts->sigs[0];
		assert_int_equal(sig->tbs_count, 0);
		assert_int_equal(sig->fault_count, 0);
		assert_int_equal(
		    sig->content_looks_signed, cases[i].looks_signed);
		assert_int_equal(sig->refs[0].found.len, 0);
		assert_int_equal(facts->docs[0].octets.len, cases[i].octets);
		if (cases[i].digest != NULL) {
			assert_string_equal(
			    sig->refs[0].digest->option, cases[i].digest);
			assert_int_equal(sig->refs[0].computed.len, 32);
		}
		sg_facts_free(facts);
	}
}

/* ---- counter-signatures */

#define COUNTER(attributes, unsigned_attrs) \
	"30{020101 $sid $sha256 a0{" attributes \
	"} $ecdsa $value " unsigned_attrs "}"

/* Over 0102030405060708, the value that all of them have. */
static const struct notation_macro counter_macros[] = {
	{ "countersignature", "06{2a864886f70d010906}" },
	{ "right",
	    "30{06{2a864886f70d010904}31{04{66840dda154e8a113c31dd0ad32f7f3a"
	    "366a80e8136979d8f5a101d3d29d6f72}}}" },
	{ "inner", COUNTER("$signing-time $right", "") },
	{ "outer",
	    COUNTER("$right", "a1{30{$countersignature 31{$inner $inner}}}") },
	{ "typed", COUNTER("$content-type $right", "") },
	{ "wrong", COUNTER("$message-digest", "") },
	{ "bare-counter", "30{020101 $sid $sha256 $ecdsa $value}" },
	{ "signer",
	    COUNTER("$attrs",
		"a1{30{$countersignature 31{$outer}}"
		"30{$countersignature 31{$typed $wrong $bare-counter 3000}}}") },
	{ NULL, NULL },
};

static void
test_counter(void **state)
{
	static const struct {
		const char *id;
		int parent, ok; /* -1: nothing to compare with */
		size_t faults, warnings;
	} want[] = {
		{ "S-1", -1, 1, 0, 0 },
		{ "S-1.1", 0, 1, 0, 0 },
		{ "S-1.1.1", 1, 1, 0, 0 },
		{ "S-1.1.2", 1, 1, 0, 0 },
		{ "S-1.2", 0, 1, 0, 1 },
		{ "S-1.3", 0, 0, 0, 0 },
		{ "S-1.4", 0, -1, 0, 0 },
		{ "S-1.5", 0, -1, 1, 0 },
	};
	struct sg_sig_fact *sig;
	struct sg_facts *facts;
	size_t i;
	int ok;

	(void)state;
	assert_int_equal(read_text(ATTACHED, counter_macros, NULL, &facts), 0);
	assert_int_equal(facts->sig_count, sizeof(want) / sizeof(want[0]));
	for (i = 0; i < facts->sig_count; i++) {
		sig = &facts->sigs[i];
		print_message("# %s\n", want[i].id);
		assert_string_equal(sig->id, want[i].id);
		assert_int_equal(sig->parent, want[i].parent);
		assert_int_equal(sig->packaging == SG_PACK_COUNTER, i != 0);
		assert_int_equal(sig->fault_count, want[i].faults);
		assert_int_equal(sig->warning_count, want[i].warnings);
		ok = -1;
		if (sig->ref_count != 0 && sig->refs[0].found.len != 0)
			ok = sg_view_equal(
			    sig->refs[0].found, sig->refs[0].computed);
		assert_int_equal(ok, want[i].ok);
	}
	/* the bare one has its parent's value for a document */
	assert_int_equal(facts->sigs[6].refs[0].doc, 1);
	assert_int_equal(facts->docs[1].octets.len, 8);
	sg_facts_free(facts);
}

static void
test_counter_depth(void **state)
{
	static const char open[] = "30{020101 $sid $sha256 $ecdsa $value "
				   "a1{30{06{2a864886f70d010906} 31{";
	struct sg_buf text = { NULL, 0, 0 };
	struct notation_macro macros[] = { { "signer", NULL }, { NULL, NULL } };
	struct sg_facts *facts;
	int depth, i;

	(void)state;
	for (depth = SG_MAX_COUNTER_DEPTH; depth < SG_MAX_COUNTER_DEPTH + 2;
	     depth++) {
		text.len = 0;
		for (i = 0; i < depth; i++)
			sg_buf_append(&env, &text, open, strlen(open));
		sg_buf_printf(
		    &env, &text, "30{020101 $sid $sha256 $ecdsa $value}");
		for (i = 0; i < depth; i++)
			sg_buf_printf(&env, &text, "}}}}");
		sg_buf_append(&env, &text, "", 1);
		macros[0].text = (const char *)text.ptr;
		if (depth == SG_MAX_COUNTER_DEPTH) {
			assert_int_equal(
			    read_text(ATTACHED, macros, NULL, &facts), 0);
			assert_int_equal(
			    facts->sig_count, SG_MAX_COUNTER_DEPTH + 1);
			sg_facts_free(facts);
			continue;
		}
		assert_int_equal(
		    read_text(ATTACHED, macros, NULL, &facts), SIGN_E_LIMIT);
	}
	sg_buf_free(&text);
}

/* ---- the file */

static void
test_file(void **state)
{
	static const struct {
		const char *name, *text, *warning, *fault;
		size_t certs, crls, ocsps;
	} cases[] = {
		{ "sound", ATTACHED, NULL, NULL, 0, 0, 0 },
		{ "zeros behind", ATTACHED "0000", "zeros or blanks", NULL, 0,
		    0, 0 },
		{ "something behind", ATTACHED "0001", NULL,
		    "other octets follow", 0, 0, 0 },
		{ "version",
		    "30{$signed-data a0{30{020103 31{$sha256} 30{$data "
		    "$abc-content} 31{$signer}}}}",
		    "another version number", NULL, 0, 0, 0 },
		{ "certificates, one twice",
		    "30{$signed-data a0{30{020101 31{$sha256} 30{$data "
		    "$abc-content} a0{30010530010630010530{}} 31{$signer}}}}",
		    NULL, NULL, 3, 0, 0 },
		{ "attribute certificate",
		    "30{$signed-data a0{30{020104 31{$sha256} 30{$data "
		    "$abc-content} a0{3003020101 a200} 31{$signer}}}}",
		    "something else than a certificate", NULL, 1, 0, 0 },
		{ "CRL and OCSP in three forms, one twice",
		    "30{$signed-data a0{30{020105 31{$sha256} 30{$data "
		    "$abc-content} a1{3000 a1{06{2b06010505071002}30030a0100}"
		    "a1{06{2b06010505071002}3000} a1{06{2b0601050507300101}"
		    "3000}} 31{$signer}}}}",
		    NULL, NULL, 0, 1, 2 },
		{ "other revocation data",
		    "30{$signed-data a0{30{020105 31{$sha256} 30{$data "
		    "$abc-content} a1{a1{06022a030500}} 31{$signer}}}}",
		    "something unknown", NULL, 0, 0, 0 },
		{ "PKCS #7 content",
		    "30{$signed-data a0{30{020103 31{$sha256} 30{06032a0304 "
		    "a0{30{'abc'}}} 31{$signer}}}}",
		    "no OCTET STRING", "content type is", 0, 0, 0 },
	};
	struct sg_facts *facts;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		print_message("# %s\n", cases[i].name);
		assert_int_equal(
		    read_text(cases[i].text, NULL, NULL, &facts), 0);
		if (cases[i].warning != NULL)
			assert_true(has_text(facts->warnings,
			    facts->warning_count, cases[i].warning));
		else
			assert_int_equal(facts->warning_count, 0);
		if (cases[i].fault != NULL)
			assert_true(has_text(facts->sigs[0].faults,
			    facts->sigs[0].fault_count, cases[i].fault));
		else
			assert_int_equal(facts->sigs[0].fault_count, 0);
		assert_int_equal(facts->cert_count, cases[i].certs);
		assert_int_equal(facts->crl_count, cases[i].crls);
		assert_int_equal(facts->ocsp_count, cases[i].ocsps);
		assert_true(sg_view_equal(facts->sigs[0].refs[0].found,
		    facts->sigs[0].refs[0].computed));
		sg_facts_free(facts);
	}
}

/* Unsigned attributes: tokens, values, and what they make of the level. */
static void
test_unsigned(void **state)
{
	static const char *const with[] = {
		"", /* alone */
		"30{$sig-ts 31{$token $token}}",
		"30{$sig-ts 31{$token}} 30{$cert-refs 31{3000}}"
		"30{$rev-refs 31{3000}}",
		"30{$sig-ts 31{$token}} 30{$cert-refs 31{3000}}"
		"30{$rev-refs 31{3000}} 30{$esc-ts 31{$token}}",
		"30{$sig-ts 31{$token}} 30{$cert-refs 31{3000}}"
		"30{$rev-refs 31{3000}} 30{$refs-ts 31{$token}}",
		"30{$sig-ts 31{$token}} 30{$cert-refs 31{3000}}"
		"30{$rev-refs 31{3000}} 30{$esc-ts 31{$token}}"
		"30{$cert-vals 31{30{3000}}} 30{$rev-vals 31{30{a0{30{3000}}"
		"a1{30{3000}}}}}",
		"30{$sig-ts 31{$token}} 30{$cert-vals 31{30{3000}}}"
		"30{$rev-vals 31{30{a0{30{3000}}}}} 30{$ats3 31{$token}}",
		"30{$sig-ts 31{0500}}", /* no token in it */
		"30{$cert-vals 31{0500}}",
	};
	static const struct {
		const char *level;
		size_t stamps, certs, crls, ocsps, warnings;
	} want[] = {
		{ "BES", 0, 0, 0, 0, 0 },
		{ "T", 2, 0, 0, 0, 0 },
		{ "C", 1, 0, 0, 0, 0 },
		{ "X1", 2, 0, 0, 0, 0 },
		{ "X2", 2, 0, 0, 0, 0 },
		{ "XLT1", 2, 1, 1, 1, 0 },
		{ "A", 2, 1, 1, 0, 0 },
		{ "BES", 1, 0, 0, 0, 0 },
		{ "BES", 0, 0, 0, 0, 1 },
	};
	struct notation_macro macros[] = { { "unsigned", NULL },
		{ "signer",
		    "30{020101 $sid $sha256 a0{$attrs 30{06{2a864886f70d010910"
		    "022f} 31{30{30{30{0401ee}}}}}} $ecdsa $value a1{"
		    "$unsigned}}" },
		{ "token", "30{$signed-data a0{}}" },
		{ "sig-ts", "06{2a864886f70d010910020e}" },
		{ "cert-refs", "06{2a864886f70d0109100215}" },
		{ "rev-refs", "06{2a864886f70d0109100216}" },
		{ "cert-vals", "06{2a864886f70d0109100217}" },
		{ "rev-vals", "06{2a864886f70d0109100218}" },
		{ "esc-ts", "06{2a864886f70d0109100219}" },
		{ "refs-ts", "06{2a864886f70d010910021a}" },
		{ "ats3", "06{04008d450204}" }, { NULL, NULL } };
	struct sg_sig_fact *sig;
	struct sg_facts *facts;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(with) / sizeof(with[0]); i++) {
		print_message("# %s\n", want[i].level);
		macros[0].text = with[i];
		assert_int_equal(read_text(ATTACHED, macros, NULL, &facts), 0);
		sig = &facts->sigs[0];
		assert_string_equal(sig->level, want[i].level);
		assert_int_equal(sig->stamp_count, want[i].stamps);
		assert_int_equal(facts->cert_count, want[i].certs);
		assert_int_equal(facts->crl_count, want[i].crls);
		assert_int_equal(facts->ocsp_count, want[i].ocsps);
		assert_int_equal(sig->warning_count, want[i].warnings);
		assert_int_equal(sig->fault_count, 0);
		if (want[i].stamps != 0)
			assert_string_equal(sig->stamps[0].kind, "signature");
		sg_facts_free(facts);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_attrs),
		cmocka_unit_test(test_said),
		cmocka_unit_test(test_docs),
		cmocka_unit_test(test_pipe),
		cmocka_unit_test(test_bare),
		cmocka_unit_test(test_counter),
		cmocka_unit_test(test_counter_depth),
		cmocka_unit_test(test_file),
		cmocka_unit_test(test_unsigned),
	};

	return cmocka_run_group_tests(tests, env_setup, env_teardown);
}
