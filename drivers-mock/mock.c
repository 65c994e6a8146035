// SPDX-License-Identifier: GPL-2.0-only
/*
 * What all mock drivers share: instances, devices, domains, and the points at
 * which a driver may fail. The table is in table.c, page tables and DMA are in
 * pgtable.c. See mock.h.
 */
#include <drivers-mock/mock.h>
#include <linux/pci.h>
#include <linux/platform_device.h>
#include <fault.h>

const struct mock_driver *mock_driver;
struct iommu_ops mock_ops;
struct module mock_module;
struct mock_instance mock_instance[MOCK_INSTANCES];

static struct iommu_domain_ops mock_domain_ops;
static u8 mock_without;

/* Masters by table index: who shares an alias, and what was left behind. */
static struct mock_master *masters[MOCK_DEVICES];

/* --- life of the driver --- */

static void instance_release(struct device *dev)
{
	(void)dev; /* instances are static */
}

static void instance_reset(struct mock_instance *inst)
{
	static const char *const names[] = { "iommu0", "iommu1" };

	memset(inst, 0, sizeof(*inst));
	INIT_LIST_HEAD(&inst->dev.kobj.dirents);
	INIT_LIST_HEAD(&inst->dev.kobj.entry);
	inst->dev.kobj.name = names[inst - mock_instance];
	refcount_set(&inst->dev.kobj.refs, 1);
	inst->dev.release = instance_release;
	inst->dev.bus = &platform_bus_type;
	inst->dev.fwnode = &inst->fwnode;
	mutex_init(&inst->dev.mutex);
	inst->iommu.dev = &inst->dev;
#ifdef HAVE_IOMMU_DEVICE_MAX_PASIDS
	inst->iommu.max_pasids = MAX_PASID + 1;
#endif
}

/* Take away from the ops what this world's driver is made to lack. */
static void ops_without(u8 without)
{
	if (without & WITHOUT_RESV)
		mock_ops.get_resv_regions = NULL;
#ifdef MOCK_STATIC_DOMAINS
	if (without & WITHOUT_BLOCKED) {
#ifdef HAVE_IOMMU_OPS_RELEASE_DOMAIN
		if (mock_ops.release_domain == mock_ops.blocked_domain)
			mock_ops.release_domain = NULL;
#endif
		mock_ops.blocked_domain = NULL;
	}
	if (without & WITHOUT_IDENTITY)
		mock_ops.identity_domain = NULL;
#endif
#ifdef HAVE_IOMMU_OPS_RELEASE_DOMAIN
	/*
	 * Only where the core attaches a release_domain first can a driver do
	 * without the callback: otherwise it would keep a freed domain.
	 */
	if (without & WITHOUT_RELEASE && mock_ops.release_domain)
		mock_ops.release_device = NULL;
#endif
#ifdef HAVE_IOMMU_DOMAIN_OPS_SET_DEV_PASID
	if (without & WITHOUT_PASID)
		mock_domain_ops.set_dev_pasid = NULL;
#endif
}

static void domain_init(struct mock_domain *dom)
{
	INIT_LIST_HEAD(&dom->devices);
	spin_lock_init(&dom->lock);
	dom->attached = dom->named = 0;
}

extern struct mock_domain __start_mock_domains[], __stop_mock_domains[];

#define MAX_STATIC_DOMAINS 16

/*
 * The drivers' globals are as at boot: the core sets ops and pgsize_bitmap of a
 * domain that lacks them, which a later execution must not see.
 */
static void static_domains_reset(void)
{
	static struct iommu_domain at_boot[MAX_STATIC_DOMAINS];
	const size_t nr = __stop_mock_domains - __start_mock_domains;
	struct mock_domain *dom = __start_mock_domains;
	static bool saved;
	size_t i;

	BUG_ON(nr > MAX_STATIC_DOMAINS);
	for (i = 0; i < nr && !saved; i++)
		at_boot[i] = dom[i].domain;
	saved = true;
	for (i = 0; i < nr; i++) {
		dom[i].domain = at_boot[i];
		domain_init(&dom[i]);
		dom[i].finalised = true;
	}
}

/*
 * A driver without a detach_dev supports default domains, and supporting those
 * means that ".domain_alloc supports at least IOMMU_DOMAIN_DMA" (Robin Murphy
 * in the thread of 0286300e6045).
 */
static u8 possible_without(u8 without)
{
#ifdef HAVE_IOMMU_DOMAIN_OPS_DETACH_DEV
	if (mock_domain_ops.detach_dev)
		return without;
#endif
	return without & ~WITHOUT_DMA;
}

/* Without a release callback the driver's data stay until it goes. */
static void masters_free(void)
{
	unsigned int i;

	if (mock_ops.release_device)
		return;
	for (i = 0; i < MOCK_DEVICES; i++) {
		kfree(masters[i]);
		masters[i] = NULL;
	}
}

void mock_reset(unsigned int nr, u8 without)
{
	unsigned int i;

	mock_driver = mock_drivers[nr];
	mock_ops = *mock_driver->ops;
	mock_domain_ops = *mock_ops.default_domain_ops;
	mock_ops.default_domain_ops = &mock_domain_ops;
	mock_ops.owner = &mock_module;
	if (without & WITHOUT_RELEASE)
		without |= WITHOUT_PASID; /* nobody would clear the table */
	if (mock_driver->profile)
		mock_profile_setup(mock_driver->profile, &mock_ops,
				   &mock_domain_ops);
	mock_without = possible_without(without);
	ops_without(mock_without);
	static_domains_reset();
	mock_table_reset();
	memset(masters, 0, sizeof(masters));
	mock_module.name = mock_driver->name;
	mock_module.refs = 0;
	mock_module.gone = false;
	for (i = 0; i < MOCK_INSTANCES; i++)
		instance_reset(&mock_instance[i]);
}

bool mock_lacks(u8 without)
{
	return mock_without & without;
}

#ifdef HAVE_BUS_SET_IOMMU

static struct bus_type *const buses[] = { &pci_bus_type, &platform_bus_type };

/*
 * The rest of bus_set_iommu(), which each driver calls for its buses when its
 * first instance is there, arm_smmu_set_bus_ops() for instance. What the call
 * allocates stays for ever, so that is done at boot (core_boot()).
 */
static void buses_set(const struct iommu_ops *ops)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(buses); i++) {
		buses[i]->iommu_ops = ops;
		if (ops)
			bus_iommu_probe(buses[i]);
	}
}

#else

static void buses_set(const struct iommu_ops *ops)
{
	(void)ops;
}

#endif

int mock_register(unsigned int n)
{
	struct mock_instance *inst = &mock_instance[n];
	int ret;

	ret = iommu_device_register(&inst->iommu, &mock_ops,
				    mock_driver->fwspec ? &inst->dev : NULL);
	inst->registered = !ret;
	if (!ret && !n)
		buses_set(&mock_ops);
	if (ret && !n)
		masters_free();
	return ret;
}

void mock_unregister(unsigned int n)
{
	if (!n)
		buses_set(NULL);
	iommu_device_unregister(&mock_instance[n].iommu);
	mock_instance[n].registered = false;
	if (!n)
		masters_free();
}

/* --- devices --- */

static bool has_fwspec(struct device *dev)
{
	return dev->iommu && dev_iommu_fwspec_get(dev);
}

struct iommu_device *mock_probe_device(struct device *dev)
{
	const struct mock_firmware *fw = mock_firmware(dev);
	struct mock_master *master;

	seam_point(SEAM_DRIVER, fw, HERE);
	if (fw->desc->flags & DEVICE_NOIOMMU)
		return ERR_PTR(-ENODEV);
	if (mock_driver->fwspec && !has_fwspec(dev))
		return ERR_PTR(-ENODEV);
	if (fault_point(FAULT_PROBE, HERE))
		return ERR_PTR(-ENODEV);
	master = READ_ONCE(masters[fw->sid]);
	if (!master)
		master = kzalloc(sizeof(*master), GFP_KERNEL);
	if (!master)
		return ERR_PTR(-ENOMEM);
	master->dev = dev;
	master->sid = fw->sid;
	WRITE_ONCE(masters[fw->sid], master);
	dev_iommu_priv_set(dev, master);
	return &mock_instance[0].iommu;
}

void mock_master_free(struct mock_master *master)
{
	unsigned int pasid;

	seam_point(SEAM_DRIVER, master, HERE);
	/* A device's PASID table goes with it. */
	for (pasid = 1; pasid <= MAX_PASID; pasid++)
		if (master->pasid[pasid])
			mock_write_pasid(master->sid, pasid, MOCK_BLOCKED,
					 NULL);
	WRITE_ONCE(masters[master->sid], NULL);
	kfree(master);
}

static bool same_id(const struct mock_firmware *a,
		    const struct mock_firmware *b)
{
	return a->desc->group == b->desc->group &&
	       a->sid / MAX_DEVICES == b->sid / MAX_DEVICES;
}

/* Platform devices share a group if firmware gave them the same id. */
static struct iommu_group *platform_device_group(struct device *dev)
{
	unsigned int i;
	struct iommu_group *group;

	for (i = 0; i < platform_bus_type.p->nr; i++) {
		struct device *other;

		/* What is on the bus does not go until it is off it. */
		seam_enter(&platform_bus_type);
		other = platform_bus_type.p->dev[i];
		group = other && same_id(mock_firmware(other),
					 mock_firmware(dev)) ?
				iommu_group_get(other) :
				NULL;
		seam_leave(&platform_bus_type);
		if (group)
			return group;
	}
	return mock_driver->profile ?
		       mock_profile_new_group(mock_driver->profile, dev) :
		       generic_device_group(dev);
}

/* PCI devices are grouped by the core, by slot and function. */
struct iommu_group *mock_device_group(struct device *dev)
{
	struct iommu_group *group = dev_is_pci(dev) ?
					    pci_device_group(dev) :
					    platform_device_group(dev);

	if (IS_ERR(group) || !mock_driver->profile)
		return group;
	return mock_profile_group(mock_driver->profile, group);
}

#if ARGS_IOMMU_OPS_CAPABLE == 2
bool mock_capable(struct device *dev, enum iommu_cap cap)
{
	(void)dev;
	return cap == IOMMU_CAP_CACHE_COHERENCY;
}
#else
bool mock_capable(enum iommu_cap cap)
{
	return cap == IOMMU_CAP_CACHE_COHERENCY;
}
#endif

/* No driver asks for what it does not have. */
static bool has_identity(void)
{
	if (mock_lacks(WITHOUT_IDENTITY))
		return false;
	return mock_driver->profile ?
		       mock_profile_identity(mock_driver->profile) :
		       mock_driver->identity;
}

int mock_def_domain_type(struct device *dev)
{
	if (mock_firmware(dev)->desc->flags & DEVICE_IDENTITY && has_identity())
		return IOMMU_DOMAIN_IDENTITY;
	return 0;
}

/* Until somebody attaches a domain, as intel_iommu_is_attach_deferred(). */
bool mock_is_attach_deferred(struct device *dev)
{
	return mock_firmware(dev)->desc->flags & DEVICE_DEFERRED &&
	       !to_master(dev)->domain;
}

static void add_region(struct list_head *list, unsigned int page,
		       unsigned int nr, enum iommu_resv_type type)
{
	struct iommu_resv_region *region;
	int prot = IOMMU_READ | IOMMU_WRITE;

#if ARGS_IOMMU_ALLOC_RESV_REGION == 5
	region = iommu_alloc_resv_region((phys_addr_t)page << MOCK_PAGE_SHIFT,
					 (size_t)nr << MOCK_PAGE_SHIFT, prot,
					 type, GFP_KERNEL);
#else
	region = iommu_alloc_resv_region((phys_addr_t)page << MOCK_PAGE_SHIFT,
					 (size_t)nr << MOCK_PAGE_SHIFT, prot,
					 type);
#endif
	if (region)
		list_add_tail(&region->list, list);
}

/*
 * The op returns nothing, so a driver without memory for a region can only
 * leave it out, and nobody is to blame: no faults here.
 */
void mock_get_resv_regions(struct device *dev, struct list_head *list)
{
	const struct mock_firmware *fw = mock_firmware(dev);
	unsigned int direct = MOCK_DIRECT_PAGE + 2 * MOCK_DEVICE(fw->sid);

	fault_spare(true);
	if (fw->desc->flags & DEVICE_DIRECT)
		add_region(list, direct, 2, IOMMU_RESV_DIRECT);
	else if (fw->desc->flags & DEVICE_RELAXABLE)
		add_region(list, direct, 2, IOMMU_RESV_DIRECT_RELAXABLE);
	if (fw->desc->flags & DEVICE_MSI)
		add_region(list, MOCK_MSI_PAGE, 1, IOMMU_RESV_MSI);
	fault_spare(false);
}

/* --- domains --- */

/* What mock_offers() gets: nobody keeps it. */
static struct mock_domain offered;
static bool asked;

struct iommu_domain *mock_domain_alloc(void)
{
	struct mock_domain *dom;

	if (asked)
		return &offered.domain;
	seam_point(SEAM_DRIVER, &mock_ops, HERE);
	if (fault_point(FAULT_DOMAIN, HERE))
		return NULL;
	dom = kzalloc(sizeof(*dom), GFP_KERNEL);
	if (!dom)
		return NULL;
	domain_init(dom);
#ifndef HAVE_IOMMU_OPS_PGSIZE_BITMAP
	dom->domain.pgsize_bitmap = BIT(MOCK_PAGE_SHIFT);
#endif
	return &dom->domain;
}

struct iommu_domain *mock_domain_alloc_type(unsigned int type,
					    unsigned long types)
{
	if (type >= BITS_PER_LONG || !(types & BIT(type)))
		return NULL;
	if ((type == IOMMU_DOMAIN_BLOCKED && mock_lacks(WITHOUT_BLOCKED)) ||
	    (type == IOMMU_DOMAIN_IDENTITY && mock_lacks(WITHOUT_IDENTITY)) ||
	    (type & __IOMMU_DOMAIN_DMA_API && mock_lacks(WITHOUT_DMA)))
		return NULL;
	return mock_domain_alloc();
}

struct iommu_domain *mock_domain_alloc_paging(struct device *dev)
{
	(void)dev;
	return mock_domain_alloc();
}

/* In the order in which __iommu_domain_alloc() tries. */
bool mock_offers(unsigned int type)
{
	bool yes __maybe_unused;

#ifdef HAVE_IOMMU_OPS_IDENTITY_DOMAIN
	if (type == IOMMU_DOMAIN_IDENTITY && mock_ops.identity_domain)
		return true;
#endif
#ifdef HAVE_IOMMU_OPS_DOMAIN_ALLOC_PAGING
	if (type & __IOMMU_DOMAIN_PAGING && mock_ops.domain_alloc_paging)
		return true;
#endif
#ifdef IOMMU_DOMAIN_ALLOC_FLAGS
	type &= IOMMU_DOMAIN_ALLOC_FLAGS;
#endif
#ifdef HAVE_IOMMU_OPS_DOMAIN_ALLOC
	if (!mock_ops.domain_alloc)
		return false;
	asked = true;
	yes = mock_ops.domain_alloc(type);
	asked = false;
	return yes;
#else
	return false;
#endif
}

void mock_domain_free(struct iommu_domain *domain)
{
	struct mock_domain *dom = to_mock_domain(domain);

	/* As free_io_pgtable_ops(): invalidate, and only then free. */
	mock_flush_iotlb_all(domain);
	mock_pgtable_free(dom);
	mock_event_free(dom);
	kfree_walked(dom);
}

int mock_domain_finalise(struct mock_domain *dom)
{
	if (!READ_ONCE(dom->finalised) && fault_point(FAULT_ALLOC, HERE))
		return -ENOMEM;
	WRITE_ONCE(dom->finalised, true);
	return 0;
}

/*
 * The part of attach_dev that can fail: returns -ENOMEM if a fault says so, or
 * if @dom needs its page table and there is no memory.
 */
static int attach_prepare(struct mock_domain *dom, struct mock_master *master)
{
	bool again;

	seam_point(SEAM_DRIVER, master, HERE);
	again = READ_ONCE(dom->attached) & BIT(MOCK_DEVICE(master->sid));
	if (!mock_attach_fault_allowed(&dom->domain, master->dev, again)) {
		WRITE_ONCE(dom->finalised, true);
		return 0;
	}
	if (fault_point(FAULT_ATTACH, HERE))
		return -ENOMEM;
	return mock_domain_finalise(dom);
}

void mock_link(struct mock_domain *dom, struct mock_master *master)
{
	spin_lock(&dom->lock);
	list_add(&master->domain_head, &dom->devices);
	spin_unlock(&dom->lock);
	master->domain = dom;
	__atomic_fetch_or(&dom->attached, BIT(MOCK_DEVICE(master->sid)),
			  __ATOMIC_RELAXED);
	seam_touch(&dom->attached, true);
}

void mock_unlink(struct mock_master *master)
{
	struct mock_domain *dom = master->domain;

	spin_lock(&dom->lock);
	list_del(&master->domain_head);
	spin_unlock(&dom->lock);
	master->domain = NULL;
}

int mock_attach_dev(struct iommu_domain *domain, struct device *dev)
{
	struct mock_domain *dom = to_mock_domain(domain);
	struct mock_master *master = to_master(dev);
	int ret = attach_prepare(dom, master);

	if (ret)
		return ret;
	mock_write_domain(master->sid, dom);
	if (master->domain)
		mock_unlink(master);
	mock_link(dom, master);
	return 0;
}

#ifdef HAVE_IOMMU_DOMAIN_OPS_SET_DEV_PASID
#if ARGS_IOMMU_DOMAIN_OPS_SET_DEV_PASID == 4
int mock_set_dev_pasid(struct iommu_domain *domain, struct device *dev,
		       ioasid_t pasid, struct iommu_domain *old)
#else
int mock_set_dev_pasid(struct iommu_domain *domain, struct device *dev,
		       ioasid_t pasid)
#endif
{
	struct mock_domain *dom = to_mock_domain(domain);
	struct mock_master *master = to_master(dev);
	int ret;

#if ARGS_IOMMU_DOMAIN_OPS_SET_DEV_PASID == 4
	(void)old;
#endif
	if (fault_point(FAULT_PASID, HERE))
		return -ENOMEM;
	ret = mock_domain_finalise(dom);
	if (ret)
		return ret;
	master->pasid[pasid] = dom;
	mock_write_pasid(master->sid, pasid, MOCK_TRANSLATED, dom);
	return 0;
}

/* One that was set, or intel_iommu_remove_dev_pasid() warns. */
static void remove_pasid(struct device *dev, ioasid_t pasid)
{
	struct mock_master *master = to_master(dev);

	WARN_ON(!master->pasid[pasid]);
	master->pasid[pasid] = NULL;
	mock_write_pasid(master->sid, pasid, MOCK_BLOCKED, NULL);
}

#if ARGS_IOMMU_OPS_REMOVE_DEV_PASID == 3
void mock_remove_dev_pasid(struct device *dev, ioasid_t pasid,
			   struct iommu_domain *domain)
{
	(void)domain;
	remove_pasid(dev, pasid);
}
#elif defined(MOCK_BLOCKS_PASIDS)
int mock_block_dev_pasid(struct iommu_domain *domain, struct device *dev,
			 ioasid_t pasid, struct iommu_domain *old)
{
	(void)domain;
	(void)old;
	remove_pasid(dev, pasid);
	return 0;
}
#else
void mock_remove_dev_pasid(struct device *dev, ioasid_t pasid)
{
	remove_pasid(dev, pasid);
}
#endif
#endif
