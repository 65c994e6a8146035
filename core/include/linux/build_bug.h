/* SPDX-License-Identifier: GPL-2.0-only */
/* BUILD_BUG_ON() */
#ifndef _SHIM_LINUX_BUILD_BUG_H
#define _SHIM_LINUX_BUILD_BUG_H

#include <linux/bug.h>

#endif
