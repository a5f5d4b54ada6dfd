/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "tests/unit/xadeskit.h"

#include "base/crypt.h"
#include "base/io.h"
#include "base/pool.h"
#include "formats/c14n.h"
#include "formats/xml.h"

#include <openssl/evp.h>

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/*
 * What each kind of time-stamp is over, put together here piece by piece as
 * the standard lists them, stamped, and read back.
 */
#define C14N10 "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
#define C14N11 "http://www.w3.org/2006/12/xml-c14n11"
#define V141 " xmlns:n=\"" SG_NS_XADES141 "\""
#define FIRST "the first file\n"
#define SECOND "and the second one\n"

static struct xadeskit *kit;
static struct sg_pool *pool;

/* The steps that come first, the element, and what it is over: elements by
 * name in the time-stamp's canonical form, "~" before those in that of their
 * reference, "=" before octets. */
struct row {
	const char *name, *steps, *method, *element, *over;
	const char *more; /* attributes or Include */
};

#define FILES "=" FIRST "|=" SECOND
#define CORE FILES "|~SignedProperties|SignedInfo|SignatureValue|KeyInfo"

static const struct row rows[] = {
	{ "signature", "", SG_NS_EXC_C14N, "xades:SignatureTimeStamp",
	    "SignatureValue", "" },
	{ "signature, inclusive", "", C14N10, "xades:SignatureTimeStamp",
	    "SignatureValue", "" },
	{ "signature, nothing said", "", NULL, "xades:SignatureTimeStamp",
	    "SignatureValue", "" },
	{ "signature, empty algorithm", "", "", "xades:SignatureTimeStamp",
	    "SignatureValue", "" },
	{ "signature, 1.1", "", C14N11 "#WithComments",
	    "xades:SignatureTimeStamp", "SignatureValue", "" },
	{ "signature, with an Include", "", C14N10, "xades:SignatureTimeStamp",
	    "SignatureValue", "<xades:Include URI=\"#x\"/>" },
	{ "sig and refs", "TC", SG_NS_EXC_C14N, "n:SigAndRefsTimeStampV2",
	    "SignatureValue|SignatureTimeStamp|CompleteCertificateRefsV2|"
	    "CompleteRevocationRefs",
	    "" },
	{ "sig and refs, first version", "TC", C14N10,
	    "xades:SigAndRefsTimeStamp",
	    "SignatureValue|SignatureTimeStamp|CompleteRevocationRefs", "" },
	{ "sig and refs, values between", "TCV", C14N10,
	    "n:SigAndRefsTimeStampV2",
	    "SignatureValue|SignatureTimeStamp|CompleteCertificateRefsV2|"
	    "CompleteRevocationRefs",
	    "" },
	{ "refs", "TC", SG_NS_EXC_C14N, "n:RefsOnlyTimeStampV2",
	    "CompleteCertificateRefsV2|CompleteRevocationRefs", "" },
	{ "refs, first version", "TC", NULL, "xades:RefsOnlyTimeStamp",
	    "CompleteRevocationRefs", "" },
	{ "archive", "TL", SG_NS_EXC_C14N, "n:ArchiveTimeStamp",
	    CORE "|SignatureTimeStamp|CertificateValues|RevocationValues", "" },
	{ "archive, inclusive", "TL", C14N10, "n:ArchiveTimeStamp",
	    CORE "|SignatureTimeStamp|CertificateValues|RevocationValues", "" },
	{ "archive, again", "TLA", NULL, "n:ArchiveTimeStamp",
	    CORE "|SignatureTimeStamp|CertificateValues|RevocationValues|"
		 "ArchiveTimeStamp",
	    "" },
	{ "archive, renewed", "TLAR", NULL, "n:ArchiveTimeStamp",
	    CORE "|SignatureTimeStamp|CertificateValues|RevocationValues|"
		 "ArchiveTimeStamp|TimeStampValidationData",
	    "" },
	{ "archive, old", "TC", NULL, "xades:ArchiveTimeStamp",
	    CORE "|SignatureTimeStamp|CompleteCertificateRefsV2|"
		 "CompleteRevocationRefs",
	    "" },
	{ "all data", "", NULL, "xades:AllDataObjectsTimeStamp", FILES, "" },
	{ "individual data", "", NULL, "xades:IndividualDataObjectsTimeStamp",
	    "=" SECOND, "<xades:Include URI=\"#%2$s\"/>" },
	{ "individual data, both, turned round", "", NULL,
	    "xades:IndividualDataObjectsTimeStamp", "=" SECOND "|=" FIRST,
	    "<xades:Include URI=\"#%2$s\" referencedData=\"true\"/>"
	    "<xades:Include URI=\"#%1$s\" referencedData=\"true\"/>" },
};

/* ---- pieces */

static xmlNode *
find_node(struct sg_xml *xml, const char *name)
{
	xmlNode *node = sg_xml_root(xml);

	while (node != NULL && strcmp((const char *)node->name, name) != 0)
		if (node->type == XML_ELEMENT_NODE && node->children != NULL) {
			node = node->children;
		} else {
			while (node != NULL && node->next == NULL)
				node = node->parent;
			node = node != NULL ? node->next : NULL;
		}
	if (node == NULL)
		fail_msg("no element %s", name);
	return node;
}

static int
put_buf(struct sg_env *env, const void *ptr, size_t len, void *payload)
{
	return sg_buf_append(env, payload, ptr, len);
}

static void
put_piece(struct sg_xml *xml, const char *method, const char *piece,
    struct sg_buf *out)
{
	const char *uri = method == NULL || *method == '\0' ? C14N10 : method;
	struct sg_nodes nodes = { .xml = xml, .comments = 1 };
	struct sg_sink sink = { put_buf, out };

	if (*piece == '=') {
		piece++;
		assert_int_equal(
		    sg_buf_append(&kit->env, out, piece, strlen(piece)), 0);
		return;
	}
	if (*piece == '~') {
		piece++;
		uri = SG_NS_EXC_C14N;
	}
	nodes.apex = find_node(xml, piece);
	assert_int_equal(
	    sg_c14n_write(&kit->env, sg_c14n_find(uri), NULL, &nodes, &sink),
	    0);
}

/* Changes to the list of pieces: none, one is left out, two are swapped. */
enum change { NONE, DROPPED, SWAPPED };

static size_t
split(const char *list, const char **pieces)
{
	char *text = sg_pool_str(pool, list), *at;
	size_t count = 0;

	for (at = text; at != NULL && count < 16; count++) {
		pieces[count] = at;
		at = strchr(at, '|');
		if (at != NULL)
			*at++ = '\0';
	}
	return count;
}

static void
put_pieces(const struct sg_buf *doc, const struct row *row, enum change change,
    size_t at, struct sg_buf *out)
{
	const char *pieces[16], *kept;
	size_t i, count = split(row->over, pieces);
	struct sg_xml *xml = NULL;

	assert_int_equal(
	    sg_xml_parse_view(&kit->env, sg_buf_view(doc), "XML", &xml), 0);
	if (change == SWAPPED) {
		kept = pieces[at];
		pieces[at] = pieces[at + 1];
		pieces[at + 1] = kept;
	}
	for (i = 0; i < count; i++)
		if (change != DROPPED || i != at)
			put_piece(xml, row->method, pieces[i], out);
	sg_xml_free(xml);
}

/* ---- elements */

static const char *
make_token(struct sg_view octets)
{
	struct authority_tsa how = { .time = kit->now };
	unsigned char hash[SG_MAX_DIGEST];
	struct sg_buf token = { 0 };
	unsigned char *text;

	assert_int_equal(sg_hash_once(&kit->env, kit->digest, octets, hash), 0);
	authority_stamp(kit->lab, &how, kit->digest->evp,
	    sg_view_of(hash, kit->digest->size), &token);
	text = sg_pool_alloc(pool, token.len * 2);
	EVP_EncodeBlock(text, token.ptr, (int)token.len);
	sg_buf_free(&token);
	return (const char *)text;
}

static const char *
method_text(const char *method)
{
	if (method == NULL)
		return "";
	if (*method == '\0')
		return "<ds:CanonicalizationMethod/>";
	return sg_pool_printf(
	    pool, "<ds:CanonicalizationMethod Algorithm=\"%s\"/>", method);
}

/* The Id of the nth reference. */
static const char *
reference_id(const struct sg_buf *doc, int nth)
{
	const char *at = (const char *)doc->ptr;

	for (; nth > 0; nth--) {
		at = strstr(at, "<ds:Reference Id=\"");
		assert_non_null(at);
		at += strlen("<ds:Reference Id=\"");
	}
	return sg_pool_strn(pool, at, strcspn(at, "\""));
}

static const char *
include_text(const struct sg_buf *doc, const char *more)
{
	const char *first, *second, *at;
	char *out = sg_pool_str(pool, "");

	if (*more == '\0')
		return more;
	first = reference_id(doc, 1);
	second = reference_id(doc, 2);
	for (at = more; *at != '\0'; at++)
		if (strncmp(at, "%1$s", 4) == 0 ||
		    strncmp(at, "%2$s", 4) == 0) {
			out = sg_pool_printf(
			    pool, "%s%s", out, at[1] == '1' ? first : second);
			at += 3;
		} else {
			out = sg_pool_printf(pool, "%s%c", out, *at);
		}
	return out;
}

static int
is_content(const struct row *row)
{
	return strstr(row->element, "DataObjectsTimeStamp") != NULL;
}

static void
insert(struct sg_buf *doc, const struct row *row, const char *tokens)
{
	const char *name = row->element;
	const char *text = sg_pool_printf(pool, "<%s%s>%s%s%s</%s>", name,
	    *name == 'n' ? V141 : "", include_text(doc, row->more),
	    method_text(row->method), tokens, name);
	static const char close[] = "</xades:UnsignedSignatureProperties>";

	if (is_content(row)) {
		const char *end = "</xades:SignedDataObjectProperties>";

		text = sg_pool_printf(pool, "%s%s", text, end);
		xadeskit_replace(kit, doc, end, text);
		return;
	}
	if (strstr((const char *)doc->ptr, close) == NULL)
		xadeskit_replace(kit, doc, "</xades:QualifyingProperties>",
		    "<xades:UnsignedProperties>"
		    "<xades:UnsignedSignatureProperties>"
		    "</xades:UnsignedSignatureProperties>"
		    "</xades:UnsignedProperties></xades:QualifyingProperties>");
	xadeskit_replace(
	    kit, doc, close, sg_pool_printf(pool, "%s%s", text, close));
}

static const char *
wrap(const char *token)
{
	return sg_pool_printf(pool,
	    "<xades:EncapsulatedTimeStamp>%s</xades:EncapsulatedTimeStamp>",
	    token);
}

/* ---- the tests */

static void
make_base(const char *steps, struct sg_buf *doc)
{
	xadeskit_sign(kit, NULL, SG_PACK_DETACHED, 0, doc);
	if (*steps != '\0')
		xadeskit_raise(kit, doc, 0, steps);
}

static const struct sg_stamp_fact *
the_stamp(const struct sg_facts *facts, const struct row *row)
{
	const struct sg_sig_fact *sig = &facts->sigs[0];
	const struct sg_stamp_fact *stamp;

	assert_int_not_equal(sig->stamp_count, 0);
	stamp = &sig->stamps[is_content(row) ? 0 : sig->stamp_count - 1];
	assert_string_equal(stamp->form, strchr(row->element, ':') + 1);
	return stamp;
}

static int
is_right(const struct sg_stamp_fact *stamp)
{
	size_t i;

	for (i = 0; i < stamp->imprint_count; i++)
		if (sg_view_equal(
			stamp->imprints[i].value, stamp->info.imprint))
			return 1;
	return 0;
}

static void
try_row(const struct sg_buf *base, const struct row *row, enum change change,
    size_t at)
{
	struct sg_buf doc = { 0 }, octets = { 0 };
	const struct sg_stamp_fact *stamp;
	struct sg_facts *facts;

	assert_int_equal(
	    sg_buf_append(&kit->env, &doc, base->ptr, base->len + 1), 0);
	doc.len--;
	put_pieces(&doc, row, change, at, &octets);
	insert(&doc, row, wrap(make_token(sg_buf_view(&octets))));
	facts = xadeskit_read(kit, &doc);
	stamp = the_stamp(facts, row);
	if (stamp->unknown.id != NULL || stamp->fault.id != NULL)
		fail_msg("%s: %s", row->name,
		    stamp->unknown.id != NULL ? stamp->unknown.arg[0]
					      : stamp->fault.arg[0]);
	if (is_right(stamp) != (change == NONE))
		fail_msg("%s: %s %d %zu", row->name,
		    is_right(stamp) ? "right" : "wrong", (int)change, at);
	sg_facts_free(facts);
	sg_buf_free(&octets);
	sg_buf_free(&doc);
}

static void
each_rule(void **state)
{
	const char *pieces[16];
	struct sg_buf base = { 0 };
	size_t i, j, count;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		make_base(rows[i].steps, &base);
		try_row(&base, &rows[i], NONE, 0);
		count = split(rows[i].over, pieces);
		for (j = 0; count > 1 && j < count; j++)
			try_row(&base, &rows[i], DROPPED, j);
		for (j = 0; j + 1 < count; j++)
			try_row(&base, &rows[i], SWAPPED, j);
		sg_buf_free(&base);
	}
}

/* ---- what is no time-stamp, or none that is known */

static const char good[] = "<xades:SignatureTimeStamp>%s"
			   "<xades:EncapsulatedTimeStamp>%s"
			   "</xades:EncapsulatedTimeStamp>"
			   "</xades:SignatureTimeStamp>";

/* in: the token of a SignatureTimeStamp that is right; how many stamps there
 * are then, the fault and the reason why there is no imprint. */
static const struct {
	const char *name, *from, *to;
	size_t stamps;
	const char *fault, *unknown;
} odd[] = {
	{ "as it is", "", "", 1, NULL, NULL },
	{ "in XML", "EncapsulatedTimeStamp", "XMLTimeStamp", 1, "XMLTimeStamp",
	    "XMLTimeStamp" },
	{ "no token", "EncapsulatedTimeStamp", "Token", 0, NULL, NULL },
	{ "not base64", "<xades:EncapsulatedTimeStamp>",
	    "<xades:EncapsulatedTimeStamp>!", 1, "base64", NULL },
	{ "an element in it", "<xades:EncapsulatedTimeStamp>",
	    "<xades:EncapsulatedTimeStamp><x/>", 1, "base64", NULL },
	{ "a method that nobody knows", "REC-xml-c14n-20010315",
	    "REC-xml-c14n-20010399", 1, NULL, "CanonicalizationMethod" },
	{ "over nothing", "SignatureTimeStamp", "RefsOnlyTimeStamp", 1, NULL,
	    "nothing" },
};

static const char *
replace_all(const char *text, const char *from, const char *to)
{
	const char *at = strstr(text, from);

	if (*from == '\0' || at == NULL)
		return text;
	return sg_pool_printf(pool, "%.*s%s%s", (int)(at - text), text, to,
	    replace_all(at + strlen(from), from, to));
}

static const char *
reason(const struct sg_msg *msg)
{
	if (msg->id == NULL)
		return NULL;
	return msg->arg[0] != NULL ? msg->arg[0] : msg->id;
}

static void
assert_says(const char *name, const struct sg_msg *msg, const char *want)
{
	const char *have = reason(msg);

	if ((have == NULL) != (want == NULL) ||
	    (want != NULL && strstr(have, want) == NULL))
		fail_msg("%s: want %s, have %s", name,
		    want != NULL ? want : "nothing",
		    have != NULL ? have : "nothing");
}

static void
insert_text(struct sg_buf *doc, const char *text)
{
	static const char end[] = "</xades:QualifyingProperties>";

	xadeskit_replace(kit, doc, end,
	    sg_pool_printf(pool,
		"<xades:UnsignedProperties><xades:UnsignedSignatureProperties>"
		"%s</xades:UnsignedSignatureProperties>"
		"</xades:UnsignedProperties>%s",
		text, end));
}

static const char *
good_stamp(const struct sg_buf *doc)
{
	const struct row row = { .method = C14N10, .over = "SignatureValue" };
	struct sg_buf octets = { 0 };
	const char *text;

	put_pieces(doc, &row, NONE, 0, &octets);
	text = sg_pool_printf(
	    pool, good, method_text(C14N10), make_token(sg_buf_view(&octets)));
	sg_buf_free(&octets);
	return text;
}

static void
oddities(void **state)
{
	const struct sg_sig_fact *sig;
	struct sg_buf doc = { 0 };
	struct sg_facts *facts;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		make_base("", &doc);
		insert_text(&doc,
		    replace_all(good_stamp(&doc), odd[i].from, odd[i].to));
		facts = xadeskit_read(kit, &doc);
		sig = &facts->sigs[0];
		assert_int_equal(sig->stamp_count, odd[i].stamps);
		assert_int_equal(sig->warning_count, odd[i].stamps == 0);
		if (sig->stamp_count != 0) {
			assert_says(
			    odd[i].name, &sig->stamps[0].fault, odd[i].fault);
			assert_says(odd[i].name, &sig->stamps[0].unknown,
			    odd[i].unknown);
			assert_int_equal(is_right(&sig->stamps[0]),
			    odd[i].fault == NULL && odd[i].unknown == NULL);
		}
		sg_facts_free(facts);
		sg_buf_free(&doc);
	}
}

/* A token that ends too early, at each octet. */
static void
truncations(void **state)
{
	struct sg_buf base = { 0 }, doc = { 0 };
	const struct sg_stamp_fact *stamp;
	struct sg_facts *facts;
	const char *text, *at;
	size_t len;

	(void)state;
	make_base("", &base);
	text = good_stamp(&base);
	at = strchr(strstr(text, "EncapsulatedTimeStamp>"), '>') + 1;
	for (len = 0; at[len] != '<'; len += 4) {
		assert_int_equal(
		    sg_buf_append(&kit->env, &doc, base.ptr, base.len + 1), 0);
		doc.len--;
		insert_text(&doc,
		    sg_pool_printf(pool, "%.*s%s", (int)(at - text + (int)len),
			text, strchr(at, '<')));
		facts = xadeskit_read(kit, &doc);
		stamp = &facts->sigs[0].stamps[0];
		assert_int_equal(facts->sigs[0].stamp_count, 1);
		assert_non_null(stamp->fault.id);
		assert_null(stamp->inside);
		sg_facts_free(facts);
		sg_buf_free(&doc);
	}
	sg_buf_free(&base);
}

/* Objects: a new archive time-stamp is over all but that of the properties,
 * an old one over those that are not signed, or over all, which is said. */
static void
objects(void **state)
{
	static const struct {
		const char *element;
		int referenced, other, right;
		size_t imprint;
	} cases[] = {
		{ "n:ArchiveTimeStamp", 1, 1, 1, 0 },
		{ "n:ArchiveTimeStamp", 0, 1, 0, 0 },
		{ "n:ArchiveTimeStamp", 1, 0, 0, 0 },
		{ "xades:ArchiveTimeStamp", 0, 1, 1, 0 },
		{ "xades:ArchiveTimeStamp", 1, 1, 1, 1 },
		{ "xades:ArchiveTimeStamp", 1, 0, 0, 0 },
	};
	struct sg_buf doc = { 0 }, octets = { 0 };
	const struct sg_stamp_fact *stamp;
	struct sg_facts *facts;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct row row = { .element = cases[i].element,
			.method = C14N10,
			.more = "" };

		xadeskit_sign(
		    kit, "<a Id=\"a\">1</a>", SG_PACK_ENVELOPING, 0, &doc);
		xadeskit_replace(kit, &doc, "</ds:Signature>",
		    "<ds:Object><b>2</b></ds:Object></ds:Signature>");
		row.over = sg_pool_printf(pool,
		    "~Object|~SignedProperties|SignedInfo|SignatureValue|"
		    "KeyInfo%s%s",
		    cases[i].referenced ? "|Object" : "",
		    cases[i].other ? "|=<ds:Object xmlns:ds=\"" SG_NS_DS
				     "\"><b>2</b></ds:Object>"
				   : "");
		put_pieces(&doc, &row, NONE, 0, &octets);
		insert(&doc, &row, wrap(make_token(sg_buf_view(&octets))));
		facts = xadeskit_read(kit, &doc);
		stamp = the_stamp(facts, &row);
		assert_int_equal(is_right(stamp), cases[i].right);
		if (cases[i].imprint != 0)
			assert_non_null(stamp->imprints[1].warning.id);
		sg_facts_free(facts);
		sg_buf_free(&octets);
		sg_buf_free(&doc);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_rule),
		cmocka_unit_test(oddities),
		cmocka_unit_test(truncations),
		cmocka_unit_test(objects),
	};
	struct sg_source files[2] = { { .name = "a.txt" },
		{ .name = "b.txt" } };
	int ret;

	kit = xadeskit_open("p256");
	pool = sg_pool_new();
	if (sg_in_memory(
		&kit->env, "a.txt", sg_view_str(FIRST), &files[0].in) != 0 ||
	    sg_in_memory(
		&kit->env, "b.txt", sg_view_str(SECOND), &files[1].in) != 0)
		return 99;
	kit->docs.list = files;
	kit->docs.count = 2;
	ret = cmocka_run_group_tests(tests, NULL, NULL);
	sg_in_free(files[0].in);
	sg_in_free(files[1].in);
	sg_pool_free(pool);
	xadeskit_close(kit);
	return ret;
}
