/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "formats/cades_stamp.h"

#include "base/env.h"
#include "base/err.h"
#include "base/limits.h"
#include "base/oid.h"
#include "base/text.h"
#include "base/time.h"
#include "formats/hashed.h"
#include "formats/revdata.h"

#include <string.h>

/* What each time-stamp proves the existence of: what it hashes, and what
 * stands behind hashes in that (EN 319 102-1, 5.6.2.3). */

struct coverer {
	struct sg_env *env;
	struct sg_cades *cades;
	size_t index;
	struct sg_sig_fact *sig;
	struct sg_stamp_fact *stamp;
	struct sg_pool *scratch;
	const struct sg_digest *via;
};

static int
warn(struct coverer *c, const char *id, const char *a)
{
	if (sg_facts_warn(c->cades->facts, c->sig, id, a, NULL) < 0)
		return sg_err_nomem(c->env);
	return 0;
}

/* ---- what is covered */

static int
add(struct coverer *c, const struct sg_cover_fact *what)
{
	struct sg_stamp_fact *stamp = c->stamp;
	struct sg_cover_fact *cover;

	if (c->cades->covers == SG_MAX_COVERS)
		return 0;
	cover = sg_pool_push(c->cades->facts->pool, &stamp->covers,
	    &stamp->cover_count, sizeof(*cover));
	if (cover == NULL)
		return sg_err_nomem(c->env);
	*cover = *what;
	if (++c->cades->covers == SG_MAX_COVERS)
		return warn(c,
		    N_("time-stamps cover too much: not all of it is counted "
		       "as proved"),
		    NULL);
	return 0;
}

static int
add_octets(
    struct coverer *c, struct sg_view octets, const struct sg_digest *via)
{
	struct sg_cover_fact cover = { 0, 0, octets, via };

	return add(c, &cover);
}

static int
add_list(struct coverer *c, const struct sg_view *list, size_t count)
{
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && i < count; i++)
		rc = add_octets(c, list[i], c->via);
	return rc;
}

/* ---- behind references */

static int
fill_known(struct sg_cades *cades, struct sg_hashed *set)
{
	const struct sg_facts *facts = cades->facts;
	struct sg_view pieces[2] = { { NULL, 0 }, { NULL, 0 } };
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && i < facts->cert_count; i++) {
		pieces[0] = facts->certs[i];
		rc = sg_hashed_add(
		    cades->env, set, pieces, pieces[0], SG_REF_CERT);
	}
	for (i = 0; rc == 0 && i < facts->crl_count; i++) {
		pieces[0] = facts->crls[i];
		rc = sg_hashed_add(
		    cades->env, set, pieces, pieces[0], SG_REF_CRL);
	}
	for (i = 0; rc == 0 && i < facts->ocsp_count; i++) {
		if (sg_revdata_basic(cades->env, set->pool, facts->ocsps[i],
			&pieces[0]) < 0) {
			sg_err_clear(cades->env);
			continue;
		}
		rc = sg_hashed_add(
		    cades->env, set, pieces, facts->ocsps[i], SG_REF_OCSP);
	}
	return rc;
}

/* The set of this digest, made once. A digest that is not available has an
 * empty one, without a pool. */
static int
get_set(struct sg_cades *cades, struct sg_hashed **list, size_t *count,
    const struct sg_digest *digest, struct sg_hashed **out,
    int (*fill)(struct sg_cades *, struct sg_hashed *))
{
	struct sg_hashed *set;
	size_t i;
	int rc;

	for (i = 0; i < *count; i++)
		if ((*list)[i].digest == digest) {
			*out = &(*list)[i];
			return 0;
		}
	set = sg_pool_push(cades->facts->pool, list, count, sizeof(*set));
	if (set == NULL)
		return sg_err_nomem(cades->env);
	set->digest = digest;
	set->pool = cades->facts->pool;
	rc = fill(cades, set);
	if (rc == SIGN_E_MODULE || rc == SIGN_E_UNSUPPORTED) {
		sg_err_clear(cades->env);
		set->count = 0;
		set->pool = NULL;
		rc = 0;
	}
	sg_hashed_sort(set);
	*out = set;
	return rc;
}

/* All objects with this hash, NULL: none is known. */
static int
find_known(struct sg_cades *cades, const struct sg_cades_ref *ref,
    const struct sg_hashed_item **first, size_t *count, int *determined)
{
	const struct sg_hashed_item *item;
	struct sg_hashed *set = NULL;
	size_t left;
	int rc;

	*first = NULL;
	*count = 0;
	*determined = 0;
	if (ref->digest == NULL)
		return 0;
	rc = get_set(cades, &cades->known, &cades->known_count, ref->digest,
	    &set, fill_known);
	if (rc < 0 || set->pool == NULL)
		return rc;
	*determined = 1;
	item = sg_hashed_find(set, ref->hash);
	if (item == NULL)
		return 0;
	left = set->count - (size_t)(item - set->list);
	*first = item;
	while (*count < left &&
	    memcmp(item[*count].hash, item->hash, sizeof(item->hash)) == 0)
		++*count;
	return 0;
}

static int
cover_ref(struct sg_env *env, const struct sg_cades_ref *ref, void *payload)
{
	struct coverer *c = payload;
	const struct sg_hashed_item *item;
	size_t count, i;
	int determined;
	int rc = find_known(c->cades, ref, &item, &count, &determined);

	(void)env;
	for (i = 0; rc == 0 && i < count; i++)
		if (item[i].tag == (size_t)ref->kind)
			rc = add_octets(c, item[i].octets, ref->digest);
	return rc;
}

static int
cover_value_in(struct sg_env *env, enum sg_value_kind kind, struct sg_view der,
    void *payload)
{
	struct coverer *c = payload;

	(void)env;
	(void)kind;
	return add_octets(c, der, c->via);
}

/* The token, which holds certificates and revocation data too. */
static int
cover_token(struct coverer *c, const struct sg_stamp_fact *stamp)
{
	const struct sg_facts *inside = stamp->inside;
	int rc;

	if ((rc = add_octets(c, stamp->token, c->via)) < 0 || inside == NULL ||
	    (rc = add_list(c, inside->certs, inside->cert_count)) < 0 ||
	    (rc = add_list(c, inside->crls, inside->crl_count)) < 0)
		return rc;
	return add_list(c, inside->ocsps, inside->ocsp_count);
}

/* ---- signatures and their unsigned attributes */

static int cover_tree(struct coverer *c, size_t index);

/* The counter-signature with these octets. They stand in the file's order. */
static int
cover_counter(struct coverer *c, struct sg_view value)
{
	const struct sg_facts *facts = c->cades->facts;
	size_t low = 0, high = facts->sig_count, at;

	while (low < high) {
		at = low + (high - low) / 2;
		if (facts->sigs[at].raw.ptr < value.ptr)
			low = at + 1;
		else
			high = at;
	}
	if (low == facts->sig_count || facts->sigs[low].raw.ptr != value.ptr)
		return 0;
	return cover_tree(c, low);
}

/* What one value of an unsigned attribute holds, or stands for. */
static int
cover_attr_value(struct coverer *c, const struct sg_sig_fact *sig,
    const struct sg_attr_fact *attr, struct sg_view value)
{
	const struct sg_stamp_fact *stamp = sg_stamp_find(sig, value);
	int rc;

	if (stamp != NULL)
		return cover_token(c, stamp);
	if (strcmp(attr->oid, SG_OID_COUNTERSIGNATURE) == 0)
		return cover_counter(c, value);
	rc = sg_cades_each_value(c->env, attr->oid, value, cover_value_in, c);
	if (rc == 0)
		rc = sg_cades_each_ref(
		    c->env, c->scratch, attr->oid, value, cover_ref, c);
	if (rc != SIGN_E_FORMAT && rc != SIGN_E_LIMIT)
		return rc;
	sg_err_clear(c->env); /* said when it was read */
	return 0;
}

static int
cover_attr(struct coverer *c, const struct sg_sig_fact *sig,
    const struct sg_attr_fact *attr)
{
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && i < attr->value_count; i++)
		rc = cover_attr_value(c, sig, attr, attr->values[i]);
	return rc;
}

/* A signature, and its certificate behind the signed reference. */
static int
cover_signature(struct coverer *c, size_t index)
{
	const struct sg_sig_fact *sig = &c->cades->facts->sigs[index];
	struct sg_cover_fact cover = { 1, index, { NULL, 0 }, c->via };
	struct sg_cades_ref ref = { SG_REF_CERT, NULL, { NULL, 0 } };
	size_t i;
	int rc = add(c, &cover);

	for (i = 0; rc == 0 && i < sig->cert_ref_count; i++) {
		ref.digest = sig->cert_refs[i].digest;
		ref.hash = sig->cert_refs[i].hash;
		rc = cover_ref(c->env, &ref, c);
	}
	return rc;
}

/* A counter-signature with all that it carries; as deep as they nest. */
static int
cover_tree(struct coverer *c, size_t index)
{
	const struct sg_sig_fact *sig = &c->cades->facts->sigs[index];
	size_t i;
	int rc = cover_signature(c, index);

	for (i = 0; rc == 0 && i < sig->unsigned_attr_count; i++)
		rc = cover_attr(c, sig, &sig->unsigned_attrs[i]);
	return rc;
}

/* ---- what SignedData holds */

static int
cover_choice(struct coverer *c, struct sg_view choice, int is_crl)
{
	enum sg_value_kind kind;
	struct sg_view der = choice;

	if (is_crl &&
	    sg_cms_revocation(c->env, c->scratch, choice, &kind, &der) < 0) {
		sg_err_clear(c->env);
		return 0;
	}
	return add_octets(c, der, c->via);
}

static int
cover_root(struct coverer *c)
{
	const struct sg_cms *cms = c->cades->cms;
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && i < cms->cert_count; i++)
		rc = cover_choice(c, cms->certs[i], 0);
	for (i = 0; rc == 0 && i < cms->crl_count; i++)
		rc = cover_choice(c, cms->crls[i], 1);
	return rc;
}

/* ---- behind an ats-hash-index */

/* Certificates have even tags, revocation data odd ones. */
static int
fill_root(struct sg_cades *cades, struct sg_hashed *set)
{
	const struct sg_cms *cms = cades->cms;
	struct sg_view pieces[2] = { { NULL, 0 }, { NULL, 0 } };
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && i < cms->cert_count; i++) {
		pieces[0] = cms->certs[i];
		rc = sg_hashed_add(cades->env, set, pieces, pieces[0], 2 * i);
	}
	for (i = 0; rc == 0 && i < cms->crl_count; i++) {
		pieces[0] = cms->crls[i];
		rc = sg_hashed_add(
		    cades->env, set, pieces, pieces[0], 2 * i + 1);
	}
	return rc;
}

/* Attributes, or their values with their type: EN 319 122-1, 5.5.2. */
static int
fill_attrs(struct coverer *c, struct sg_hashed *set, int by_value)
{
	const struct sg_attr_fact *attr;
	struct sg_view pieces[2];
	size_t i, k, tag;
	int rc = 0;

	for (i = 0; rc == 0 && i < c->sig->unsigned_attr_count; i++) {
		attr = &c->sig->unsigned_attrs[i];
		tag = i * (SG_MAX_ATTR_VALUES + 1);
		pieces[0] = attr->all;
		pieces[1] = sg_view_of(NULL, 0);
		if (!by_value) {
			rc = sg_hashed_add(c->env, set, pieces, attr->all, tag);
			continue;
		}
		rc = sg_attr_parts(c->env, attr, &pieces[0], &pieces[1]);
		for (k = 0; rc == 0 && k < attr->value_count; k++) {
			pieces[1] = attr->values[k];
			rc = sg_hashed_add(
			    c->env, set, pieces, pieces[1], tag + 1 + k);
		}
	}
	sg_hashed_sort(set);
	return rc;
}

struct indexed {
	struct coverer *c;
	struct sg_hashed *roots, *attrs;
	int check_only, unmatched;
};

static int
entry_cert(struct indexed *in, struct sg_view hash)
{
	const struct sg_hashed_item *item = sg_hashed_find(in->roots, hash);

	in->unmatched += item == NULL || item->tag % 2 != 0;
	if (in->check_only || item == NULL)
		return 0;
	return cover_choice(in->c, item->octets, 0);
}

static int
entry_crl(struct indexed *in, struct sg_view hash)
{
	const struct sg_hashed_item *item = sg_hashed_find(in->roots, hash);

	in->unmatched += item == NULL || item->tag % 2 == 0;
	if (in->check_only || item == NULL)
		return 0;
	return cover_choice(in->c, item->octets, 1);
}

static int
entry_attr(struct indexed *in, struct sg_view hash)
{
	const struct sg_hashed_item *item = sg_hashed_find(in->attrs, hash);
	const struct sg_sig_fact *sig = in->c->sig;
	const struct sg_attr_fact *attr;
	size_t value;

	in->unmatched += item == NULL;
	if (in->check_only || item == NULL)
		return 0;
	attr = &sig->unsigned_attrs[item->tag / (SG_MAX_ATTR_VALUES + 1)];
	value = item->tag % (SG_MAX_ATTR_VALUES + 1);
	if (value == 0)
		return cover_attr(in->c, sig, attr);
	return cover_attr_value(in->c, sig, attr, attr->values[value - 1]);
}

static int
each_entry(struct indexed *in, struct sg_view list,
    int (*entry)(struct indexed *, struct sg_view))
{
	static const char what[] = "ats-hash-index";
	struct sg_env *env = in->c->env;
	struct sg_der top = sg_der_of(list), der;
	struct sg_view hash;
	struct sg_tlv tlv;
	int rc;

	if ((rc = sg_der_want(env, &top, V_ASN1_SEQUENCE, what, &tlv)) < 0 ||
	    (rc = sg_der_enter(env, &top, &tlv, &der)) < 0)
		return rc;
	while (rc == 0 && !sg_der_end(&der)) {
		rc = sg_der_want(env, &der, V_ASN1_OCTET_STRING, what, &tlv);
		if (rc == 0)
			rc = sg_der_octets(env, in->c->scratch, &tlv, &hash);
		if (rc == 0)
			rc = entry(in, hash);
	}
	return rc;
}

static int
each_list(struct indexed *in, const struct sg_ats_index *index)
{
	int rc;

	if ((rc = each_entry(in, index->certs, entry_cert)) < 0 ||
	    (rc = each_entry(in, index->crls, entry_crl)) < 0)
		return rc;
	return each_entry(in, index->attrs, entry_attr);
}

/* An entry that names what is not there: nothing is proved at all. */
static int
check_index(struct indexed *in, const struct sg_ats_index *index, int *sound)
{
	char text[SG_TIME_TEXT];
	int rc;

	*sound = 0;
	in->check_only = 1;
	rc = each_list(in, index);
	in->check_only = 0;
	if (rc == SIGN_E_FORMAT || rc == SIGN_E_LIMIT) {
		sg_err_clear(in->c->env);
		in->unmatched = 1;
		rc = 0;
	}
	*sound = rc == 0 && in->unmatched == 0;
	if (rc < 0 || *sound)
		return rc;
	return warn(in->c,
	    N_("the hash index of the archive time-stamp of %1$s names what is "
	       "not there: that time-stamp proves nothing (EN 319 122-1, "
	       "5.5.2)"),
	    sg_time_format(in->c->stamp->info.time, text));
}

static int
cover_indexed(struct coverer *c, const struct sg_ats_index *index)
{
	struct sg_hashed attrs = { index->digest, c->scratch, NULL, 0 };
	struct indexed in = { c, NULL, &attrs, 0, 0 };
	struct sg_cades *cades = c->cades;
	int rc, sound;

	rc = get_set(cades, &cades->roots, &cades->root_count, index->digest,
	    &in.roots, fill_root);
	if (rc < 0 || in.roots->pool == NULL)
		return rc;
	if ((rc = fill_attrs(c, &attrs, index->by_value)) < 0 ||
	    (rc = check_index(&in, index, &sound)) < 0 || !sound)
		return rc;
	rc = cover_signature(c, c->index);
	c->via = index->digest;
	return rc < 0 ? rc : each_list(&in, index);
}

static int
cover_archive3(struct coverer *c)
{
	struct sg_ats_index index;
	int rc = sg_ats_index_read(
	    c->env, c->scratch, &c->stamp->inside->sigs[0], &index);

	if (rc < 0)
		return rc;
	if (index.digest != c->stamp->info.digest &&
	    (rc = warn(c,
		 N_("the hash index of an archive time-stamp has another "
		    "digest than its imprint (EN 319 122-1, 5.5.2)"),
		 NULL)) < 0)
		return rc;
	if (index.digest == NULL ||
	    !sg_cades_charge(
		c->cades, c->cades->signers[c->index].unsigned_attrs.len))
		return 0;
	rc = cover_indexed(c, &index);
	if (rc != SIGN_E_MODULE && rc != SIGN_E_UNSUPPORTED)
		return rc;
	sg_err_clear(c->env); /* that digest is not available */
	return 0;
}

/* ---- by kind */

static int
cover_signature_alone(struct coverer *c)
{
	return cover_signature(c, c->index);
}

static int
cover_attrs(struct coverer *c, const char *oid)
{
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && i < c->sig->unsigned_attr_count; i++)
		if (strcmp(c->sig->unsigned_attrs[i].oid, oid) == 0)
			rc = cover_attr(c, c->sig, &c->sig->unsigned_attrs[i]);
	return rc;
}

static int
cover_refs(struct coverer *c)
{
	int rc = cover_attrs(c, SG_OID_CERTIFICATE_REFS);

	return rc < 0 ? rc : cover_attrs(c, SG_OID_REVOCATION_REFS);
}

static int
cover_sig_and_refs(struct coverer *c)
{
	const struct sg_stamp_fact *stamp;
	size_t i;
	int rc = cover_signature(c, c->index);

	for (i = 0; rc == 0 && i < c->sig->stamp_count; i++) {
		stamp = &c->sig->stamps[i];
		if (strcmp(stamp->kind, "signature") == 0 &&
		    (stamp->inside == NULL ||
			!sg_stamp_is_later(stamp, c->stamp)))
			rc = cover_token(c, stamp);
	}
	return rc < 0 ? rc : cover_refs(c);
}

static int
cover_archive2(struct coverer *c)
{
	const struct sg_attr_fact *attr;
	size_t i;
	int rc;

	if ((rc = cover_signature(c, c->index)) < 0 || (rc = cover_root(c)) < 0)
		return rc;
	for (i = 0; rc == 0 && i < c->sig->unsigned_attr_count; i++) {
		attr = &c->sig->unsigned_attrs[i];
		if (sg_cades_was_there(c->sig, c->stamp, attr))
			rc = cover_attr(c, c->sig, attr);
	}
	return rc;
}

static const struct {
	const char *form;
	int (*cover)(struct coverer *c);
} rules[] = {
	{ "signature-time-stamp", cover_signature_alone },
	{ "CAdES-C-time-stamp", cover_sig_and_refs },
	{ "time-stamped-certs-crls-references", cover_refs },
	{ "archive-time-stamp-v2", cover_archive2 },
	{ "archive-time-stamp-v3", cover_archive3 },
};

/* The content time-stamp proves the document alone, which is no octets here. */
int
sg_cades_cover(struct sg_cades *cades, size_t index,
    struct sg_stamp_fact *stamp, struct sg_pool *scratch)
{
	struct coverer c = { .env = cades->env,
		.cades = cades,
		.index = index,
		.sig = &cades->facts->sigs[index],
		.stamp = stamp,
		.scratch = scratch };
	size_t i;

	for (i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (strcmp(rules[i].form, stamp->form) == 0)
			return rules[i].cover(&c);
	return 0;
}

/* ---- references without values */

struct ref_check {
	struct sg_cades *cades;
	size_t unmatched;
};

static int
check_ref(struct sg_env *env, const struct sg_cades_ref *ref, void *payload)
{
	struct ref_check *check = payload;
	const struct sg_hashed_item *item;
	size_t count;
	int determined;
	int rc = find_known(check->cades, ref, &item, &count, &determined);

	(void)env;
	check->unmatched += rc == 0 && determined && item == NULL;
	return rc;
}

int
sg_cades_check_refs(struct sg_cades *cades, size_t index)
{
	const struct sg_sig_fact *sig = &cades->facts->sigs[index];
	struct ref_check check = { cades, 0 };
	const struct sg_attr_fact *attr;
	size_t i, k;
	int rc = 0;

	for (i = 0; rc == 0 && i < sig->unsigned_attr_count; i++) {
		attr = &sig->unsigned_attrs[i];
		for (k = 0; rc == 0 && k < attr->value_count; k++)
			rc = sg_cades_each_ref(cades->env, cades->facts->pool,
			    attr->oid, attr->values[k], check_ref, &check);
	}
	if (rc == SIGN_E_FORMAT || rc == SIGN_E_LIMIT) {
		sg_err_clear(cades->env);
		if (sg_facts_warn(cades->facts, &cades->facts->sigs[index],
			N_("unreadable references to certificates or "
			   "revocation data (RFC 5126, 6.2)"),
			NULL, NULL) < 0)
			return sg_err_nomem(cades->env);
		return 0;
	}
	cades->notes[index].unmatched_refs = check.unmatched;
	if (rc < 0 || check.unmatched == 0 ||
	    cades->notes[index].cert_values == 0 ||
	    cades->notes[index].revocation_values == 0)
		return rc;
	if (sg_facts_warn(cades->facts, &cades->facts->sigs[index],
		N_("references to certificates or revocation data that are "
		   "not among the values (RFC 5126, 6.3.3)"),
		NULL, NULL) < 0)
		return sg_err_nomem(cades->env);
	return 0;
}
