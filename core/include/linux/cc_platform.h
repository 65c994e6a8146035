/* SPDX-License-Identifier: GPL-2.0-only */
/* No confidential computing. */
#ifndef _SHIM_LINUX_CC_PLATFORM_H
#define _SHIM_LINUX_CC_PLATFORM_H

#define CC_ATTR_MEM_ENCRYPT   0
#define cc_platform_has(attr) false

#endif
