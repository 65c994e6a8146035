/* SPDX-License-Identifier: GPL-2.0-only */
/* Every device isolates its interrupts. */
#ifndef _SHIM_LINUX_MSI_H
#define _SHIM_LINUX_MSI_H

struct msi_desc;
struct msi_msg;
#define msi_device_has_isolated_msi(dev) ((void)(dev), true)

#endif
