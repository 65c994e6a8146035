// SPDX-License-Identifier: GPL-2.0-only
/*
 * The callers' contract: operations that no correct caller could issue are
 * skipped. Each rule says why; where it cites no documentation, it states what
 * every caller in the kernel keeps to. Whatever is not forbidden here and goes
 * wrong is a bug of the core or of a driver, so a rule that forbids too much
 * hides bugs: when in doubt, it is not here.
 */
#include <drivers-mock/mock.h>
#include <peek.h>
#include <harness/world/world.h>

/* A device that is on its bus. */
static const char *present(const struct model *m, unsigned int n)
{
	return m->dev[n].settled ? NULL : "the device is not there";
}

/* User space needs no reference, and no device that is ready. */
static const char *group_exists(const struct model *m, unsigned int n)
{
	return model_visible_group(m, n) ? NULL : "there is no such group";
}

/*
 * VFIO takes only groups of type VFIO_IOMMU to the core; a group that a caller
 * made itself (mdev, noiommu) has no IOMMU behind it (vfio_group_type).
 */
static const char *group_usable(const struct model *m, unsigned int n)
{
	unsigned int i;

	if (!model_members(m, n))
		return "the group has no devices";
	for (i = 0; i < m->world->nr_devices; i++)
		if (m->dev[i].settled && m->dev[i].desc.group == n &&
		    m->dev[i].dev->iommu_group && !model_iommu(m, i))
			return "the group has no IOMMU";
	return NULL;
}

static bool has_handle(const struct model_group *g)
{
	return g->pasid[0] != MODEL_NONE;
}

static const char *domain_there(const struct model *m, unsigned int slot)
{
	return m->dom[slot].domain ? NULL : "there is no such domain";
}

static const char *allows_release(const struct model *m, unsigned int n)
{
	const struct model_group *g = &m->group[n];

	if (!g->owner || g->owner >= SPEC_DEVICE_OWNER(0))
		return "the group was not claimed";
	if (has_handle(g))
		return "its owner still has a handle attached";
	/* iommu_group_release_dma_owner() warns of PASIDs still attached. */
	return g->nr_pasids ? "its owner still has PASIDs attached" : NULL;
}

static const char *allows_claim_dev(const struct model *m, unsigned int n)
{
	const struct model_device *d = &m->dev[n];
	const char *no = present(m, n);

#ifndef HAVE_IOMMU_DEVICE_CLAIM_DMA_OWNER
	return "this tree has no claims of devices";
#endif
	if (no)
		return no;
	if (d->dev->iommu_group && group_usable(m, d->desc.group))
		return group_usable(m, d->desc.group);
	/* iommufd_device_bind(): a VFIO driver is bound, and binds once. */
	if (d->bound)
		return "another driver is bound to the device";
	return d->claimed ? "the device is claimed already" : NULL;
}

static const char *allows_release_dev(const struct model *m, unsigned int n)
{
	const struct model_device *d = &m->dev[n];
	const struct model_group *g = &m->group[d->desc.group];

	if (!d->dev || !d->claimed)
		return "the device was not claimed";
	if (g->users == 1 && has_handle(g))
		return "its owner still has a handle attached";
	/* The last one ends the ownership, as with groups. */
	return g->users == 1 && g->nr_pasids ?
		       "its owner still has PASIDs attached" :
		       NULL;
}

/* The driver core binds one driver, which has been probed before. */
static const char *allows_use(const struct model *m, unsigned int n)
{
	const char *no = present(m, n);

	if (no)
		return no;
	return m->dev[n].bound || m->dev[n].claimed ?
		       "a driver is bound to the device already" :
		       NULL;
}

/*
 * A driver that unbinds gives up what it attached: devices' remove callbacks
 * run before iommu_device_unuse_default_domain(), which warns of PASIDs.
 */
static const char *allows_unuse(const struct model *m, unsigned int n)
{
	const struct model_device *d = &m->dev[n];
	const struct model_group *g = &m->group[d->desc.group];

	if (!d->dev || !d->bound)
		return "no driver is bound to the device";
	if (g->nr_pasids)
		return "a driver of the group has PASIDs attached";
	if (g->users == 1 && g->attached != MODEL_NONE &&
	    g->attached < MODEL_FINALIZE)
		return "the driver still has a domain attached";
	return NULL;
}

static const char *allows_alloc(const struct model *m, unsigned int slot,
				unsigned int n)
{
	const char *no = present(m, n);

	if (no)
		return no;
	if (m->dom[slot].domain)
		return "the slot holds a domain";
	return model_iommu(m, n) ? NULL : "the device has no IOMMU";
}

/* Which the other operation does where there is no newer call. */
static const char *allows_alloc_bus(const struct model *m, unsigned int slot,
				    unsigned int n)
{
#ifndef HAVE_IOMMU_DOMAIN_ALLOC
	return "this tree allocates domains for devices only";
#endif
#ifndef HAVE_IOMMU_PAGING_DOMAIN_ALLOC
	return "this tree allocates domains for buses only";
#endif
	return allows_alloc(m, slot, n);
}

/* A domain is freed by whoever allocated it, when nothing is on it. */
static const char *allows_free(const struct model *m, unsigned int slot)
{
	const struct model_domain *d = &m->dom[slot];

	if (!d->domain)
		return "there is no such domain";
	return d->groups || d->nr_pasids ? "the domain is attached" : NULL;
}

/*
 * "Caller must be a probed driver on dev", or the group's owner. An owner may
 * have several threads, one after the other (calls.c).
 */
static const char *allows_attach(const struct model *m, unsigned int slot,
				 unsigned int n)
{
	const char *no = domain_there(m, slot);

	if (!no)
		no = group_usable(m, n);
	if (no)
		return no;
	return m->group[n].owner || model_bound(m, n) ?
		       NULL :
		       "nobody owns the group, and no driver is bound";
}

static const char *allows_detach(const struct model *m, unsigned int slot,
				 unsigned int n)
{
	if (!m->dom[slot].domain || m->group[n].attached != (int)slot)
		return "the domain is not attached there";
	return has_handle(&m->group[n]) ? "it was attached with a handle" :
					  NULL;
}

/* iommu_attach_device() and its undoing are for devices that are alone. */
static const char *allows_detach_dev(const struct model *m, unsigned int slot,
				     unsigned int n)
{
	const char *no = present(m, n);

	if (no)
		return no;
	if (!m->dev[n].dev->iommu_group)
		return "the device has no group";
	no = allows_detach(m, slot, m->dev[n].desc.group);
	if (no)
		return no;
	return model_members(m, m->dev[n].desc.group) == 1 ?
		       NULL :
		       "the device is not alone in its group";
}

/*
 * iommufd_hwpt_replace_device(): the devices are claimed and have a domain.
 */
static const char *may_replace(const struct model *m, unsigned int slot,
			       unsigned int n)
{
	const char *no = domain_there(m, slot);

	if (!no)
		no = group_usable(m, n);
	if (no)
		return no;
	if (!m->group[n].owner)
		return "nobody owns the group";
	return m->group[n].attached == MODEL_NONE ?
		       "there is no domain to replace" :
		       NULL;
}

/* Later trees replace with a handle only. */
static const char *allows_replace(const struct model *m, unsigned int slot,
				  unsigned int n)
{
#ifndef HAVE_IOMMU_GROUP_REPLACE_DOMAIN
	return "this tree replaces domains with a handle only";
#endif
	return may_replace(m, slot, n);
}

/* iommufd has a handle for each group that it owns. */
static const char *allows_attach_handle(const struct model *m,
					unsigned int slot, unsigned int n)
{
	const char *no = allows_attach(m, slot, n);

#ifndef HAVE_IOMMU_ATTACH_GROUP_HANDLE
	return "this tree has no handles";
#endif
	if (no)
		return no;
	return m->group[n].owner ? NULL : "nobody owns the group";
}

static const char *allows_replace_handle(const struct model *m,
					 unsigned int slot, unsigned int n)
{
#ifndef HAVE_IOMMU_REPLACE_GROUP_HANDLE
	return "this tree has no handles";
#endif
	return may_replace(m, slot, n);
}

static const char *allows_detach_handle(const struct model *m,
					unsigned int slot, unsigned int n)
{
	if (!m->dom[slot].domain || m->group[n].attached != (int)slot)
		return "the domain is not attached there";
	return has_handle(&m->group[n]) ? NULL :
					  "it was attached without a handle";
}

static const char *allows_attach_pasid(const struct model *m,
				       const struct op *op)
{
	const char *no = present(m, op->arg[1]);

#ifndef HAVE_IOMMU_ATTACH_DEVICE_PASID
	return "this tree cannot attach domains to PASIDs";
#endif
	if (no)
		return no;
	if (!m->dev[op->arg[1]].dev->iommu_group)
		return "the device has no group";
	return allows_attach(m, op->arg[0], m->dev[op->arg[1]].desc.group);
}

static const char *allows_detach_pasid(const struct model *m,
				       const struct op *op)
{
	const char *no = present(m, op->arg[1]);
	unsigned int n = m->dev[op->arg[1]].desc.group;

	if (no)
		return no;
	if (!m->dev[op->arg[1]].dev->iommu_group)
		return "the device has no group";
	return m->group[n].pasid[op->arg[2]] == (int)op->arg[0] ?
		       NULL :
		       "the domain is not attached to that PASID";
}

static bool deferred_domain(struct device *dev)
{
	struct iommu_domain *domain = peek_default_domain(dev->iommu_group);

	return domain && iommu_is_dma_domain(domain);
}

/*
 * dma-iommu attaches late, on the first mapping of a bound driver, and only to
 * a default domain for the DMA API.
 */
static const char *allows_deferred(const struct model *m, unsigned int n)
{
	const struct model_device *d = &m->dev[n];

	if (!model_iommu(m, n) || !d->bound)
		return "no driver with an IOMMU is bound to the device";
	return deferred_domain(d->dev) ?
		       NULL :
		       "the device's default domain is not for the DMA API";
}

/* Callers keep track of what they mapped: a VFIO container refuses -EEXIST. */
static const char *allows_map(const struct model *m, const struct op *op)
{
	const char *no = domain_there(m, op->arg[0]);
	uint64_t pages = ((1ULL << op->arg[2]) - 1) << op->arg[1];

	if (no)
		return no;
	return m->dom[op->arg[0]].mapped & pages ?
		       "pages in the range are mapped" :
		       NULL;
}

/*
 * Drivers unbind, and so give back what they use, before their device goes.
 * "If the group has become empty then ownership must have been released, and
 * the current domain must be set back to NULL or the default domain."
 */
static const char *allows_remove(const struct model *m, unsigned int n)
{
	const struct model_device *d = &m->dev[n];
	const struct model_group *g = &m->group[d->desc.group];

	if (!d->dev)
		return "the device is not there";
	if (d->bound || d->claimed)
		return "a driver is bound to the device";
	if (model_stays(m, d->desc.group, n))
		return NULL;
	if (g->owner)
		return "the last device of an owned group";
	if (g->nr_pasids)
		return "a driver has PASIDs attached";
	return g->attached != MODEL_NONE && g->attached < MODEL_FINALIZE ?
		       "a driver has a domain attached" :
		       NULL;
}

/* A group is found through a device in it. */
static const char *allows_get(const struct model *m, unsigned int n)
{
	if (!model_members(m, n))
		return "the group has no devices";
	return m->group[n].nr_refs == MAX_COUNT ? "too many references" : NULL;
}

/*
 * Where probe_finalize attaches a domain (32-bit ARM), identity is the only
 * type there is, and the group has it (iommu_get_default_domain_type()).
 */
static const char *allows_write_type(const struct model *m, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < m->world->nr_devices; i++)
		if (m->dev[i].desc.group == n &&
		    m->dev[i].desc.flags & DEVICE_FINALIZE)
			return "the group's type cannot change on 32-bit ARM";
	return group_exists(m, n);
}

/*
 * Drivers wait for the IOMMU that firmware names before they bind
 * (driver_deferred_probe_check_state()), so a walk over the bus does not find a
 * device with a driver and without a group.
 */
static const char *allows_walk(const struct model *m)
{
	unsigned int i;

	for (i = 0; i < m->world->nr_devices; i++)
		if (m->dev[i].bound && !m->dev[i].counted)
			return "a driver is bound to a device without a group";
	return NULL;
}

/*
 * rmmod refuses while the module is in use. A caller's domain is no reference
 * on it, but callers free theirs before the device goes for which they
 * allocated it (vfio_device_remove_group(), drivers' remove callbacks).
 */
static const char *allows_unload(const struct model *m)
{
	unsigned int i;

	for (i = 0; i < MAX_DOMAINS; i++)
		if (m->dom[i].domain)
			return "a caller has a domain";
	if (m->unloaded)
		return "the driver is not loaded";
	if (m->second)
		return "the second instance is registered";
	return mock_module.refs ? "the module is in use" : NULL;
}

const char *contract_forbids(const struct model *m, const struct op *op)
{
	const uint8_t *arg = op->arg;
	const char *no;

	switch (op->code) {
	case OP_CLAIM:
		return group_usable(m, arg[0]);
	case OP_RELEASE:
		return allows_release(m, arg[0]);
	case OP_CLAIM_DEV:
		return allows_claim_dev(m, arg[0]);
	case OP_RELEASE_DEV:
		return allows_release_dev(m, arg[0]);
	case OP_USE:
		return allows_use(m, arg[0]);
	case OP_UNUSE:
		return allows_unuse(m, arg[0]);
	case OP_ALLOC:
		return allows_alloc(m, arg[0], arg[1]);
	case OP_ALLOC_BUS:
		return allows_alloc_bus(m, arg[0], arg[1]);
	case OP_FREE:
		return allows_free(m, arg[0]);
	case OP_ATTACH:
		return allows_attach(m, arg[0], arg[1]);
	case OP_DETACH:
		return allows_detach(m, arg[0], arg[1]);
	case OP_ATTACH_DEV:
		no = present(m, arg[1]);
		return no ? no :
			    allows_attach(m, arg[0], m->dev[arg[1]].desc.group);
	case OP_DETACH_DEV:
		return allows_detach_dev(m, arg[0], arg[1]);
	case OP_REPLACE:
		return allows_replace(m, arg[0], arg[1]);
	case OP_ATTACH_HANDLE:
		return allows_attach_handle(m, arg[0], arg[1]);
	case OP_DETACH_HANDLE:
		return allows_detach_handle(m, arg[0], arg[1]);
	case OP_REPLACE_HANDLE:
		return allows_replace_handle(m, arg[0], arg[1]);
	case OP_ATTACH_PASID:
		return allows_attach_pasid(m, op);
	case OP_DETACH_PASID:
		return allows_detach_pasid(m, op);
	case OP_DEFERRED_ATTACH:
		return allows_deferred(m, arg[0]);
	case OP_MAP:
		return allows_map(m, op);
	case OP_UNMAP:
		return domain_there(m, arg[0]);
	case OP_DMA:
	case OP_DMA_PASID:
		return present(m, arg[0]);
	case OP_ADD:
		return m->dev[arg[0]].dev ? "the device is there" : NULL;
	case OP_REMOVE:
		return allows_remove(m, arg[0]);
	case OP_GET:
		return allows_get(m, arg[0]);
	case OP_PUT:
		return m->group[arg[0]].nr_refs ? NULL : "no reference is held";
	case OP_REGISTER:
		if (!mock_instance[0].registered)
			return "the driver serves no IOMMU";
		return m->second ? "it is registered" : allows_walk(m);
	case OP_UNREGISTER:
		return m->second ? NULL : "it is not registered";
	case OP_UNLOAD:
		return allows_unload(m);
	case OP_LOAD:
		return m->unloaded ? allows_walk(m) : "the driver is loaded";
	case OP_WRITE_TYPE:
		return allows_write_type(m, arg[0]);
	case OP_READ_TYPE:
	case OP_READ_RESV:
	case OP_READ_NAME:
		return group_exists(m, arg[0]);
	/* Whoever has the group has it through a device in it. */
	case OP_CLAIMED:
	case OP_VISIT:
		return model_members(m, arg[0]) ? NULL :
						  "the group has no devices";
	case OP_FAULT:
		return NULL;
	}
	return "unknown operation";
}

/*
 * A driver may refuse a domain that is new to a device. It may not refuse one
 * that it took before: "A well behaved driver should always allow us to attach
 * to a domain that was already attached" (__iommu_group_set_domain_internal());
 * nor where its caller has no way to go on: when something is undone, or put
 * back ("This is a driver bug to fail attach with a previously good domain").
 * So a fault hits only the domain that the operation is about, or that a device
 * gets as it is probed; unless the world is one where drivers break this rule.
 * Some trees add: "Drivers are not allowed to fail the first domain attach".
 */
bool mock_attach_fault_allowed(const struct iommu_domain *domain,
			       struct device *dev, bool again)
{
	const bool lawful = !(oracle_model->world->flags & WORLD_REATTACH);
	const struct iommu_group *group = dev->iommu_group;
	const struct iommu_domain *now;
	const struct op *op = oracle_threads[seam_thread].op;

	if (lawful && again)
		return false;
	now = group ? peek_domain(group) : NULL;
#ifdef HAVE_FIRST_ATTACH_RULE
	if (!now)
		return false;
#endif
	if (!lawful || !op)
		return true;
	switch (op->code) {
	case OP_ATTACH:
	case OP_ATTACH_DEV:
	case OP_REPLACE:
	case OP_ATTACH_HANDLE:
	case OP_REPLACE_HANDLE:
		return domain == oracle_model->dom[op->arg[0]].domain;
	case OP_CLAIM:
	case OP_CLAIM_DEV:
		return !group || domain != peek_default_domain(group);
	case OP_WRITE_TYPE:
		return domain != now;
	case OP_ADD:
	case OP_LOAD:
	case OP_REGISTER:
	case OP_DEFERRED_ATTACH:
		return true;
	default:
		return false;
	}
}
