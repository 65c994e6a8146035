/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Devices and buses; see kernel/device.c. A bus can be walked while devices
 * come and go, as with the kernel's klists.
 */
#ifndef _SHIM_LINUX_DEVICE_H
#define _SHIM_LINUX_DEVICE_H

#include <linux/kobject.h>
#include <linux/mutex.h>
#include <linux/rwsem.h>
#include <linux/spinlock.h>
#include <linux/lockdep.h>
#include <linux/notifier.h>
#include <linux/printk.h>
#include <linux/bug.h>
#include <linux/err.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/workqueue.h>

#ifdef GROUPFUZZ_POSIX
#define BUS_MAX_DEVICES 256
#else
#define BUS_MAX_DEVICES 16
#endif

struct iommu_ops;
struct iommu_group;
struct dev_iommu;
struct fwnode_handle;
struct device;
struct pci_dev;

/* What a tree hands round as a bus: constant from 6.4 on. */
#ifdef HAVE_CONST_BUS_TYPE
typedef const struct bus_type bus_type_t;
#else
typedef struct bus_type bus_type_t;
#endif

struct bus_type {
	const char *name;
	const struct iommu_ops *iommu_ops;
	/* Firmware's part of a probe, which the world does by itself: NULL. */
	int (*dma_configure)(struct device *dev);
	struct bus_private {
		struct device *dev[BUS_MAX_DEVICES];
		unsigned int nr; /* slots from here on are empty */
		struct notifier_block *notifiers;
	} *p;
};

struct device_driver {
	const char *name;
};

struct device {
	struct kobject kobj;
	struct device *parent;
	bus_type_t *bus;
	unsigned int slot;  /* on the bus; stays when it has left */
	bool released;	    /* and what is told of that has been */
	struct mutex mutex; /* device_lock() */
	struct device_driver *driver;
	void *driver_data;
	struct fwnode_handle *fwnode;
	struct iommu_group *iommu_group;
	struct dev_iommu *iommu;
	void (*release)(struct device *dev);
	bool dma_iommu;
	u32 pasid_num_bits; /* that property, of firmware; 0: it has none */
};

#define BUS_NOTIFY_ADD_DEVICE	  0
#define BUS_NOTIFY_REMOVED_DEVICE 2

int bus_register_notifier(bus_type_t *bus, struct notifier_block *nb);
int bus_unregister_notifier(bus_type_t *bus, struct notifier_block *nb);
int bus_for_each_dev(bus_type_t *bus, struct device *start, void *data,
		     int (*fn)(struct device *dev, void *data));

/* The device in @slot, with a reference, NULL if it is empty. */
struct device *bus_get_device(bus_type_t *bus, unsigned int slot);

/*
 * The caller owns the first reference, from device_initialize() on; the last
 * put_device() calls dev->release. device_add() returns 0 or -ENOMEM.
 */
void device_initialize(struct device *dev, const char *name);
int device_add(struct device *dev);
void device_del(struct device *dev);

/* Empty the bus and forget its driver; not its notifiers. */
void bus_reset(struct bus_type *bus);

/* What bus_for_each_dev() is at for @thread (seam_thread), NULL if it is in none. */
const struct device *bus_visited(unsigned int thread);

static inline struct device *get_device(struct device *dev)
{
	kobject_get(&dev->kobj);
	return dev;
}

static inline void put_device(struct device *dev)
{
	kobject_put(&dev->kobj);
}

static inline const char *dev_name(const struct device *dev)
{
	return kobject_name(&dev->kobj);
}

static inline const char *dev_bus_name(const struct device *dev)
{
	return dev->bus ? dev->bus->name : "";
}

static inline void *dev_get_drvdata(const struct device *dev)
{
	return dev->driver_data;
}

#define device_lock(dev)                             \
	lock_acquire(&(dev)->mutex.lock, LOCK_MUTEX, \
		     HERE_CALL("device_lock(" #dev ")"))
#define device_unlock(dev)                           \
	lock_release(&(dev)->mutex.lock, LOCK_MUTEX, \
		     HERE_CALL("device_unlock(" #dev ")"))

static inline void dev_set_dma_iommu(struct device *dev)
{
	dev->dma_iommu = true;
}

static inline void dev_clear_dma_iommu(struct device *dev)
{
	dev->dma_iommu = false;
}

/* No driver is still to come, as after late_initcall. */
static inline int driver_deferred_probe_check_state(struct device *dev)
{
	(void)dev;
	return -ENODEV;
}

static inline bool device_is_bound(struct device *dev)
{
	return dev->driver;
}

#endif
