/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "libsign/fetch_curl.h"

#include "base/env.h"
#include "base/err.h"
#include "base/limits.h"
#include "libsign/address.h"

#include <curl/curl.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#define HEADERS_MAX (128 * 1024) /* octets of headers, and of a refusal */
#define SLOW_OCTETS 64           /* a second; slower than that for so */
#define SLOW_SECONDS 20          /* long is given up */

static pthread_once_t curl_once = PTHREAD_ONCE_INIT;
static int curl_ready;

static void
curl_start(void)
{
	curl_ready = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
}

const char *
sg_net_version(struct sg_env *env)
{
	(void)env;
	return curl_version_info(CURLVERSION_NOW)->version;
}

/* ---- settings */

struct sg_net {
	struct sign_net_options set;
	char *proxy, *agent, *ca_file;
};

static int
net_copy(struct sg_env *env, const char *text, char **out)
{
	if (text == NULL)
		return 0;
	*out = strdup(text);
	return *out != NULL ? 0 : sg_err_nomem(env);
}

int
sg_net_new(struct sg_env *env, const struct sign_net_options *options,
    struct sg_net **out)
{
	struct sg_net *net;
	int ret;

	if (options->connect_seconds < 0 || options->total_seconds < 0)
		return sg_err_set(
		    env, SIGN_E_ARG, N_("network: a time below zero"));
	if (options->ca_file != NULL && access(options->ca_file, R_OK) != 0)
		return sg_err_sys(
		    env, SIGN_E_IO, N_("%s: cannot read"), options->ca_file);
	pthread_once(&curl_once, curl_start);
	if (!curl_ready)
		return sg_err_set(
		    env, SIGN_E_INTERNAL, N_("cannot set up libcurl"));
	net = calloc(1, sizeof(*net));
	if (net == NULL)
		return sg_err_nomem(env);
	net->set = *options;
	if (net->set.connect_seconds == 0)
		net->set.connect_seconds = 10;
	if (net->set.max_redirects == 0)
		net->set.max_redirects = 3;
	ret = net_copy(env, options->proxy, &net->proxy);
	if (ret == 0)
		ret = net_copy(env,
		    options->user_agent != NULL ? options->user_agent
						: "podpis/" PACKAGE_VERSION,
		    &net->agent);
	if (ret == 0)
		ret = net_copy(env, options->ca_file, &net->ca_file);
	if (ret < 0) {
		sg_net_free(net);
		return ret;
	}
	*out = net;
	return 0;
}

void
sg_net_free(struct sg_net *net)
{
	if (net == NULL)
		return;
	free(net->proxy);
	free(net->agent);
	free(net->ca_file);
	free(net);
}

/* ---- one fetch, with its redirects */

enum stop {
	STOP_NOT,
	STOP_ADDRESS, /* it leads where it may not */
	STOP_SIZE,
	STOP_REFUSAL, /* the headers, or what comes with an error, have no
			 end */
	STOP_ENV,     /* the error is set: cancelled, no memory */
};

struct fetch {
	struct sg_env *env;
	const struct sg_net *net;
	const struct sg_fetch *want;
	struct sg_buf *out;
	size_t before;    /* what stood in there */
	int64_t deadline; /* milliseconds, monotonic */
	int seconds;      /* that were allowed */

	/* of this hop */
	CURL *easy;
	CURLU *url;
	char *now;     /* the URL, from libcurl */
	int untrusted; /* who chose it: a redirect is nobody's choice */
	size_t refusal, headers;
	enum stop stop;
	char message[CURL_ERROR_SIZE];
};

static int64_t
milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* ---- what libcurl calls */

static size_t
on_body(char *data, size_t size, size_t count, void *payload)
{
	struct fetch *fetch = payload;
	size_t have = fetch->out->len - fetch->before;
	size_t len = size * count;
	long code = 0;

	curl_easy_getinfo(fetch->easy, CURLINFO_RESPONSE_CODE, &code);
	if (code != 200) {
		fetch->refusal += len;
		if (fetch->refusal <= HEADERS_MAX)
			return len;
		fetch->stop = STOP_REFUSAL;
		return 0;
	}
	if (len > fetch->want->max - have) {
		fetch->stop = STOP_SIZE;
		return 0;
	}
	if (sg_buf_append(fetch->env, fetch->out, data, len) == 0)
		return len;
	fetch->stop = STOP_ENV;
	return 0;
}

static size_t
on_header(char *data, size_t size, size_t count, void *payload)
{
	struct fetch *fetch = payload;

	(void)data;
	fetch->headers += size * count;
	if (fetch->headers <= HEADERS_MAX)
		return size * count;
	fetch->stop = STOP_REFUSAL;
	return 0;
}

static int
on_progress(void *payload, curl_off_t total, curl_off_t now, curl_off_t sent,
    curl_off_t sending)
{
	struct fetch *fetch = payload;

	(void)sent;
	(void)sending;
	if (sg_env_progress(fetch->env, now > 0 ? (uint64_t)now : 0,
		total > 0 ? (uint64_t)total : 0) == 0)
		return 0;
	fetch->stop = STOP_ENV;
	return 1;
}

/* Where names are turned into addresses and nobody can come in between. With
 * a proxy it is the proxy's address, which the caller chose. */
static curl_socket_t
on_socket(void *payload, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct fetch *fetch = payload;

	(void)purpose;
	if (fetch->untrusted && fetch->net->proxy == NULL &&
	    !fetch->net->set.insecure_allow_private &&
	    !sg_address_is_public(&address->addr, address->addrlen)) {
		fetch->stop = STOP_ADDRESS;
		return CURL_SOCKET_BAD;
	}
	return socket(address->family, address->socktype | SOCK_CLOEXEC,
	    address->protocol);
}

/* ---- before */

static int
refuse_address(struct fetch *fetch)
{
	return sg_err_set(fetch->env, SIGN_E_NET,
	    N_("%.300s: leads to this computer or a private network, and "
	       "nobody here chose that address"),
	    fetch->now);
}

/* Each hop: the scheme, nobody's name and password in it, the host. */
static int
hop_check(struct fetch *fetch, int was_secure)
{
	char *scheme = NULL, *user = NULL, *host = NULL;
	struct sg_env *env = fetch->env;
	int ret = 0;

	curl_url_get(fetch->url, CURLUPART_SCHEME, &scheme, 0);
	curl_url_get(fetch->url, CURLUPART_USER, &user, 0);
	curl_url_get(fetch->url, CURLUPART_HOST, &host, 0);
	if (scheme == NULL ||
	    (strcasecmp(scheme, "http") != 0 &&
		strcasecmp(scheme, "https") != 0))
		ret = sg_err_set(env, SIGN_E_NET,
		    N_("%.300s: want an address with http:// or https://"),
		    fetch->now);
	else if (was_secure && strcasecmp(scheme, "https") != 0)
		ret = sg_err_set(env, SIGN_E_NET,
		    N_("%.300s: a redirect from https:// to http://"),
		    fetch->now);
	else if (user != NULL)
		ret = sg_err_set(env, SIGN_E_NET,
		    N_("an address to fetch from has a name or password in "
		       "it"));
	else if (fetch->untrusted && !fetch->net->set.insecure_allow_private &&
	    (host == NULL || !sg_address_may_name(host)))
		ret = refuse_address(fetch);
	curl_free(scheme);
	curl_free(user);
	curl_free(host);
	return ret;
}

static int
hop_url(struct fetch *fetch, const char *text, int was_secure)
{
	char *now = NULL;
	CURLU *url = curl_url();

	if (url == NULL)
		return sg_err_nomem(fetch->env);
	if (curl_url_set(url, CURLUPART_URL, text, 0) != CURLUE_OK ||
	    curl_url_get(url, CURLUPART_URL, &now, 0) != CURLUE_OK ||
	    strlen(now) > SG_MAX_URL) {
		curl_free(now);
		curl_url_cleanup(url);
		return sg_err_set(fetch->env, SIGN_E_NET,
		    N_("%.300s: not an address that can be fetched"), text);
	}
	curl_url_cleanup(fetch->url);
	curl_free(fetch->now);
	fetch->url = url;
	fetch->now = now;
	return hop_check(fetch, was_secure);
}

/* Nothing of the environment: no proxy, no .netrc, no cookies, no signals. */
static void
hop_limits(struct fetch *fetch)
{
	const struct sg_net *net = fetch->net;
	int64_t left = fetch->deadline - milliseconds();
	CURL *easy = fetch->easy;

	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	curl_easy_setopt(
	    easy, CURLOPT_PROXY, net->proxy != NULL ? net->proxy : "");
	curl_easy_setopt(easy, CURLOPT_NOPROXY, "");
	curl_easy_setopt(
	    easy, CURLOPT_CONNECTTIMEOUT, (long)net->set.connect_seconds);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)(left > 0 ? left : 1));
	curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, (long)SLOW_OCTETS);
	curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, (long)SLOW_SECONDS);
	curl_easy_setopt(
	    easy, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)fetch->want->max);
	curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
	curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
	curl_easy_setopt(
	    easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (net->ca_file != NULL)
		curl_easy_setopt(easy, CURLOPT_CAINFO, net->ca_file);
}

static void
hop_callbacks(struct fetch *fetch)
{
	CURL *easy = fetch->easy;

	curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, fetch->message);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, fetch);
	curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(easy, CURLOPT_HEADERDATA, fetch);
	curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, on_progress);
	curl_easy_setopt(easy, CURLOPT_XFERINFODATA, fetch);
	curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, on_socket);
	curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, fetch);
}

/* The name and password go to the first address alone; over plain HTTP not
 * before the server asks, and then hidden where it can do that. */
static void
hop_login(struct fetch *fetch, int first)
{
	const struct sg_fetch *want = fetch->want;
	int secure = strncasecmp(fetch->now, "https:", 6) == 0;

	if (!first || want->user == NULL)
		return;
	curl_easy_setopt(fetch->easy, CURLOPT_USERNAME, want->user);
	curl_easy_setopt(fetch->easy, CURLOPT_PASSWORD,
	    want->password != NULL ? want->password : "");
	curl_easy_setopt(fetch->easy, CURLOPT_HTTPAUTH,
	    (long)(secure ? CURLAUTH_BASIC : CURLAUTH_BASIC | CURLAUTH_DIGEST));
}

static int
header_add(struct sg_env *env, struct curl_slist **list, const char *name,
    const char *value)
{
	struct sg_buf line = { 0 };
	struct curl_slist *longer = NULL;

	if (value != NULL &&
	    sg_buf_printf(env, &line, "%s %s", name, value) == 0)
		longer = curl_slist_append(*list, (const char *)line.ptr);
	else if (value == NULL)
		longer = curl_slist_append(*list, name);
	sg_buf_free(&line);
	if (longer == NULL)
		return sg_err_nomem(env);
	*list = longer;
	return 0;
}

static int
hop_headers(struct fetch *fetch, struct curl_slist **list)
{
	const struct sg_fetch *want = fetch->want;
	int ret = header_add(fetch->env, list, "Expect:", NULL);

	if (ret == 0 && want->accept != NULL)
		ret = header_add(fetch->env, list, "Accept:", want->accept);
	if (ret < 0 || want->content_type == NULL)
		return ret;
	curl_easy_setopt(fetch->easy, CURLOPT_POST, 1L);
	curl_easy_setopt(fetch->easy, CURLOPT_POSTFIELDS, want->body.ptr);
	curl_easy_setopt(fetch->easy, CURLOPT_POSTFIELDSIZE_LARGE,
	    (curl_off_t)want->body.len);
	return header_add(
	    fetch->env, list, "Content-Type:", want->content_type);
}

/* ---- after */

static int
hop_failed(struct fetch *fetch, CURLcode code)
{
	struct sg_env *env = fetch->env;
	const char *why = fetch->message;

	if (fetch->stop == STOP_ENV)
		return env->code;
	if (fetch->stop == STOP_ADDRESS)
		return refuse_address(fetch);
	if (fetch->stop == STOP_SIZE || code == CURLE_FILESIZE_EXCEEDED)
		return sg_err_set(env, SIGN_E_LIMIT,
		    N_("%.300s: the answer has more than %zu octets"),
		    fetch->now, fetch->want->max);
	if (code == CURLE_OUT_OF_MEMORY)
		return sg_err_nomem(env);
	if (code == CURLE_OPERATION_TIMEDOUT)
		return sg_err_set(env, SIGN_E_NET,
		    N_("%.300s: no whole answer within %d seconds, or far too "
		       "slow"),
		    fetch->now, fetch->seconds);
	if (fetch->stop == STOP_REFUSAL)
		why = N_("an answer without end");
	else if (why[0] == '\0')
		why = curl_easy_strerror(code);
	return sg_err_set(env, SIGN_E_NET, N_("%.300s: not reached: %s"),
	    fetch->now, sg_tr(env, why));
}

/* 1: go on to *next, 0: done, < 0. A question is asked again where it is
 * redirected to; 303 would turn it into something else. */
static int
hop_answer(struct fetch *fetch, const char **next)
{
	static const char *const words[] = { N_("it wants a name and password"),
		N_("it does not let us in"), N_("there is no such page") };
	struct sg_env *env = fetch->env;
	char *to = NULL;
	long code = 0;

	curl_easy_getinfo(fetch->easy, CURLINFO_RESPONSE_CODE, &code);
	if (code == 200)
		return 0;
	curl_easy_getinfo(fetch->easy, CURLINFO_REDIRECT_URL, &to);
	if (code / 100 == 3 && to != NULL &&
	    (code != 303 || fetch->want->content_type == NULL)) {
		*next = to;
		return 1;
	}
	if (code == 401 || code == 403 || code == 404)
		return sg_err_set(env, SIGN_E_NET,
		    N_("%.300s: the server answers %ld: %s"), fetch->now, code,
		    sg_tr(env,
			words[code == 401     ? 0
				: code == 403 ? 1
					      : 2]));
	return sg_err_set(env, SIGN_E_NET, N_("%.300s: the server answers %ld"),
	    fetch->now, code);
}

/* One request; every hop has a connection of its own, so that none which was
 * made for somebody we trust is used for somebody we do not. */
static int
hop_run(struct fetch *fetch, int first, char **next)
{
	struct curl_slist *headers = NULL;
	const char *to = NULL;
	CURLcode code;
	int ret;

	fetch->easy = curl_easy_init();
	if (fetch->easy == NULL)
		return sg_err_nomem(fetch->env);
	fetch->stop = STOP_NOT;
	fetch->headers = fetch->refusal = 0;
	fetch->message[0] = '\0';
	hop_limits(fetch);
	hop_callbacks(fetch);
	hop_login(fetch, first);
	curl_easy_setopt(fetch->easy, CURLOPT_CURLU, fetch->url);
	curl_easy_setopt(fetch->easy, CURLOPT_USERAGENT, fetch->net->agent);
	ret = hop_headers(fetch, &headers);
	if (ret < 0)
		goto out;
	curl_easy_setopt(fetch->easy, CURLOPT_HTTPHEADER, headers);
	code = curl_easy_perform(fetch->easy);
	ret =
	    code == CURLE_OK ? hop_answer(fetch, &to) : hop_failed(fetch, code);
	if (ret > 0 && net_copy(fetch->env, to, next) < 0)
		ret = SIGN_E_NOMEM;
out:
	curl_easy_cleanup(fetch->easy);
	curl_slist_free_all(headers);
	return ret;
}

static int
fetch_hops(struct fetch *fetch)
{
	const char *at = fetch->want->url;
	char *next = NULL;
	int hop, ret = 1, was_secure = 0;

	for (hop = 0; ret > 0; hop++) {
		ret = hop_url(fetch, at, was_secure);
		free(next);
		next = NULL;
		if (ret == 0)
			ret = hop_run(fetch, hop == 0, &next);
		if (ret > 0 && hop >= fetch->net->set.max_redirects)
			ret = sg_err_set(fetch->env, SIGN_E_NET,
			    N_("%.300s: redirected more than %d times"),
			    fetch->want->url, hop);
		if (ret <= 0)
			break;
		was_secure = strncasecmp(fetch->now, "https:", 6) == 0;
		fetch->untrusted = 1;
		at = next;
	}
	free(next);
	return ret;
}

int
sg_net_fetch(struct sg_env *env, struct sg_net *net,
    const struct sg_fetch *want, struct sg_buf *out)
{
	struct fetch fetch = { .env = env,
		.net = net,
		.want = want,
		.out = out,
		.before = out->len,
		.untrusted = want->untrusted_url };
	int ret;

	fetch.seconds = net->set.total_seconds;
	if (fetch.seconds == 0) /* a question is answered soon or never */
		fetch.seconds = want->content_type != NULL ? 30 : 120;
	fetch.deadline = milliseconds() + (int64_t)fetch.seconds * 1000;
	ret = fetch_hops(&fetch);
	curl_url_cleanup(fetch.url);
	curl_free(fetch.now);
	return ret;
}
