/* SPDX-License-Identifier: GPL-2.0-only */
/* Memory descriptors: shared virtual addressing is not driven. */
#ifndef _SHIM_LINUX_MM_TYPES_H
#define _SHIM_LINUX_MM_TYPES_H

#include <linux/types.h>
#include <linux/sysfs.h>

struct mm_struct {
	u32 pasid;
};

#endif
