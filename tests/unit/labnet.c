/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "tests/unit/labnet.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int64_t
labnet_clock(void *payload)
{
	return ((struct labnet *)payload)->time;
}

/* "ca" out of ".../crl/ca.crl"; NULL: another path. */
static const char *
path_id(const char *url, const char *service, char *id, size_t room)
{
	size_t len = strlen(service);
	const char *at = url + strlen(LABNET_URL);

	if (strncmp(at, service, len) != 0)
		return NULL;
	snprintf(id, room, "%.*s", (int)strcspn(at + len, ".?"), at + len);
	return id;
}

static void
answer(struct labnet *net, const struct sign_fetch_request *request,
    struct sg_buf *out)
{
	struct sg_view body = { request->body, request->body_len };
	char id[64];

	if (path_id(request->url, "/aia/", id, sizeof(id)) != NULL) {
		sg_buf_append_view(NULL, out, authority_cert(net->lab, id));
	} else if (path_id(request->url, "/crl/", id, sizeof(id)) != NULL) {
		struct authority_crl how = net->crl;

		how.issuer = id;
		how.time = how.time != 0 ? how.time : net->time;
		authority_crl(net->lab, &how, out);
	} else if (path_id(request->url, "/ocsp/", id, sizeof(id)) != NULL) {
		struct authority_ocsp how = net->ocsp;

		how.time = how.time != 0 ? how.time : net->time;
		authority_ocsp_reply(net->lab, &how, body, out);
	} else if (path_id(request->url, "/tsa", id, sizeof(id)) != NULL) {
		struct authority_tsa how = net->tsa;

		how.id = id[0] == '/' ? id + 1 : "tsa";
		how.time = how.time != 0 ? how.time : net->time;
		authority_tsa_reply(net->lab, &how, body, out);
	}
}

static void
note(struct labnet *net, const struct sign_fetch_request *request)
{
	net->asked++;
	net->untrusted = request->untrusted_url;
	net->accept = request->accept;
	snprintf(net->last, sizeof(net->last), "%s", request->url);
	snprintf(net->user, sizeof(net->user), "%s",
	    request->user != NULL ? request->user : "");
	snprintf(net->password, sizeof(net->password), "%s",
	    request->password != NULL ? request->password : "");
}

int
labnet_fetch(const struct sign_fetch_request *request, sign_append_fn *append,
    void *sink, void *payload)
{
	struct labnet *net = payload;
	struct sg_buf out = { 0 };
	size_t i, half;
	int ret = 0;

	note(net, request);
	for (i = 0; i < 4 && net->down[i] != NULL; i++)
		if (strstr(request->url, net->down[i]) != NULL)
			return SIGN_E_NET;
	if (strncmp(request->url, LABNET_URL, strlen(LABNET_URL)) != 0)
		return SIGN_E_NET;
	if (net->replaced != NULL &&
	    strstr(request->url, net->replaced) != NULL)
		sg_buf_append_view(NULL, &out, net->with);
	else
		answer(net, request, &out);
	half = out.len / 2;
	if (out.len != 0 &&
	    (append(out.ptr, half, sink) != 0 ||
		append(out.ptr + half, out.len - half, sink) != 0))
		ret = SIGN_E_LIMIT;
	sg_buf_free(&out);
	return ret;
}
