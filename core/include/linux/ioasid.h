/* SPDX-License-Identifier: GPL-2.0-only */
/* ioasid_t is a basic type here. */
#ifndef _SHIM_LINUX_IOASID_H
#define _SHIM_LINUX_IOASID_H

#include <linux/types.h>

#endif
