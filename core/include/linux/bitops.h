/* SPDX-License-Identifier: GPL-2.0-only */
/* Bit operations. */
#ifndef _SHIM_LINUX_BITOPS_H
#define _SHIM_LINUX_BITOPS_H

#include <linux/bits.h>

#endif
