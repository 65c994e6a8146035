// SPDX-License-Identifier: GPL-2.0-only
/*
 * Devices, buses and their notifiers: what drivers/base does for the group
 * core. A bus is an array of slots, so that a walk over it survives devices
 * that come and go meanwhile, as with the kernel's klists; each device is held
 * by a reference while it is visited, and does not leave the bus until then.
 */
#include <linux/device.h>
#include <linux/kernel.h>
#include <linux/platform_device.h>
#include <linux/pci.h>

static struct bus_private platform_private, pci_private;

struct bus_type platform_bus_type = {
	.name = "platform",
	.p = &platform_private,
};
struct bus_type pci_bus_type = {
	.name = "pci",
	.p = &pci_private,
};

/* What a thread's walk over a bus is at. */
static struct device *visited[SEAM_THREADS];

void bus_reset(struct bus_type *bus)
{
	memset(bus->p->dev, 0, sizeof(bus->p->dev));
	bus->p->nr = 0;
	bus->iommu_ops = NULL;
	memset(visited, 0, sizeof(visited));
}

int bus_register_notifier(bus_type_t *bus, struct notifier_block *nb)
{
	struct notifier_block **at = &bus->p->notifiers;

	seam_enter(bus);
	while (*at)
		at = &(*at)->next;
	nb->next = NULL;
	*at = nb;
	seam_leave(bus);
	return 0;
}

int bus_unregister_notifier(bus_type_t *bus, struct notifier_block *nb)
{
	struct notifier_block **at = &bus->p->notifiers;

	bool found;

	seam_enter(bus);
	while (*at && *at != nb)
		at = &(*at)->next;
	found = *at;
	if (found)
		*at = nb->next;
	seam_leave(bus);
	return found ? 0 : -ENOENT;
}

static void bus_notify(bus_type_t *bus, unsigned long action,
		       struct device *dev)
{
	struct notifier_block *nb, *next;

	for (nb = bus->p->notifiers; nb; nb = next) {
		next = nb->next;
		nb->notifier_call(nb, action, dev);
	}
}

/*
 * Nobody takes a device out of its group that is put into one after its removal
 * was told, and so it is reported here rather than where it is used next.
 */
static void check_left(struct device *dev)
{
	if (likely(!dev->released) || !dev->iommu_group ||
	    !finding_wanted("lifetime"))
		return;
	finding("lifetime", "bus_for_each_dev", "probed-after-removal",
		"%s was taken off its bus while a walk over that was at it, and is now in a group for good",
		dev_name(dev));
}

struct device *bus_get_device(bus_type_t *bus, unsigned int slot)
{
	struct device *dev;

	seam_enter(bus);
	seam_acquire(bus);
	dev = bus->p->dev[slot];
	if (dev)
		get_device(dev);
	seam_leave(bus);
	return dev;
}

const struct device *bus_visited(unsigned int thread)
{
	return visited[thread];
}

int bus_for_each_dev(bus_type_t *bus, struct device *start, void *data,
		     int (*fn)(struct device *dev, void *data))
{
	struct device *outer = visited[seam_thread];
	unsigned int i;
	int ret = 0;

	(void)start;
	for (i = 0; i < bus->p->nr && !ret; i++) {
		struct device *dev;

		seam_point(SEAM_ATOMIC, bus, HERE);
		dev = bus_get_device(bus, i);
		if (!dev)
			continue;
		visited[seam_thread] = dev;
		ret = fn(dev, data);
		visited[seam_thread] = outer;
		seam_touch(bus, false);
		check_left(dev);
		put_device(dev);
	}
	return ret;
}

static void device_release(struct kobject *kobj)
{
	struct device *dev = container_of(kobj, struct device, kobj);

	dev->release(dev);
}

static const struct kobj_type device_ktype = { .release = device_release };

void device_initialize(struct device *dev, const char *name)
{
	kobject_init(&dev->kobj, &device_ktype);
	dev->kobj.name = kstrdup(name, GFP_KERNEL);
	mutex_init(&dev->mutex);
}

static struct device **bus_slot(bus_type_t *bus, struct device *dev)
{
	unsigned int i;

	for (i = 0; i < BUS_MAX_DEVICES; i++)
		if (bus->p->dev[i] == dev)
			return &bus->p->dev[i];
	return NULL;
}

/* Returns false if the bus is full. */
static bool bus_insert(bus_type_t *bus, struct device *dev)
{
	struct device **slot;

	seam_enter(bus);
	slot = bus_slot(bus, NULL);
	if (slot) {
		dev->kobj.in_sysfs = true;
		dev->slot = slot - bus->p->dev;
		*slot = dev;
		if (dev->slot >= bus->p->nr)
			bus->p->nr = dev->slot + 1;
		seam_release(bus);
	}
	seam_leave(bus);
	return slot;
}

/* Returns false if it was not there. */
static bool bus_take_off(bus_type_t *bus, struct device *dev)
{
	struct device **slot;

	seam_enter(bus);
	slot = bus_slot(bus, dev);
	if (slot)
		*slot = NULL;
	seam_leave(bus);
	return slot;
}

/* A failing notifier does not fail device_add(), as in drivers/base. */
int device_add(struct device *dev)
{
	seam_point(SEAM_ATOMIC, dev->bus, HERE);
	if (!dev->kobj.name || !bus_insert(dev->bus, dev))
		return -ENOMEM;
	get_device(dev);
	bus_notify(dev->bus, BUS_NOTIFY_ADD_DEVICE, dev);
	return 0;
}

void device_del(struct device *dev)
{
	seam_point(SEAM_ATOMIC, dev->bus, HERE);
	if (!bus_take_off(dev->bus, dev))
		return;
	/* device_release_driver() waits for who has it, but nobody does after. */
	device_lock(dev);
	device_unlock(dev);
	bus_notify(dev->bus, BUS_NOTIFY_REMOVED_DEVICE, dev);
	dev->released = true;
	kobject_del(&dev->kobj);
	put_device(dev);
}
