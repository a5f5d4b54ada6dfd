/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef TESTS_UNIT_SIGNXML_H
#define TESTS_UNIT_SIGNXML_H

#include "jobkit.h"

#include "formats/facts.h"
#include "libsign/report.h"

/* What the tests of XAdES jobs share. */
#define XML \
	"<?xml version=\"1.0\"?>\n" \
	"<lease Id=\"l\"><rent>100</rent><signatures/></lease>\n"

/* The XML document alone in the directory: a cmocka setup function. */
int fresh_xml(void **state);
void put_text(const char *path, const char *text);
void put_cert(const char *path, const struct signer *who);
struct sign_job_options xades(enum sign_packaging packaging);
/* A moment at which the test's certificates are valid. */
int64_t signing_time(void);
struct sg_facts *read_xml(const char *path);
/* So many signatures, each with sound digests, value and certificate; the
 * first is packed so. */
void assert_sound(const char *path, size_t count, const char *packaging);
/* Of the first signature. */
enum sg_tri digest_ok(const char *path);
/* The message of the last failure has this in it. */
void assert_said(const char *part);

#endif
