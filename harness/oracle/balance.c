// SPDX-License-Identifier: GPL-2.0-only
/*
 * Oracles "balance" and "locking", at the ends: after teardown there are no
 * groups, domains, devices, references, ids or module references left, and no
 * call returns with a lock held.
 */
#include <drivers-mock/mock.h>
#include <finding.h>
#include <lock.h>
#include <peek.h>
#include <slab.h>
#include <harness/oracle/oracle.h>

void balance_check(void)
{
	const char *site;
	size_t size = 0;

	if (!finding_wanted("balance"))
		return;
	/* The memory first: whoever allocated it says most. */
	site = slab_oldest(&size);
	if (unlikely(site))
		finding("balance", site, "memory",
			"%u blocks left after teardown; the first: %zu bytes from %s()",
			slab_live(), size, site);
	if (unlikely(peek_group_ids()))
		finding("balance", "iommu_group_ida", "id",
			"%u group ids left after teardown", peek_group_ids());
	if (unlikely(mock_module.refs))
		finding("balance", "module", "reference",
			"%d references to module %s left after teardown",
			mock_module.refs, mock_module.name);
	if (unlikely(mock_instance[0].fwnode.refs))
		finding("balance", "fwnode", "reference",
			"%d references to the firmware node left after teardown",
			mock_instance[0].fwnode.refs);
}

void locking_check(void)
{
	const char *name = lock_held();

	if (unlikely(name) && finding_wanted("locking"))
		finding("locking", oracle_place, "held-at-return",
			"%s is held at return", name);
}
