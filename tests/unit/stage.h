/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef TESTS_UNIT_STAGE_H
#define TESTS_UNIT_STAGE_H

#include <stdint.h>

#include "certs/chain.h"

struct authority;
struct sg_env;

/*
 * A world of the lab and what is known of it, told in a line. Commands are
 * separated by ";", times are days from MK_NOW ("2s-60": a minute earlier):
 *
 *	revoke ID DAY REASON     known from that day on; reason -1: none
 *	anchor ID, hint ID       beside root and ca, which are there already
 *	drop ID                  neither anchor nor hint
 *	crl ISSUER DAY [WORD...]
 *	ocsp ABOUT DAY [WORD...]
 *	poe ID DAY               the certificate existed on that day
 *	nopoe ID                 nothing proves the certificate
 *	max DAYS                 how old data may be
 *
 * Words: next=DAY, next=none, produced=DAY, cutoff=DAY, kept=DAY
 * (expiredCertsOnCRL), by=ID, byname, byca, id=DIGEST (of the CertID),
 * md=DIGEST (of the signature), base=DAY, idp=VALUE, @DAY (the data
 * existed on that day), @none (nothing proves them), and names of faults.
 *
 * Everything that says nothing else is proven at the time that is known.
 */
struct stage_cert {
	const char *id;
	struct sg_cert *cert;
	int unproven;
};
#define STAGE_CERTS 32

struct stage {
	struct sg_env *env;
	struct authority *lab;
	int64_t known;
	struct stage_cert named[STAGE_CERTS];
	size_t named_count;
	struct sg_certs anchors, certs;
	struct sg_crls crls;
	struct sg_ocsps ocsps;
	struct sg_poes *poes;
	struct sg_evidence evidence;
};

/* 0: the module with GOST is absent. known: a day. */
int stage_new(
    struct stage *stage, struct sg_env *env, const char *kind, int known);
void stage_free(struct stage *stage);
void stage_play(struct stage *stage, const char *script);
/* Borrowed. */
struct sg_cert *stage_cert(struct stage *stage, const char *id);
/* Seconds of a day. */
int64_t stage_day(long day);

#endif
