// SPDX-License-Identifier: GPL-2.0-only
//
// dba9ca9d41f5 ("iommu: Same critical region for device release and removal"):
// the driver releases a device that has just left its group, under
// group->mutex.

@moved@
identifier dev, ops;
@@
 iommu_release_device(struct device *dev)
 {
 	...
 	ops = dev_iommu_ops(dev);
-	if (ops->release_device)
+	if (!dev->iommu_group && ops->release_device)
 		ops->release_device(dev);
 	...
 }

@depends on moved@
identifier dev, group, device;
@@
 iommu_group_remove_device(struct device *dev)
 {
 	...
 	struct iommu_group *group = dev->iommu_group;
 	<...
 	list_del(&device->list);
+	if (dev->iommu && dev->iommu->iommu_dev) {
+		const struct iommu_ops *ops = dev_iommu_ops(dev);
+
+		if (ops->release_device)
+			ops->release_device(dev);
+	}
 	...>
 }
