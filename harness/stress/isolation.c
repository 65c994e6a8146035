// SPDX-License-Identifier: GPL-2.0-only
/*
 * Oracle "isolation" (harness/oracle/isolation.c says what it promises), where
 * devices really go on while owners change. Only what is wrong whatever came
 * first is reported: a table entry, a caller's domain and the state of an owner
 * each have a version; what a device did is held against all three if none of
 * them has changed meanwhile, and is not held against what has.
 *
 * A device's walk is an RCU reader, so that the page table that it is in stays
 * readable. Whose domain it met is looked up in hash tables without locks, one of
 * each thread: it alone adds and removes, and on processors' caches nothing is
 * shared until somebody looks.
 */
#include <drivers-mock/mock.h>
#include <finding.h>
#include <peek.h>
#include <harness/stress/actor.h>
#include <linux/rcupdate.h>
#include <stdlib.h>
#define rcu_head urcu_head
#define _LGPL_SOURCE
#include <urcu/urcu-qsbr.h>
#include <urcu/rculfhash.h>
#undef rcu_head

/* --- callers' domains --- */

struct handle {
	struct cds_lfht_node node;
	const struct iommu_domain *domain;
	unsigned int version;
	uint64_t mapped;
};

/* By the thread whose domains they are. */
static struct cds_lfht *handles[STRESS_THREADS];

#define BUCKETS 32 /* a few times MAX_DOMAINS */

static unsigned long hash(const struct iommu_domain *domain)
{
	return ((uintptr_t)domain >> 4) * 0x9e3779b97f4a7c15ULL >> 16;
}

static int match(struct cds_lfht_node *node, const void *key)
{
	return caa_container_of(node, struct handle, node)->domain == key;
}

/* Under RCU; NULL if it is none of @thread's domains. */
static struct handle *handle_of(unsigned int thread,
				const struct iommu_domain *domain)
{
	struct cds_lfht_iter iter;
	struct cds_lfht_node *node;

	cds_lfht_lookup(handles[thread], hash(domain), match, domain, &iter);
	node = cds_lfht_iter_get_node(&iter);
	return node ? caa_container_of(node, struct handle, node) : NULL;
}

/* Under RCU; NULL if it is none of the domains of those who share a world. */
static struct handle *handle_find(const struct shard *s,
				  const struct iommu_domain *domain)
{
	struct handle *h = NULL;
	unsigned int i;

	for (i = 0; i < s->nr_actors && !h; i++)
		h = handle_of(s->actor[i]->thread, domain);
	return h;
}

void handles_init(void)
{
	unsigned int i;

	for (i = 0; i < STRESS_THREADS; i++) {
		handles[i] = cds_lfht_new_flavor(BUCKETS, BUCKETS, BUCKETS, 0,
						 &urcu_qsbr_flavor, NULL);
		if (!handles[i])
			stress_fail("no memory");
	}
}

void handle_add(const struct iommu_domain *domain)
{
	struct handle *h = malloc(sizeof(*h));

	if (!h)
		stress_fail("no memory");
	h->domain = domain;
	h->version = 0;
	h->mapped = 0;
	urcu_qsbr_read_lock();
	cds_lfht_add(handles[self->thread], hash(domain), &h->node);
	urcu_qsbr_read_unlock();
}

void handle_remove(const struct iommu_domain *domain)
{
	struct handle *h;

	urcu_qsbr_read_lock();
	h = handle_of(self->thread, domain);
	if (h)
		cds_lfht_del(handles[self->thread], &h->node);
	urcu_qsbr_read_unlock();
	if (h)
		rcu_free_later(h, free);
}

/* The owner alone; @mapped is what is mapped when it is over. */
void handle_map(const struct iommu_domain *domain, bool begin, uint64_t mapped)
{
	struct handle *h;

	urcu_qsbr_read_lock();
	h = handle_of(self->thread, domain);
	if (h && begin) {
		seam_change(&h->version);
	} else if (h) {
		h->mapped = mapped;
		seam_changed(&h->version);
	}
	urcu_qsbr_read_unlock();
}

/* --- owners --- */

void owned_set(struct owned *o, bool is, const struct iommu_domain *attached,
	       const struct iommu_domain *next)
{
	seam_change(&o->version);
	o->is = is;
	o->domain[0] = attached;
	o->domain[1] = next;
	seam_changed(&o->version);
}

/* --- what a device does --- */

static unsigned int version_before(const unsigned int *version)
{
	return __atomic_load_n(version, __ATOMIC_ACQUIRE);
}

/* Whether nothing has changed, and was not about to, since @before. */
static bool unchanged(const unsigned int *version, unsigned int before)
{
	__atomic_thread_fence(__ATOMIC_ACQUIRE);
	return !(before & 1) &&
	       __atomic_load_n(version, __ATOMIC_RELAXED) == before;
}

static const char *leak(const struct iommu_group *group, const struct owned *o,
			const struct mock_entry *entry)
{
	const struct iommu_domain *domain;

	if (entry->state == MOCK_BLOCKED)
		return NULL;
	if (entry->state == MOCK_BYPASS)
		return "untranslated";
	domain = &entry->domain->domain;
	if (domain == o->domain[0] || domain == o->domain[1] ||
	    domain == peek_blocking_domain(group))
		return NULL;
	return domain == peek_default_domain(group) ? "default-domain" :
						      "foreign-domain";
}

static void check_entry(unsigned int n, const struct mock_slot *slot,
			const struct mock_access *access)
{
	const struct mock_entry *e = &access->entry;

	if (unlikely(access->torn))
		finding("isolation", "dma", "torn",
			"DMA of dev%u meets a %s table entry of which only half is written",
			n, mock_driver->name);
	if (likely(e->state == MOCK_BLOCKED ||
		   (e->state == slot->entry.state &&
		    e->domain == slot->entry.domain) ||
		   (slot->writer &&
		    slot->next[0] == ((unsigned long)e->domain | e->state))))
		return;
	finding("isolation", "dma", "stale",
		"DMA of dev%u goes by a %s table entry that was replaced", n,
		mock_driver->name);
}

/* A device, what it may meet on its way, and what that was before it went. */
struct way {
	unsigned int n;
	const struct mock_slot *slot;
	unsigned int slot_before;
	const struct owned *owned; /* of the group that it is in, or NULL */
	unsigned int owned_before;
	struct iommu_group *group;
	const struct handle *handle; /* of the domain that it met, or NULL */
	unsigned int handle_before;
};

static void judge(const struct way *w, enum mock_dma how,
		  const struct mock_access *access, uint64_t iova)
{
	const char *cause = NULL;
	struct mock_slot slot = *w->slot;
	struct owned owned = { .is = false };

	if (w->owned)
		owned = *w->owned;
	if (w->owned && owned.is)
		cause = leak(w->group, &owned, &access->entry);
	if (!unchanged(&w->slot->version, w->slot_before))
		return;
	check_entry(w->n, &slot, access);
	if (unlikely(access->freed))
		finding("lifetime", "dma", "walks-freed-table",
			"DMA of dev%u walks a page table that is freed", w->n);
	if (unlikely(cause) && unchanged(&w->owned->version, w->owned_before))
		finding("isolation", "dma", cause,
			"DMA of dev%u is %s while its group is owned", w->n,
			cause);
	if (how == MOCK_DMA_TRANSLATED && w->handle &&
	    !(w->handle->mapped >> (iova >> MOCK_PAGE_SHIFT) & 1) &&
	    unchanged(&w->handle->version, w->handle_before))
		finding("isolation", "dma", "unmapped",
			"DMA of dev%u is translated by a page that was unmapped",
			w->n);
}

static void go(const struct model *m, unsigned int n, unsigned int pasid,
	       uint64_t iova, bool cached)
{
	const unsigned int g = m->dev[n].desc.group;
	struct shard *s = self->shard;
	struct mock_access access;
	struct way w = {
		.n = n,
		.slot = pasid ? &mock_table.pasid[m->sid + n][pasid] :
				&mock_table.dev[m->sid + n],
	};
	enum mock_dma how;

	if (!pasid && s->stay >> n & 1 && s->group[g]) {
		w.owned = &s->owned[g];
		w.group = s->group[g];
		w.owned_before = version_before(&w.owned->version);
	}
	w.slot_before = version_before(&w.slot->version);
	if (w.slot_before & 1)
		return;
	if (w.slot->entry.state == MOCK_TRANSLATED)
		w.handle = handle_find(s, &w.slot->entry.domain->domain);
	if (w.handle)
		w.handle_before = version_before(&w.handle->version);
	how = mock_dma(m->sid + n, pasid, iova, cached, &access);
	/* It was looked up for another one. */
	if (w.handle && &access.entry.domain->domain != w.handle->domain)
		w.handle = NULL;
	judge(&w, how, &access, iova);
}

void isolation_check(const struct model *m, unsigned int n, unsigned int pasid,
		     uint64_t iova)
{
	urcu_qsbr_read_lock();
	go(m, n, pasid, iova, false);
	go(m, n, pasid, iova, true);
	urcu_qsbr_read_unlock();
}

/* --- what the driver does --- */

static bool is_member(const struct iommu_group *group, unsigned int sid)
{
	struct device *dev;
	unsigned int i;

	for (i = 0; (dev = peek_device(group, i)); i++)
		if (mock_firmware(dev)->sid == sid)
			return true;
	return false;
}

/*
 * Whoever holds the group's mutex sees its owner, and the entry, which nobody
 * else writes until this returns, as they are at the same time.
 */
void mock_event_write(unsigned int sid, unsigned int pasid,
		      const struct mock_entry *new)
{
	const unsigned int n = MOCK_DEVICE(sid);
	struct iommu_group *group;
	const struct owned nobody = { .is = true };
	const char *cause;

	if (pasid || !self || self->shard->nr != sid / MAX_DEVICES ||
	    new->state == MOCK_BLOCKED)
		return;
	group = self->shard->group[self->m.dev[n].desc.group];
	if (!group || !peek_mine(group) || !peek_owner(group) ||
	    !is_member(group, sid))
		return;
	cause = leak(group, &nobody, new);
	if (cause && strcmp(cause, "foreign-domain"))
		finding("isolation", oracle_place, cause,
			"table write: DMA of dev%u is %s while its group is owned",
			n, cause);
}
