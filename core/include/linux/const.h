/* SPDX-License-Identifier: GPL-2.0-only */
/* Nothing of it is used. */
#ifndef _SHIM_LINUX_CONST_H
#define _SHIM_LINUX_CONST_H

#endif
