// SPDX-License-Identifier: GPL-2.0-only
/*
 * Builds a world through the core's own probe path, lets devices come and go,
 * and takes it down as its owners would.
 */
#include <drivers-mock/mock.h>
#include <peek.h>
#include <slab.h>
#include <harness/oracle/history.h>
#include <harness/oracle/sanitizers.h>
#include <harness/world/devices.h>
#include <harness/world/world.h>
#include <stdlib.h>

static struct mock_firmware firmware[MOCK_DEVICES];

void world_boot(void)
{
	int ret = core_boot();

	if (ret) {
		fprintf(stderr, "groupfuzz: the core does not boot: %s\n",
			errno_name(ret));
		exit(2);
	}
	slab_boot_done();
	oops_init();
	sanitizers_init();
#ifndef GROUPFUZZ_POSIX
	world_refuse_hollow();
#endif
}

/* What a property of firmware, "pasid-num-bits", can say; and without it none. */
static uint8_t platform_pasids(const struct device_desc *d)
{
	if (d->flags & DEVICE_NOIOMMU || !device_pasid_bits(d->pasids))
		return 0;
	return 1 << device_pasid_bits(d->pasids);
}

/*
 * What holds for a group holds for its devices: the first one decides on the
 * bus and whether there is an IOMMU, since otherwise they would not be one
 * group. And a domain from probe_finalize needs the group for itself.
 */
void world_describe(struct model *m)
{
	const uint16_t shared = DEVICE_PLATFORM | DEVICE_NOIOMMU;
	const struct world_desc *w = m->world;
	int first[MAX_GROUPS] = { -1, -1, -1, -1 };
	unsigned int n, nr[MAX_GROUPS] = { 0 };
	uint16_t trusted = DEVICE_ALL;

	for (n = 0; n < w->nr_devices; n++) {
		struct device_desc *d = &m->dev[n].desc;

		*d = w->dev[n];
		nr[d->group]++;
		if (first[d->group] < 0)
			first[d->group] = n;
		else
			d->flags = (d->flags & ~shared) |
				   (w->dev[first[d->group]].flags & shared);
		if (d->flags & DEVICE_NOIOMMU)
			d->flags |= DEVICE_PLATFORM;
		if (d->flags & DEVICE_PLATFORM)
			d->pasids = platform_pasids(d);
		firmware[m->sid + n].sid = m->sid + n;
		firmware[m->sid + n].desc = d;
	}
	for (n = 0; n < w->nr_devices; n++) {
		if (nr[m->dev[n].desc.group] > 1)
			m->dev[n].desc.flags &= ~DEVICE_FINALIZE;
		/* "No ARM32 using systems will set untrusted, it cannot work." */
		if (m->dev[n].desc.flags & DEVICE_FINALIZE)
			trusted = ~DEVICE_UNTRUSTED;
		m->direct |= m->dev[n].desc.flags & DEVICE_DIRECT &&
			     !(w->without & WITHOUT_RESV);
	}
	for (n = 0; n < w->nr_devices; n++)
		m->dev[n].desc.flags &= trusted;
}

/* The group that a caller made for another device that is in group @n. */
static struct iommu_group *made_group(const struct model *m, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < m->world->nr_devices; i++)
		if (m->dev[i].dev && m->dev[i].desc.group == n &&
		    m->dev[i].dev->iommu_group)
			return m->dev[i].dev->iommu_group;
	return NULL;
}

/* vfio_noiommu_group_alloc(): a caller without an IOMMU makes a group. */
static void make_group(struct model *m, unsigned int n)
{
	struct iommu_group *group = made_group(m, m->dev[n].desc.group);
	bool first = !group;

	if (first)
		group = iommu_group_alloc();
	if (IS_ERR(group))
		return;
	if (!first || !iommu_group_set_name(group, "vfio-noiommu"))
		iommu_group_add_device(group, m->dev[n].dev);
	/* From here on its devices hold the group. */
	if (first)
		iommu_group_put(group);
}

/* The device is on its bus; whatever its IOMMU needs has been registered. */
void world_settle_device(struct model *m, unsigned int n)
{
	struct model_device *d = &m->dev[n];

	if (d->dev->iommu_group)
		return;
	if (d->desc.flags & DEVICE_NOIOMMU)
		make_group(m, n);
	else if (mock_driver->fwspec && mock_instance[0].registered)
		device_configure(d->dev);
}

int world_add_device(struct model *m, unsigned int n)
{
	struct device *dev = device_make(&firmware[m->sid + n]);
	struct model_walk *w;
	int ret;

	if (!dev)
		return -ENOMEM;
	m->dev[n].dev = dev;
	for (w = m->walk; w < m->walk + SEAM_THREADS; w++)
		w->coming |= w->begun << n;
	ret = device_add(dev);
	if (ret) {
		m->dev[n].dev = NULL;
		put_device(dev);
		return ret;
	}
	world_settle_device(m, n);
	return 0;
}

/* What arm_iommu_detach_device() does when the driver unbinds. */
static void finalize_undo(struct model *m, unsigned int n)
{
	const struct op op = { OP_DETACH_DEV, { MODEL_FINALIZE + n, n } };
	struct model_domain *own = &m->dom[MODEL_FINALIZE + n];
	const unsigned int invoked = history_now();

	if (!own->domain)
		return;
	iommu_detach_device(own->domain, m->dev[n].dev);
	history_part(&op, 0, false, invoked);
	m->group[m->dev[n].desc.group].attached = MODEL_NONE;
	iommu_domain_free(own->domain);
	own->domain = NULL;
}

void world_remove_device(struct model *m, unsigned int n)
{
	struct model_device *d = &m->dev[n];
	struct device *dev = d->dev;

	d->settled = false;
	d->leaving = true;
	finalize_undo(m, n);
	if (d->desc.flags & DEVICE_NOIOMMU)
		iommu_group_remove_device(dev);
	device_del(dev);
	d->dev = NULL;
	d->leaving = false;
	put_device(dev);
}

/* IOMMU drivers bind as others do: the driver core holds their device. */
void world_register(const struct model *m)
{
	bool locked = m->world->flags & WORLD_LOCKED;

	if (locked)
		device_lock(&mock_instance[0].dev);
	mock_register(0);
	if (locked)
		device_unlock(&mock_instance[0].dev);
}

void world_add_devices(struct model *m)
{
	unsigned int n;

	for (n = 0; n < m->world->nr_devices; n++) {
		struct model_device *d = &m->dev[n];

		if (d->desc.flags & DEVICE_ABSENT)
			continue;
		d->dev = device_make(&firmware[m->sid + n]);
		/* Its bus had no memory for it. */
		if (!d->dev)
			continue;
		device_add(d->dev);
		if (m->world->flags & WORLD_EARLY)
			world_settle_device(m, n);
	}
}

/* The others settle when the IOMMU is there. */
void world_settle(struct model *m)
{
	const bool late = !(m->world->flags & WORLD_EARLY);
	unsigned int n;

	for (n = 0; n < m->world->nr_devices; n++)
		if (m->dev[n].dev && late)
			world_settle_device(m, n);
	for (n = 0; n < m->world->nr_devices; n++)
		m->dev[n].settled = m->dev[n].dev;
}

static void tear_down_group(struct model *m, unsigned int n)
{
	struct model_group *g = &m->group[n];
	struct op op = { .arg = { 0 } };
	unsigned int i, pasid;

	for (pasid = 1; pasid <= MAX_PASID && g->nr_pasids; pasid++) {
		if (g->pasid[pasid] == MODEL_NONE)
			continue;
		op.code = OP_DETACH_PASID;
		op.arg[0] = g->pasid[pasid];
		op.arg[2] = pasid;
		for (i = 0; i < m->world->nr_devices; i++)
			if (model_iommu(m, i) && m->dev[i].desc.group == n)
				op.arg[1] = i;
		op_execute(m, &op);
	}
	if (g->attached != MODEL_NONE && g->attached < MODEL_FINALIZE) {
		op.code = g->pasid[0] != MODEL_NONE ? OP_DETACH_HANDLE :
						      OP_DETACH;
		op.arg[0] = g->attached;
		op.arg[1] = n;
		op_execute(m, &op);
	}
	if (g->owner && g->owner < SPEC_DEVICE_OWNER(0)) {
		op.code = OP_RELEASE;
		op.arg[0] = n;
		op_execute(m, &op);
	}
}

void world_give_back(struct model *m)
{
	struct op op = { .arg = { 0 } };
	unsigned int n;

	for (n = 0; n < m->world->nr_groups; n++)
		tear_down_group(m, n);
	for (n = 0; n < m->world->nr_devices; n++) {
		struct model_device *d = &m->dev[n];

		op.arg[0] = n;
		op.code = d->claimed ? OP_RELEASE_DEV : OP_UNUSE;
		if (d->claimed || d->bound)
			op_execute(m, &op);
	}
	for (n = 0; n < MAX_DOMAINS; n++)
		if (m->dom[n].domain)
			iommu_domain_free(m->dom[n].domain);
}

void world_remove_devices(struct model *m)
{
	unsigned int n;

	for (n = 0; n < m->world->nr_devices; n++)
		if (m->dev[n].dev)
			world_remove_device(m, n);
	for (n = 0; n < m->world->nr_groups; n++)
		while (m->group[n].nr_refs)
			iommu_group_put(m->group[n].ref[--m->group[n].nr_refs]);
}

void world_unregister(void)
{
	unsigned int n;

	for (n = MOCK_INSTANCES; n--;)
		if (mock_instance[n].registered)
			mock_unregister(n);
}
