// SPDX-License-Identifier: GPL-2.0-only
/*
 * What each operation does: the call into the core that it stands for, and
 * what its caller knows afterwards. Which operations may run is contract.c's
 * business, what they should return spec.c's.
 */
#include <drivers-mock/mock.h>
#include <fault.h>
#include <peek.h>
#include <unsupported.h>
#include <harness/oracle/history.h>
#include <harness/world/world.h>

/* Owners are told apart by address: VFIO's groups, iommufd's contexts. */
static char owners[2 * MAX_OWNERS];

static void *owner_cookie(unsigned int owner)
{
	return &owners[owner - 1];
}

static struct model_group *group_of(struct model *m, unsigned int dev)
{
	return &m->group[m->dev[dev].desc.group];
}

static void took(struct model *m, unsigned int n, unsigned int slot)
{
	int old = m->group[n].attached;

	if (old != MODEL_NONE)
		m->dom[old].groups &= ~(1 << n);
	m->group[n].attached = slot;
	m->dom[slot].groups |= 1 << n;
}

static void left(struct model *m, unsigned int n)
{
	m->dom[m->group[n].attached].groups &= ~(1 << n);
	m->group[n].attached = MODEL_NONE;
}

/* Whatever the owner had attached is not any more. */
static void disowned(struct model *m, unsigned int n)
{
	m->group[n].owner = 0;
	if (m->group[n].attached != MODEL_NONE)
		left(m, n);
}

/* --- ownership --- */

static long op_claim(struct model *m, const uint8_t *arg)
{
	unsigned int owner = SPEC_GROUP_OWNER(arg[1]);
	int ret = iommu_group_claim_dma_owner(model_group(m, arg[0]),
					      owner_cookie(owner));

	if (!ret) {
		m->group[arg[0]].owner = owner;
		m->group[arg[0]].users++;
	}
	return ret;
}

static long op_release(struct model *m, const uint8_t *arg)
{
	m->group[arg[0]].users--;
	disowned(m, arg[0]);
	iommu_group_release_dma_owner(model_group(m, arg[0]));
	return 0;
}

static long op_claim_dev(struct model *m, const uint8_t *arg)
{
#ifdef HAVE_IOMMU_DEVICE_CLAIM_DMA_OWNER
	unsigned int owner = SPEC_DEVICE_OWNER(arg[1]);
	int ret = iommu_device_claim_dma_owner(m->dev[arg[0]].dev,
					       owner_cookie(owner));

	if (!ret) {
		m->dev[arg[0]].claimed = true;
		group_of(m, arg[0])->owner = owner;
		group_of(m, arg[0])->users++;
	}
	return ret;
#else
	(void)m;
	(void)arg;
	unsupported("iommu_device_claim_dma_owner()");
#endif
}

static long op_release_dev(struct model *m, const uint8_t *arg)
{
#ifdef HAVE_IOMMU_DEVICE_CLAIM_DMA_OWNER
	m->dev[arg[0]].claimed = false;
	if (!--group_of(m, arg[0])->users)
		disowned(m, m->dev[arg[0]].desc.group);
	iommu_device_release_dma_owner(m->dev[arg[0]].dev);
	return 0;
#else
	(void)m;
	(void)arg;
	unsupported("iommu_device_release_dma_owner()");
#endif
}

static struct device_driver client_driver = { .name = "client" };

/* What a bus's dma_configure does when a driver binds, under device_lock. */
static long op_use(struct model *m, const uint8_t *arg)
{
	struct model_device *d = &m->dev[arg[0]];
	int ret;

	device_lock(d->dev);
	ret = iommu_device_use_default_domain(d->dev);
	if (!ret) {
		d->bound = true;
		d->dev->driver = &client_driver;
		d->counted = d->dev->iommu_group;
		group_of(m, arg[0])->users += d->counted;
	}
	device_unlock(d->dev);
	return ret;
}

static long op_unuse(struct model *m, const uint8_t *arg)
{
	struct model_device *d = &m->dev[arg[0]];

	device_lock(d->dev);
	group_of(m, arg[0])->users -= d->counted;
	d->bound = d->counted = false;
	iommu_device_unuse_default_domain(d->dev);
	d->dev->driver = NULL;
	device_unlock(d->dev);
	return 0;
}

/* --- domains --- */

static struct iommu_domain *domain_alloc(struct device *dev)
{
#ifdef HAVE_IOMMU_PAGING_DOMAIN_ALLOC
	return iommu_paging_domain_alloc(dev);
#else
	return iommu_domain_alloc(dev->bus);
#endif
}

static long allocated(struct model *m, unsigned int slot,
		      struct iommu_domain *domain)
{
	if (!domain)
		return -ENOMEM;
	if (IS_ERR(domain))
		return PTR_ERR(domain);
	memset(&m->dom[slot], 0, sizeof(m->dom[slot]));
	m->dom[slot].domain = domain;
	return 0;
}

static long op_alloc(struct model *m, const uint8_t *arg)
{
	return allocated(m, arg[0], domain_alloc(m->dev[arg[1]].dev));
}

/* As drivers do that know no device of theirs yet (host1x, usnic). */
static long op_alloc_bus(struct model *m, const uint8_t *arg)
{
#ifdef HAVE_IOMMU_DOMAIN_ALLOC
	return allocated(m, arg[0],
			 iommu_domain_alloc(m->dev[arg[1]].dev->bus));
#else
	(void)m;
	(void)arg;
	unsupported("iommu_domain_alloc()");
#endif
}

static long op_free(struct model *m, const uint8_t *arg)
{
	struct iommu_domain *domain = m->dom[arg[0]].domain;

	m->dom[arg[0]].domain = NULL;
	iommu_domain_free(domain);
	return 0;
}

static long op_attach(struct model *m, const uint8_t *arg)
{
	int ret = iommu_attach_group(m->dom[arg[0]].domain,
				     model_group(m, arg[1]));

	if (!ret)
		took(m, arg[1], arg[0]);
	return ret;
}

static long op_detach(struct model *m, const uint8_t *arg)
{
	left(m, arg[1]);
	iommu_detach_group(m->dom[arg[0]].domain, model_group(m, arg[1]));
	return 0;
}

static long op_attach_dev(struct model *m, const uint8_t *arg)
{
	int ret =
		iommu_attach_device(m->dom[arg[0]].domain, m->dev[arg[1]].dev);

	if (!ret)
		took(m, m->dev[arg[1]].desc.group, arg[0]);
	return ret;
}

static long op_detach_dev(struct model *m, const uint8_t *arg)
{
	left(m, m->dev[arg[1]].desc.group);
	iommu_detach_device(m->dom[arg[0]].domain, m->dev[arg[1]].dev);
	return 0;
}

#ifdef HAVE_IOMMU_ATTACH_GROUP_HANDLE
/* The one that was given with the domain that group @n is on. */
static struct iommu_attach_handle *handle_of(struct iommu_group *group)
{
	return iommu_attach_handle_get(group, IOMMU_NO_PASID, 0);
}
#endif

#ifdef HAVE_IOMMU_REPLACE_GROUP_HANDLE
/* From a domain with a handle to @slot with @handle, or with none. */
static long replace_handle(struct model *m, unsigned int slot, unsigned int n,
			   struct iommu_attach_handle *handle)
{
	struct iommu_group *group = model_group(m, n);
	struct iommu_attach_handle *old = NULL;
	int ret;

	if (m->group[n].pasid[0] != MODEL_NONE)
		old = handle_of(group);
	if (IS_ERR(old))
		return PTR_ERR(old);
	ret = iommu_replace_group_handle(group, m->dom[slot].domain, handle);
	if (ret)
		return ret;
	took(m, n, slot);
	m->group[n].pasid[0] = handle ? (int)slot : MODEL_NONE;
	kfree(old);
	return 0;
}
#endif

static long op_replace(struct model *m, const uint8_t *arg)
{
#ifdef HAVE_IOMMU_GROUP_REPLACE_DOMAIN
	int ret;

#ifdef HAVE_IOMMU_REPLACE_GROUP_HANDLE
	if (m->group[arg[1]].pasid[0] != MODEL_NONE)
		return replace_handle(m, arg[0], arg[1], NULL);
#endif
	ret = iommu_group_replace_domain(model_group(m, arg[1]),
					 m->dom[arg[0]].domain);
	if (!ret)
		took(m, arg[1], arg[0]);
	return ret;
#else
	(void)m;
	(void)arg;
	unsupported("iommu_group_replace_domain()");
#endif
}

/* iommufd_fault_domain_attach_dev() and its like: a handle for each attach. */
static long op_attach_handle(struct model *m, const uint8_t *arg)
{
#ifdef HAVE_IOMMU_ATTACH_GROUP_HANDLE
	struct iommu_attach_handle *handle =
		kzalloc(sizeof(*handle), GFP_KERNEL);
	int ret;

	if (!handle)
		return -ENOMEM;
	ret = iommu_attach_group_handle(m->dom[arg[0]].domain,
					model_group(m, arg[1]), handle);
	if (ret) {
		kfree(handle);
		return ret;
	}
	took(m, arg[1], arg[0]);
	m->group[arg[1]].pasid[0] = arg[0];
	return 0;
#else
	(void)m;
	(void)arg;
	unsupported("iommu_attach_group_handle()");
#endif
}

static long op_detach_handle(struct model *m, const uint8_t *arg)
{
#ifdef HAVE_IOMMU_ATTACH_GROUP_HANDLE
	struct iommu_group *group = model_group(m, arg[1]);
	struct iommu_attach_handle *handle = handle_of(group);

	m->group[arg[1]].pasid[0] = MODEL_NONE;
	left(m, arg[1]);
	iommu_detach_group_handle(m->dom[arg[0]].domain, group);
	if (IS_ERR(handle))
		return PTR_ERR(handle);
	kfree(handle);
	return 0;
#else
	(void)m;
	(void)arg;
	unsupported("iommu_detach_group_handle()");
#endif
}

static long op_replace_handle(struct model *m, const uint8_t *arg)
{
#ifdef HAVE_IOMMU_REPLACE_GROUP_HANDLE
	struct iommu_attach_handle *handle =
		kzalloc(sizeof(*handle), GFP_KERNEL);
	long ret;

	if (!handle)
		return -ENOMEM;
	ret = replace_handle(m, arg[0], arg[1], handle);
	if (ret)
		kfree(handle);
	return ret;
#else
	(void)m;
	(void)arg;
	unsupported("iommu_replace_group_handle()");
#endif
}

static long op_attach_pasid(struct model *m, const uint8_t *arg)
{
#ifdef HAVE_IOMMU_ATTACH_DEVICE_PASID
	struct model_group *g = group_of(m, arg[1]);
	int ret;

#if ARGS_IOMMU_ATTACH_DEVICE_PASID == 4
	ret = iommu_attach_device_pasid(m->dom[arg[0]].domain,
					m->dev[arg[1]].dev, arg[2], NULL);
#else
	ret = iommu_attach_device_pasid(m->dom[arg[0]].domain,
					m->dev[arg[1]].dev, arg[2]);
#endif
	if (!ret) {
		g->pasid[arg[2]] = arg[0];
		g->nr_pasids++;
		m->dom[arg[0]].nr_pasids++;
	}
	return ret;
#else
	(void)m;
	(void)arg;
	unsupported("iommu_attach_device_pasid()");
#endif
}

static long op_detach_pasid(struct model *m, const uint8_t *arg)
{
#ifdef HAVE_IOMMU_DETACH_DEVICE_PASID
	struct model_group *g = group_of(m, arg[1]);

	g->pasid[arg[2]] = MODEL_NONE;
	g->nr_pasids--;
	m->dom[arg[0]].nr_pasids--;
	iommu_detach_device_pasid(m->dom[arg[0]].domain, m->dev[arg[1]].dev,
				  arg[2]);
	return 0;
#else
	(void)m;
	(void)arg;
	unsupported("iommu_detach_device_pasid()");
#endif
}

static long op_deferred_attach(struct model *m, const uint8_t *arg)
{
	struct device *dev = m->dev[arg[0]].dev;

	return iommu_deferred_attach(dev, iommu_get_dma_domain(dev));
}

/* --- mappings and DMA --- */

static uint64_t pages(const uint8_t *arg, unsigned int nr)
{
	return ((1ULL << nr) - 1) << arg[1];
}

/* Whether a DMA is held against what is mapped depends on it. */
static void mapping(struct model_domain *dom, bool on)
{
	seam_touch(dom, true);
	dom->mapping = on;
}

/* Each domain maps to physical pages of its own, so that DMA tells them. */
static long op_map(struct model *m, const uint8_t *arg)
{
	phys_addr_t phys = (phys_addr_t)(256 + arg[0] * MOCK_PAGES + arg[1])
			   << MOCK_PAGE_SHIFT;
	unsigned long iova = (unsigned long)arg[1] << MOCK_PAGE_SHIFT;
	size_t size = (size_t)arg[2] << MOCK_PAGE_SHIFT;
	int prot = IOMMU_READ | IOMMU_WRITE;
	int ret;

	mapping(&m->dom[arg[0]], true);
#if ARGS_IOMMU_MAP == 6
	ret = iommu_map(m->dom[arg[0]].domain, iova, phys, size, prot,
			GFP_KERNEL);
#else
	ret = iommu_map(m->dom[arg[0]].domain, iova, phys, size, prot);
#endif
	mapping(&m->dom[arg[0]], false);
	if (!ret)
		m->dom[arg[0]].mapped |= pages(arg, arg[2]);
	return ret;
}

static long op_unmap(struct model *m, const uint8_t *arg)
{
	size_t size = (size_t)arg[2] << MOCK_PAGE_SHIFT;
	long ret;

	mapping(&m->dom[arg[0]], true);
	ret = iommu_unmap(m->dom[arg[0]].domain,
			  (unsigned long)arg[1] << MOCK_PAGE_SHIFT, size);
	mapping(&m->dom[arg[0]], false);
	m->dom[arg[0]].mapped &= ~pages(arg, ret >> MOCK_PAGE_SHIFT);
	return ret;
}

/* The access is the device's own: the core has no part in it. */
static long dma(struct model *m, unsigned int n, unsigned int page,
		unsigned int pasid)
{
	u64 iova = (u64)page << MOCK_PAGE_SHIFT;
	struct mock_access access;

	isolation_check(m, n, pasid, iova);
	if (mock_dma(m->sid + n, pasid, iova, false, &access) == MOCK_DMA_FAULT)
		return -EFAULT;
	return access.phys;
}

static long op_dma(struct model *m, const uint8_t *arg)
{
	return dma(m, arg[0], arg[1], 0);
}

static long op_dma_pasid(struct model *m, const uint8_t *arg)
{
	return dma(m, arg[0], arg[1], arg[2]);
}

/* --- topology --- */

static long op_add(struct model *m, const uint8_t *arg)
{
	int ret = world_add_device(m, arg[0]);

	m->dev[arg[0]].settled = !ret;
	/* As after device_add(), which does not tell, one looks for a group. */
	if (!ret && !m->dev[arg[0]].dev->iommu_group)
		return -ENODEV;
	return ret;
}

static long op_remove(struct model *m, const uint8_t *arg)
{
	world_remove_device(m, arg[0]);
	return 0;
}

static long op_get(struct model *m, const uint8_t *arg)
{
	struct model_group *g = &m->group[arg[0]];
	unsigned int n;

	for (n = 0; n < m->world->nr_devices; n++) {
		const struct model_device *d = &m->dev[n];

		if (d->settled && d->desc.group == arg[0] &&
		    d->dev->iommu_group) {
			struct iommu_group *ref = iommu_group_get(d->dev);

			if (!ref)
				return -ENODEV;
			g->ref[g->nr_refs++] = ref;
			/* By its number user space knows it. */
			return iommu_group_id(ref) < 0 ? -EIO : 0;
		}
	}
	return -ENODEV;
}

static long op_put(struct model *m, const uint8_t *arg)
{
	struct model_group *g = &m->group[arg[0]];
	struct iommu_group *ref = g->ref[--g->nr_refs];

	iommu_group_put(ref);
	return 0;
}

/*
 * The buses are walked, and what has no group yet may get one, or what is about to
 * get it; as may what comes meanwhile (world_add_device()).
 */
static int walk(struct model *m, unsigned int instance)
{
	struct model_walk *w = &m->walk[seam_thread];
	unsigned int n;
	int ret;

	w->begun = true;
	for (n = 0; n < m->world->nr_devices; n++)
		if (m->dev[n].dev && !m->dev[n].leaving &&
		    !(m->dev[n].settled && m->dev[n].dev->iommu_group))
			w->coming |= 1 << n;
	ret = mock_register(instance);
	*w = (struct model_walk){ .begun = false };
	return ret;
}

/* Another instance of the same driver. */
static long op_register(struct model *m, const uint8_t *arg)
{
	int ret = walk(m, 1);

	(void)arg;
	m->second = !ret;
	return ret;
}

static long op_unregister(struct model *m, const uint8_t *arg)
{
	(void)arg;
	mock_unregister(1);
	m->second = false;
	return 0;
}

static long op_unload(struct model *m, const uint8_t *arg)
{
	(void)arg;
	if (mock_instance[0].registered)
		mock_unregister(0);
	mock_module.gone = true;
	m->unloaded = true;
	return 0;
}

static long op_load(struct model *m, const uint8_t *arg)
{
	unsigned int n;
	int ret;

	(void)arg;
	mock_module.gone = false;
	m->unloaded = false;
	ret = walk(m, 0);
	for (n = 0; n < m->world->nr_devices; n++)
		if (m->dev[n].dev)
			world_settle_device(m, n);
	return ret;
}

/* --- sysfs --- */

static long op_write_type(struct model *m, const uint8_t *arg)
{
	const char *word = type_words[arg[1]];
	size_t len = strlen(word);
	ssize_t ret = sysfs_write(peek_kobj(model_visible_group(m, arg[0])),
				  "type", word, len);

	return ret == (ssize_t)len ? 0 : ret;
}

static long read_attr(struct model *m, unsigned int n, const char *name)
{
	char page[PAGE_SIZE];
	ssize_t ret =
		sysfs_read(peek_kobj(model_visible_group(m, n)), name, page);

	if (ret < 0)
		return ret;
	/* Show callbacks return the length of what they wrote. */
	return ret == (ssize_t)strlen(page) ? 0 : -EIO;
}

static long op_read_type(struct model *m, const uint8_t *arg)
{
	return read_attr(m, arg[0], "type");
}

static long op_read_resv(struct model *m, const uint8_t *arg)
{
	return read_attr(m, arg[0], "reserved_regions");
}

static long op_read_name(struct model *m, const uint8_t *arg)
{
	return read_attr(m, arg[0], "name");
}

/* --- what a caller asks of a group --- */

/* VFIO's VFIO_GROUP_GET_STATUS */
static long op_claimed(struct model *m, const uint8_t *arg)
{
	return iommu_group_dma_owner_claimed(model_group(m, arg[0]));
}

static int visit_one(struct device *dev, void *data)
{
	unsigned int *nr = data;

	(void)dev;
	++*nr;
	return 0;
}

/* The devices of a group, as VFIO looks for them by group. */
static long op_visit(struct model *m, const uint8_t *arg)
{
	unsigned int nr = 0;
	int ret = iommu_group_for_each_dev(model_group(m, arg[0]), &nr,
					   visit_one);

	return ret ? ret : (long)nr;
}

static long op_fault(struct model *m, const uint8_t *arg)
{
	(void)m;
	fault_arm(arg[0], arg[1]);
	return 0;
}

/* The domain that @op puts on a group or takes off it. */
static struct model_motion moved_by(const struct model *m, const struct op *op)
{
	struct model_motion motion = { .slots = 1 << op->arg[0] };

	switch (op->code) {
	case OP_ATTACH:
	case OP_DETACH:
	case OP_REPLACE:
	case OP_ATTACH_HANDLE:
	case OP_DETACH_HANDLE:
	case OP_REPLACE_HANDLE:
		motion.group = op->arg[1];
		return motion;
	case OP_ATTACH_DEV:
	case OP_DETACH_DEV:
		motion.group = m->dev[op->arg[1]].desc.group;
		return motion;
	default:
		return (struct model_motion){ 0 };
	}
}

long op_execute(struct model *m, const struct op *op)
{
	static long (*const execute[NR_OPS])(struct model *m,
					     const uint8_t *arg) = {
		[OP_CLAIM] = op_claim,
		[OP_RELEASE] = op_release,
		[OP_CLAIM_DEV] = op_claim_dev,
		[OP_RELEASE_DEV] = op_release_dev,
		[OP_USE] = op_use,
		[OP_UNUSE] = op_unuse,
		[OP_ALLOC] = op_alloc,
		[OP_FREE] = op_free,
		[OP_ATTACH] = op_attach,
		[OP_DETACH] = op_detach,
		[OP_ATTACH_DEV] = op_attach_dev,
		[OP_DETACH_DEV] = op_detach_dev,
		[OP_REPLACE] = op_replace,
		[OP_ATTACH_PASID] = op_attach_pasid,
		[OP_DETACH_PASID] = op_detach_pasid,
		[OP_DEFERRED_ATTACH] = op_deferred_attach,
		[OP_MAP] = op_map,
		[OP_UNMAP] = op_unmap,
		[OP_DMA] = op_dma,
		[OP_DMA_PASID] = op_dma_pasid,
		[OP_ADD] = op_add,
		[OP_REMOVE] = op_remove,
		[OP_GET] = op_get,
		[OP_PUT] = op_put,
		[OP_REGISTER] = op_register,
		[OP_UNREGISTER] = op_unregister,
		[OP_UNLOAD] = op_unload,
		[OP_LOAD] = op_load,
		[OP_WRITE_TYPE] = op_write_type,
		[OP_READ_TYPE] = op_read_type,
		[OP_READ_RESV] = op_read_resv,
		[OP_FAULT] = op_fault,
		[OP_ATTACH_HANDLE] = op_attach_handle,
		[OP_DETACH_HANDLE] = op_detach_handle,
		[OP_REPLACE_HANDLE] = op_replace_handle,
		[OP_ALLOC_BUS] = op_alloc_bus,
		[OP_CLAIMED] = op_claimed,
		[OP_VISIT] = op_visit,
		[OP_READ_NAME] = op_read_name,
	};

	struct model_motion *motion = &m->motion[seam_thread];
	long ret;

	*motion = moved_by(m, op);
	ret = execute[op->code](m, op->arg);
	motion->slots = 0;
	return ret;
}

/* --- what probe_finalize does on 32-bit ARM --- */

/*
 * arm_iommu_create_mapping() and arm_iommu_attach_device(): the driver
 * attaches a domain of its own to the device that was just probed.
 */
void mock_event_finalize(struct device *dev)
{
	struct model *m = (struct model *)oracle_model;
	unsigned int n = mock_firmware(dev)->sid - m->sid;
	unsigned int slot = MODEL_FINALIZE + n;
	const struct op op = { OP_ATTACH_DEV, { slot, n } };
	struct iommu_domain *domain;
	unsigned int invoked;
	int ret;

	if (!(mock_firmware(dev)->desc->flags & DEVICE_FINALIZE) ||
	    m->dom[slot].domain)
		return;
	/* Nobody would take it off again. */
	if (m->dev[n].leaving)
		return;
	domain = domain_alloc(dev);
	if (IS_ERR_OR_NULL(domain))
		return;
	invoked = history_now();
	ret = iommu_attach_device(domain, dev);
	history_part(&op, ret, fault_fired(), invoked);
	/* Another thread may be at the same. */
	if (ret) {
		iommu_domain_free(domain);
		return;
	}
	m->dom[slot].domain = domain;
	took(m, m->dev[n].desc.group, slot);
	seam_touch(m, true);
}
