/* SPDX-License-Identifier: GPL-2.0-only */
/* The platform bus. */
#ifndef _SHIM_LINUX_PLATFORM_DEVICE_H
#define _SHIM_LINUX_PLATFORM_DEVICE_H

#include <linux/device.h>

extern struct bus_type platform_bus_type;

#endif
