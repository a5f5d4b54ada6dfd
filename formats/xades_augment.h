/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_FORMATS_XADES_AUGMENT_H
#define SIGN_FORMATS_XADES_AUGMENT_H

#include "base/crypt.h"
#include "formats/augment.h"
#include "formats/xades.h"
#include "formats/xades_build.h"

/* A place in the file where unsigned properties go: one signature. */
struct sg_xades_place {
	xmlNode *signature;
	xmlNode *properties; /* UnsignedSignatureProperties; NULL: not yet */
};

/* What the parts of the writer of unsigned properties share. */
struct sg_augment {
	struct sg_build build; /* holds pool and document */
	const struct sg_sources *docs;
	const struct sg_facts *facts; /* of the file as it was */
	const char *name;
	struct sg_xades_place *places; /* as facts->sigs */
	/* the last imprint, good as long as nothing was added */
	struct {
		int known;
		size_t sig;
		enum sg_stamp_kind kind;
		const struct sg_digest *digest;
		unsigned char value[SG_MAX_DIGEST];
	} last;
};

/*
 * A new unsigned property, last in its place; build->xades and build->ds then
 * are what its children take. ns: SG_NS_XADES132 or SG_NS_XADES141.
 */
xmlNode *sg_augment_property(struct sg_augment *aug,
    const struct sg_xades_place *place, const char *ns, const char *name);
/* Does this unsigned property stand there? The last one; NULL. */
xmlNode *sg_augment_find(const struct sg_xades_place *place, const char *name);

void sg_augment_refs(struct sg_augment *aug, const struct sg_xades_place *place,
    const struct sg_values *values, const struct sg_digest *digest);
/* CertificateValues and RevocationValues, without what is there. */
void sg_augment_values(struct sg_augment *aug,
    const struct sg_xades_place *place, const struct sg_values *values,
    int baseline);
/* TimeStampValidationData for the token with this Id (NULL: it has none). */
void sg_augment_stamp_data(struct sg_augment *aug,
    const struct sg_xades_place *place, const struct sg_values *values,
    const char *id);

#endif
