/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "formats/cades.h"

#include "base/err.h"
#include "base/limits.h"
#include "base/oid.h"
#include "base/text.h"
#include "formats/tst.h"

#include <string.h>

/* Time-stamps in attributes. The content time-stamp, in the first row, is the
 * one that is signed. */
static const struct row {
	const char *oid, *kind, *form;
} rows[] = {
	{ SG_OID_CONTENT_TIME_STAMP, "content", "content-time-stamp" },
	{ SG_OID_SIGNATURE_TIME_STAMP, "signature", "signature-time-stamp" },
	{ SG_OID_CADES_C_TIME_STAMP, "sig-and-refs", "CAdES-C-time-stamp" },
	{ SG_OID_REFS_TIME_STAMP, "refs",
	    "time-stamped-certs-crls-references" },
	{ SG_OID_ARCHIVE_TIME_STAMP, "archive", "archive-time-stamp" },
	{ SG_OID_ARCHIVE_TIME_STAMP_V2, "archive", "archive-time-stamp-v2" },
	{ SG_OID_ARCHIVE_TIME_STAMP_V3, "archive", "archive-time-stamp-v3" },
};

static const struct row *
row_find(const char *oid)
{
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (strcmp(rows[i].oid, oid) == 0)
			return &rows[i];
	return NULL;
}

int
sg_cades_stamps(struct sg_cades *cades, size_t index,
    const struct sg_attr_fact *attr, int is_signed)
{
	const struct row *row = row_find(attr->oid);
	struct sg_sig_fact *sig = &cades->facts->sigs[index];
	struct sg_stamp_fact *stamp;
	size_t i;
	int rc = 0;

	if (row == NULL || is_signed != (row == &rows[0]))
		return 0;
	for (i = 0; rc == 0 && i < attr->value_count; i++) {
		if (++cades->stamp_count > SG_MAX_STAMPS)
			return sg_err_set(cades->env, SIGN_E_LIMIT,
			    N_("more than %d time-stamps"), SG_MAX_STAMPS);
		stamp = sg_pool_push(cades->facts->pool, &sig->stamps,
		    &sig->stamp_count, sizeof(*stamp));
		if (stamp == NULL)
			return sg_err_nomem(cades->env);
		stamp->kind = row->kind;
		stamp->form = row->form;
		rc = sg_tst_read(cades->env, cades->facts, attr->values[i],
		    cades->depth, stamp);
	}
	return rc;
}
