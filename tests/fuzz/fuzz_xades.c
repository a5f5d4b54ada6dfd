/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "fuzz.h"

#include "base/buf.h"
#include "base/env.h"
#include "base/err.h"
#include "base/io.h"
#include "formats/augment.h"

/* A whole XML file with signatures: it is read, and its first signature is
 * raised as far as that goes without a token. */
static void
raise_first(struct sg_env *env, struct sg_augment *aug)
{
	static const enum sg_stamp_kind kinds[] = { SG_STAMP_SIGNATURE,
		SG_STAMP_SIG_AND_REFS, SG_STAMP_REFS, SG_STAMP_ARCHIVE };
	const struct sg_digest *digest = sg_digest_by_option("sha256");
	struct sg_view cert = sg_view_str("certificate");
	struct sg_view crl = sg_view_str("list");
	struct sg_values values = {
		.certs = &cert, .crls = &crl, .cert_count = 1, .crl_count = 1
	};
	struct sg_buf imprint = { 0 };
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		(void)sg_augment_xades.imprint(
		    env, aug, 0, kinds[i], digest, &imprint);
	(void)sg_augment_xades.add_values(env, aug, 0, &values, 1);
	(void)sg_augment_xades.renew_values(env, aug, 0, &values);
	sg_buf_free(&imprint);
}

static void
write_out(struct sg_env *env, struct sg_augment *aug)
{
	struct sg_buf octets = { 0 };
	struct sg_out *out = NULL;

	if (sg_out_memory(env, &octets, &out) == 0)
		(void)sg_augment_xades.write(env, aug, out, 0);
	sg_out_free(out);
	sg_buf_free(&octets);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct sg_env env;
	static int ready;
	struct sg_source source = { .name = "lease.txt" };
	struct sg_sources docs = { &source, 1 };
	struct sg_facts *facts = NULL;
	struct sg_augment *aug = NULL;
	struct sg_in *in = NULL;

	if (!ready && sg_env_init(&env) < 0)
		return 0;
	ready = 1;
	if (sg_in_memory(&env, "lease.txt",
		sg_view_str("I let you the flat.\n"), &source.in) == 0 &&
	    sg_in_memory(&env, "fuzz", sg_view_of(data, size), &in) == 0 &&
	    sg_format_xades.read(&env, in, &docs, &facts) == 0 &&
	    sg_augment_xades.open(&env, in, &docs, facts, &aug) == 0) {
		raise_first(&env, aug);
		write_out(&env, aug);
		sg_augment_xades.free(aug);
	}
	sg_facts_free(facts);
	sg_in_free(in);
	sg_in_free(source.in);
	sg_err_clear(&env);
	return 0;
}
