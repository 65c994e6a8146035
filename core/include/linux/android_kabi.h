/* SPDX-License-Identifier: GPL-2.0-only */
/* Room that Android leaves in structures for its vendors. */
#ifndef _SHIM_LINUX_ANDROID_KABI_H
#define _SHIM_LINUX_ANDROID_KABI_H

#define ANDROID_KABI_RESERVE(n)
#define ANDROID_VENDOR_DATA(n)
#define ANDROID_VENDOR_DATA_ARRAY(n, size)

#endif
