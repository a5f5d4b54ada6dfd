/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "fuzz.h"

#include "base/env.h"
#include "base/err.h"
#include "formats/asic.h"
#include "formats/augment.h"

#include <stdlib.h>

/*
 * Somebody's CAdES signature is raised, alone or those in a container: values
 * are put in, imprints are taken, it is written and read again. What can be
 * read and raised can be read then, with as many signatures.
 */
static struct sg_env env;
static const struct sg_format *format;
static const struct sg_augment_ops *ops;

static const struct sg_view certs[] = { { (const unsigned char *)"\x30\0",
    2 } };
static const struct sg_values some = { .certs = certs, .cert_count = 1 };

static struct sg_facts *
read_facts(struct sg_view octets, const struct sg_sources *docs)
{
	struct sg_facts *facts = NULL;
	struct sg_in *in = NULL;

	if (sg_in_memory(&env, "signature", octets, &in) == 0)
		format->read(&env, in, docs, &facts);
	sg_in_free(in);
	return facts;
}

static void
raise_one(struct sg_augment *aug, size_t sig)
{
	const struct sg_digest *digest = sg_digest_by_option("sha256");
	struct sg_buf imprint = { NULL, 0, 0 };
	int kind;

	ops->add_values(&env, aug, sig, &some, 0);
	ops->renew_values(&env, aug, sig, &some);
	for (kind = SG_STAMP_SIGNATURE; kind <= SG_STAMP_ARCHIVE; kind++)
		ops->imprint(
		    &env, aug, sig, (enum sg_stamp_kind)kind, digest, &imprint);
	sg_buf_free(&imprint);
}

static void
write_again(struct sg_augment *aug, const struct sg_sources *docs, size_t count)
{
	struct sg_buf octets = { NULL, 0, 0 };
	struct sg_facts *facts = NULL;
	struct sg_out *out = NULL;

	if (sg_out_memory(&env, &octets, &out) == 0 &&
	    ops->write(&env, aug, out, 0) == 0 &&
	    sg_out_commit(&env, out) == 0) {
		facts = read_facts(sg_buf_view(&octets), docs);
		if (facts == NULL || facts->sig_count != count)
			abort();
	}
	sg_facts_free(facts);
	sg_out_free(out);
	sg_buf_free(&octets);
}

static void
raise_all(struct sg_view file, const struct sg_sources *docs,
    const struct sg_facts *facts)
{
	struct sg_augment *aug = NULL;
	struct sg_in *in = NULL;
	size_t i;

	if (sg_in_memory(&env, "signature", file, &in) == 0 &&
	    ops->open(&env, in, docs, facts, &aug) == 0) {
		for (i = 0; i < facts->sig_count && i < 8; i++)
			raise_one(aug, i);
		if (facts->sig_count == 0 && format == &sg_format_asic)
			raise_one(aug, SG_NO_SIG);
		write_again(aug, docs, facts->sig_count);
	}
	if (aug != NULL)
		ops->free(aug);
	sg_in_free(in);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static int ready;
	struct sg_source source = { .name = "document" };
	struct sg_sources docs = { &source, 1 };
	struct sg_facts *facts;

	if (!ready && sg_env_init(&env) < 0)
		return 0;
	ready = 1;
	if (sg_in_memory(&env, "document", sg_view_str("abc"), &source.in) < 0)
		return 0;
	format = &sg_format_cades;
	ops = &sg_augment_cades;
	if (sg_zip_probe(sg_view_of(data, size)) != 0) {
		format = &sg_format_asic;
		ops = &sg_augment_asic;
	}
	facts = read_facts(sg_view_of(data, size), &docs);
	if (facts != NULL)
		raise_all(sg_view_of(data, size), &docs, facts);
	sg_facts_free(facts);
	sg_in_free(source.in);
	sg_err_clear(&env);
	return 0;
}
