// SPDX-License-Identifier: GPL-2.0-only
//
// claim-unlocked: who owns a group is looked at before group->mutex is taken.
//
// Upstream fix: none known; modelled.
// What goes wrong: two devices of a group are claimed for different owners at
//   the same time. Both see that nobody owns the group yet; the second to have
//   the lock takes itself for a further device of the same owner. Owner, count
//   and domain are what two claims make of them: only that both succeeded, which
//   they do in no order, is wrong.
// Trigger: 2 devices, 2 threads: claim, claim.
// Oracle: linearizable, race.

@@
identifier group, dev, owner;
@@
 int iommu_device_claim_dma_owner(struct device *dev, void *owner)
 {
 	...
+	if (group->owner_cnt && group->owner != owner)
+		return -EPERM;
 	mutex_lock(&group->mutex);
 	if (group->owner_cnt) {
-		if (group->owner != owner) {
-			...
-			goto unlock_out;
-		}
 		group->owner_cnt++;
 		...
 	}
 	...
 }
