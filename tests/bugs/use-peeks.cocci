// SPDX-License-Identifier: GPL-2.0-only
//
// use-peeks: who owns a group is looked at before group->mutex is taken.
//
// Upstream fix: none known; modelled.
// What goes wrong: what is read is what some claim or release wrote, and so the
//   result suits; but nothing orders the two.
// Trigger: 2 threads: use, claim.
// Oracle: race only.

@stock@
identifier group, dev;
@@
 iommu_device_use_default_domain(struct device *dev)
 {
 	struct iommu_group *group = dev->iommu_group;
 	...
+	if (group->owner)
+		return -EBUSY;
 	mutex_lock(&group->mutex);
 	...
 }

// Mended (claim-before-joined).
@depends on !stock@
identifier group, dev;
@@
 iommu_device_use_default_domain(struct device *dev)
 {
 	...
 	group = dev->iommu_group;
 	...
+	if (group->owner)
+		return -EBUSY;
 	mutex_lock(&group->mutex);
 	...
 }
