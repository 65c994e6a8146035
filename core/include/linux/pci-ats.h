/* SPDX-License-Identifier: GPL-2.0-only */
/* PASID limits of PCI devices. */
#ifndef _SHIM_LINUX_PCI_ATS_H
#define _SHIM_LINUX_PCI_ATS_H

#include <linux/pci.h>

/* Only a device with a PASID has use for it here, and each of these has it. */
static inline bool pci_ats_supported(struct pci_dev *pdev)
{
	return pdev->max_pasids;
}

#endif
