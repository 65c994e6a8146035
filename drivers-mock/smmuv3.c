// SPDX-License-Identifier: GPL-2.0-only
/*
 * Arm SMMUv3, after drivers/iommu/arm/arm-smmu-v3/arm-smmu-v3.c.
 *
 * There is no detach_dev: a device leaves its old domain when it is attached
 * to the next one. If the caller frees a domain that a stream table entry
 * still names, nobody tells the driver; that was the oops behind all this.
 *
 * Where drivers have no static domains (6.1), arm_smmu_attach_dev() first
 * takes the device off master->domain and installs an aborting STE
 * (arm_smmu_detach_dev()), and only then can it fail. Where they have
 * (6.12), everything that can fail comes before the STE is touched, and the
 * STE changes from the old to the new domain in one step
 * (arm_smmu_attach_prepare() and _commit()).
 *
 * An entry here is what the STE and its context descriptor say together.
 */
#include <drivers-mock/mock.h>

/*
 * arm_smmu_write_entry() of 6.12: without a step in which the entry is not
 * valid (hitless) where only one word in use changes. What 6.1 does from
 * bypass or abort to a domain and back (arm_smmu_write_strtab_ent()) is the
 * same; from one domain to the next it aborts in between, and a valid entry
 * comes last here too.
 */
static void smmuv3_write(struct mock_slot *slot, const u64 *word)
{
	if (slot->word[0] == word[0])
		return;
	if (mock_uses_both(slot->word[0]) && mock_uses_both(word[0])) {
		mock_store(slot, 0, 0);
		mock_flush(slot);
	}
	if (mock_uses_both(word[0])) {
		mock_store(slot, 1, word[1]);
		mock_flush(slot);
	}
	mock_store(slot, 0, word[0]);
	mock_flush(slot);
	if (slot->word[1] != word[1]) {
		mock_store(slot, 1, word[1]);
		mock_flush(slot);
	}
}

#ifndef MOCK_STATIC_DOMAINS

static void smmuv3_detach(struct mock_master *master)
{
	if (!master->domain)
		return;
	mock_unlink(master);
	mock_write_entry(master->sid, MOCK_BLOCKED, NULL);
}

static struct iommu_domain *smmuv3_domain_alloc(unsigned int type)
{
	return mock_domain_alloc_type(type, MOCK_PAGING_TYPES |
						    BIT(IOMMU_DOMAIN_IDENTITY));
}

static int smmuv3_attach_dev(MOCK_ATTACH_ARGS)
{
	smmuv3_detach(to_master(dev));
	return mock_attach_dev(domain, dev);
}

static void smmuv3_release_device(struct device *dev)
{
	struct mock_master *master = to_master(dev);

	smmuv3_detach(master);
	mock_master_free(master);
}

#else

/* arm_smmu_domain_alloc_paging() finalises at once, with a device. */
static struct iommu_domain *smmuv3_domain_alloc_paging(struct device *dev)
{
	struct iommu_domain *domain = mock_domain_alloc();
	int ret;

	if (!domain || !dev)
		return domain;
	ret = mock_domain_finalise(to_mock_domain(domain));
	if (ret) {
		kfree(to_mock_domain(domain));
		return ERR_PTR(ret);
	}
	return domain;
}

static int smmuv3_attach_dev(MOCK_ATTACH_ARGS)
{
	return mock_attach_dev(domain, dev);
}

static int smmuv3_attach_static(struct device *dev, enum mock_state state)
{
	struct mock_master *master = to_master(dev);

	mock_write_entry(master->sid, state, NULL);
	if (master->domain)
		mock_unlink(master);
	return 0;
}

static int smmuv3_attach_identity(MOCK_ATTACH_ARGS)
{
	return smmuv3_attach_static(dev, MOCK_BYPASS);
}

static int smmuv3_attach_blocked(MOCK_ATTACH_ARGS)
{
	return smmuv3_attach_static(dev, MOCK_BLOCKED);
}

static const struct iommu_domain_ops identity_ops = {
	.attach_dev = smmuv3_attach_identity,
};
static MOCK_STATIC_DOMAIN(identity_domain, IOMMU_DOMAIN_IDENTITY,
			  &identity_ops);

static const struct iommu_domain_ops blocked_ops = {
	.attach_dev = smmuv3_attach_blocked,
#ifdef MOCK_BLOCKS_PASIDS
	.set_dev_pasid = mock_block_dev_pasid,
#endif
};
static MOCK_STATIC_DOMAIN(blocked_domain, IOMMU_DOMAIN_BLOCKED, &blocked_ops);

/* arm_smmu_release_device(): bypass if firmware needs its 1:1 mapping. */
static void smmuv3_release_device(struct device *dev)
{
	bool direct = false;

#ifdef HAVE_DEV_IOMMU_REQUIRE_DIRECT
	direct = dev->iommu->require_direct;
#endif
	smmuv3_attach_static(dev, direct ? MOCK_BYPASS : MOCK_BLOCKED);
	mock_master_free(to_master(dev));
}

#endif

static const struct iommu_domain_ops smmuv3_domain_ops = {
	MOCK_COMMON_DOMAIN_OPS,
	.attach_dev = smmuv3_attach_dev,
	.free = mock_domain_free,
#ifdef HAVE_IOMMU_DOMAIN_OPS_SET_DEV_PASID
	.set_dev_pasid = mock_set_dev_pasid,
#endif
};

static const struct iommu_ops smmuv3_ops = {
	MOCK_COMMON_OPS,
	.probe_device = mock_probe_device,
#ifdef MOCK_STATIC_DOMAINS
	.identity_domain = &identity_domain.domain,
	.blocked_domain = &blocked_domain.domain,
	.domain_alloc_paging = smmuv3_domain_alloc_paging,
#else
	.domain_alloc = smmuv3_domain_alloc,
#endif
#ifdef HAVE_IOMMU_OPS_REMOVE_DEV_PASID
	.remove_dev_pasid = mock_remove_dev_pasid,
#endif
	.release_device = smmuv3_release_device,
	.default_domain_ops = &smmuv3_domain_ops,
};

const struct mock_driver smmuv3_driver = {
	.name = "arm-smmu-v3",
	.ops = &smmuv3_ops,
	.write = smmuv3_write,
	.identity = true,
	.fwspec = true,
};
