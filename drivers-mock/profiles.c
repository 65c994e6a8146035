// SPDX-License-Identifier: GPL-2.0-only
/*
 * The other drivers that the thread lists, each a row of a table: which domain
 * types it has, whether there is a detach_dev, in which order an attach goes.
 * Read off the drivers' ops and attach functions in drivers/iommu/ of 6.1 (no
 * static domains) and 6.12 (static domains); a row claims no more than its
 * columns.
 */
#include <drivers-mock/mock.h>

/* Types that domain_alloc takes, where it makes all domains. */
#define U BIT(IOMMU_DOMAIN_UNMANAGED)
#define D BIT(IOMMU_DOMAIN_DMA)
#define F BIT(IOMMU_DOMAIN_DMA_FQ)
#define I BIT(IOMMU_DOMAIN_IDENTITY)
#define B BIT(IOMMU_DOMAIN_BLOCKED)

struct mock_profile {
	unsigned long types;  /* of domain_alloc */
	bool detach_dev;      /* has the op, where there is one */
	bool drops_first;     /* leaves the old domain before it can fail */
	bool identity;	      /* static identity_domain, where possible */
	bool blocked;	      /* static blocked_domain, where possible */
	bool release_blocked; /* and the same as release_domain */
	bool group_data;      /* keeps data of its own with its groups */
	bool group_name;      /* gives its groups a name */
	bool group_single;    /* its first group is one for each instance */
};

static const struct mock_profile *current;

/* Nests in whatever a probe holds; what a driver keeps with a group. */
static struct mutex groups_lock;

static void profile_detach(struct mock_master *master, enum mock_state state)
{
	if (master->domain)
		mock_unlink(master);
	mock_write_entry(master->sid, state, NULL);
}

static int profile_attach_dev(MOCK_ATTACH_ARGS)
{
	if (current->drops_first)
		profile_detach(to_master(dev), MOCK_BLOCKED);
	return mock_attach_dev(domain, dev);
}

static void profile_release_device(struct device *dev)
{
	struct mock_master *master = to_master(dev);

	profile_detach(master, MOCK_BLOCKED);
	mock_master_free(master);
}

#ifdef HAVE_IOMMU_DOMAIN_OPS_DETACH_DEV

static void profile_detach_dev(struct iommu_domain *domain, struct device *dev)
{
	(void)domain;
	profile_detach(to_master(dev), MOCK_BYPASS);
}

#endif

#ifdef HAVE_IOMMU_OPS_SET_PLATFORM_DMA_OPS

static void profile_set_platform_dma_ops(struct device *dev)
{
	profile_detach(to_master(dev), MOCK_BYPASS);
}

static bool has_static_identity(const struct mock_profile *profile)
{
#ifdef MOCK_STATIC_DOMAINS
	return profile->identity;
#else
	(void)profile;
	return false;
#endif
}

#endif

#ifndef MOCK_STATIC_DOMAINS

static struct iommu_domain *profile_domain_alloc(unsigned int type)
{
	return mock_domain_alloc_type(type, current->types);
}

#else

static int profile_attach_identity(MOCK_ATTACH_ARGS)
{
	profile_detach(to_master(dev), MOCK_BYPASS);
	return 0;
}

static int profile_attach_blocked(MOCK_ATTACH_ARGS)
{
	profile_detach(to_master(dev), MOCK_BLOCKED);
	return 0;
}

static const struct iommu_domain_ops identity_ops = {
	.attach_dev = profile_attach_identity,
};
static MOCK_STATIC_DOMAIN(identity_domain, IOMMU_DOMAIN_IDENTITY,
			  &identity_ops);

static const struct iommu_domain_ops blocked_ops = {
	.attach_dev = profile_attach_blocked,
};
static MOCK_STATIC_DOMAIN(blocked_domain, IOMMU_DOMAIN_BLOCKED, &blocked_ops);

#endif

static const struct iommu_domain_ops profile_domain_ops = {
	MOCK_COMMON_DOMAIN_OPS,
	.attach_dev = profile_attach_dev,
	.free = mock_domain_free,
};

static const struct iommu_ops profile_ops = {
	MOCK_COMMON_OPS,
	.probe_device = mock_probe_device,
	.release_device = profile_release_device,
	.default_domain_ops = &profile_domain_ops,
};

bool mock_profile_identity(const struct mock_profile *profile)
{
#ifndef MOCK_STATIC_DOMAINS
	return profile->types & I;
#else
	return profile->identity;
#endif
}

void mock_profile_setup(const struct mock_profile *profile,
			struct iommu_ops *ops,
			struct iommu_domain_ops *domain_ops)
{
	current = profile;
	mutex_init(&groups_lock);
	(void)domain_ops;
#ifdef HAVE_IOMMU_DOMAIN_OPS_DETACH_DEV
	domain_ops->detach_dev = profile->detach_dev ? profile_detach_dev :
						       NULL;
#endif
#ifndef MOCK_STATIC_DOMAINS
	ops->domain_alloc = profile_domain_alloc;
#else
	ops->domain_alloc_paging = mock_domain_alloc_paging;
	if (profile->identity)
		ops->identity_domain = &identity_domain.domain;
	if (profile->blocked)
		ops->blocked_domain = &blocked_domain.domain;
#ifdef HAVE_IOMMU_OPS_RELEASE_DOMAIN
	if (profile->release_blocked)
		ops->release_domain = &blocked_domain.domain;
#endif
#endif
#ifdef HAVE_IOMMU_OPS_SET_PLATFORM_DMA_OPS
	/* For a while this op did what detach_dev had done. */
	if (profile->detach_dev && !has_static_identity(profile))
		ops->set_platform_dma_ops = profile_set_platform_dma_ops;
#endif
}

struct iommu_group *mock_profile_new_group(const struct mock_profile *profile,
					   struct device *dev)
{
	struct iommu_group *group;

#ifdef HAVE_GENERIC_SINGLE_DEVICE_GROUP
	/*
	 * One for all that the instance serves, as long as it does; worlds that
	 * have it in common do not have that in common.
	 */
	if (profile->group_single && !mock_firmware(dev)->desc->group &&
	    mock_firmware(dev)->sid < MAX_DEVICES)
		return generic_single_device_group(dev);
#endif
	group = generic_device_group(dev);
	/* tegra_smmu_device_group() does not look whether it could. */
	if (!IS_ERR(group) && profile->group_name)
		iommu_group_set_name(group, mock_driver->name);
	return group;
}

/* As apple_dart_release_group(). */
static void group_data_release(void *data)
{
	kfree(data);
}

/* As apple_dart_device_group(): what its devices have in common. */
static int group_data(struct iommu_group *group)
{
	int ret = 0;
	void *data;

	mutex_lock(&groups_lock);
	if (!iommu_group_get_iommudata(group)) {
		data = kzalloc(sizeof(long), GFP_KERNEL);
		if (data)
			iommu_group_set_iommudata(group, data,
						  group_data_release);
		else
			ret = -ENOMEM;
	}
	mutex_unlock(&groups_lock);
	return ret;
}

struct iommu_group *mock_profile_group(const struct mock_profile *profile,
				       struct iommu_group *group)
{
	int ret = profile->group_data ? group_data(group) : 0;

	if (!ret)
		return group;
	iommu_group_put(group);
	return ERR_PTR(ret);
}

#define PROFILE(id, _name, _fwspec, ...)                                \
	static const struct mock_driver id##_driver = {                 \
		.name = _name,                                          \
		.ops = &profile_ops,                                    \
		.fwspec = _fwspec,                                      \
		.profile = &(const struct mock_profile){ __VA_ARGS__ }, \
	}

PROFILE(apple_dart, "apple-dart", true, .types = U | D | I | B,
	.detach_dev = true, .identity = true, .blocked = true,
	.group_data = true);
PROFILE(qcom, "qcom_iommu", true, .types = U | D, .detach_dev = true,
	.identity = true);
PROFILE(exynos, "exynos-sysmmu", true, .types = U | D, .detach_dev = true,
	.drops_first = true, .identity = true);
PROFILE(ipmmu, "ipmmu-vmsa", true, .types = U | D, .detach_dev = true,
	.identity = true);
PROFILE(mtk, "mtk-iommu", true, .types = U | D, .detach_dev = true,
	.identity = true);
PROFILE(rockchip, "rk_iommu", true, .types = U | D, .detach_dev = true,
	.drops_first = true, .identity = true);
PROFILE(sprd, "sprd-iommu", true, .types = U | D, .detach_dev = true,
	.group_single = true);
PROFILE(sun50i, "sun50i-iommu", true, .types = U | D, .detach_dev = true,
	.drops_first = true, .identity = true, .group_single = true);
PROFILE(arm_smmu, "arm-smmu", true, .types = U | D | F | I, .identity = true,
	.blocked = true);
PROFILE(virtio, "virtio-iommu", true, .types = U | D | I);
PROFILE(omap, "omap-iommu", true, .types = U, .detach_dev = true,
	.identity = true);
PROFILE(tegra_gart, "tegra-gart", true, .types = U, .detach_dev = true);
PROFILE(tegra_smmu, "tegra-smmu", true, .types = U, .detach_dev = true,
	.identity = true, .group_name = true);
PROFILE(s390, "s390-iommu", false, .types = U, .detach_dev = true,
	.drops_first = true, .blocked = true, .release_blocked = true);

extern const struct mock_driver smmuv3_driver, vtd_driver, amd_driver;
extern const struct mock_driver legacy_driver, fsl_pamu_driver;

const struct mock_driver *const mock_drivers[] = {
	&smmuv3_driver,	  &vtd_driver,	      &amd_driver,
	&legacy_driver,	  &apple_dart_driver, &qcom_driver,
	&exynos_driver,	  &ipmmu_driver,      &mtk_driver,
	&rockchip_driver, &sprd_driver,	      &sun50i_driver,
	&arm_smmu_driver, &virtio_driver,     &fsl_pamu_driver,
	&omap_driver,	  &tegra_gart_driver, &tegra_smmu_driver,
	&s390_driver,
};
_Static_assert(ARRAY_SIZE(mock_drivers) == NR_DRIVERS, "a driver is missing");
