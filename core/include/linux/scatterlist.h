/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Scatter lists are not driven by any operation; using one aborts.
 */
#ifndef _SHIM_LINUX_SCATTERLIST_H
#define _SHIM_LINUX_SCATTERLIST_H

#include <linux/types.h>
#include <unsupported.h>

struct scatterlist {
	unsigned int length;
};

struct sg_table {
	struct scatterlist *sgl;
	unsigned int orig_nents;
};

static inline phys_addr_t sg_phys(struct scatterlist *sg)
{
	(void)sg;
	unsupported("scatter lists");
}

static inline struct scatterlist *sg_next(struct scatterlist *sg)
{
	(void)sg;
	unsupported("scatter lists");
}

#define sg_dma_is_bus_address(sg) false
#define sg_is_dma_bus_address(sg) false

#endif
