/* SPDX-License-Identifier: GPL-2.0-only */
/* Numbers of ioctls: none is made here. */
#ifndef _SHIM_LINUX_IOCTL_H
#define _SHIM_LINUX_IOCTL_H

#define _IO(type, nr) ((type) << 8 | (nr))

#endif
