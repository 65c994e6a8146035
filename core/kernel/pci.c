// SPDX-License-Identifier: GPL-2.0-only
/*
 * One root bus without bridges, aliases or ACS: the functions of a slot cannot
 * be told apart, so the core's pci_device_group() puts them into one group.
 */
#include <linux/pci.h>

struct pci_bus pci_root_bus[PCI_ROOT_BUSES];

/*
 * The iterator holds a reference on the device that it returns, and goes on
 * from its place even if that has left the bus meanwhile, as klists do.
 */
struct pci_dev *pci_next_dev(struct pci_dev *from)
{
	unsigned int i = from ? from->dev.slot + 1 : 0;
	struct device *dev = NULL;

	seam_point(SEAM_ATOMIC, &pci_bus_type, HERE);
	for (; i < pci_bus_type.p->nr && !dev; i++)
		dev = bus_get_device(&pci_bus_type, i);
	if (from)
		put_device(&from->dev);
	return dev ? to_pci_dev(dev) : NULL;
}

void pci_dev_put(struct pci_dev *pdev)
{
	put_device(&pdev->dev);
}

int pci_for_each_dma_alias(struct pci_dev *pdev,
			   int (*fn)(struct pci_dev *pdev, u16 alias,
				     void *data),
			   void *data)
{
	return fn(pdev, pdev->devfn, data);
}

bool pci_acs_enabled(struct pci_dev *pdev, u16 flags)
{
	(void)pdev;
	(void)flags;
	return false;
}

bool pci_acs_path_enabled(struct pci_dev *start, struct pci_dev *end, u16 flags)
{
	(void)start;
	(void)end;
	(void)flags;
	return true;
}

bool pci_devs_are_dma_aliases(struct pci_dev *a, struct pci_dev *b)
{
	(void)a;
	(void)b;
	return false;
}

int pci_max_pasids(struct pci_dev *pdev)
{
	return pdev->max_pasids ? (int)pdev->max_pasids : -EINVAL;
}
