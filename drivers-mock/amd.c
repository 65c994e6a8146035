// SPDX-License-Identifier: GPL-2.0-only
/*
 * AMD-Vi, after drivers/iommu/amd/iommu.c.
 *
 * An attach detaches the device from dev_data->domain (detach_device() clears
 * the DTE, which then blocks) and writes the DTE anew, both word by word, as
 * mock.c writes an entry. Where domain_alloc makes
 * all domains (6.1), it takes any type: a BLOCKED domain is then a page table
 * that stays empty; and freeing a domain detaches what is still attached
 * (cleanup_domain()), so that a stale domain shows as a device on none. Where
 * there is a static blocked domain (6.12), an attach to the domain that the
 * device is on does nothing, and a freed domain must have no devices. PASIDs
 * are for shared virtual addressing only, which no operation drives.
 */
#include <drivers-mock/mock.h>

static void amd_detach(struct mock_master *master)
{
	if (!master->domain)
		return;
	mock_write_entry(master->sid, MOCK_BLOCKED, NULL);
	mock_unlink(master);
}

static int amd_attach_dev(MOCK_ATTACH_ARGS)
{
	struct mock_master *master = to_master(dev);

#ifdef MOCK_STATIC_DOMAINS
	if (master->domain == to_mock_domain(domain))
		return 0;
#endif
	amd_detach(master);
	return mock_attach_dev(domain, dev);
}

static void amd_release_device(struct device *dev)
{
	struct mock_master *master = to_master(dev);

	amd_detach(master);
	mock_master_free(master);
}

#ifndef MOCK_STATIC_DOMAINS

static struct iommu_domain *amd_domain_alloc(unsigned int type)
{
	return mock_domain_alloc_type(type, MOCK_PAGING_TYPES |
						    BIT(IOMMU_DOMAIN_IDENTITY) |
						    BIT(IOMMU_DOMAIN_BLOCKED));
}

static void amd_domain_free(struct iommu_domain *domain)
{
	struct mock_domain *dom = to_mock_domain(domain);
	struct mock_master *master, *next;

	list_for_each_entry_safe(master, next, &dom->devices, domain_head)
		amd_detach(master);
	mock_domain_free(domain);
}

#ifdef HAVE_IOMMU_DOMAIN_OPS_DETACH_DEV

static void amd_detach_dev(struct iommu_domain *domain, struct device *dev)
{
	(void)domain;
	amd_detach(to_master(dev));
}

#endif

#else

#ifdef HAVE_IOMMU_OPS_DOMAIN_ALLOC

static struct iommu_domain *amd_domain_alloc(unsigned int type)
{
	return mock_domain_alloc_type(type, MOCK_PAGING_TYPES |
						    BIT(IOMMU_DOMAIN_IDENTITY));
}

#else

/* amd_iommu_init_identity_domain() makes it of the paging domains' ops. */
static int amd_attach_identity(MOCK_ATTACH_ARGS)
{
	struct mock_master *master = to_master(dev);
	struct mock_domain *dom = to_mock_domain(domain);

	if (master->domain == dom)
		return 0;
	amd_detach(master);
	mock_link(dom, master);
	mock_write_entry(master->sid, MOCK_BYPASS, NULL);
	return 0;
}

static const struct iommu_domain_ops identity_ops = {
	.attach_dev = amd_attach_identity,
};
static MOCK_STATIC_DOMAIN(identity_domain, IOMMU_DOMAIN_IDENTITY,
			  &identity_ops);

#endif

/* protection_domain_free() */
static void amd_domain_free(struct iommu_domain *domain)
{
	WARN_ON(!list_empty(&to_mock_domain(domain)->devices));
	mock_domain_free(domain);
}

/* blocked_domain_attach_device() */
static int amd_attach_blocked(MOCK_ATTACH_ARGS)
{
	struct mock_master *master = to_master(dev);

	amd_detach(master);
	mock_write_entry(master->sid, MOCK_BLOCKED, NULL);
	return 0;
}

static const struct iommu_domain_ops blocked_ops = {
	.attach_dev = amd_attach_blocked,
};
static MOCK_STATIC_DOMAIN(blocked_domain, IOMMU_DOMAIN_BLOCKED, &blocked_ops);

#endif

static const struct iommu_domain_ops amd_domain_ops = {
	MOCK_COMMON_DOMAIN_OPS,
	.attach_dev = amd_attach_dev,
#ifdef HAVE_IOMMU_DOMAIN_OPS_DETACH_DEV
	.detach_dev = amd_detach_dev,
#endif
	.free = amd_domain_free,
};

static const struct iommu_ops amd_ops = {
	MOCK_COMMON_OPS,
	.probe_device = mock_probe_device,
	.is_attach_deferred = mock_is_attach_deferred,
#ifdef HAVE_IOMMU_OPS_DOMAIN_ALLOC
	.domain_alloc = amd_domain_alloc,
#else
	.domain_alloc_paging = mock_domain_alloc_paging,
	.identity_domain = &identity_domain.domain,
#endif
#ifdef MOCK_STATIC_DOMAINS
	.blocked_domain = &blocked_domain.domain,
#endif
	.release_device = amd_release_device,
	.default_domain_ops = &amd_domain_ops,
};

const struct mock_driver amd_driver = {
	.name = "amd-iommu",
	.ops = &amd_ops,
	.identity = true,
};
