// SPDX-License-Identifier: GPL-2.0-only
//
// f188056352bc ("iommu: Avoid locking/unlocking for iommu_probe_device()"): a
// group has its default domain before its first device can be seen in it.
//
// A walk over the bus makes it later, for all members.

@@
identifier group, dev, ops;
@@
 iommu_group_get_for_dev(struct device *dev
+	, bool walk
 )
 {
 	...
 	if (IS_ERR(group))
 		return group;
+	if (!walk) {
+		mutex_lock(&group->mutex);
+		iommu_alloc_default_domain(group, dev);
+		mutex_unlock(&group->mutex);
+	}
 	...
 }

@@
identifier dev, group_list;
@@
 __iommu_probe_device(struct device *dev, struct list_head *group_list)
 {
 	<...
 	iommu_group_get_for_dev(dev
+	, group_list
 	)
 	...>
 }

@@
@@
 static struct iommu_group *iommu_group_get_for_dev(struct device *
+	, bool walk
 	);
