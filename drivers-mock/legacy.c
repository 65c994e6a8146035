// SPDX-License-Identifier: GPL-2.0-only
/*
 * The old drivers that the thread calls so (fsl_pamu, omap, tegra-gart,
 * tegra-smmu), as far as they are alike.
 *
 * They allocate unmanaged domains only. Where a group may do without a default
 * domain (6.1), its domain is NULL until somebody attaches one, and detach_dev
 * brings it back there, which leaves the translation as the platform's DMA ops
 * want it: here, bypass. For a while set_platform_dma_ops does the same in its
 * place. Where every group has one (6.12), it is the driver's
 * static IOMMU_DOMAIN_PLATFORM domain (fsl_pamu_platform_domain).
 */
#include <drivers-mock/mock.h>

#ifdef HAVE_IOMMU_OPS_DOMAIN_ALLOC

static struct iommu_domain *legacy_domain_alloc(unsigned int type)
{
	return mock_domain_alloc_type(type, BIT(IOMMU_DOMAIN_UNMANAGED));
}

#endif

static void legacy_detach(struct mock_master *master, enum mock_state state)
{
	if (master->domain)
		mock_unlink(master);
	mock_write_entry(master->sid, state, NULL);
}

/* Until somebody attaches a domain, the platform's DMA goes through. */
static struct iommu_device *legacy_probe_device(struct device *dev)
{
	struct iommu_device *iommu = mock_probe_device(dev);

	if (!IS_ERR(iommu))
		mock_write_entry(to_master(dev)->sid, MOCK_BYPASS, NULL);
	return iommu;
}

static void legacy_release_device(struct device *dev)
{
	struct mock_master *master = to_master(dev);

	legacy_detach(master, MOCK_BLOCKED);
	mock_master_free(master);
}

#ifdef HAVE_IOMMU_DOMAIN_OPS_DETACH_DEV

static void legacy_detach_dev(struct iommu_domain *domain, struct device *dev)
{
	(void)domain;
	legacy_detach(to_master(dev), MOCK_BYPASS);
}

#endif

#ifdef HAVE_IOMMU_OPS_SET_PLATFORM_DMA_OPS

static void legacy_set_platform_dma_ops(struct device *dev)
{
	legacy_detach(to_master(dev), MOCK_BYPASS);
}

#endif

static int legacy_attach_dev(MOCK_ATTACH_ARGS)
{
	return mock_attach_dev(domain, dev);
}

#ifdef HAVE_IOMMU_OPS_DEFAULT_DOMAIN

static int legacy_platform_attach(MOCK_ATTACH_ARGS)
{
	legacy_detach(to_master(dev), MOCK_BYPASS);
	return 0;
}

static const struct iommu_domain_ops platform_ops = {
	.attach_dev = legacy_platform_attach,
};
static MOCK_STATIC_DOMAIN(platform_domain, IOMMU_DOMAIN_PLATFORM,
			  &platform_ops);

#endif

static const struct iommu_domain_ops legacy_domain_ops = {
	MOCK_COMMON_DOMAIN_OPS,
	.attach_dev = legacy_attach_dev,
#ifdef HAVE_IOMMU_DOMAIN_OPS_DETACH_DEV
	.detach_dev = legacy_detach_dev,
#endif
	.free = mock_domain_free,
};

static const struct iommu_ops legacy_ops = {
	MOCK_COMMON_OPS,
	.probe_device = legacy_probe_device,
#ifdef HAVE_IOMMU_OPS_DOMAIN_ALLOC
	.domain_alloc = legacy_domain_alloc,
#else
	.domain_alloc_paging = mock_domain_alloc_paging,
#endif
#ifdef HAVE_IOMMU_OPS_DEFAULT_DOMAIN
	.default_domain = &platform_domain.domain,
#elif defined(HAVE_IOMMU_OPS_SET_PLATFORM_DMA_OPS)
	.set_platform_dma_ops = legacy_set_platform_dma_ops,
#endif
	.release_device = legacy_release_device,
	.default_domain_ops = &legacy_domain_ops,
};

const struct mock_driver legacy_driver = {
	.name = "legacy",
	.ops = &legacy_ops,
};

const struct mock_driver fsl_pamu_driver = {
	.name = "fsl-pamu",
	.ops = &legacy_ops,
};
