/* SPDX-License-Identifier: GPL-2.0-only */
/* Id allocation; see kernel/ida.c. */
#ifndef _SHIM_LINUX_IDR_H
#define _SHIM_LINUX_IDR_H

#include <linux/bits.h>
#include <linux/xarray.h>
#include <linux/gfp.h>

#define IDA_MAX 256

struct ida {
	unsigned long bits[IDA_MAX / BITS_PER_LONG];
};

#define DEFINE_IDA(name) struct ida name = { { 0 } }

int ida_alloc_range(struct ida *ida, unsigned int min, unsigned int max,
		    gfp_t gfp);
void ida_free(struct ida *ida, unsigned int id);

static inline int ida_alloc(struct ida *ida, gfp_t gfp)
{
	return ida_alloc_range(ida, 0, IDA_MAX - 1, gfp);
}

/* The names of 6.0 and before; @end is one behind the last, or 0. */
#define ida_simple_get(ida, start, end, gfp) \
	ida_alloc_range(ida, start, (end) ? (end) - 1 : IDA_MAX - 1, gfp)
#define ida_simple_remove(ida, id) ida_free(ida, id)

#endif
