// SPDX-License-Identifier: GPL-2.0-only
/*
 * Questions to a kernel tree. core/probe compiles this file for the tree: the
 * answer to a question is yes if the compiler reports no error in its lines.
 * It goes into generated/probe.h, and shims, mocks and the specification ask
 * that record. Nothing here is ever linked or run.
 *
 * HAVE(NAME, EXPRESSION): HAVE_NAME, the expression compiles.
 * TYPE(NAME, TYPE, EXPRESSION): HAVE_NAME, and it has exactly this type.
 * ARGS(NAME, N, TYPE, EXPRESSION): ARGS_NAME is N, if it has this type.
 * SAYS(NAME, FUNCTION, WORDS): HAVE_NAME, the source of that function of
 *	iommu.c has these words; for behaviour that no declaration shows.
 * NEEDS(FUNCTION): a tree without it is not supported.
 */
#include <linux/kconfig.h>

#define HAVE(name, ...)              \
	static void ask_##name(void) \
	{                            \
		(void)(__VA_ARGS__); \
	}
#define TYPE(name, type, ...)                                             \
	_Static_assert(                                                   \
		__builtin_types_compatible_p(__typeof__(&*(__VA_ARGS__)), \
					     __typeof__(type) *),         \
		#name);
#define ARGS(name, n, type, ...) TYPE(name, type, __VA_ARGS__)
#define SAYS(name, function, words)
#define NEEDS(function) HAVE(function, &function)

#include <linux/iommu.h>
#if __has_include(<iommu-priv.h>)
#include <iommu-priv.h>
#endif
#if __has_include(<dma-iommu.h>)
#include <dma-iommu.h>
#elif __has_include(<linux/dma-iommu.h>)
#include <linux/dma-iommu.h>
#endif

struct ask {
	struct iommu_ops ops;
	struct iommu_domain_ops domain_ops;
	struct iommu_domain domain;
	struct dev_iommu dev;
	struct iommu_device iommu;
};

#define ops	   ((struct ask *)NULL)->ops
#define domain_ops ((struct ask *)NULL)->domain_ops
#define domain	   ((struct ask *)NULL)->domain
#define dev	   ((struct ask *)NULL)->dev
#define iommu	   ((struct ask *)NULL)->iommu

typedef struct iommu_domain *domain_t;
typedef struct device *device_t;

/* --- what the headers declare: this can be called, and drivers can have it --- */

NEEDS(iommu_group_claim_dma_owner)
NEEDS(iommu_group_release_dma_owner)

HAVE(IOMMU_OPS_DOMAIN_ALLOC, ops.domain_alloc)
HAVE(IOMMU_OPS_DOMAIN_ALLOC_PAGING, ops.domain_alloc_paging)
HAVE(IOMMU_OPS_IDENTITY_DOMAIN, ops.identity_domain)
HAVE(IOMMU_OPS_BLOCKED_DOMAIN, ops.blocked_domain)
HAVE(IOMMU_OPS_RELEASE_DOMAIN, ops.release_domain)
HAVE(IOMMU_OPS_DEFAULT_DOMAIN, ops.default_domain)
HAVE(IOMMU_OPS_SET_PLATFORM_DMA_OPS, ops.set_platform_dma_ops)
HAVE(IOMMU_OPS_REMOVE_DEV_PASID, ops.remove_dev_pasid)
HAVE(IOMMU_OPS_PUT_RESV_REGIONS, ops.put_resv_regions)
HAVE(IOMMU_OPS_PGSIZE_BITMAP, ops.pgsize_bitmap)
ARGS(IOMMU_OPS_CAPABLE, 2, bool(device_t, enum iommu_cap), ops.capable)
ARGS(IOMMU_OPS_REMOVE_DEV_PASID, 3, void(device_t, ioasid_t, domain_t),
     ops.remove_dev_pasid)
HAVE(IOMMU_DOMAIN_OPS_DETACH_DEV, domain_ops.detach_dev)
HAVE(IOMMU_DOMAIN_OPS_SET_DEV_PASID, domain_ops.set_dev_pasid)
ARGS(IOMMU_DOMAIN_OPS_ATTACH_DEV, 3, int(domain_t, device_t, domain_t),
     domain_ops.attach_dev)
ARGS(IOMMU_DOMAIN_OPS_SET_DEV_PASID, 4,
     int(domain_t, device_t, ioasid_t, domain_t), domain_ops.set_dev_pasid)

HAVE(IOMMU_DOMAIN_COOKIE_TYPE, domain.cookie_type)
HAVE(IOMMU_DOMAIN_PLATFORM, IOMMU_DOMAIN_PLATFORM)
HAVE(DEV_IOMMU_REQUIRE_DIRECT, dev.require_direct)
HAVE(DEV_IOMMU_ATTACH_DEFERRED, dev.attach_deferred)
HAVE(IOMMU_DEVICE_MAX_PASIDS, iommu.max_pasids)
HAVE(IOMMU_PROBE_DEVICE_LOCK, iommu_probe_device_lock)

HAVE(BUS_SET_IOMMU, &bus_set_iommu)
HAVE(DEV_IOMMU_FREE, &dev_iommu_free)
HAVE(GENERIC_SINGLE_DEVICE_GROUP, &generic_single_device_group)
HAVE(IOMMU_DOMAIN_ALLOC, &iommu_domain_alloc)
HAVE(IOMMU_PAGING_DOMAIN_ALLOC, &iommu_paging_domain_alloc)
HAVE(IOMMU_DEVICE_CLAIM_DMA_OWNER, &iommu_device_claim_dma_owner)
HAVE(IOMMU_GROUP_REPLACE_DOMAIN, &iommu_group_replace_domain)
HAVE(IOMMU_ATTACH_GROUP_HANDLE, &iommu_attach_group_handle)
HAVE(IOMMU_REPLACE_GROUP_HANDLE, &iommu_replace_group_handle)
HAVE(IOMMU_ATTACH_DEVICE_PASID, &iommu_attach_device_pasid)
HAVE(IOMMU_DETACH_DEVICE_PASID, &iommu_detach_device_pasid)
ARGS(IOMMU_ATTACH_DEVICE_PASID, 4,
     int(domain_t, device_t, ioasid_t, struct iommu_attach_handle *),
     iommu_attach_device_pasid)
ARGS(IOMMU_MAP, 6,
     int(domain_t, unsigned long, phys_addr_t, size_t, int, gfp_t), iommu_map)
ARGS(IOMMU_FWSPEC_INIT, 3,
     int(device_t, struct fwnode_handle *, const struct iommu_ops *),
     iommu_fwspec_init)
ARGS(IOMMU_ALLOC_RESV_REGION, 5,
     struct iommu_resv_region *(phys_addr_t, size_t, int, enum iommu_resv_type,
				gfp_t),
     iommu_alloc_resv_region)
ARGS(IOMMU_SETUP_DMA_OPS, 1, void(device_t), iommu_setup_dma_ops)
ARGS(IOMMU_SETUP_DMA_OPS, 2, void(device_t, domain_t), iommu_setup_dma_ops)

/* --- what iommu.c has for itself: this tells how it behaves --- */

#undef ops
#undef domain_ops
#undef domain
#undef dev
#undef iommu
#include <drivers/iommu/iommu.c>

TYPE(CONST_BUS_TYPE, int(const struct bus_type *), bus_iommu_probe)
HAVE(FIRST_ATTACH_RULE, IOMMU_SET_DOMAIN_MUST_SUCCEED)
HAVE(IOMMU_ALLOC_DEFAULT_DOMAIN, &iommu_alloc_default_domain)
ARGS(IOMMU_GROUP_ALLOC_DEFAULT_DOMAIN, 3,
     int(struct bus_type *, struct iommu_group *, unsigned int),
     iommu_group_alloc_default_domain)
ARGS(IOMMU_GROUP_ALLOC_DEFAULT_DOMAIN, 3,
     int(const struct bus_type *, struct iommu_group *, unsigned int),
     iommu_group_alloc_default_domain)

SAYS(USE_DEFERS, iommu_device_use_default_domain, EPROBE_DEFER)
SAYS(TYPE_OF_ONE_DEVICE, iommu_change_dev_def_domain, more than one device)
SAYS(UNTRUSTED_CONFLICT, iommu_get_default_domain_type, refusing to probe)
SAYS(PASID_LIMIT, iommu_attach_device_pasid, max_pasids)
SAYS(PASID_EXEMPTION, iommu_attach_device_pasid, max_pasids > 0)
