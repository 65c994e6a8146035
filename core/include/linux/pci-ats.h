/* SPDX-License-Identifier: GPL-2.0-only */
/* PASID limits of PCI devices. */
#ifndef _SHIM_LINUX_PCI_ATS_H
#define _SHIM_LINUX_PCI_ATS_H

#include <linux/pci.h>

#endif
