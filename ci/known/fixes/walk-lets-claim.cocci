// SPDX-License-Identifier: GPL-2.0-only
//
// walk-lets-claim: a group that a walk over the bus has yet to finish cannot be
// claimed or attached: it has nothing that it could go back to.
//
// No fix is known; iommu_device_use_default_domain() has such a rule in 6.12.

@@
identifier group, owner;
@@
 __iommu_take_dma_ownership(struct iommu_group *group, void *owner)
 {
 	int ret;

+	if (!group->default_domain)
+		return -EBUSY;
 	...
 }

// 6.1, where that function is not yet, and a group may do without.
@in_claim@
identifier group, owner, label;
expression ret;
@@
 iommu_group_claim_dma_owner(struct iommu_group *group, void *owner)
 {
 	...
 	if (group->owner_cnt) {
 		...
 	} else {
-		if (group->domain && group->domain != group->default_domain)
+		if (!list_empty(&group->entry) ||
+		    (group->domain && group->domain != group->default_domain))
 		{
 			ret = -EBUSY;
 			goto label;
 		}
 		...
 	}
 	...
 }

@depends on in_claim@
identifier domain, group;
statement S;
@@
 __iommu_attach_group(struct iommu_domain *domain, struct iommu_group *group)
 {
 	...
+	if (!list_empty(&group->entry))
+		return -EBUSY;
 	if (<+... group->domain != group->default_domain ...+>) S
 	...
 }

@depends on !in_claim@
identifier domain, group;
statement S;
@@
 __iommu_attach_group(struct iommu_domain *domain, struct iommu_group *group)
 {
 	...
+	if (!group->default_domain)
+		return -EBUSY;
 	if (<+... group->domain != group->default_domain ...+>) S
 	...
 }
