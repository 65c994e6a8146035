// SPDX-License-Identifier: GPL-2.0-only
/*
 * Devices as a bus makes them, and what firmware's code does for them; see
 * devices.h.
 */
#include <drivers-mock/mock.h>
#include <linux/pci.h>
#include <linux/platform_device.h>
#include <harness/world/devices.h>

_Static_assert(PCI_ROOT_BUSES == MOCK_WORLDS, "a bus for each");

unsigned int device_pasid_bits(unsigned int pasids)
{
	return pasids ? 31 - __builtin_clz(pasids) : 0;
}

static void pdev_release(struct device *dev)
{
	kfree(to_pci_dev(dev));
}

struct device *device_make(struct mock_firmware *firmware)
{
	static const char *const names[MAX_DEVICES] = {
		"dev0", "dev1", "dev2", "dev3", "dev4", "dev5", "dev6", "dev7",
	};
	const struct device_desc *desc = firmware->desc;
	const unsigned int n = firmware->sid % MAX_DEVICES; /* in its world */
	struct pci_dev *pdev = kzalloc(sizeof(*pdev), GFP_KERNEL);
	struct device *dev;

	if (!pdev)
		return NULL;
	dev = &pdev->dev;
	dev->bus = desc->flags & DEVICE_PLATFORM ? &platform_bus_type :
						   &pci_bus_type;
	dev->release = pdev_release;
	dev->driver_data = firmware;
	pdev->bus = &pci_root_bus[firmware->sid / MAX_DEVICES];
	pdev->devfn = PCI_DEVFN(desc->group + 1, n);
	pdev->multifunction = true;
	pdev->untrusted = desc->flags & DEVICE_UNTRUSTED;
	pdev->max_pasids = desc->pasids;
	dev->pasid_num_bits = device_pasid_bits(desc->pasids);
	device_initialize(dev, names[n]);
	if (!dev->kobj.name) {
		put_device(dev);
		return NULL;
	}
	return dev;
}

/* Where the core keeps the lock to itself, firmware's code does without. */
#ifdef HAVE_IOMMU_PROBE_DEVICE_LOCK
#define probe_lock()   mutex_lock(&iommu_probe_device_lock)
#define probe_unlock() mutex_unlock(&iommu_probe_device_lock)
#else
#define probe_lock()
#define probe_unlock()
#endif

static int fwspec_init(struct device *dev)
{
	struct fwnode_handle *fwnode = &mock_instance[0].fwnode;
	u32 id = mock_firmware(dev)->sid;
	int ret;

#if ARGS_IOMMU_FWSPEC_INIT == 3
	ret = iommu_fwspec_init(dev, fwnode, &mock_ops);
#else
	ret = iommu_fwspec_init(dev, fwnode);
#endif
	if (!ret)
		ret = iommu_fwspec_add_ids(dev, &id, 1);
	return ret;
}

/* What of_iommu_configure() does. */
void device_configure(struct device *dev)
{
	int ret;

	device_lock(dev);
	probe_lock();
	if (dev->iommu) {
		probe_unlock();
		device_unlock(dev);
		return;
	}
	ret = fwspec_init(dev);
	if (ret && dev->iommu) {
#ifdef HAVE_DEV_IOMMU_FREE
		dev_iommu_free(dev);
#else
		iommu_fwspec_free(dev);
#endif
	}
	probe_unlock();
	if (!ret && !dev->iommu_group)
		iommu_probe_device(dev);
	device_unlock(dev);
}
