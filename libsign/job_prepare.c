/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "base/err.h"
#include "base/oid.h"
#include "base/time.h"
#include "libsign/job.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- the bytes to be signed */

int
sg_job_take_data(struct sg_env *env, struct sign_job *job)
{
	struct sg_prepared *now = &job->now;
	const struct sg_digest *digest = job->signer.digest;
	int rc;

	now->data = sg_buf_view(&now->attrs);
	if (job->signer.scheme->signs_bytes)
		return 0;
	rc = sg_hash_once(env, digest, now->data, now->hash);
	now->data = sg_view_of(now->hash, digest->size);
	return rc;
}

/* With a content time-stamp where one is wanted. */
static int
make_attrs(struct sg_env *env, struct sign_job *job, struct sg_cms_attrs *want)
{
	struct sg_buf stamp = { NULL, 0, 0 };
	int rc = sg_job_stamp(env, job, want->message_digest, &stamp);

	want->content_stamp = sg_buf_view(&stamp);
	if (rc == 0)
		rc = sg_cms_make_attrs(env, want, &job->now.attrs);
	sg_buf_free(&stamp);
	return rc;
}

int
sg_job_make_attrs(
    struct sg_env *env, struct sign_job *job, const char *content_type)
{
	struct sg_prepared *now = &job->now;
	const struct sg_digest *digest = job->signer.digest;
	struct sg_cms_attrs want = {
		.signer = &job->signer,
		.props = &job->props,
		.message_digest = sg_view_of(now->digest, digest->size),
		.content_type = content_type,
		.plain = job->plain,
		.counter = now->kind == SG_JOB_COUNTER,
	};
	int rc;

	job->props.signing_time = job->signing_time != SG_NO_TIME
	    ? job->signing_time
	    : sg_env_now(env);
	if (job->kept.octets.len != 0)
		rc = sg_buf_append_view(env, &now->attrs, job->kept.octets);
	else
		rc = make_attrs(env, job, &want);
	if (rc == 0)
		rc = sg_job_same(env, job);
	return rc < 0 ? rc : sg_job_take_data(env, job);
}

/* ---- the card */

const char *
sg_job_hex(struct sg_pool *pool, struct sg_view octets)
{
	static const char digits[] = "0123456789abcdef";
	char *text = sg_pool_alloc(pool, 2 * octets.len + 1);
	size_t i;

	for (i = 0; text != NULL && i < octets.len; i++) {
		text[2 * i] = digits[octets.ptr[i] >> 4];
		text[2 * i + 1] = digits[octets.ptr[i] & 15];
	}
	return text;
}

const char *
sg_job_format(const struct sign_job *job)
{
	if (job->ops == &sg_job_asic)
		return job->container == SG_ASIC_S ? "asic-s" : "asic-e";
	if (job->ops == &sg_job_xades)
		return "xades";
	return job->plain ? "cms" : "cades";
}

static const char *
card_level(const struct sign_job *job)
{
	if (job->level != NULL)
		return job->level;
	return job->plain ? "CMS" : "B-B";
}

static const char *
card_packaging(const struct sign_job *job)
{
	static const char *const words[] = {
		[SIGN_DETACHED] = "detached",
		[SIGN_ATTACHED] = "attached",
		[SIGN_ENVELOPED] = "enveloped",
		[SIGN_ENVELOPING] = "enveloping",
	};

	if (job->now.kind == SG_JOB_COUNTER)
		return "counter";
	if (job->now.kind == SG_JOB_PARALLEL && job->now.file.cms != NULL)
		return job->now.file.cms->attached ? "attached" : "detached";
	return words[job->packaging];
}

/* "lease.signed.xml" for "lease.xml". */
static const char *
xml_output(struct sg_pool *pool, const char *path)
{
	const char *dot = strrchr(path, '.');
	size_t len = strlen(path);

	if (dot != NULL && strcasecmp(dot, ".xml") == 0)
		len -= 4;
	return sg_pool_printf(pool, "%.*s.signed.xml", (int)len, path);
}

/* "lease.pdf.asice"; a folder's name without slashes. */
static const char *
asic_output(struct sg_pool *pool, const struct sign_job *job)
{
	const char *path = job->now.path;
	size_t len = strlen(path);

	while (len > 1 && path[len - 1] == '/')
		len--;
	return sg_pool_printf(pool, "%.*s%s", (int)len, path,
	    job->container == SG_ASIC_S ? ".asics" : ".asice");
}

/* Where the signature goes when nobody says otherwise. */
static const char *
card_output(const struct sign_job *job)
{
	const struct sg_prepared *now = &job->now;
	const char *ending = job->attached ? ".p7m" : ".sig";

	if (now->kind != SG_JOB_DOCUMENT || strcmp(now->path, "-") == 0)
		return now->path;
	if (job->ops == &sg_job_asic)
		return asic_output(now->pool, job);
	if (job->ops == &sg_job_xades && job->packaging != SIGN_DETACHED)
		return xml_output(now->pool, now->path);
	if (job->ops == &sg_job_xades)
		ending = ".xades.xml";
	return sg_pool_printf(now->pool, "%s%s", now->path, ending);
}

int
sg_job_make_card(struct sg_env *env, struct sign_job *job, const char *document,
    const struct sg_seen *seen, const char *type)
{
	struct sg_prepared *now = &job->now;
	struct sign_card *card = &now->card;

	card->size = sizeof(*card);
	card->document = sg_pool_str(now->pool, document);
	card->document_size = seen->size;
	now->type = type;
	card->document_type = type != NULL ? sg_tr(env, type) : NULL;
	card->digest_algorithm = job->signer.digest->name;
	card->digest = sg_job_hex(
	    now->pool, sg_view_of(now->digest, job->signer.digest->size));
	card->format = sg_job_format(job);
	card->level = card_level(job);
	if (job->ops == &sg_job_asic)
		card->asic_with =
		    job->inner == &sg_job_cades ? "cades" : "xades";
	card->packaging = card_packaging(job);
	card->algorithm = job->signer.scheme->name;
	card->signer = sg_cert_name_text(now->pool, job->cert, 0);
	card->issuer = sg_cert_name_text(now->pool, job->cert, 1);
	card->serial = sg_cert_serial_text(now->pool, job->cert);
	card->not_before = sg_cert_not_before(job->cert);
	card->not_after = sg_cert_not_after(job->cert);
	card->output = card_output(job);
	card->deadline = job->deadline != SG_NO_TIME ? job->deadline : 0;
	if (card->document == NULL || card->digest == NULL ||
	    card->signer == NULL || card->issuer == NULL ||
	    card->serial == NULL || card->output == NULL)
		return sg_err_nomem(env);
	card->control_code = now->code;
	return sg_control_code(env, sg_buf_view(&now->attrs), now->code);
}

/* ---- the three kinds */

int
sg_job_begin(struct sg_env *env, struct sign_job *job, enum sg_job_kind kind,
    const char *path)
{
	struct sg_prepared *now = &job->now;

	sg_job_reset(job);
	now->kind = kind;
	now->pool = sg_pool_new();
	if (now->pool != NULL)
		now->path = sg_pool_str(now->pool, path);
	return now->path != NULL ? 0 : sg_err_nomem(env);
}

int
sg_job_end(struct sign_job *job, int rc)
{
	if (rc < 0)
		sg_job_reset(job);
	else
		job->now.ready = 1;
	return rc;
}

/* ---- documents, wherever they are */

int
sg_job_want_octets(struct sg_env *env, const struct sg_source *doc)
{
	if (doc->in != NULL)
		return 0;
	return sg_err_set(env, SIGN_E_UNSUPPORTED,
	    N_("only the digest of %s is known, and this signature has the "
	       "document inside"),
	    doc->name);
}

int
sg_job_spool(struct sg_env *env, struct sg_source *doc)
{
	struct sg_in *spool = NULL;
	int rc = 0;

	if (doc->in == NULL || sg_in_can_rewind(doc->in))
		return 0;
	rc = sg_in_spool(env, doc->in, &spool);
	if (rc < 0)
		return rc;
	sg_in_free(doc->in);
	doc->in = spool;
	return 0;
}

int
sg_job_look(
    struct sg_env *env, const struct sg_source *doc, struct sg_seen *seen)
{
	struct sg_view head = { NULL, 0 };
	int rc = 0;

	memset(seen, 0, sizeof(*seen));
	if (doc->in != NULL) {
		rc = sg_in_peek(env, doc->in, SG_KIND_HEAD, &head);
		seen->size = sg_in_size(doc->in);
	} else {
		head = doc->known->head;
		seen->size = doc->known->size;
	}
	seen->head_len = head.len < SG_KIND_HEAD ? head.len : SG_KIND_HEAD;
	if (seen->head_len != 0)
		memcpy(seen->head, head.ptr, seen->head_len);
	return rc;
}

const char *
sg_job_kind_of(const struct sg_seen *seen)
{
	if (seen->head_len == 0 && seen->size != 0)
		return NULL;
	return sg_document_kind(sg_view_of(seen->head, seen->head_len));
}

static int
take_known(struct sg_env *env, struct sign_job *job,
    const struct sg_source *doc, struct sg_seen *seen)
{
	const struct sg_digest *digest = job->signer.digest;
	struct sg_view value = sg_doc_digest(doc->known, digest);

	if (value.len != digest->size)
		return sg_err_set(env, SIGN_E_ARG,
		    N_("the digest of %s is not known by %s"), doc->name,
		    digest->name);
	memcpy(job->now.digest, value.ptr, value.len);
	return sg_job_look(env, doc, seen);
}

static int
read_document(struct sg_env *env, struct sign_job *job, struct sg_source *doc,
    struct sg_seen *seen)
{
	struct sg_digests digests = { .count = 0 };
	/* a job over digests is given the document before it is written */
	int later = job->kept.docs.count != 0 && doc->in == NULL;
	int rc = job->attached && !later ? sg_job_want_octets(env, doc) : 0;

	job->now.wanting = job->attached && later;
	if (rc == 0 && doc->in == NULL)
		return take_known(env, job, doc, seen);
	if (rc == 0 && job->attached)
		rc = sg_job_spool(env, doc);
	if (rc == 0)
		rc = sg_digests_add(env, &digests, job->signer.digest);
	if (rc == 0)
		rc = sg_digest_document(env, doc->in, &digests, seen);
	if (rc == 0)
		memcpy(job->now.digest, digests.value[0],
		    job->signer.digest->size);
	sg_digests_clear(&digests);
	return rc;
}

static int
cades_prepare(struct sign_job *job)
{
	struct sg_env *env = &job->ctx->env;
	struct sg_source *doc = &job->now.docs.list[0];
	const char *name = doc->name;
	struct sg_seen seen;
	int rc;

	if (job->now.docs.count != 1)
		return sg_err_set(env, SIGN_E_ARG,
		    "a CAdES signature is over one document, have %zu",
		    job->now.docs.count);
	rc = read_document(env, job, doc, &seen);
	if (rc == 0)
		rc = sg_job_make_attrs(env, job, NULL);
	if (rc < 0)
		return rc;
	if (strcmp(name, "-") == 0)
		name = sg_tr(env, N_("standard input"));
	return sg_job_make_card(env, job, name, &seen, sg_job_kind_of(&seen));
}

/* Is there room for one more, and may the file be changed at all? */
static int
may_change(struct sg_env *env, const struct sg_signed *file)
{
	if (strcmp(file->cms->content_type, SG_OID_TST_INFO) == 0)
		return sg_err_set(env, SIGN_E_UNSUPPORTED,
		    "a time-stamp token has one signer only (RFC 3161, 2.4.2)");
	if (file->cms->signer_count >= SG_MAX_SIGNERS)
		return sg_err_set(env, SIGN_E_LIMIT,
		    "%d signatures stand in the file already", SG_MAX_SIGNERS);
	return sg_signed_thaw(env, file);
}

/* *in stays NULL where the document is inside. */
static int
open_content(struct sg_env *env, struct sg_prepared *now, const char *content,
    struct sg_in **in)
{
	if (!now->file.cms->attached)
		return sg_signed_document(env, now->path, content, in);
	if (content == NULL)
		return 0;
	return sg_err_set(env, SIGN_E_ARG,
	    "%s has its document inside, want no other", now->path);
}

/* RFC 5652, 5.4: the new signer's digest is over the same content octets. */
static int
parallel_over(struct sg_env *env, struct sign_job *job, struct sg_in *in)
{
	struct sg_prepared *now = &job->now;
	struct sg_digests digests = { .count = 0 };
	struct sg_seen seen;
	size_t compared;
	int rc;

	rc = sg_signed_digest(
	    env, &now->file, in, job->signer.digest, &digests, &seen);
	if (rc == 0)
		rc = sg_signed_match(env, &now->file, &digests, &compared);
	if (rc == 0) {
		memcpy(now->digest, digests.value[0], job->signer.digest->size);
		rc = sg_job_make_attrs(env, job, now->file.cms->content_type);
	}
	if (rc == 0)
		rc = sg_job_make_card(env, job,
		    in != NULL ? sg_in_name(in) : now->path, &seen,
		    sg_job_kind_of(&seen));
	sg_digests_clear(&digests);
	return rc;
}

/* given: taken over whatever happens. */
static int
parallel_begin(struct sg_env *env, struct sign_job *job, struct sg_in *given,
    const char *signature)
{
	struct sg_signed *file = &job->now.file;
	int rc = sg_job_begin(env, job, SG_JOB_PARALLEL, signature);

	if (rc < 0) {
		sg_in_free(given);
		return rc;
	}
	rc = sg_signed_take(env, signature, given, file);
	return rc < 0 ? rc : may_change(env, file);
}

static int
cades_parallel(struct sign_job *job, struct sg_in *given, const char *signature,
    const char *content)
{
	struct sg_env *env = &job->ctx->env;
	struct sg_in *in = NULL;
	int rc = parallel_begin(env, job, given, signature);

	if (rc == 0)
		rc = open_content(env, &job->now, content, &in);
	if (rc == 0)
		rc = parallel_over(env, job, in);
	sg_in_free(in);
	return sg_job_end(job, rc);
}

int
sg_job_cades_parallel(struct sign_job *job, struct sg_in *given,
    const char *signature, struct sg_in *document)
{
	struct sg_env *env = &job->ctx->env;
	int rc = parallel_begin(env, job, given, signature);

	if (rc == 0 && job->now.file.cms->attached)
		rc = sg_err_set(env, SIGN_E_UNSUPPORTED,
		    N_("EN 319 162-1, 4.3.3: the signature has a document of "
		       "its own inside, want one over the file of the "
		       "container"));
	if (rc == 0)
		rc = parallel_over(env, job, document);
	return sg_job_end(job, rc);
}

/* "1", "1.2", with or without the report's "S-". */
int
sg_job_parse_id(struct sg_env *env, const char *id, struct sg_prepared *now)
{
	unsigned long number;
	const char *at = id;
	char *end;
	size_t depth;

	if (strncasecmp(at, "S-", 2) == 0)
		at += 2;
	for (depth = 0; depth <= SG_MAX_COUNTER_DEPTH; depth++) {
		if (*at < '1' || *at > '9')
			break;
		number = strtoul(at, &end, 10);
		if (number > SG_MAX_SIGNERS * SG_MAX_ATTR_VALUES)
			break;
		if (depth == 0)
			now->signer = number - 1;
		else
			now->below.number[now->below.count++] =
			    (unsigned)number;
		if (*end == '\0')
			return 0;
		if (*end != '.')
			break;
		at = end + 1;
	}
	return sg_err_set(env, SIGN_E_ARG,
	    "signature '%s': want a number as the report gives it, such as "
	    "1 or 1.1",
	    id);
}

/* No id: the only signature of the file. */
static int
choose_signer(struct sg_env *env, const char *id, struct sg_prepared *now)
{
	if (id != NULL)
		return sg_job_parse_id(env, id, now);
	if (now->file.cms->signer_count == 1)
		return 0;
	return sg_err_set(env, SIGN_E_ARG,
	    "the file has %zu signatures: say which one by its number",
	    now->file.cms->signer_count);
}

/* An archive time-stamp v3 lists unsigned attributes by the hash of their
 * values: a new one is fine, a changed one is not (EN 319 122-1, 5.5.2). */
static int
may_counter(struct sg_env *env, const struct sg_prepared *now)
{
	const struct sg_cms_signer *signer;
	size_t i;

	if (now->signer >= now->file.cms->signer_count)
		return sg_err_set(env, SIGN_E_ARG,
		    "there is no signature %zu, the file has %zu",
		    now->signer + 1, now->file.cms->signer_count);
	if (now->below.count >= SG_MAX_COUNTER_DEPTH)
		return sg_err_set(env, SIGN_E_LIMIT,
		    "counter-signatures nested deeper than %d",
		    SG_MAX_COUNTER_DEPTH);
	signer = &now->file.signers[now->signer];
	for (i = 0; now->below.count > 0 && i < signer->unsigned_count; i++)
		if (strcmp(signer->unsigned_list[i].oid,
			SG_OID_ARCHIVE_TIME_STAMP_V3) == 0)
			return sg_err_set(env, SIGN_E_UNSUPPORTED,
			    "an archive time-stamp of signature S-%zu covers "
			    "the counter-signature: a change would break it "
			    "(EN 319 122-1, 5.5.2)",
			    now->signer + 1);
	return sg_signed_thaw(env, &now->file);
}

/* RFC 5652, 11.4: over the octets of the parent's signature value. */
static int
digest_parent(struct sg_env *env, struct sign_job *job, struct sg_seen *seen)
{
	struct sg_prepared *now = &job->now;
	struct sg_cms_signer parent;
	struct sg_view tlv;
	int rc;

	rc = sg_cms_counter_find(
	    env, now->file.cms->signers[now->signer], &now->below, &tlv);
	if (rc == 0)
		rc = sg_cms_signer_read(env, now->file.pool, tlv, &parent);
	if (rc == 0)
		rc = sg_hash_once(
		    env, job->signer.digest, parent.value, now->digest);
	if (rc < 0)
		return rc;
	memset(seen, 0, sizeof(*seen));
	seen->size = parent.value.len;
	return 0;
}

static int
cades_counter(struct sign_job *job, struct sg_in *given, const char *signature,
    const char *id)
{
	struct sg_env *env = &job->ctx->env;
	struct sg_prepared *now = &job->now;
	struct sg_seen seen;
	int rc;

	rc = sg_job_begin(env, job, SG_JOB_COUNTER, signature);
	if (rc < 0) {
		sg_in_free(given);
		return sg_job_end(job, rc);
	}
	if ((rc = sg_signed_take(env, signature, given, &now->file)) < 0 ||
	    (rc = choose_signer(env, id, now)) < 0 ||
	    (rc = may_counter(env, now)) < 0 ||
	    (rc = digest_parent(env, job, &seen)) < 0 ||
	    (rc = sg_job_make_attrs(env, job, NULL)) < 0)
		return sg_job_end(job, rc);
	rc =
	    sg_job_make_card(env, job, signature, &seen, N_("signature value"));
	return sg_job_end(job, rc);
}

const struct sg_job_ops sg_job_cades = {
	.prepare = cades_prepare,
	.parallel = cades_parallel,
	.counter = cades_counter,
	.write = sg_job_cades_write,
};

/* ---- the calls */

static int
copy_docs(
    struct sg_env *env, struct sg_prepared *now, const struct sg_sources *docs)
{
	struct sg_source *doc;
	size_t i, count = docs->count;

	now->documents = sg_pool_array(now->pool, count, sizeof(char *));
	now->docs.list = sg_pool_array(now->pool, count, sizeof(*doc));
	if (now->documents == NULL || now->docs.list == NULL)
		return sg_err_nomem(env);
	for (i = 0; i < count; i++) {
		doc = &now->docs.list[i];
		*doc = docs->list[i];
		doc->name = sg_pool_str(now->pool, doc->name);
		if (doc->name == NULL)
			return sg_err_nomem(env);
		now->documents[i] = doc->name;
		if (doc->entry == NULL)
			continue;
		doc->entry = sg_pool_str(now->pool, doc->entry);
		if (doc->entry == NULL)
			return sg_err_nomem(env);
	}
	now->document_count = count;
	return 0;
}

/* path: what the output is named after. */
static int
prepare_as(
    struct sign_job *job, const char *path, const struct sg_sources *docs)
{
	struct sg_env *env = &job->ctx->env;
	struct sg_prepared *now = &job->now;
	int rc;

	rc = sg_job_begin(env, job, SG_JOB_DOCUMENT, path);
	if (rc == 0)
		rc = copy_docs(env, now, docs);
	if (rc < 0) {
		sg_job_close_docs(docs);
		return sg_job_end(job, rc);
	}
	now->docs.count = docs->count; /* from here on it closes them */
	if (job->cert == NULL) {
		rc = sg_job_hold(env, job, &now->docs);
		sg_job_reset(job);
		return rc;
	}
	rc = job->ops->prepare(job);
	/* what is in a container goes there when it is written */
	if (rc == 0 && job->packaging == SIGN_DETACHED &&
	    job->ops != &sg_job_asic)
		sg_job_close_docs(&now->docs);
	return sg_job_end(job, rc);
}

int
sg_job_prepare(struct sign_job *job, const struct sg_sources *docs)
{
	if (docs->count != 0)
		return prepare_as(job, docs->list[0].name, docs);
	return sg_err_set(
	    &job->ctx->env, SIGN_E_ARG, "there is no document to sign");
}

int
sign_job_prepare_many(
    struct sign_job *job, const char *const *documents, size_t count)
{
	struct sg_env *env = &job->ctx->env;
	struct sg_pool *pool = sg_pool_new();
	struct sg_sources docs = { NULL, 0 };
	int rc = 0;

	if (count != 0 && job->kept.kind != SG_JOB_DOCUMENT) {
		sg_pool_free(pool);
		return sg_job_again(job, documents, count);
	}
	if (pool == NULL)
		rc = sg_err_nomem(env);
	else if (count == 0)
		rc =
		    sg_err_set(env, SIGN_E_ARG, "there is no document to sign");
	else
		rc = sg_job_open_documents(job, pool, documents, count, &docs);
	if (rc == 0)
		rc = prepare_as(job, documents[0], &docs);
	sg_pool_free(pool);
	return rc;
}

int
sign_job_prepare(struct sign_job *job, const char *document)
{
	return sign_job_prepare_many(job, &document, 1);
}

/* What is there decides how the new signature is made. */
static int
follow_head(struct sign_job *job, const char *signature, struct sg_view head)
{
	struct sg_env *env = &job->ctx->env;
	int xml = sg_format_probe(head) == &sg_format_xades;
	int zip = sg_zip_probe(head) != 0;

	if (!zip && job->ops == &sg_job_asic)
		return sg_err_set(env, SIGN_E_ARG,
		    N_("%s is not a container, want format cades, cms or "
		       "xades"),
		    signature);
	if (!xml && !zip && job->ops == &sg_job_xades)
		return sg_err_set(env, SIGN_E_ARG,
		    "%s is not XML, want format cades or cms", signature);
	if (!xml && !zip)
		return 0;
	if (xml && (job->plain || job->pem))
		return sg_err_set(env, SIGN_E_ARG,
		    "%s is XML, want format xades and no PEM", signature);
	if (zip && (job->plain || job->pem))
		return sg_err_set(env, SIGN_E_ARG,
		    N_("%s is a container, want XAdES or CAdES in it and no "
		       "PEM"),
		    signature);
	job->ops = xml ? &sg_job_xades : &sg_job_asic;
	job->packaging = xml ? SIGN_ENVELOPED : SIGN_DETACHED;
	return 0;
}

/* *in stays NULL where the file can be opened again. */
static int
follow_file(struct sign_job *job, const char *signature, struct sg_in **in)
{
	struct sg_env *env = &job->ctx->env;
	struct sg_in *raw = NULL;
	struct sg_view head;
	int rc = sg_in_open(env, signature, &raw);

	if (rc == 0 && (!sg_in_can_rewind(raw) || strcmp(signature, "-") == 0))
		rc = sg_in_spool(env, raw, in);
	if (rc == 0)
		rc = sg_in_peek(env, *in != NULL ? *in : raw, 64, &head);
	if (rc == 0)
		rc = follow_head(job, signature, head);
	sg_in_free(raw);
	if (rc == 0 || *in == NULL)
		return rc;
	sg_in_free(*in);
	return rc;
}

/* Frees "in" where there is none. */
static int
want_cert(struct sg_env *env, const struct sign_job *job, struct sg_in *in)
{
	if (job->cert != NULL)
		return 0;
	sg_in_free(in);
	return sg_err_set(env, SIGN_E_ARG,
	    N_("a signature in a file that has one already is prepared with "
	       "its certificate: the job has none yet"));
}

int
sign_job_prepare_parallel(
    struct sign_job *job, const char *signature, const char *content)
{
	struct sg_in *in = NULL;
	int rc = follow_file(job, signature, &in);

	if (rc == 0)
		rc = want_cert(&job->ctx->env, job, in);
	if (rc == 0 && job->kept.kind == SG_JOB_PARALLEL)
		rc = sg_job_find_done(job, &in, signature, content);
	if (rc != 0)
		return rc < 0 ? rc : 0;
	return job->ops->parallel(job, in, signature, content);
}

int
sign_job_prepare_counter(
    struct sign_job *job, const char *signature, const char *id)
{
	struct sg_prepared *now = &job->now;
	struct sg_in *in = NULL;
	int rc;

	if (job->level != NULL)
		return sg_err_set(&job->ctx->env, SIGN_E_UNSUPPORTED,
		    N_("a counter-signature is made first, and extended "
		       "then"));
	if (job->stamper.ask != NULL)
		return sg_err_set(&job->ctx->env, SIGN_E_UNSUPPORTED,
		    N_("a counter-signature is over a signature and has no "
		       "content to put a time-stamp on: a time-stamp over the "
		       "signature proves when it was there"));
	rc = follow_file(job, signature, &in);
	if (rc == 0)
		rc = want_cert(&job->ctx->env, job, in);
	if (id == NULL)
		id = job->kept.id;
	if (rc == 0 && job->kept.kind == SG_JOB_COUNTER)
		rc = sg_job_find_done(job, &in, signature, id);
	if (rc == 0)
		rc = job->ops->counter(job, in, signature, id);
	if (rc < 0 || id == NULL)
		return rc < 0 ? rc : 0;
	now->id = sg_pool_str(now->pool, id);
	return now->id != NULL ? 0 : sg_err_nomem(&job->ctx->env);
}
