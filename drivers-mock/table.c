// SPDX-License-Identifier: GPL-2.0-only
/*
 * The device table: how a driver writes an entry, in steps between which
 * devices go on with their accesses; see struct mock_slot. A write is over when
 * the last step is: until then an access may go by the old entry or the new.
 */
#include <drivers-mock/mock.h>

struct mock_table mock_table;

void mock_table_reset(void)
{
	memset(mock_table.dev, 0, sizeof(mock_table.dev));
	if (mock_table.pasids)
		memset(mock_table.pasid, 0, sizeof(mock_table.pasid));
	mock_table.pasids = false;
}

/* For the oracles, and nothing that a driver does: no access of a thread. */
#if defined(GROUPFUZZ_ACCESS) || defined(GROUPFUZZ_TSAN)
#define __at_once \
	__attribute__((no_sanitize("thread", "coverage"), __noinline__))
#else
#define __at_once inline
#endif

/*
 * What makes the entry valid is cleared first and set last: set_dte_entry()
 * and clear_dte_entry() of AMD-Vi. From one domain to the next both words
 * change, which takes an entry that is not valid in between.
 */
static void write_words(struct mock_slot *slot, const u64 *word)
{
	if (mock_uses_both(slot->word[0]) && mock_uses_both(word[0])) {
		mock_store(slot, 0, 0);
		mock_flush(slot);
	}
	if (mock_uses_both(word[0]))
		mock_store(slot, 1, word[1]);
	mock_store(slot, 0, word[0]);
	if (!mock_uses_both(word[0]))
		mock_store(slot, 1, word[1]);
	mock_flush(slot);
}

/* For whoever frees it, who need not look at entries that others write. */
__at_once static void name(struct mock_domain *dom, unsigned int sid)
{
	const u16 device = BIT(MOCK_DEVICE(sid));

	if (!(__atomic_load_n(&dom->named, __ATOMIC_RELAXED) & device))
		__atomic_fetch_or(&dom->named, device, __ATOMIC_RELAXED);
}

/*
 * One at a time: iommu->lock of VT-d, dev_data->lock of AMD-Vi,
 * arm_smmu_asid_lock. Who has not to wait for it does not yield either.
 */
__at_once static void write_begin(struct mock_slot *slot, enum mock_state state,
				  struct mock_domain *dom)
{
	seam_enter(slot);
	while (slot->writer)
		seam_wait(slot, "the table entry", 1U << (slot->writer - 1),
			  HERE);
	seam_acquire(slot);
	seam_touch(slot, true);
	seam_change(&slot->version);
	slot->next[0] = (unsigned long)dom | state;
	slot->next[1] = (unsigned long)dom;
	slot->writer = 1 + seam_thread;
	seam_changed(&slot->version);
}

__at_once static void write_end(struct mock_slot *slot, unsigned int sid,
				unsigned int pasid, enum mock_state state,
				struct mock_domain *dom)
{
	seam_change(&slot->version);
	slot->entry.state = state;
	slot->entry.domain = dom;
	slot->writer = 0;
	seam_changed(&slot->version);
	seam_touch(slot, true);
	seam_release(slot);
	if (seam_concurrent)
		seam_wake(slot);
	mock_event_write(sid, pasid, &slot->entry);
	seam_leave(slot);
}

static void write_entry(struct mock_slot *slot, unsigned int sid,
			unsigned int pasid, enum mock_state state,
			struct mock_domain *dom)
{
	if (state != MOCK_TRANSLATED)
		dom = NULL;
	if (dom)
		name(dom, sid);
	write_begin(slot, state, dom);
	if (mock_driver->write)
		mock_driver->write(slot, slot->next);
	else
		write_words(slot, slot->next);
	write_end(slot, sid, pasid, state, dom);
}

void mock_write_entry(unsigned int sid, enum mock_state state,
		      struct mock_domain *dom)
{
	write_entry(&mock_table.dev[sid], sid, 0, state, dom);
}

void mock_write_domain(unsigned int sid, struct mock_domain *dom)
{
	mock_write_entry(sid,
			 dom->domain.type == IOMMU_DOMAIN_IDENTITY ?
				 MOCK_BYPASS :
				 MOCK_TRANSLATED,
			 dom);
}

void mock_write_pasid(unsigned int sid, unsigned int pasid,
		      enum mock_state state, struct mock_domain *dom)
{
	WRITE_ONCE(mock_table.pasids, true);
	write_entry(&mock_table.pasid[sid][pasid], sid, pasid, state, dom);
}
