// SPDX-License-Identifier: GPL-2.0-only
/*
 * Page tables, and the walk that a device's DMA takes: through its table entry
 * to a domain, and through the domain's page table to an address. The same for
 * all drivers; one page size, one level.
 *
 * A page that is unmapped may be in the IOTLB until the core has it invalidated
 * (iotlb_sync, with what unmap_pages gathered). A page table that was freed is
 * poisoned. Its memory is not used again in an execution (kernel/slab.c), so
 * that it stays so for as long as anything could still walk it.
 */
#include <drivers-mock/mock.h>
#include <linux/poison.h>
#include <fault.h>

/* The pte of @page as it is in memory. */
static inline u32 pte_of(const struct mock_domain *dom, unsigned long page)
{
	return dom->unmapped & BIT(page) ? 0 : dom->pte[page];
}

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
		if (pte_of(dom, page + i))
			return -EEXIST;
		if (fault_point(FAULT_ALLOC, HERE))
			return -ENOMEM;
		dom->pte[page + i] = (paddr >> MOCK_PAGE_SHIFT) + i + 1;
		dom->unmapped &= ~BIT(page + i);
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

	seam_point(SEAM_DRIVER, dom, HERE);
	for (i = 0; i < pgcount && page + i < MOCK_PAGES; i++) {
		if (!pte_of(dom, page + i))
			break;
		dom->unmapped |= BIT(page + i);
	}
	if (i)
		iommu_iotlb_gather_add_range(gather, iova, i * pgsize);
	return i * pgsize;
}

/* The hardware forgets what it has of @page. */
static void invalidate(struct mock_domain *dom, unsigned long page)
{
	if (dom->unmapped & BIT(page))
		dom->pte[page] = 0;
	dom->unmapped &= ~BIT(page);
}

void mock_iotlb_sync(struct iommu_domain *domain,
		     struct iommu_iotlb_gather *gather)
{
	struct mock_domain *dom = to_mock_domain(domain);
	unsigned long page;

	seam_point(SEAM_DRIVER, dom, HERE);
	for (page = gather->start >> MOCK_PAGE_SHIFT;
	     page <= gather->end >> MOCK_PAGE_SHIFT && page < MOCK_PAGES;
	     page++)
		invalidate(dom, page);
}

void mock_flush_iotlb_all(struct iommu_domain *domain)
{
	struct mock_domain *dom = to_mock_domain(domain);

	seam_point(SEAM_DRIVER, dom, HERE);
	while (dom->unmapped)
		invalidate(dom, __builtin_ctzl(dom->unmapped));
}

void mock_pgtable_free(struct mock_domain *dom)
{
	seam_point(SEAM_DRIVER, dom, HERE);
	dom->poison = POISON_FREE;
}

static u64 pte_address(u32 pte, u64 iova)
{
	return ((u64)pte - 1) << MOCK_PAGE_SHIFT |
	       (iova & (BIT(MOCK_PAGE_SHIFT) - 1));
}

phys_addr_t mock_iova_to_phys(struct iommu_domain *domain, dma_addr_t iova)
{
	const struct mock_domain *dom = to_mock_domain(domain);
	u64 page = iova >> MOCK_PAGE_SHIFT;
	u32 pte = page < MOCK_PAGES ? pte_of(dom, page) : 0;

	return pte ? pte_address(pte, iova) : 0;
}

/*
 * The hardware's walk is no access of a thread, nobody runs in between, and
 * freed memory is memory to it. Not inlined: what it is inlined into is
 * instrumented.
 */
#ifdef __clang__
#define __hardware                                                   \
	__attribute__((no_sanitize("address", "thread", "coverage"), \
		       __noinline__))
#else
#define __hardware
#endif

__hardware static enum mock_dma walk(const struct mock_domain *dom, u64 iova,
				     bool cached, struct mock_access *access)
{
	u64 page = iova >> MOCK_PAGE_SHIFT;

	if (page >= MOCK_PAGES)
		return MOCK_DMA_FAULT;
	seam_touch(&dom->pte[page], false);
	seam_touch(&dom->unmapped, false);
	seam_touch(&dom->poison, false);
	access->freed = dom->poison;
	if (access->freed || !dom->pte[page])
		return MOCK_DMA_FAULT;
	if (!cached && dom->unmapped & BIT(page))
		return MOCK_DMA_FAULT;
	access->phys = pte_address(dom->pte[page], iova);
	return MOCK_DMA_TRANSLATED;
}

__hardware enum mock_dma mock_dma(unsigned int sid, unsigned int pasid,
				  u64 iova, bool cached,
				  struct mock_access *access)
{
	const struct mock_slot *slot = pasid ? &mock_table.pasid[sid][pasid] :
					       &mock_table.dev[sid];
	const u64 *word = cached && slot->cached[0] & MOCK_STATE ?
				  slot->cached :
				  slot->word;
	u64 name = word[0] & ~MOCK_STATE;

	seam_touch(slot, false);
	*access = (struct mock_access){
		.entry.state = word[0] & MOCK_STATE,
		.phys = iova,
	};
	switch (access->entry.state) {
	case MOCK_BLOCKED:
		return MOCK_DMA_FAULT;
	case MOCK_BYPASS:
		return MOCK_DMA_UNTRANSLATED;
	case MOCK_TRANSLATED:
		access->entry.domain = (struct mock_domain *)name;
		access->torn = word[1] != name;
		if (access->torn)
			return MOCK_DMA_FAULT;
		return walk(access->entry.domain, iova, cached, access);
	}
	return MOCK_DMA_FAULT;
}
