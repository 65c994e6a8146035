/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * PCI, as far as it makes groups: functions of one slot without ACS share
 * one, so a world puts group N's devices into slot N; see kernel/pci.c.
 */
#ifndef _SHIM_LINUX_PCI_H
#define _SHIM_LINUX_PCI_H

#include <linux/device.h>
#include <linux/kernel.h>

#define PCI_DEVFN(slot, fn) (((slot) & 0x1f) << 3 | ((fn) & 7))
#define PCI_SLOT(devfn)	    ((devfn) >> 3 & 0x1f)
#define PCI_ACS_SV	    0x0001
#define PCI_ACS_RR	    0x0004
#define PCI_ACS_CR	    0x0008
#define PCI_ACS_UF	    0x0010

struct pci_dev;

struct pci_bus {
	struct pci_bus *parent;
	struct pci_dev *self;
};

struct pci_dev {
	struct device dev;
	struct pci_bus *bus;
	unsigned int devfn;
	u32 max_pasids;
	bool multifunction;
	bool untrusted;
};

extern struct bus_type pci_bus_type;
/* One for each world that there may be: drivers-mock/mock.h, MOCK_DEVICES. */
#ifdef GROUPFUZZ_POSIX
#define PCI_ROOT_BUSES 16
#else
#define PCI_ROOT_BUSES 1
#endif
extern struct pci_bus pci_root_bus[PCI_ROOT_BUSES];

#define to_pci_dev(d)	    container_of(d, struct pci_dev, dev)
#define dev_is_pci(d)	    ((d)->bus == &pci_bus_type)
#define for_each_pci_dev(d) while ((d = pci_next_dev(d)))

struct pci_dev *pci_next_dev(struct pci_dev *from);
void pci_dev_put(struct pci_dev *pdev);
int pci_for_each_dma_alias(struct pci_dev *pdev,
			   int (*fn)(struct pci_dev *pdev, u16 alias,
				     void *data),
			   void *data);
bool pci_acs_enabled(struct pci_dev *pdev, u16 flags);
bool pci_acs_path_enabled(struct pci_dev *start, struct pci_dev *end,
			  u16 flags);
bool pci_devs_are_dma_aliases(struct pci_dev *a, struct pci_dev *b);
int pci_max_pasids(struct pci_dev *pdev);

static inline bool pci_is_root_bus(struct pci_bus *bus)
{
	return !bus->parent;
}

#endif
