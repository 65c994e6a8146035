/* SPDX-License-Identifier: GPL-2.0-only */
/* Shared virtual addressing is not driven; an mm's references abort. */
#ifndef _SHIM_LINUX_SCHED_MM_H
#define _SHIM_LINUX_SCHED_MM_H

#include <unsupported.h>

#define mmgrab(mm) unsupported("shared virtual addressing")
#define mmdrop(mm) unsupported("shared virtual addressing")

#endif
