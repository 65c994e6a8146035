// SPDX-License-Identifier: GPL-2.0-only
/*
 * The one translation unit that includes the kernel's iommu.c, so that its
 * private structures and static variables can be read. Nothing here changes
 * the core's behaviour.
 */
#include <linux/kconfig.h>

/*
 * All of the core's variables go into two sections of their own, whose bounds
 * the linker knows: that is how they are put back after each execution.
 */
#ifdef __clang__
#pragma clang section bss = "core_bss" data = "core_data"
#endif

#include <drivers/iommu/iommu.c>

#ifdef __clang__
#pragma clang section bss = "" data = ""
/* What looks at the core is not the core: it is no coverage, and no race. */
#pragma clang attribute push(                               \
	__attribute__((no_sanitize("coverage", "thread"))), \
	apply_to = function)
#endif

#include <peek.h>
#include <linux/platform_device.h>

extern char __start_core_bss[], __stop_core_bss[];
extern char __start_core_data[], __stop_core_data[];

static char *saved_bss, *saved_data;

static size_t bss_size(void)
{
	return __stop_core_bss - __start_core_bss;
}

static size_t data_size(void)
{
	return __stop_core_data - __start_core_data;
}

#ifdef __clang__
#define __unseen \
	__attribute__((no_sanitize("address", "thread"), no_builtin("memcpy")))
#else
#define __unseen
#endif

/*
 * A sanitizer keeps redzones between the variables, which may be copied but
 * not be seen doing so; hence no memcpy(), which it watches.
 */
static __unseen void copy(char *to, const char *from, size_t size)
{
	size_t i = 0;

	for (; i + sizeof(long) <= size; i += sizeof(long))
		*(long *)(to + i) = *(const long *)(from + i);
	for (; i < size; i++)
		to[i] = from[i];
}

static char *save(const char *start, size_t size)
{
	char *saved = kmalloc(size, GFP_KERNEL);

	if (saved)
		copy(saved, start, size);
	return saved;
}

/*
 * Where the driver names itself to a bus, the core learns of a bus's devices by
 * a notifier that is never taken back. So each bus gets its notifier once, by
 * ops that are then forgotten; see mock_register().
 */
static int watch_buses(void)
{
#ifdef HAVE_BUS_SET_IOMMU
	static const struct iommu_ops none;
	struct bus_type *const buses[] = { &pci_bus_type, &platform_bus_type };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(buses); i++) {
		int ret = bus_set_iommu(buses[i], &none);

		if (ret)
			return ret;
		bus_set_iommu(buses[i], NULL);
	}
#endif
	return 0;
}

int core_boot(void)
{
	int ret = initcall_core();

	if (!ret)
		ret = initcall_subsys();
	if (!ret)
		ret = watch_buses();
	if (ret)
		return ret;
	saved_bss = save(__start_core_bss, bss_size());
	saved_data = save(__start_core_data, data_size());
	return saved_bss && saved_data ? 0 : -ENOMEM;
}

void core_restore(void)
{
	copy(__start_core_bss, saved_bss, bss_size());
	copy(__start_core_data, saved_data, data_size());
	INIT_LIST_HEAD(&iommu_group_kset->list);
}

/* As the early parameters iommu.passthrough= and iommu.strict= would. */
void core_set_default(bool passthrough, bool strict)
{
	if (passthrough)
		iommu_def_domain_type = IOMMU_DOMAIN_IDENTITY;
	else
		iommu_def_domain_type = strict ? IOMMU_DOMAIN_DMA :
						 IOMMU_DOMAIN_DMA_FQ;
	iommu_dma_strict = strict;
}

unsigned int peek_group_ids(void)
{
	unsigned int i, n = 0;

	for (i = 0; i < ARRAY_SIZE(iommu_group_ida.bits); i++)
		n += __builtin_popcountl(iommu_group_ida.bits[i]);
	return n;
}

struct iommu_domain *peek_domain(const struct iommu_group *group)
{
	seam_touch(&group->domain, false);
	return group->domain;
}

struct iommu_domain *peek_default_domain(const struct iommu_group *group)
{
	seam_touch(&group->default_domain, false);
	return group->default_domain;
}

struct iommu_domain *peek_blocking_domain(const struct iommu_group *group)
{
	seam_touch(&group->blocking_domain, false);
	return group->blocking_domain;
}

void *peek_owner(const struct iommu_group *group)
{
	seam_touch(&group->owner, false);
	return group->owner;
}

unsigned int peek_owner_cnt(const struct iommu_group *group)
{
	seam_touch(&group->owner_cnt, false);
	return group->owner_cnt;
}

struct kobject *peek_kobj(struct iommu_group *group)
{
	return &group->kobj;
}

bool peek_mine(const struct iommu_group *group)
{
	return lock_mine(&group->mutex.lock);
}

struct device *peek_device(const struct iommu_group *group, unsigned int n)
{
	struct group_device *gdev;

	list_for_each_entry(gdev, &group->devices, list)
		if (!n--)
			return gdev->dev;
	return NULL;
}

bool peek_is_member(const struct iommu_group *group, const struct device *dev)
{
	struct group_device *gdev;

	seam_touch(&group->devices, false);
	list_for_each_entry(gdev, &group->devices, list) {
		if (gdev->dev == dev)
			return true;
		seam_touch(&gdev->list, false);
	}
	return false;
}

unsigned int peek_holder(const struct iommu_group *group)
{
	return group->mutex.lock.writer;
}

bool peek_attach_deferred(struct device *dev)
{
#ifdef HAVE_DEV_IOMMU_ATTACH_DEFERRED
	return dev->iommu && dev->iommu->attach_deferred;
#else
	return dev->iommu && dev->iommu->iommu_dev &&
	       iommu_is_attach_deferred(dev);
#endif
}

#ifdef __clang__
#pragma clang attribute pop
#endif
