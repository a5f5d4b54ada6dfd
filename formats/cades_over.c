/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "formats/cades_stamp.h"

#include "base/err.h"

#include <string.h>

/* The octets that imprints are digests of, always as they are stored. */

int
sg_over_add(struct sg_env *env, struct sg_over *over, struct sg_view octets)
{
	struct sg_view *item;

	if (octets.len == 0)
		return 0;
	item =
	    sg_pool_push(over->pool, &over->list, &over->count, sizeof(*item));
	if (item == NULL)
		return sg_err_nomem(env);
	*item = octets;
	return 0;
}

uint64_t
sg_over_size(const struct sg_over *over)
{
	uint64_t size = 0;
	size_t i;

	for (i = 0; i < over->count; i++)
		size += over->list[i].len;
	return size;
}

int
sg_over_hash(struct sg_env *env, const struct sg_over *over,
    const struct sg_digest *digest, const struct sg_hash *prefix,
    unsigned char *out)
{
	struct sg_hash *hash = NULL;
	size_t i;
	int rc;

	rc = prefix != NULL ? sg_hash_copy(env, prefix, &hash)
			    : sg_hash_new(env, digest, &hash);
	for (i = 0; rc == 0 && i < over->count; i++)
		rc = sg_hash_update(
		    env, hash, over->list[i].ptr, over->list[i].len);
	if (rc == 0)
		rc = sg_hash_final(env, hash, out);
	sg_hash_free(hash);
	return rc;
}

int
sg_attr_parts(struct sg_env *env, const struct sg_attr_fact *attr,
    struct sg_view *type, struct sg_view *values)
{
	static const char what[] = "Attribute";
	struct sg_der top = sg_der_of(attr->all), der;
	struct sg_tlv tlv, oid, set;
	int rc;

	if ((rc = sg_der_want(env, &top, V_ASN1_SEQUENCE, what, &tlv)) < 0 ||
	    (rc = sg_der_enter(env, &top, &tlv, &der)) < 0 ||
	    (rc = sg_der_want(env, &der, V_ASN1_OBJECT, what, &oid)) < 0 ||
	    (rc = sg_der_want(env, &der, V_ASN1_SET, what, &set)) < 0)
		return rc;
	*type = oid.all;
	*values = set.all;
	return 0;
}

int
sg_over_attr(
    struct sg_env *env, struct sg_over *over, const struct sg_attr_fact *attr)
{
	struct sg_view type, values;
	int rc = sg_attr_parts(env, attr, &type, &values);

	if (rc == 0)
		rc = sg_over_add(env, over, type);
	return rc < 0 ? rc : sg_over_add(env, over, values);
}

int
sg_over_attrs(struct sg_env *env, struct sg_over *over,
    const struct sg_cms_signer *signer, const char *oid)
{
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && i < signer->unsigned_count; i++)
		if (strcmp(signer->unsigned_list[i].oid, oid) == 0)
			rc = sg_over_attr(env, over, &signer->unsigned_list[i]);
	return rc;
}

int
sg_over_signer(struct sg_env *env, struct sg_over *over,
    const struct sg_cms_signer *signer)
{
	const struct sg_view fields[] = { signer->version_tlv, signer->sid,
		signer->digest_alg, signer->signed_attrs, signer->signature_alg,
		signer->signature };
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && i < sizeof(fields) / sizeof(fields[0]); i++)
		rc = sg_over_add(env, over, fields[i]);
	return rc;
}

int
sg_over_archive(struct sg_env *env, struct sg_over *over,
    const struct sg_cms *cms, const struct sg_cms_signer *signer,
    struct sg_view content, struct sg_view index)
{
	int rc;

	if ((rc = sg_over_add(env, over, cms->content_type_tlv)) < 0 ||
	    (rc = sg_over_add(env, over, content)) < 0 ||
	    (rc = sg_over_signer(env, over, signer)) < 0)
		return rc;
	return sg_over_add(env, over, index);
}
