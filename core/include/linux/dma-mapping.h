/* SPDX-License-Identifier: GPL-2.0-only */
/* The DMA API, as far as the group core sets it up for a device. */
#ifndef _SHIM_LINUX_DMA_MAPPING_H
#define _SHIM_LINUX_DMA_MAPPING_H

#include <linux/device.h>

#endif
