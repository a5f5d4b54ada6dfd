/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "base/env.h"
#include "base/err.h"
#include "base/limits.h"
#include "formats/xml.h"
#include "formats/xmldsig.h"

#include <openssl/asn1.h>
#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/x509.h>

#include <string.h>

#define NS_WSSE \
	"http://docs.oasis-open.org/wss/2004/01/" \
	"oasis-200401-wss-wssecurity-secext-1.0.xsd"

/* XMLDSig 1.1, 4.5.4: X509Certificate is base64 of DER. */
static int
read_certificate(struct sg_xml_reading *reading, struct sg_sig_fact *fact,
    const xmlNode *node)
{
	struct sg_facts *facts = reading->facts;
	struct sg_view der, *slot;
	int ret = sg_xml_base64(reading->env, facts->pool, node, &der);

	if (ret == SIGN_E_FORMAT) {
		sg_err_clear(reading->env);
		return sg_facts_warn(facts, fact,
		    N_("a certificate in KeyInfo is not base64"), NULL, NULL);
	}
	if (ret < 0)
		return ret;
	if (facts->cert_count >= SG_MAX_CERTS)
		return sg_err_set(reading->env, SIGN_E_LIMIT,
		    N_("want at most %d certificates"), SG_MAX_CERTS);
	slot = sg_pool_push(facts->pool, &fact->key_certs,
	    &fact->key_cert_count, sizeof(*slot));
	if (slot == NULL)
		return sg_err_nomem(reading->env);
	*slot = der;
	return sg_facts_add_cert(facts, der);
}

/* X509SerialNumber is decimal; kept as an INTEGER TLV to compare with. The
 * issuer's text form is unreliable and not compared (RFC 4514 has variants):
 * the serial number only picks among the certificates that are there. */
int
sg_xml_read_serial(
    struct sg_xml_reading *reading, const xmlNode *node, struct sg_view *out)
{
	struct sg_pool *pool = reading->facts->pool;
	const char *text = node != NULL ? sg_xml_text(pool, node) : NULL;
	ASN1_INTEGER *serial = NULL;
	unsigned char *der = NULL;
	BIGNUM *number = NULL;
	int len;

	if (text == NULL || text[0] == '\0' || strlen(text) > 80)
		return 0;
	if (BN_dec2bn(&number, text) != (int)strlen(text)) {
		BN_free(number);
		return 0;
	}
	serial = BN_to_ASN1_INTEGER(number, NULL);
	BN_free(number);
	len = serial != NULL ? i2d_ASN1_INTEGER(serial, &der) : -1;
	ASN1_INTEGER_free(serial);
	if (len < 0)
		return sg_err_nomem(reading->env);
	*out = sg_pool_dup(pool, sg_view_of(der, (size_t)len));
	OPENSSL_free(der);
	return out->ptr != NULL ? 0 : sg_err_nomem(reading->env);
}

static int
read_serial(struct sg_xml_reading *reading, struct sg_sig_fact *fact,
    const xmlNode *node)
{
	return sg_xml_read_serial(reading,
	    sg_xml_child(node, SG_NS_DS, "X509SerialNumber"),
	    &fact->key_serial);
}

static int
read_ski(struct sg_xml_reading *reading, struct sg_sig_fact *fact,
    const xmlNode *node)
{
	int ret =
	    sg_xml_base64(reading->env, reading->facts->pool, node, &fact->ski);

	if (ret != SIGN_E_FORMAT)
		return ret;
	sg_err_clear(reading->env);
	return sg_facts_warn(reading->facts, fact,
	    N_("the key identifier in KeyInfo is not base64"), NULL, NULL);
}

static const struct {
	const char *name;
	int (*read)(struct sg_xml_reading *reading, struct sg_sig_fact *fact,
	    const xmlNode *node);
} items[] = {
	{ "X509Certificate", read_certificate },
	{ "X509IssuerSerial", read_serial },
	{ "X509SKI", read_ski },
};

static int
read_x509_data(struct sg_xml_reading *reading, struct sg_sig_fact *fact,
    const xmlNode *data)
{
	const xmlNode *child = sg_xml_first(data);
	size_t i;
	int ret = 0;

	for (; child != NULL && ret == 0; child = sg_xml_sibling(child))
		for (i = 0; i < sizeof(items) / sizeof(items[0]); i++)
			if (ret == 0 &&
			    sg_xml_is(child, SG_NS_DS, items[i].name))
				ret = items[i].read(reading, fact, child);
	return ret;
}

/* WS-Security 1.1, 7.2, as SMEV 2 uses it: a reference to a token elsewhere in
 * the document, base64 of a certificate. */
static int
read_token(struct sg_xml_reading *reading, struct sg_sig_fact *fact,
    const xmlNode *info)
{
	const xmlNode *at =
	    sg_xml_child(info, NS_WSSE, "SecurityTokenReference");
	const char *uri = NULL;
	xmlNode *token;

	at = sg_xml_child(at, NS_WSSE, "Reference");
	if (at != NULL)
		uri = sg_xml_attr(reading->facts->pool, at, "URI");
	if (uri == NULL || uri[0] != '#')
		return 0;
	if (sg_xml_by_id(reading->env, reading->xml, uri + 1, &token) < 0) {
		sg_err_clear(reading->env);
		return 0;
	}
	if (!sg_xml_is(token, NS_WSSE, "BinarySecurityToken"))
		return 0;
	return read_certificate(reading, fact, token);
}

/* ---- KeyValue (XMLDSig 1.1, 4.5.2): whose key it is nobody says, so it only
 * tells whether the value is sound. */

static int
keep_key(struct sg_xml_reading *reading, struct sg_sig_fact *fact,
    const char *type, OSSL_PARAM_BLD *params)
{
	EVP_PKEY_CTX *ctx =
	    EVP_PKEY_CTX_new_from_name(reading->env->lib, type, NULL);
	OSSL_PARAM *list = OSSL_PARAM_BLD_to_param(params);
	EVP_PKEY *key = NULL;
	unsigned char *der = NULL;
	int len = -1;

	if (ctx != NULL && list != NULL && EVP_PKEY_fromdata_init(ctx) == 1 &&
	    EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_PUBLIC_KEY, list) == 1)
		len = i2d_PUBKEY(key, &der);
	if (len > 0)
		fact->key_spki = sg_pool_dup(
		    reading->facts->pool, sg_view_of(der, (size_t)len));
	OPENSSL_free(der);
	EVP_PKEY_free(key);
	OSSL_PARAM_free(list);
	EVP_PKEY_CTX_free(ctx);
	sg_err_clear(reading->env);
	return 0;
}

static BIGNUM *
read_number(
    struct sg_xml_reading *reading, const xmlNode *parent, const char *name)
{
	const xmlNode *node = sg_xml_child(parent, SG_NS_DS, name);
	struct sg_view octets;

	if (node == NULL ||
	    sg_xml_base64(reading->env, reading->facts->pool, node, &octets) <
		0 ||
	    octets.len > 2048)
		return NULL;
	return BN_bin2bn(octets.ptr, (int)octets.len, NULL);
}

static int
read_rsa_value(struct sg_xml_reading *reading, struct sg_sig_fact *fact,
    const xmlNode *value)
{
	BIGNUM *n = read_number(reading, value, "Modulus");
	BIGNUM *e = read_number(reading, value, "Exponent");
	OSSL_PARAM_BLD *params = OSSL_PARAM_BLD_new();
	int ret = 0;

	if (n != NULL && e != NULL && params != NULL &&
	    OSSL_PARAM_BLD_push_BN(params, "n", n) == 1 &&
	    OSSL_PARAM_BLD_push_BN(params, "e", e) == 1)
		ret = keep_key(reading, fact, "RSA", params);
	OSSL_PARAM_BLD_free(params);
	BN_free(n);
	BN_free(e);
	return ret;
}

static int
read_ec_value(struct sg_xml_reading *reading, struct sg_sig_fact *fact,
    const xmlNode *value)
{
	static const char urn[] = "urn:oid:";
	struct sg_pool *pool = reading->facts->pool;
	const xmlNode *curve = sg_xml_child(value, SG_NS_DSIG11, "NamedCurve");
	const xmlNode *point = sg_xml_child(value, SG_NS_DSIG11, "PublicKey");
	const char *uri =
	    curve != NULL ? sg_xml_attr(pool, curve, "URI") : NULL;
	OSSL_PARAM_BLD *params = NULL;
	struct sg_view octets;
	int nid, ret = 0;

	if (uri == NULL || point == NULL ||
	    strncmp(uri, urn, sizeof(urn) - 1) != 0 ||
	    sg_xml_base64(reading->env, pool, point, &octets) < 0)
		return 0;
	nid = OBJ_txt2nid(uri + sizeof(urn) - 1);
	params = OSSL_PARAM_BLD_new();
	if (nid != NID_undef && params != NULL &&
	    OSSL_PARAM_BLD_push_utf8_string(
		params, "group", OBJ_nid2sn(nid), 0) == 1 &&
	    OSSL_PARAM_BLD_push_octet_string(
		params, "pub", octets.ptr, octets.len) == 1)
		ret = keep_key(reading, fact, "EC", params);
	OSSL_PARAM_BLD_free(params);
	return ret;
}

static int
read_key_value(struct sg_xml_reading *reading, struct sg_sig_fact *fact,
    const xmlNode *info)
{
	const xmlNode *value = sg_xml_child(info, SG_NS_DS, "KeyValue");
	const xmlNode *rsa = sg_xml_child(value, SG_NS_DS, "RSAKeyValue");
	const xmlNode *ec = sg_xml_child(value, SG_NS_DSIG11, "ECKeyValue");
	int ret = 0;

	if (rsa != NULL)
		ret = read_rsa_value(reading, fact, rsa);
	else if (ec != NULL)
		ret = read_ec_value(reading, fact, ec);
	if (ret == 0)
		sg_err_clear(reading->env);
	return ret;
}

int
sg_xml_read_key_info(
    struct sg_xml_reading *reading, const struct sg_xml_sig *sig)
{
	struct sg_sig_fact *fact = &reading->facts->sigs[sig->index];
	const xmlNode *info = sg_xml_child(sig->node, SG_NS_DS, "KeyInfo");
	const xmlNode *data;
	int ret = 0;

	if (info == NULL)
		return 0;
	data = sg_xml_child(info, SG_NS_DS, "X509Data");
	for (; data != NULL && ret == 0;
	     data = sg_xml_next(data, SG_NS_DS, "X509Data"))
		ret = read_x509_data(reading, fact, data);
	if (ret == 0)
		ret = read_token(reading, fact, info);
	return ret == 0 ? read_key_value(reading, fact, info) : ret;
}
