// SPDX-License-Identifier: GPL-2.0-only
//
// claim-contended: a claim does not wait for its turn.
//
// Upstream fix: none known; modelled.
// What goes wrong: -EBUSY says that a driver has attached a domain; here it says
//   that somebody was at the group for a moment. A machine does not start.
// Trigger: 2 threads: claim; anything else with the same group.
// Oracle: linearizable only. Every access is under the lock.

@@
identifier group;
@@
 iommu_group_claim_dma_owner(struct iommu_group *group, ...)
 {
 	...
-	mutex_lock(&group->mutex);
+	if (!mutex_trylock(&group->mutex))
+		return -EBUSY;
 	...
 }
