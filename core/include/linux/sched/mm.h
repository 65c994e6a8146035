/* SPDX-License-Identifier: GPL-2.0-only */
/* Shared virtual addressing is not driven; dropping an mm aborts. */
#ifndef _SHIM_LINUX_SCHED_MM_H
#define _SHIM_LINUX_SCHED_MM_H

#include <unsupported.h>

#define mmdrop(mm) unsupported("shared virtual addressing")

#endif
