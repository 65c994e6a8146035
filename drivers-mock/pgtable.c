// SPDX-License-Identifier: GPL-2.0-only
/*
 * Page tables, and the walk that a device's DMA takes: through its table entry
 * to a domain, and through the domain's page table to an address. The same for
 * all drivers; one page size, one level.
 */
#include <drivers-mock/mock.h>
#include <fault.h>

int mock_map_pages(struct iommu_domain *domain, unsigned long iova,
		   phys_addr_t paddr, size_t pgsize, size_t pgcount, int prot,
		   gfp_t gfp, size_t *mapped)
{
	struct mock_domain *dom = to_mock_domain(domain);
	unsigned long page = iova >> MOCK_PAGE_SHIFT;
	size_t i;

	(void)prot;
	(void)gfp;
	seam_point(SEAM_DRIVER, dom, HERE);
	for (i = 0; i < pgcount; i++) {
		if (page + i >= MOCK_PAGES)
			return -ERANGE;
		if (dom->pte[page + i])
			return -EEXIST;
		if (fault_point(FAULT_ALLOC, HERE))
			return -ENOMEM;
		dom->pte[page + i] = (paddr >> MOCK_PAGE_SHIFT) + i + 1;
		*mapped += pgsize;
	}
	return 0;
}

size_t mock_unmap_pages(struct iommu_domain *domain, unsigned long iova,
			size_t pgsize, size_t pgcount,
			struct iommu_iotlb_gather *gather)
{
	struct mock_domain *dom = to_mock_domain(domain);
	unsigned long page = iova >> MOCK_PAGE_SHIFT;
	size_t i;

	(void)gather;
	seam_point(SEAM_DRIVER, dom, HERE);
	for (i = 0; i < pgcount && page + i < MOCK_PAGES; i++) {
		if (!dom->pte[page + i])
			break;
		dom->pte[page + i] = 0;
	}
	return i * pgsize;
}

/*
 * The hardware's walk is no access of a thread, and nobody runs in between. Not
 * inlined: what it is inlined into is instrumented.
 */
#ifdef __clang__
#define __hardware \
	__attribute__((no_sanitize("thread", "coverage"), __noinline__))
#else
#define __hardware
#endif

__hardware static u64 translate(const struct mock_domain *dom, u64 iova)
{
	u64 page = iova >> MOCK_PAGE_SHIFT;

	if (page >= MOCK_PAGES)
		return 0;
	seam_touch(&dom->pte[page], false);
	if (!dom->pte[page])
		return 0;
	return ((u64)dom->pte[page] - 1) << MOCK_PAGE_SHIFT |
	       (iova & (BIT(MOCK_PAGE_SHIFT) - 1));
}

phys_addr_t mock_iova_to_phys(struct iommu_domain *domain, dma_addr_t iova)
{
	return translate(to_mock_domain(domain), iova);
}

__hardware enum mock_dma mock_dma(unsigned int sid, unsigned int pasid,
				  u64 iova, struct mock_domain **dom, u64 *phys)
{
	const struct mock_entry *entry = pasid ? &mock_table.pasid[sid][pasid] :
						 &mock_table.dev[sid];

	seam_touch(entry, false);
	*dom = entry->domain;
	*phys = iova;
	switch (entry->state) {
	case MOCK_BLOCKED:
		return MOCK_DMA_FAULT;
	case MOCK_BYPASS:
		return MOCK_DMA_UNTRANSLATED;
	case MOCK_TRANSLATED:
		*phys = translate(*dom, iova);
		return *phys ? MOCK_DMA_TRANSLATED : MOCK_DMA_FAULT;
	}
	return MOCK_DMA_FAULT;
}
