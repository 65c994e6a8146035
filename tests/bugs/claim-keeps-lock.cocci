// SPDX-License-Identifier: GPL-2.0-only
//
// claim-keeps-lock: a claim that is refused does not let go of group->mutex.
//
// Upstream fix: none known; modelled.
// What goes wrong: whoever comes to the group next waits for ever.
// Trigger: claim, claim.
// Oracle: locking only: a lock is held at return. The claim itself is refused as
//   it has to be.

@@
identifier group, owner, ret, out;
@@
 iommu_group_claim_dma_owner(struct iommu_group *group, void *owner)
 {
 	<...
-	ret = -EPERM;
-	goto out;
+	return -EPERM;
 	...>
 }
