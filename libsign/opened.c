/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "libsign/opened.h"

#include "base/err.h"
#include "formats/uri.h"
#include "libsign/find.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static int
open_doc(struct sg_env *env, struct sg_opened *opened, const char *path)
{
	struct sg_source *doc = &opened->docs.list[opened->docs.count];
	int ret = sg_in_open(env, path, &doc->in);

	if (ret < 0)
		return ret;
	doc->name = sg_in_name(doc->in);
	opened->docs.count++;
	return 0;
}

/* The documents of a detached signature: given, or beside the file. */
static int
open_docs(
    struct sg_env *env, struct sg_opened *opened, const struct sg_where *where)
{
	char *beside = NULL;
	size_t i;
	int ret = 0;

	opened->docs.list =
	    calloc(where->count + 1, sizeof(*opened->docs.list));
	if (opened->docs.list == NULL)
		return sg_err_nomem(env);
	for (i = 0; i < where->count && ret == 0; i++)
		ret = open_doc(env, opened, where->contents[i]);
	if (ret < 0 || where->count != 0 || !where->find)
		return ret;
	ret = sg_find_document(env, opened->path, &beside);
	if (ret == 0 && beside != NULL)
		ret = open_doc(env, opened, beside);
	free(beside);
	return ret;
}

/* ---- external references of XAdES: files beside the signature */

/* A bare name: nothing that leads elsewhere. */
static int
is_bare(const char *name)
{
	return name[0] != '\0' && strchr(name, '/') == NULL &&
	    strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
}

/* Open a missing document beside the signature when it is a plain file, and
 * say so. 1: opened, 0: not there, < 0. */
static int
open_beside(
    struct sg_env *env, struct sg_opened *opened, const struct sg_doc_fact *doc)
{
	const char *slash = strrchr(opened->path, '/');
	int len = slash != NULL ? (int)(slash - opened->path) + 1 : 0;
	struct sg_buf path = { 0 };
	struct sg_source *list;
	char name[NAME_MAX + 1];
	struct stat st;
	int ret;

	if (doc->uri == NULL ||
	    sg_uri_decode(doc->uri, name, sizeof(name)) < 0 || !is_bare(name))
		return 0;
	ret = sg_buf_printf(env, &path, "%.*s%s", len, opened->path, name);
	if (ret < 0 || lstat((const char *)path.ptr, &st) != 0 ||
	    !S_ISREG(st.st_mode)) {
		sg_buf_free(&path);
		return ret;
	}
	list = realloc(
	    opened->docs.list, (opened->docs.count + 2) * sizeof(*list));
	if (list == NULL) {
		sg_buf_free(&path);
		return sg_err_nomem(env);
	}
	opened->docs.list = list;
	memset(&list[opened->docs.count], 0, sizeof(*list));
	ret = open_doc(env, opened, (const char *)path.ptr);
	sg_buf_free(&path);
	if (ret == 0)
		list[opened->docs.count - 1].beside = 1;
	return ret < 0 ? ret : 1;
}

static int
tell_beside(struct sg_opened *opened)
{
	size_t i;
	int ret = 0;

	for (i = 0; i < opened->docs.count && ret == 0; i++)
		if (opened->docs.list[i].beside)
			ret = sg_facts_warn(opened->facts, NULL,
			    N_("%1$s was found beside the signature and taken "
			       "for the document that it names"),
			    opened->docs.list[i].name, NULL);
	return ret;
}

/* Read again with what was found. */
static int
find_references(struct sg_env *env, struct sg_opened *opened)
{
	struct sg_facts *facts = opened->facts;
	int ret = 0, found = 0;
	size_t i;

	if (!sg_in_can_rewind(opened->in))
		return 0;
	for (i = 0; i < facts->doc_count && ret >= 0; i++) {
		if (!facts->docs[i].missing)
			continue;
		ret = open_beside(env, opened, &facts->docs[i]);
		found += ret > 0;
	}
	if (ret < 0 || found == 0)
		return ret;
	opened->facts = NULL;
	sg_facts_free(facts);
	ret = sg_in_rewind(env, opened->in);
	if (ret == 0)
		ret = opened->format->read(
		    env, opened->in, &opened->docs, &opened->facts);
	return ret == 0 ? tell_beside(opened) : ret;
}

static void
close_docs(struct sg_opened *opened)
{
	size_t i;

	for (i = 0; i < opened->docs.count; i++)
		sg_in_free(opened->docs.list[i].in);
	free(opened->docs.list);
	opened->docs.list = NULL;
	opened->docs.count = 0;
}

/* A container is asked for this and that of it. */
static int
spool_container(struct sg_env *env, struct sg_opened *opened)
{
	struct sg_in *pipe = opened->raw;
	struct sg_view head;
	int ret = sg_in_peek(env, pipe, SG_FORMAT_HEAD, &head);

	if (ret < 0 || sg_in_can_read_at(pipe) || !sg_format_asic.probe(head))
		return ret;
	ret = sg_in_spool(env, pipe, &opened->raw);
	if (ret < 0)
		opened->raw = NULL;
	sg_in_free(pipe);
	return ret;
}

/* Bytes to facts: what the file says. given: documents are by the caller. */
static int
read_facts(struct sg_env *env, struct sg_opened *opened, int given)
{
	struct sg_view head;
	int ret = spool_container(env, opened);

	if (ret == 0)
		ret = sg_encoding_open(
		    env, opened->raw, &opened->in, &opened->encoding, NULL);
	if (ret == 0)
		ret = sg_in_peek(env, opened->in, SG_FORMAT_HEAD, &head);
	if (ret < 0)
		return ret;
	opened->format = sg_format_probe(head);
	if (opened->format == NULL)
		return sg_err_set(env, SIGN_E_FORMAT,
		    N_("%s: not a signature of a known format"), opened->path);
	if (opened->format == &sg_format_asic && given)
		return sg_err_set(env, SIGN_E_ARG,
		    N_("%s is a container, which has its documents in it: no "
		       "other can be given for them"),
		    opened->path);
	if (opened->format == &sg_format_asic)
		close_docs(opened);
	return opened->format->read(
	    env, opened->in, &opened->docs, &opened->facts);
}

/* A container or an attached signature would bring documents of its own, which
 * somebody could take for those beside it. */
int
sg_opened_facts(struct sg_env *env, struct sg_opened *opened)
{
	const struct sg_facts *facts;
	struct sg_view head;
	size_t i;
	int ret = sg_in_peek(env, opened->raw, SG_FORMAT_HEAD, &head);

	if (ret == 0 && sg_format_asic.probe(head))
		return sg_err_set(env, SIGN_E_FORMAT,
		    N_("%s: want a detached CMS signature"), opened->path);
	if (ret == 0)
		ret = read_facts(env, opened, 1);
	if (ret < 0)
		return ret;
	facts = opened->facts;
	for (i = 0; i < facts->sig_count; i++)
		if (opened->format != &sg_format_cades ||
		    facts->sigs[i].packaging == SG_PACK_ATTACHED)
			return sg_err_set(env, SIGN_E_FORMAT,
			    N_("%s: want a detached CMS signature"),
			    opened->path);
	return 0;
}

int
sg_opened_read(struct sg_env *env, const char *path, struct sg_in *raw,
    const struct sg_where *where, struct sg_opened *out)
{
	int ret = 0;

	memset(out, 0, sizeof(*out));
	out->path = path;
	out->raw = raw;
	if (raw == NULL)
		ret = sg_in_open(env, path, &out->raw);
	if (ret == 0)
		ret = open_docs(env, out, where);
	if (ret == 0)
		ret = read_facts(env, out, where->count != 0);
	if (ret == 0 && where->count == 0 && where->find &&
	    out->format == &sg_format_xades)
		ret = find_references(env, out);
	return ret;
}

int
sg_opened_again(struct sg_env *env, const char *name, struct sg_view signature,
    struct sg_sources *docs, struct sg_opened *out)
{
	int ret;

	memset(out, 0, sizeof(*out));
	out->path = name;
	out->docs = *docs;
	memset(docs, 0, sizeof(*docs));
	ret = sg_in_memory(env, name, signature, &out->raw);
	if (ret == 0)
		ret = read_facts(env, out, 0);
	return ret == 0 ? tell_beside(out) : ret;
}

void
sg_opened_close(struct sg_opened *opened)
{
	close_docs(opened);
	sg_in_free(opened->in);
	sg_in_free(opened->raw);
	sg_facts_free(opened->facts);
	memset(opened, 0, sizeof(*opened));
}
