/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_LIBSIGN_KIND_H
#define SIGN_LIBSIGN_KIND_H

#include "base/buf.h"

#define SG_KIND_HEAD 512 /* as many first octets are enough */

/* What a document is, by its first octets: English, marked with N_(). */
const char *sg_document_kind(struct sg_view head);

#endif
