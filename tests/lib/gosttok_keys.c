/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "tests/lib/gosttok.h"

#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- gosttok.conf */

void
tok_conf_read(const struct tok_slot *slot, struct tok_conf *conf)
{
	char path[1024];
	size_t len = 0;
	FILE *file;

	conf->text[0] = '\n';
	snprintf(path, sizeof(path), "%s/gosttok.conf", slot->dir);
	file = fopen(path, "r");
	if (file != NULL) {
		len = fread(conf->text + 1, 1, sizeof(conf->text) - 2, file);
		fclose(file);
	}
	conf->text[len + 1] = '\0';
}

/* The value, "" for a bare name, NULL when there is no such line. */
const char *
tok_conf_get(const struct tok_conf *conf, const char *name, char value[64])
{
	char line[80];
	const char *at = conf->text;
	size_t len;

	snprintf(line, sizeof(line), "\n%s", name);
	len = strlen(line);
	while ((at = strstr(at, line)) != NULL) {
		at += len;
		if (*at == '=')
			snprintf(value, 64, "%.*s", (int)strcspn(at + 1, "\n"),
			    at + 1);
		else
			value[0] = '\0';
		if (*at == '=' || *at == '\n' || *at == '\0')
			return value;
	}
	return NULL;
}

int
tok_conf_has(const struct tok_conf *conf, const char *name)
{
	char value[64];

	return tok_conf_get(conf, name, value) != NULL;
}

unsigned long
tok_conf_number(
    const struct tok_conf *conf, const char *name, unsigned long other)
{
	char value[64];

	if (tok_conf_get(conf, name, value) == NULL)
		return other;
	return strtoul(value, NULL, 0);
}

/* What was called, for tests that count logins. */
void
tok_log(const struct tok_slot *slot, const char *line)
{
	struct tok_conf conf;
	char path[1024];
	FILE *file;

	tok_conf_read(slot, &conf);
	if (!tok_conf_has(&conf, "log"))
		return;
	snprintf(path, sizeof(path), "%s/gosttok.log", slot->dir);
	file = fopen(path, "a");
	if (file == NULL)
		return;
	fprintf(file, "%s\n", line);
	fclose(file);
}

CK_RV
tok_fault(const struct tok_slot *slot, const char *name)
{
	struct tok_conf conf;

	tok_conf_read(slot, &conf);
	return tok_conf_number(&conf, name, CKR_OK);
}

/* ---- keys */

static struct tok_object *
slot_add(
    struct tok_slot *slot, CK_OBJECT_CLASS cls, const struct tok_object *like)
{
	struct tok_object *object;

	if (slot->count == TOK_MAX_OBJECTS)
		return NULL;
	object = &slot->objects[slot->count++];
	memset(object, 0, sizeof(*object));
	object->cls = cls;
	object->type = like->type;
	memcpy(object->label, like->label, sizeof(object->label));
	memcpy(object->id, like->id, sizeof(object->id));
	return object;
}

static struct tok_bytes
bytes_of(const void *ptr, size_t len)
{
	struct tok_bytes bytes = { malloc(len), len };

	if (bytes.ptr == NULL)
		bytes.len = 0;
	else
		memcpy(bytes.ptr, ptr, len);
	return bytes;
}

static struct tok_bytes
bytes_of_oid(const ASN1_OBJECT *oid)
{
	struct tok_bytes bytes = { NULL, 0 };
	unsigned char *der = NULL;
	int len = i2d_ASN1_OBJECT(oid, &der);

	if (len > 0)
		bytes = bytes_of(der, (size_t)len);
	OPENSSL_free(der);
	return bytes;
}

/* The parameter set: first element of GostR3410-2012-PublicKeyParameters. */
static struct tok_bytes
bytes_of_curve(const X509_ALGOR *alg)
{
	struct tok_bytes bytes = { NULL, 0 };
	const ASN1_STRING *params;
	const unsigned char *ptr;
	ASN1_SEQUENCE_ANY *list;
	const ASN1_TYPE *first;
	const void *value;
	int type;

	X509_ALGOR_get0(NULL, &type, &value, alg);
	if (type != V_ASN1_SEQUENCE)
		return bytes;
	params = value;
	ptr = ASN1_STRING_get0_data(params);
	list = d2i_ASN1_SEQUENCE_ANY(NULL, &ptr, ASN1_STRING_length(params));
	first = list != NULL ? sk_ASN1_TYPE_value(list, 0) : NULL;
	if (first != NULL && first->type == V_ASN1_OBJECT)
		bytes = bytes_of_oid(first->value.object);
	sk_ASN1_TYPE_pop_free(list, ASN1_TYPE_free);
	return bytes;
}

static void *
file_read(const struct tok_slot *slot, const char *name, const char *suffix)
{
	char path[1024];
	void *object;
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s%s", slot->dir, name, suffix);
	file = fopen(path, "r");
	if (file == NULL)
		return NULL;
	if (strcmp(suffix, ".key") == 0)
		object = PEM_read_PrivateKey(file, NULL, NULL, NULL);
	else
		object = PEM_read_X509(file, NULL, NULL, NULL);
	fclose(file);
	return object;
}

static void
slot_add_cert(struct tok_slot *slot, const struct tok_object *like, X509 *cert)
{
	struct tok_object *object = slot_add(slot, CKO_CERTIFICATE, like);
	unsigned char *der = NULL;
	int len;

	if (object == NULL)
		return;
	len = i2d_X509(cert, &der);
	if (len > 0)
		object->value = bytes_of(der, (size_t)len);
	OPENSSL_free(der);
	der = NULL;
	len = i2d_X509_NAME(X509_get_subject_name(cert), &der);
	if (len > 0)
		object->subject = bytes_of(der, (size_t)len);
	OPENSSL_free(der);
}

static void
slot_add_half(struct tok_slot *slot, CK_OBJECT_CLASS cls,
    const struct tok_object *like, X509_PUBKEY *spki, EVP_PKEY *key)
{
	struct tok_object *object = slot_add(slot, cls, like);
	const unsigned char *octets;
	X509_ALGOR *alg;
	size_t head;
	int len;

	if (object == NULL)
		return;
	X509_PUBKEY_get0_param(NULL, &octets, &len, &alg, spki);
	object->curve = bytes_of_curve(alg);
	object->digest = bytes_of_oid(OBJ_nid2obj(like->type == CKK_GOSTR3410
		? NID_id_GostR3411_2012_256
		: NID_id_GostR3411_2012_512));
	if (cls == CKO_PRIVATE_KEY) {
		EVP_PKEY_up_ref(key);
		object->key = key;
		return;
	}
	/* x || y without the OCTET STRING around it */
	head = like->type == CKK_GOSTR3410 ? 2 : 3;
	object->value = bytes_of(octets + head, (size_t)len - head);
}

static void
slot_load_key(struct tok_slot *slot, const char *name)
{
	EVP_PKEY *key = file_read(slot, name, ".key");
	X509 *cert = file_read(slot, name, ".pem");
	struct tok_object like;
	const unsigned char *octets;
	X509_PUBKEY *spki = NULL;
	int len;

	memset(&like, 0, sizeof(like));
	switch (key != NULL ? EVP_PKEY_get_base_id(key) : 0) {
	case NID_id_GostR3410_2012_256:
		like.type = CKK_GOSTR3410;
		break;
	case NID_id_GostR3410_2012_512:
		like.type = TOK_CKK_512;
		break;
	default:
		goto out;
	}
	if (X509_PUBKEY_set(&spki, key) != 1)
		goto out;
	X509_PUBKEY_get0_param(NULL, &octets, &len, NULL, spki);
	snprintf(like.label, sizeof(like.label), "%.60s", name);
	SHA1(octets, (size_t)len, like.id);
	slot_add_half(slot, CKO_PUBLIC_KEY, &like, spki, key);
	slot_add_half(slot, CKO_PRIVATE_KEY, &like, spki, key);
	if (cert != NULL)
		slot_add_cert(slot, &like, cert);
out:
	X509_PUBKEY_free(spki);
	X509_free(cert);
	EVP_PKEY_free(key);
}

static int
name_is_key(const struct dirent *entry)
{
	size_t len = strlen(entry->d_name);

	return len > 4 && len < 64 &&
	    strcmp(entry->d_name + len - 4, ".key") == 0;
}

void
tok_slot_load(struct tok_slot *slot)
{
	struct dirent **names = NULL;
	int i, count = scandir(slot->dir, &names, name_is_key, alphasort);

	for (i = 0; i < count; i++) {
		names[i]->d_name[strlen(names[i]->d_name) - 4] = '\0';
		slot_load_key(slot, names[i]->d_name);
		free(names[i]);
	}
	free(names);
}

void
tok_slot_clear(struct tok_slot *slot)
{
	struct tok_object *object;
	size_t i;

	for (i = 0; i < slot->count; i++) {
		object = &slot->objects[i];
		free(object->value.ptr);
		free(object->curve.ptr);
		free(object->digest.ptr);
		free(object->subject.ptr);
		EVP_PKEY_free(object->key);
	}
	free(slot->dir);
	memset(slot, 0, sizeof(*slot));
}

/* ---- objects */

int
tok_is_hidden(const struct tok_slot *slot, const struct tok_object *object,
    const struct tok_conf *conf)
{
	if (tok_conf_has(conf, "empty"))
		return 1;
	switch (object->cls) {
	case CKO_PRIVATE_KEY:
		return !slot->logged_in;
	case CKO_PUBLIC_KEY:
		return tok_conf_has(conf, "no-public");
	default:
		return tok_conf_has(conf, "no-cert") ||
		    (tok_conf_has(conf, "private-cert") && !slot->logged_in);
	}
}

/* CKA_VALUE of a public key as different tokens give it. */
static size_t
object_public(const struct tok_object *object, const struct tok_conf *conf,
    unsigned char *out)
{
	size_t head = 0;
	size_t len = object->value.len;
	size_t i;

	if (tok_conf_has(conf, "wrap")) {
		out[head++] = 0x04;
		if (len >= 0x80)
			out[head++] = 0x81;
		out[head++] = (unsigned char)len;
	}
	for (i = 0; i < len; i++)
		out[head + i] = tok_conf_has(conf, "reverse")
		    ? object->value.ptr[len - 1 - i]
		    : object->value.ptr[i];
	return head + len;
}

/* The attribute's octets into out (8 KiB); -1: the object has no such. */
#define TOK_ATTR 8192
static int
put(unsigned char *out, const void *ptr, size_t len)
{
	if (len > TOK_ATTR)
		return -1;
	if (len != 0)
		memcpy(out, ptr, len);
	return (int)len;
}

static int
put_bool(unsigned char *out, int value)
{
	out[0] = value != 0;
	return 1;
}

static int
attr_of_private(const struct tok_object *object, const struct tok_conf *conf,
    CK_ATTRIBUTE_TYPE type, unsigned char *out)
{
	if (object->cls != CKO_PRIVATE_KEY)
		return -1;
	switch (type) {
	case CKA_SIGN:
		return put_bool(out, 1);
	case CKA_ALWAYS_AUTHENTICATE:
		return put_bool(out, tok_conf_has(conf, "always-authenticate"));
	default:
		return -1;
	}
}

static int
attr_of_key(const struct tok_object *object, const struct tok_conf *conf,
    CK_ATTRIBUTE_TYPE type, unsigned char *out)
{
	switch (type) {
	case CKA_KEY_TYPE:
		return put(out, &object->type, sizeof(object->type));
	case CKA_GOSTR3410_PARAMS:
		return put(out, object->curve.ptr, object->curve.len);
	case CKA_GOSTR3411_PARAMS:
		return put(out, object->digest.ptr, object->digest.len);
	case CKA_VALUE:
		if (object->cls == CKO_PRIVATE_KEY)
			return -1;
		return (int)object_public(object, conf, out);
	default:
		return attr_of_private(object, conf, type, out);
	}
}

static int
attr_of_cert(
    const struct tok_object *object, CK_ATTRIBUTE_TYPE type, unsigned char *out)
{
	CK_CERTIFICATE_TYPE x509 = CKC_X_509;

	switch (type) {
	case CKA_CERTIFICATE_TYPE:
		return put(out, &x509, sizeof(x509));
	case CKA_SUBJECT:
		return put(out, object->subject.ptr, object->subject.len);
	case CKA_VALUE:
		return put(out, object->value.ptr, object->value.len);
	default:
		return -1;
	}
}

static int
attr_of(const struct tok_object *object, const struct tok_conf *conf,
    CK_ATTRIBUTE_TYPE type, unsigned char *out)
{
	switch (type) {
	case CKA_CLASS:
		return put(out, &object->cls, sizeof(object->cls));
	case CKA_TOKEN:
		return put_bool(out, 1);
	case CKA_PRIVATE:
		return put_bool(out, object->cls == CKO_PRIVATE_KEY);
	case CKA_LABEL:
		return put(out, object->label, strlen(object->label));
	case CKA_ID:
		return put(out, object->id,
		    tok_conf_has(conf, "no-id") ? 0 : sizeof(object->id));
	default:
		break;
	}
	if (object->cls == CKO_CERTIFICATE)
		return attr_of_cert(object, type, out);
	return attr_of_key(object, conf, type, out);
}

CK_RV
tok_attr_get(const struct tok_object *object, const struct tok_conf *conf,
    CK_ATTRIBUTE *attr)
{
	unsigned char value[TOK_ATTR];
	int len = attr_of(object, conf, attr->type, value);
	CK_ULONG room = attr->ulValueLen;

	attr->ulValueLen = (CK_ULONG)-1;
	if (len < 0)
		return CKR_ATTRIBUTE_TYPE_INVALID;
	if (attr->pValue != NULL && room < (CK_ULONG)len)
		return CKR_BUFFER_TOO_SMALL;
	if (attr->pValue != NULL)
		memcpy(attr->pValue, value, (size_t)len);
	attr->ulValueLen = (CK_ULONG)len;
	return CKR_OK;
}

int
tok_matches(const struct tok_object *object, const struct tok_conf *conf,
    const CK_ATTRIBUTE *attrs, CK_ULONG count)
{
	unsigned char value[TOK_ATTR];
	CK_ULONG i;
	int len;

	for (i = 0; i < count; i++) {
		len = attr_of(object, conf, attrs[i].type, value);
		if (len < 0 || (CK_ULONG)len != attrs[i].ulValueLen ||
		    memcmp(value, attrs[i].pValue, (size_t)len) != 0)
			return 0;
	}
	return 1;
}
