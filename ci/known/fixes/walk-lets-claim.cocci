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
+		if ((!group->default_domain && READ_ONCE(walks)) ||
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
+	if (!group->default_domain && READ_ONCE(walks))
+		return -EBUSY;
 	if (<+... group->domain != group->default_domain ...+>) S
 	...
 }

// From before the first group is made until after the last is finished.
@depends on in_claim@
identifier bus, ret;
expression result;
@@
+static int walks;
+
 int bus_iommu_probe(struct bus_type *bus)
 {
 	...
+	__atomic_fetch_add(&walks, 1, __ATOMIC_RELAXED);
 	ret = bus_for_each_dev(...);
 	<...
+	__atomic_fetch_sub(&walks, 1, __ATOMIC_RELAXED);
 	return result;
 	...>
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
