// SPDX-License-Identifier: GPL-2.0-only
//
// type-write-probe-fails: a write of a group's type does not take device_lock,
// as who holds it may wait for that write to end; it looks for drivers by their
// count.
//
// 6.12 does the same.

@unlocked@
identifier group, dev;
statement S;
@@
 iommu_group_store_type(struct iommu_group *group, ...)
 {
 	<+...
-	device_lock(dev);
-	if (<+... device_is_bound(dev) ...+>) S
 	...
-	device_unlock(dev);
 	...+>
 }

@depends on unlocked@
identifier group, prev_dev, type;
@@
 iommu_change_dev_def_domain(struct iommu_group *group, struct device *prev_dev, int type)
 {
 	...
 	mutex_lock(&group->mutex);
+	if (group->owner_cnt &&
+	    !(type == IOMMU_DOMAIN_DMA_FQ && group->default_domain &&
+	      group->default_domain->type == IOMMU_DOMAIN_DMA)) {
+		ret = -EBUSY;
+		goto out;
+	}
 	...
 }
