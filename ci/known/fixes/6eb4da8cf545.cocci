// SPDX-License-Identifier: GPL-2.0-only
//
// 6eb4da8cf545 ("iommu: Have __iommu_probe_device() check for already probed
// devices"): under iommu_probe_device_lock.

@@
identifier dev, ops, group_list;
symbol iommu_probe_device_lock;
@@
 __iommu_probe_device(struct device *dev, struct list_head *group_list)
 {
 	...
 	lockdep_assert_held(&iommu_probe_device_lock);
+	if (dev->iommu_group)
+		return 0;
 	if (!dev_iommu_get(dev))
 		return -ENOMEM;
 	...
 }
