// SPDX-License-Identifier: GPL-2.0-only
//
// busy-when-owned: the owner of a group cannot attach a domain to it.
//
// Upstream fix: none of its own. The exemption was missing from the first
//   posted version of 0286300e6045 ("iommu: iommu_group_claim_dma_owner() must
//   always assign a domain") and came with the second, after a test on
//   hardware.
// What goes wrong: a claimed group sits on its blocking domain. The check for
//   "somebody else has attached a domain" takes that for a caller's domain and
//   refuses with -EBUSY, so that VFIO can never use a group it owns.
// Trigger: claim a group, attach a domain.
// Oracle: model only.

@@
identifier group;
@@
 __iommu_attach_group(..., struct iommu_group *group)
 {
 	...
 	if (group->domain && group->domain != group->default_domain
-	    && group->domain != group->blocking_domain
 	   )
 		return -EBUSY;
 	...
 }
