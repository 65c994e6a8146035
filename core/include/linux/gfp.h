/* SPDX-License-Identifier: GPL-2.0-only */
/* Allocation flags; only their presence is looked at. */
#ifndef _SHIM_LINUX_GFP_H
#define _SHIM_LINUX_GFP_H

#define __GFP_DMA	     0x01u
#define __GFP_HIGHMEM	     0x02u
#define __GFP_DMA32	     0x04u
#define __GFP_ZERO	     0x100u
#define __GFP_DIRECT_RECLAIM 0x400u
#define __GFP_COMP	     0x40000u
#define GFP_KERNEL	     (__GFP_DIRECT_RECLAIM)
#define GFP_ATOMIC	     0u
#define GFP_KERNEL_ACCOUNT   GFP_KERNEL

static inline bool gfpflags_allow_blocking(gfp_t gfp)
{
	return gfp & __GFP_DIRECT_RECLAIM;
}

#endif
