// SPDX-License-Identifier: GPL-2.0-only
//
// lost-owner: a claim counts its owner, but does not remember who it is.
//
// Upstream fix: none known; modelled.
// What goes wrong: an owned group looks like one that a kernel driver uses. A
//   detach brings it back to its default domain instead of the blocking one,
//   and the release, which finds no owner, warns and does nothing, so that the
//   group can never be claimed again.
// Trigger: claim, release.
// Oracle: agreement, warnings: at the claim, as the group has no owner, and at
//   the release.

// 6.1: one function
@@
identifier group, owner;
@@
 iommu_group_claim_dma_owner(struct iommu_group *group, void *owner)
 {
 	<...
-	group->owner = owner;
 	...>
 }

// 6.12: shared by claims of groups and of devices
@@
identifier group, owner;
@@
 __iommu_take_dma_ownership(struct iommu_group *group, void *owner)
 {
 	<...
-	group->owner = owner;
 	...>
 }
