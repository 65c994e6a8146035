// SPDX-License-Identifier: GPL-2.0-only
/*
 * What drivers/iommu/dma-iommu.c and iommu-sysfs.c give the group core: the
 * cookie of a DMA domain, the flush queue, dma_ops, and the sysfs links between
 * a device and its IOMMU. No IOVA is ever allocated here.
 */
#include <linux/kernel.h>
#include <linux/iommu.h>
#include <linux/slab.h>
#if __has_include(<dma-iommu.h>)
#include <dma-iommu.h>
#else
#include <linux/dma-iommu.h>
#endif
#include <fault.h>
#include <unsupported.h>

struct iommu_dma_cookie {
	bool fq;
};

/* iommu.dma32= is not given. */
bool iommu_dma_forcedac;

#ifdef HAVE_IOMMU_DOMAIN_COOKIE_TYPE

/* The union's other members may be set, so the type says whether this one is. */
int iommu_get_dma_cookie(struct iommu_domain *domain)
{
	struct iommu_dma_cookie *cookie;

	if (domain->cookie_type != IOMMU_COOKIE_NONE)
		return -EEXIST;
	cookie = kzalloc(sizeof(*cookie), GFP_KERNEL);
	if (!cookie)
		return -ENOMEM;
	domain->iova_cookie = cookie;
	domain->cookie_type = IOMMU_COOKIE_DMA_IOVA;
	return 0;
}

void iommu_put_msi_cookie(struct iommu_domain *domain)
{
	(void)domain;
	unsupported("a cookie for MSI pages alone");
}

#else

int iommu_get_dma_cookie(struct iommu_domain *domain)
{
	if (domain->iova_cookie)
		return -EEXIST;
	domain->iova_cookie = kzalloc(sizeof(*domain->iova_cookie), GFP_KERNEL);
	return domain->iova_cookie ? 0 : -ENOMEM;
}

#endif

void iommu_put_dma_cookie(struct iommu_domain *domain)
{
	kfree(domain->iova_cookie);
	domain->iova_cookie = NULL;
}

int iommu_dma_init_fq(struct iommu_domain *domain)
{
	if (fault_point(FAULT_ALLOC, HERE))
		return -ENOMEM;
	domain->iova_cookie->fq = true;
	return 0;
}

#if ARGS_IOMMU_SETUP_DMA_OPS == 1
void iommu_setup_dma_ops(struct device *dev)
{
	struct iommu_domain *domain = iommu_get_domain_for_dev(dev);

	dev->dma_iommu = iommu_is_dma_domain(domain);
}
#elif ARGS_IOMMU_SETUP_DMA_OPS == 2
void iommu_setup_dma_ops(struct device *dev, struct iommu_domain *domain)
{
	dev->dma_iommu = iommu_is_dma_domain(domain);
}
#endif

int iommu_device_link(struct iommu_device *iommu, struct device *link)
{
	if (!iommu || IS_ERR(iommu))
		return -ENODEV;
	return sysfs_create_link_nowarn(&link->kobj, &iommu->dev->kobj,
					"iommu");
}

void iommu_device_unlink(struct iommu_device *iommu, struct device *link)
{
	if (!iommu || IS_ERR(iommu))
		return;
	sysfs_remove_link(&link->kobj, "iommu");
}
