/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "formats/cades_stamp.h"

#include "base/err.h"
#include "base/oid.h"
#include "base/text.h"

#include <string.h>

/* ats-hash-index: which objects an archive-time-stamp-v3 protects, by hash (EN
 * 319 122-1, 5.5.2). Versions 1 and 2 hash whole attributes, version 3 each
 * value with its type. */

#define FIELDS 4

/* hashIndAlgorithm DEFAULT SHA-256 in the old versions. */
static int
read_fields(
    struct sg_env *env, struct sg_pool *pool, struct sg_ats_index *index)
{
	static const char what[] = "ats-hash-index";
	struct sg_der top = sg_der_of(index->value), der;
	struct sg_tlv tlv, fields[FIELDS];
	struct sg_algid algid;
	size_t count = 0;
	int rc;

	if ((rc = sg_der_want(env, &top, V_ASN1_SEQUENCE, what, &tlv)) < 0 ||
	    (rc = sg_der_enter(env, &top, &tlv, &der)) < 0)
		return rc;
	while (rc == 0 && count < FIELDS && !sg_der_end(&der))
		rc = sg_der_want(
		    env, &der, V_ASN1_SEQUENCE, what, &fields[count++]);
	if (rc == 0)
		rc = sg_der_finish(env, &der, what);
	if (rc < 0)
		return rc;
	if (count < FIELDS - 1 || (count < FIELDS && index->by_value))
		return sg_err_set(env, SIGN_E_FORMAT,
		    N_("%s: fields are missing (EN 319 122-1, 5.5.2)"), what);
	index->digest = sg_digest_by_option("sha256");
	if (count == FIELDS) {
		rc = sg_der_algid(env, pool, &fields[0], &algid);
		if (rc < 0)
			return rc;
		index->digest = sg_digest_by_oid(algid.oid);
	}
	index->certs = fields[count - 3].all;
	index->crls = fields[count - 2].all;
	index->attrs = fields[count - 1].all;
	return 0;
}

int
sg_ats_index_read(struct sg_env *env, struct sg_pool *pool,
    const struct sg_sig_fact *tsa, struct sg_ats_index *out)
{
	static const char *const oids[] = { SG_OID_ATS_HASH_INDEX_V3,
		SG_OID_ATS_HASH_INDEX_V2, SG_OID_ATS_HASH_INDEX };
	const struct sg_attr_fact *attr = NULL;
	size_t i;

	memset(out, 0, sizeof(*out));
	for (i = 0; attr == NULL && i < sizeof(oids) / sizeof(oids[0]); i++)
		attr = sg_cades_find(
		    tsa->unsigned_attrs, tsa->unsigned_attr_count, oids[i]);
	if (attr == NULL)
		return 0;
	if (attr->value_count != 1)
		return sg_err_set(env, SIGN_E_FORMAT,
		    N_("ats-hash-index: want one value (EN 319 122-1, "
		       "5.5.2)"));
	out->oid = attr->oid;
	out->by_value = strcmp(attr->oid, SG_OID_ATS_HASH_INDEX_V3) == 0;
	out->value = attr->values[0];
	return read_fields(env, pool, out);
}

/* ---- writing */

static void
put_entry(struct sg_put *put, const struct sg_digest *digest,
    struct sg_view first, struct sg_view second)
{
	unsigned char value[SG_MAX_DIGEST];
	struct sg_hash *hash = NULL;

	if (put->rc == 0)
		put->rc = sg_hash_new(put->env, digest, &hash);
	if (put->rc == 0)
		put->rc = sg_hash_update(put->env, hash, first.ptr, first.len);
	if (put->rc == 0)
		put->rc =
		    sg_hash_update(put->env, hash, second.ptr, second.len);
	if (put->rc == 0)
		put->rc = sg_hash_final(put->env, hash, value);
	sg_hash_free(hash);
	sg_put_prim(put, V_ASN1_OCTET_STRING, sg_view_of(value, digest->size));
}

static void
put_entries(struct sg_put *put, const struct sg_digest *digest,
    const struct sg_view *list, size_t count)
{
	static const struct sg_view nothing = { NULL, 0 };
	size_t mark = sg_put_mark(put), i;

	for (i = 0; i < count && put->rc == 0; i++)
		put_entry(put, digest, list[i], nothing);
	sg_put_seq(put, mark);
}

static void
put_attr_entries(struct sg_put *put, const struct sg_digest *digest,
    const struct sg_cms_signer *signer)
{
	const struct sg_attr_fact *attr;
	size_t mark = sg_put_mark(put), i, k;
	struct sg_view type, values;

	for (i = 0; i < signer->unsigned_count && put->rc == 0; i++) {
		attr = &signer->unsigned_list[i];
		put->rc = sg_attr_parts(put->env, attr, &type, &values);
		for (k = 0; k < attr->value_count && put->rc == 0; k++)
			put_entry(put, digest, type, attr->values[k]);
	}
	sg_put_seq(put, mark);
}

int
sg_ats_index_put(struct sg_put *put, const struct sg_cms *cms,
    const struct sg_cms_signer *signer, const struct sg_digest *digest)
{
	size_t mark = sg_put_mark(put);

	sg_put_digest_alg(put, digest);
	put_entries(put, digest, cms->certs, cms->cert_count);
	put_entries(put, digest, cms->crls, cms->crl_count);
	put_attr_entries(put, digest, signer);
	sg_put_seq(put, mark);
	return put->rc;
}
