/* SPDX-License-Identifier: GPL-2.0-only */
/* Dirty tracking is not driven by any operation; using it aborts. */
#ifndef _SHIM_LINUX_IOVA_BITMAP_H
#define _SHIM_LINUX_IOVA_BITMAP_H

#include <unsupported.h>

struct iova_bitmap;

static inline void iova_bitmap_set(struct iova_bitmap *bitmap,
				   unsigned long iova, size_t length)
{
	(void)bitmap;
	(void)iova;
	(void)length;
	unsupported("dirty tracking");
}

#endif
