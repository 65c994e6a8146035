// SPDX-License-Identifier: GPL-2.0-only
//
// second-owner-busy: who comes second is told that the group is busy.
//
// Upstream fix: none known; modelled.
// What goes wrong: -EBUSY says that a driver has the group, which may go away;
//   that somebody else owns it is -EPERM.
// Trigger: claim, claim.
// Oracle: model only.

@@
identifier group, ret;
@@
 iommu_group_claim_dma_owner(struct iommu_group *group, ...)
 {
 	<...
-	ret = -EPERM;
+	ret = -EBUSY;
 	...>
 }
