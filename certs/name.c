/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "base/env.h"
#include "base/err.h"
#include "base/oid.h"
#include "base/pool.h"
#include "certs/cert.h"
#include "certs/x509.h"

#include <openssl/asn1.h>
#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/x509.h>

#include <string.h>

#define INN_SIZE 12   /* digits of a person's INN */
#define INNLE_SIZE 10 /* of a legal entity's */

/* The short names of RFC 4514, 3, and of the Russian profile (RFC 9215, B). */
static const struct {
	const char *oid, *key;
} name_keys[] = {
	{ SG_OID_CN, "CN" },
	{ SG_OID_SURNAME, "SN" },
	{ SG_OID_GIVEN_NAME, "GN" },
	{ SG_OID_INITIALS, "initials" },
	{ SG_OID_PSEUDONYM, "pseudonym" },
	{ SG_OID_TITLE, "title" },
	{ SG_OID_ORGANIZATION, "O" },
	{ SG_OID_ORGANIZATIONAL_UNIT, "OU" },
	{ SG_OID_ORGANIZATION_IDENTIFIER, "organizationIdentifier" },
	{ SG_OID_SERIAL_NUMBER, "serialNumber" },
	{ SG_OID_COUNTRY, "C" },
	{ SG_OID_STATE, "ST" },
	{ SG_OID_LOCALITY, "L" },
	{ SG_OID_STREET, "street" },
	{ SG_OID_POSTAL_CODE, "postalCode" },
	{ SG_OID_EMAIL, "emailAddress" },
	{ SG_OID_UNSTRUCTURED_NAME, "unstructuredName" },
	{ SG_OID_UNSTRUCTURED_ADDRESS, "unstructuredAddress" },
	{ SG_OID_DOMAIN_COMPONENT, "DC" },
	{ SG_OID_USER_ID, "UID" },
	{ SG_OID_NAME, "name" },
	{ SG_OID_GENERATION, "generationQualifier" },
	{ SG_OID_DN_QUALIFIER, "dnQualifier" },
	{ SG_OID_DESCRIPTION, "description" },
	{ SG_OID_BUSINESS_CATEGORY, "businessCategory" },
	{ SG_OID_TELEPHONE, "telephoneNumber" },
	{ SG_OID_INN, "INN" },
	{ SG_OID_INNLE, "INNLE" },
	{ SG_OID_SNILS, "SNILS" },
	{ SG_OID_OGRN, "OGRN" },
	{ SG_OID_OGRNIP, "OGRNIP" },
};

static const char *
name_key(const char *oid)
{
	size_t i;

	for (i = 0; i < sizeof(name_keys) / sizeof(name_keys[0]); i++)
		if (strcmp(name_keys[i].oid, oid) == 0)
			return name_keys[i].key;
	return oid;
}

const char *
sg_x509_oid(struct sg_pool *pool, const ASN1_OBJECT *object)
{
	char text[SG_OID_TEXT];

	return sg_pool_str(pool, sg_oid_of(object, text) == 0 ? text : "?");
}

/* A NUL inside would cut the text short for whoever reads it, and let one name
 * pass for another: U+FFFD stands for it. */
static char *
name_without_nul(struct sg_pool *pool, const unsigned char *utf8, size_t len)
{
	char *text = sg_pool_array(pool, len + 1, 3);
	char *to = text;
	size_t i;

	for (i = 0; text != NULL && i < len; i++) {
		if (utf8[i] != '\0') {
			*to++ = (char)utf8[i];
			continue;
		}
		memcpy(to, "\xef\xbf\xbd", 3);
		to += 3;
	}
	return text;
}

const char *
sg_x509_string(struct sg_pool *pool, const ASN1_STRING *string)
{
	int size = ASN1_STRING_length(string);
	unsigned char *utf8 = NULL;
	int len = ASN1_STRING_to_UTF8(&utf8, string);
	const char *text;

	if (len >= 0) {
		text = name_without_nul(pool, utf8, (size_t)len);
		OPENSSL_free(utf8);
		return text;
	}
	ERR_clear_error();
	text = sg_x509_hex(
	    pool, ASN1_STRING_get0_data(string), size > 0 ? (size_t)size : 0);
	return text != NULL ? sg_pool_printf(pool, "#%s", text) : NULL;
}

static int
name_part(struct sg_pool *pool, const X509_NAME_ENTRY *entry,
    struct sg_name_part *out)
{
	const struct sg_oid *row;

	out->oid = sg_x509_oid(pool, X509_NAME_ENTRY_get_object(entry));
	out->text = sg_x509_string(pool, X509_NAME_ENTRY_get_data(entry));
	if (out->oid == NULL || out->text == NULL)
		return SIGN_E_NOMEM;
	row = sg_oid_find(out->oid);
	out->key = name_key(out->oid);
	out->label = row != NULL ? row->name : NULL;
	return 0;
}

struct sg_name_part *
sg_x509_name_parts(struct sg_pool *pool, const X509_NAME *name, size_t *count)
{
	int i, size = X509_NAME_entry_count(name);
	struct sg_name_part *parts =
	    sg_pool_array(pool, (size_t)size + 1, sizeof(*parts));

	for (i = 0; parts != NULL && i < size; i++)
		if (name_part(pool, X509_NAME_get_entry(name, i), &parts[i]) <
		    0)
			return NULL;
	*count = (size_t)size;
	return parts;
}

int
sg_cert_name(struct sg_env *env, struct sg_pool *pool,
    const struct sg_cert *cert, int issuer, struct sg_name_part **out,
    size_t *count)
{
	*out = sg_x509_name_parts(
	    pool, issuer ? sg_cert_issuer(cert) : sg_cert_subject(cert), count);
	return *out != NULL ? 0 : sg_err_nomem(env);
}

/* First attribute of the subject with this short name or OID; only the latter
 * begins with a digit. */
static const char *
name_first(const struct sg_cert *cert, const char *key)
{
	int oid = key[0] >= '0' && key[0] <= '9';
	size_t i, count = 0;
	const struct sg_name_part *parts = sg_cert_parts(cert, &count);

	for (i = 0; parts != NULL && i < count; i++)
		if (oid ? strcmp(parts[i].oid, key) == 0
			: OPENSSL_strcasecmp(parts[i].key, key) == 0)
			return parts[i].text;
	return NULL;
}

/* A legal entity's INN in the place of a person's: until September 2021 there
 * was no other, and no person's INN begins with two zeros. */
static int
name_inn_of_entity(const char *inn)
{
	return inn != NULL && strlen(inn) == INN_SIZE &&
	    strspn(inn, "0123456789") == INN_SIZE &&
	    strncmp(inn, "00", INN_SIZE - INNLE_SIZE) == 0;
}

static int
name_key_is(const char *key, const char *name, const char *oid)
{
	return OPENSSL_strcasecmp(key, name) == 0 || strcmp(key, oid) == 0;
}

const char *
sg_cert_name_get(
    struct sg_pool *pool, const struct sg_cert *cert, const char *key)
{
	const char *text = name_first(cert, key);
	const char *inn;

	if (name_key_is(key, "INN", SG_OID_INN) && name_inn_of_entity(text))
		return NULL;
	if (text == NULL && name_key_is(key, "INNLE", SG_OID_INNLE)) {
		inn = name_first(cert, "INN");
		if (name_inn_of_entity(inn))
			text = inn + (INN_SIZE - INNLE_SIZE);
	}
	return sg_pool_str(pool, text);
}

/* RFC 4514, 2.4, but quotation marks stay as they are: they are frequent in
 * names of companies, and nothing here takes them for syntax. */
static int
name_put_value(struct sg_env *env, struct sg_buf *out, const char *text)
{
	size_t plain;
	int ret = 0;

	while (ret == 0 && *text != '\0') {
		plain = strcspn(text, "\\,+;");
		ret = sg_buf_append(env, out, text, plain);
		text += plain;
		if (ret < 0 || *text == '\0')
			break;
		ret = sg_buf_printf(env, out, "\\%c", *text++);
	}
	return ret;
}

static int
name_put(struct sg_env *env, struct sg_pool *pool, struct sg_buf *out,
    const X509_NAME_ENTRY *entry, int same_rdn)
{
	const char *oid = sg_x509_oid(pool, X509_NAME_ENTRY_get_object(entry));
	const char *value =
	    sg_x509_string(pool, X509_NAME_ENTRY_get_data(entry));
	int ret;

	if (oid == NULL || value == NULL)
		return sg_err_nomem(env);
	ret = sg_buf_printf(env, out, "%s%s=",
	    out->len == 0  ? ""
		: same_rdn ? "+"
			   : ", ",
	    name_key(oid));
	if (ret == 0)
		ret = name_put_value(env, out, value);
	return ret;
}

const char *
sg_x509_name_text(struct sg_pool *pool, const X509_NAME *name)
{
	int i, set = -1, count = X509_NAME_entry_count(name), ret = 0;
	const X509_NAME_ENTRY *entry;
	struct sg_buf buf = { 0 };
	struct sg_env scratch;
	const char *text = NULL;

	memset(&scratch, 0, sizeof(scratch));
	for (i = 0; i < count && ret == 0; i++) {
		entry = X509_NAME_get_entry(name, i);
		ret = name_put(&scratch, pool, &buf, entry,
		    X509_NAME_ENTRY_set(entry) == set);
		set = X509_NAME_ENTRY_set(entry);
	}
	if (ret == 0)
		text = sg_pool_strn(
		    pool, buf.len != 0 ? (char *)buf.ptr : "", buf.len);
	sg_buf_free(&buf);
	return text;
}
