/* SPDX-License-Identifier: GPL-2.0-only */
/* This bus does not exist here. */
#ifndef _SHIM_LINUX_AMBA_BUS_H
#define _SHIM_LINUX_AMBA_BUS_H

#endif
