/* SPDX-License-Identifier: GPL-2.0-only */
/* The fsl-mc bus does not exist here. */
#ifndef _SHIM_LINUX_FSL_MC_H
#define _SHIM_LINUX_FSL_MC_H

#include <unsupported.h>

static inline struct device *fsl_mc_cont_dev(struct device *dev)
{
	(void)dev;
	unsupported("the fsl-mc bus");
}

#endif
