// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the specification has to know of a world: its devices, its driver, and
 * what that driver can do in this tree.
 */
#include <drivers-mock/mock.h>
#include <harness/oracle/history.h>

uint8_t spec_type_of(const struct iommu_domain *domain)
{
	if (!domain)
		return 1 << SPEC_NO_DEFAULT;
	switch (domain->type) {
	case IOMMU_DOMAIN_IDENTITY:
		return 1 << TYPE_IDENTITY;
	case IOMMU_DOMAIN_DMA:
		return 1 << TYPE_DMA;
	case IOMMU_DOMAIN_DMA_FQ:
		return 1 << TYPE_DMA_FQ;
	default:
		return 1 << SPEC_OTHER;
	}
}

static bool fixed_default(void)
{
#ifdef HAVE_IOMMU_OPS_DEFAULT_DOMAIN
	return mock_ops.default_domain;
#else
	return false;
#endif
}

static bool has_pasid(void)
{
#ifdef MOCK_BLOCKS_PASIDS
	return mock_ops.blocked_domain &&
	       mock_ops.blocked_domain->ops->set_dev_pasid &&
	       mock_ops.default_domain_ops->set_dev_pasid;
#elif defined(HAVE_IOMMU_DOMAIN_OPS_SET_DEV_PASID)
	return mock_ops.default_domain_ops->set_dev_pasid;
#else
	return false;
#endif
}

/* VT-d's own answer to an unmanaged domain, where domain_alloc makes all. */
static bool refuses_rmrr(void)
{
#ifdef MOCK_STATIC_DOMAINS
	return false;
#else
	return !strcmp(mock_driver->name, "intel-iommu");
#endif
}

static void describe_device(struct spec_world *w, const struct model *m,
			    unsigned int n)
{
	const struct device_desc *desc = &m->dev[n].desc;
	const unsigned int flags = desc->flags;
	const uint8_t dev = 1 << n;

	w->group[n] = desc->group;
	w->pasids[n] = desc->pasids;
	if (flags & DEVICE_NOIOMMU) {
		w->noiommu |= dev;
		return;
	}
	/* The core asks for them when it has made a default domain. */
	if (flags & DEVICE_DIRECT && !(m->world->without & WITHOUT_RESV) &&
	    (w->offered || w->fixed))
		w->direct |= dev;
	if (flags & DEVICE_DIRECT && refuses_rmrr())
		w->refuses |= dev;
	if (flags & DEVICE_IDENTITY && w->offered >> TYPE_IDENTITY & 1)
		w->identity |= dev;
	if (flags & DEVICE_UNTRUSTED && !(flags & DEVICE_PLATFORM))
		w->untrusted |= dev;
}

void spec_describe(struct spec_world *w, const struct model *m)
{
	static const uint8_t boot[NR_DEFAULTS] = {
		[DEFAULT_DMA_FQ] = TYPE_DMA_FQ,
		[DEFAULT_DMA] = TYPE_DMA,
		[DEFAULT_IDENTITY] = TYPE_IDENTITY,
	};
	unsigned int n;

	*w = (struct spec_world){
		.tree = spec_tree(),
		.boot = boot[m->world->default_type],
		.fixed = fixed_default(),
		.pasid = has_pasid(),
		.offered = mock_offers(IOMMU_DOMAIN_IDENTITY) << TYPE_IDENTITY |
			   mock_offers(IOMMU_DOMAIN_DMA) << TYPE_DMA |
			   mock_offers(IOMMU_DOMAIN_DMA_FQ) << TYPE_DMA_FQ,
	};
	for (n = 0; n < m->world->nr_devices; n++)
		describe_device(w, m, n);
}
