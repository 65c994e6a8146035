// SPDX-License-Identifier: GPL-2.0-only
/*
 * Intel VT-d, after drivers/iommu/intel/iommu.c.
 *
 * Every domain keeps a list of its devices. An attach first blocks the device
 * (device_block_translation() clears the context entry and takes it off
 * info->domain), then can fail, and then leaves it blocked. domain_exit()
 * warns of devices still on a domain that is freed, and keeps its memory.
 *
 * Where drivers have static domains (6.12), blocking_domain is both the
 * blocked and the release domain, and identity_domain is static. Where not
 * (6.1), identity is the one static si_domain, handed out by domain_alloc,
 * and IOMMU_DOMAIN_BLOCKED is refused, so that the core falls back to an empty
 * unmanaged domain; and no unmanaged domain may be attached to a device whose
 * RMRR is locked (device_is_rmrr_locked(): -EPERM).
 */
#include <drivers-mock/mock.h>

/*
 * A context entry: what is there goes first (domain_context_clear_one()), the
 * present bit before the rest of it and flushed in between; then the new one
 * comes, present last (domain_context_mapping_one()), and flushed too, as with
 * caching mode, where what is not present may be cached.
 */
static void vtd_write(struct mock_slot *slot, const u64 *word)
{
	if (slot->word[0] & MOCK_STATE) {
		mock_store(slot, 0, slot->word[0] & ~MOCK_STATE);
		mock_flush(slot);
		mock_store(slot, 0, 0);
		mock_store(slot, 1, 0);
	}
	if (word[0] & MOCK_STATE) {
		mock_store(slot, 1, word[1]);
		mock_store(slot, 0, word[0] & ~MOCK_STATE);
		mock_store(slot, 0, word[0]);
		mock_flush(slot);
	}
}

static void vtd_block_translation(struct mock_master *master)
{
	mock_write_entry(master->sid, MOCK_BLOCKED, NULL);
	if (master->domain)
		mock_unlink(master);
}

static int vtd_attach_paging(struct iommu_domain *domain, struct device *dev)
{
	vtd_block_translation(to_master(dev));
	return mock_attach_dev(domain, dev);
}

static void vtd_domain_free(struct iommu_domain *domain)
{
	WARN_ON(!list_empty(&to_mock_domain(domain)->devices));
	mock_domain_free(domain);
}

#ifndef MOCK_STATIC_DOMAINS

static MOCK_STATIC_DOMAIN(si_domain, IOMMU_DOMAIN_IDENTITY, NULL);

static struct iommu_domain *vtd_domain_alloc(unsigned int type)
{
	if (type == IOMMU_DOMAIN_IDENTITY && !mock_lacks(WITHOUT_IDENTITY))
		return &si_domain.domain;
	return mock_domain_alloc_type(type, MOCK_PAGING_TYPES);
}

static bool vtd_rmrr_locked(struct device *dev)
{
	return mock_firmware(dev)->desc->flags & DEVICE_DIRECT;
}

static int vtd_attach_dev(MOCK_ATTACH_ARGS)
{
	struct mock_domain *dom = to_mock_domain(domain);
	struct mock_master *master = to_master(dev);

	if (domain->type == IOMMU_DOMAIN_UNMANAGED && vtd_rmrr_locked(dev))
		return -EPERM;
	if (dom == &si_domain) {
		vtd_block_translation(master);
		mock_link(dom, master);
		mock_write_entry(master->sid, MOCK_BYPASS, NULL);
		return 0;
	}
	return vtd_attach_paging(domain, dev);
}

#ifdef HAVE_IOMMU_DOMAIN_OPS_DETACH_DEV

static void vtd_detach_dev(struct iommu_domain *domain, struct device *dev)
{
	(void)domain;
	vtd_block_translation(to_master(dev));
}

#endif

static void vtd_free(struct iommu_domain *domain)
{
	if (domain != &si_domain.domain)
		vtd_domain_free(domain);
}

#else

#ifdef HAVE_IOMMU_OPS_DOMAIN_ALLOC

static struct iommu_domain *vtd_domain_alloc(unsigned int type)
{
	return mock_domain_alloc_type(type, MOCK_PAGING_TYPES);
}

#endif

static int vtd_attach_dev(MOCK_ATTACH_ARGS)
{
	return vtd_attach_paging(domain, dev);
}

static int vtd_attach_blocking(MOCK_ATTACH_ARGS)
{
	vtd_block_translation(to_master(dev));
	return 0;
}

static int vtd_attach_identity(MOCK_ATTACH_ARGS)
{
	vtd_block_translation(to_master(dev));
	mock_write_entry(to_master(dev)->sid, MOCK_BYPASS, NULL);
	return 0;
}

static const struct iommu_domain_ops blocking_ops = {
	.attach_dev = vtd_attach_blocking,
#ifdef MOCK_BLOCKS_PASIDS
	.set_dev_pasid = mock_block_dev_pasid,
#endif
};
static MOCK_STATIC_DOMAIN(blocking_domain, IOMMU_DOMAIN_BLOCKED, &blocking_ops);

static const struct iommu_domain_ops identity_ops = {
	.attach_dev = vtd_attach_identity,
};
static MOCK_STATIC_DOMAIN(identity_domain, IOMMU_DOMAIN_IDENTITY,
			  &identity_ops);

static void vtd_free(struct iommu_domain *domain)
{
	vtd_domain_free(domain);
}

#endif

/*
 * With a release_domain the core has blocked the device already, unless its
 * attach was deferred and never came.
 */
static void vtd_release_device(struct device *dev)
{
	struct mock_master *master = to_master(dev);

	vtd_block_translation(master);
	mock_master_free(master);
}

static const struct iommu_domain_ops vtd_domain_ops = {
	MOCK_COMMON_DOMAIN_OPS,
	.attach_dev = vtd_attach_dev,
#ifdef HAVE_IOMMU_DOMAIN_OPS_DETACH_DEV
	.detach_dev = vtd_detach_dev,
#endif
	.free = vtd_free,
#ifdef HAVE_IOMMU_DOMAIN_OPS_SET_DEV_PASID
	.set_dev_pasid = mock_set_dev_pasid,
#endif
};

static const struct iommu_ops vtd_ops = {
	MOCK_COMMON_OPS,
	.probe_device = mock_probe_device,
	.is_attach_deferred = mock_is_attach_deferred,
#ifdef HAVE_IOMMU_OPS_DOMAIN_ALLOC
	.domain_alloc = vtd_domain_alloc,
#else
	.domain_alloc_paging = mock_domain_alloc_paging,
#endif
#ifdef MOCK_STATIC_DOMAINS
	.blocked_domain = &blocking_domain.domain,
#ifdef HAVE_IOMMU_OPS_RELEASE_DOMAIN
	.release_domain = &blocking_domain.domain,
#endif
	.identity_domain = &identity_domain.domain,
#endif
#ifdef HAVE_IOMMU_OPS_REMOVE_DEV_PASID
	.remove_dev_pasid = mock_remove_dev_pasid,
#endif
	.release_device = vtd_release_device,
	.default_domain_ops = &vtd_domain_ops,
};

const struct mock_driver vtd_driver = {
	.name = "intel-iommu",
	.ops = &vtd_ops,
	.write = vtd_write,
	.identity = true,
};
