// SPDX-License-Identifier: GPL-2.0-only
/*
 * Oracle "isolation": while a group is owned, the DMA of each of its devices is
 * translated by a domain that its owner attached, or blocked; never by the
 * default domain, never untranslated. Checked at every access, and at every
 * write of a table entry, since a device does not wait for the driver.
 *
 * Owned or not, an access goes through an entry that the driver has written or
 * is writing, all of it, or is blocked; not through one that it replaced; and
 * to pages that are mapped. Checked for both the hardware that has read table
 * and page table before, and the one that reads them now.
 *
 * And where firmware asks for a 1:1 mapping, a device that its kernel driver
 * has keeps it (IOMMU_RESV_DIRECT: "Memory regions which must be mapped 1:1 at
 * all times").
 *
 * From the thread: "DMA should never become untranslated".
 */
#include <drivers-mock/mock.h>
#include <finding.h>
#include <peek.h>
#include <harness/oracle/oracle.h>

/* What an owned group's entry must not be, NULL if it is well. */
static const char *leak(const struct iommu_group *group,
			const struct mock_entry *entry)
{
	const struct iommu_domain *domain;

	if (entry->state == MOCK_BLOCKED)
		return NULL;
	if (entry->state == MOCK_BYPASS)
		return "untranslated";
	domain = &entry->domain->domain;
	if (domain == peek_default_domain(group) &&
	    domain != peek_blocking_domain(group))
		return "default-domain";
	return NULL;
}

static void check_owned(struct iommu_group *group, unsigned int n,
			const struct mock_entry *entry, const char *when)
{
	const char *cause = leak(group, entry);

	if (unlikely(cause) && finding_wanted("isolation"))
		finding("isolation", oracle_place, cause,
			"%s: DMA of dev%u is %s while its group is owned", when,
			n, cause);
}

/* The owner's domain is what the model says is attached. */
static void check_foreign(const struct model *m, struct iommu_group *group,
			  unsigned int n, const struct mock_entry *entry)
{
	const struct model_group *g = &m->group[m->dev[n].desc.group];
	const struct iommu_domain *domain;
	int slot;

	if (entry->state != MOCK_TRANSLATED)
		return;
	domain = &entry->domain->domain;
	if (domain == peek_blocking_domain(group))
		return;
	for (slot = 0; slot < MODEL_DOMAINS; slot++)
		if (m->dom[slot].domain == domain &&
		    (slot == g->attached ||
		     model_moves(m, m->dev[n].desc.group, slot)))
			return;
	if (finding_wanted("isolation"))
		finding("isolation", oracle_place, "foreign-domain",
			"DMA of dev%u is translated by a domain that its owner has not attached",
			n);
}

static bool says(u64 word, const struct mock_entry *entry)
{
	return word == ((unsigned long)entry->domain | entry->state);
}

/* What the driver wrote is what the hardware goes by. */
static void check_entry(unsigned int n, const struct mock_slot *slot,
			const struct mock_access *access)
{
	const struct mock_entry *entry = &access->entry;

	if (unlikely(access->torn))
		finding("isolation", oracle_place, "torn",
			"DMA of dev%u meets a %s table entry of which only half is written",
			n, mock_driver->name);
	if (likely(entry->state == MOCK_BLOCKED ||
		   (entry->state == slot->entry.state &&
		    entry->domain == slot->entry.domain) ||
		   (slot->writer && says(slot->next[0], entry))))
		return;
	finding("isolation", oracle_place, "stale",
		"DMA of dev%u goes by a %s table entry that was replaced", n,
		mock_driver->name);
}

/* Only of the callers' domains it is known what is mapped. */
static void check_mapped(const struct model *m, unsigned int n,
			 const struct mock_access *access, u64 iova)
{
	const struct model_domain *dom;

	for (dom = m->dom; dom < m->dom + MAX_DOMAINS; dom++) {
		if (dom->domain != &access->entry.domain->domain)
			continue;
		seam_touch(dom, false);
		if (dom->mapping ||
		    dom->mapped >> (iova >> MOCK_PAGE_SHIFT) & 1)
			return;
		finding("isolation", oracle_place, "unmapped",
			"DMA of dev%u is translated by a page that was unmapped",
			n);
	}
}

static void check_owner(const struct model *m, unsigned int n,
			const struct mock_entry *entry)
{
	struct iommu_group *group = m->dev[n].dev->iommu_group;

	if (!group || !m->group[m->dev[n].desc.group].owner ||
	    !peek_is_member(group, m->dev[n].dev))
		return;
	/* What it did before it was probed, it does until it is attached. */
	if (model_coming(m, n))
		return;
	check_owned(group, n, entry, "dma");
	check_foreign(m, group, n, entry);
}

static void check_access(const struct model *m, unsigned int n,
			 unsigned int pasid, u64 iova, bool cached)
{
	struct mock_access access;
	enum mock_dma way = mock_dma(n, pasid, iova, cached, &access);

	lifetime_check(n, &access);
	if (!finding_wanted("isolation"))
		return;
	check_entry(n, pasid ? &mock_table.pasid[n][pasid] : &mock_table.dev[n],
		    &access);
	if (!pasid)
		check_owner(m, n, &access.entry);
	if (way == MOCK_DMA_TRANSLATED)
		check_mapped(m, n, &access, iova);
}

void isolation_check(const struct model *m, unsigned int n, unsigned int pasid,
		     uint64_t iova)
{
	check_access(m, n, pasid, iova, false);
	check_access(m, n, pasid, iova, true);
}

/*
 * The core sets the owner after it has blocked all devices and forgets it
 * before it unblocks the first, so by its own word nothing may leak between.
 */
void mock_event_write(unsigned int sid, unsigned int pasid,
		      const struct mock_entry *new)
{
	struct device *dev = oracle_model->dev[sid].dev;
	struct iommu_group *group = dev ? dev->iommu_group : NULL;

	if (pasid || !group || !peek_owner(group))
		return;
	/* A device that leaves its group is no longer the owner's. */
	if (!peek_is_member(group, dev))
		return;
	check_owned(group, sid, new, "table write");
}

/* Whether the default domain is where the device's DMA goes now. */
static bool on_default(const struct model *m, unsigned int n)
{
	struct device *dev = m->dev[n].dev;

	return model_iommu(m, n) && !peek_attach_deferred(dev) &&
	       peek_default_domain(dev->iommu_group) &&
	       peek_domain(dev->iommu_group) ==
		       peek_default_domain(dev->iommu_group);
}

void isolation_check_direct(const struct model *m)
{
	struct mock_access access;
	unsigned int n;
	u64 iova;

	if (!m->direct || !finding_wanted("isolation"))
		return;
	for (n = 0; n < m->world->nr_devices; n++) {
		if (!(m->dev[n].desc.flags & DEVICE_DIRECT) ||
		    !on_default(m, n))
			continue;
		iova = (u64)(MOCK_DIRECT_PAGE + 2 * n) << MOCK_PAGE_SHIFT;
		if (mock_dma(n, 0, iova, false, &access) == MOCK_DMA_FAULT ||
		    access.phys != iova)
			finding("isolation", oracle_place, "direct-missed",
				"dev%u on its default domain misses the 1:1 mapping that firmware wants",
				n);
	}
}
