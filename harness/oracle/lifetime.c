// SPDX-License-Identifier: GPL-2.0-only
/*
 * Oracle "lifetime": no domain is freed while a driver's table refers to it,
 * or hardware may still have read that it does; no access walks a page table
 * that is freed; and no driver is called after its module is gone.
 *
 * From the thread: "SMMUv3 has no way to know that the domain it is holding a
 * pointer to has been freed".
 */
#include <drivers-mock/mock.h>
#include <finding.h>
#include <harness/oracle/oracle.h>

static void check_entry(const struct mock_slot *slot,
			const struct mock_domain *dom, unsigned int sid,
			unsigned int pasid)
{
	if (unlikely(slot->entry.domain == dom))
		finding("lifetime", oracle_place,
			pasid ? "freed-with-pasid" : "freed-while-attached",
			"domain freed while the %s table entry of dev%u%s still refers to it",
			mock_driver->name, sid, pasid ? " (PASID)" : "");
	if (unlikely(mock_refers(slot, dom)))
		finding("lifetime", oracle_place, "freed-while-cached",
			"domain freed while hardware may still go by a %s table entry of dev%u%s that refers to it",
			mock_driver->name, sid, pasid ? " (PASID)" : "");
}

void lifetime_check(unsigned int n, const struct mock_access *access)
{
	if (unlikely(access->freed) && finding_wanted("lifetime"))
		finding("lifetime", oracle_place, "walks-freed-table",
			"DMA of dev%u walks a page table that is freed", n);
}

void mock_event_free(const struct mock_domain *dom)
{
	const unsigned int first = oracle_model->sid;
	unsigned int left, sid, pasid;

	if (!finding_wanted("lifetime"))
		return;
	if (unlikely(mock_module.gone))
		finding("lifetime", oracle_place, "driver-gone",
			"a domain's free op is called after the %s module was unloaded",
			mock_driver->name);
	for (left = dom->named; left; left &= left - 1) {
		sid = __builtin_ctz(left);
		check_entry(&mock_table.dev[first + sid], dom, sid, 0);
		if (!oracle_model->dev[sid].desc.pasids)
			continue;
		for (pasid = 1; pasid <= MAX_PASID; pasid++)
			check_entry(&mock_table.pasid[first + sid][pasid], dom,
				    sid, pasid);
	}
}
