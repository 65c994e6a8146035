/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The C library includes this name for its own errno values: pass them on and
 * add those that never leave the kernel.
 */
#ifndef _SHIM_LINUX_ERRNO_H
#define _SHIM_LINUX_ERRNO_H

#include_next <linux/errno.h>

#define EPROBE_DEFER 517
#define ENOTSUPP     524

#endif
