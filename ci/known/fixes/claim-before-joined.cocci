// SPDX-License-Identifier: GPL-2.0-only
//
// claim-before-joined: a device is claimed, used or attached only when its group's
// list has it; in 6.1 it does not have a group before.
//
// No fix is known.

@@
iterator name list_for_each_entry;
identifier dev, owner, group, ret, out;
@@
 iommu_device_claim_dma_owner(struct device *dev, void *owner)
 {
 	...
 	struct iommu_group *group = dev->iommu_group;
+	struct group_device *device;
 	int ret = 0;
 	...
 	mutex_lock(&group->mutex);
+	ret = -ENODEV;
+	list_for_each_entry(device, &group->devices, list)
+		if (device->dev == dev)
+			ret = 0;
+	if (ret)
+		goto unlock_out;
 	...
 }

// A driver that binds waits for the walk.
@@
identifier dev, group, ret;
@@
 iommu_device_use_default_domain(struct device *dev)
 {
 	...
-	struct iommu_group *group = dev->iommu_group;
+	struct iommu_group *group;
 	int ret = 0;
+
+	mutex_lock(&iommu_probe_device_lock);
+	group = dev->iommu_group;
+	mutex_unlock(&iommu_probe_device_lock);
 	...
 }

@@
iterator name list_for_each_entry;
identifier domain, dev, group, ret, out;
@@
 iommu_attach_device(struct iommu_domain *domain, struct device *dev)
 {
 	...
 	struct iommu_group *group = dev->iommu_group;
+	struct group_device *device;
 	...
+	ret = -ENODEV;
+	list_for_each_entry(device, &group->devices, list)
+		if (device->dev == dev)
+			ret = 0;
+	if (ret)
+		goto out;
 	ret = -EINVAL;
 	if (list_count_nodes(&group->devices) != 1)
 		goto out;
 	...
 }

// 6.1, where a device that has just left its list still has the group.
@@
iterator name list_for_each_entry;
identifier domain, dev, group, ret, out;
@@
 iommu_attach_device(struct iommu_domain *domain, struct device *dev)
 {
 	struct iommu_group *group;
+	struct group_device *device;
 	...
 	mutex_lock(&group->mutex);
+	ret = -ENODEV;
+	list_for_each_entry(device, &group->devices, list)
+		if (device->dev == dev)
+			ret = 0;
+	if (ret)
+		goto out;
 	ret = -EINVAL;
 	if (iommu_group_device_count(group) != 1)
 		goto out;
 	...
 }

@@
identifier group, dev, device;
@@
 iommu_group_add_device(struct iommu_group *group, struct device *dev)
 {
 	<+...
-	dev->iommu_group = group;
 	mutex_lock(&group->mutex);
 	list_add_tail(&device->list, &group->devices);
+	dev->iommu_group = group;
 	...+>
 }

// A claim waits for the walk, too: it has to finalize what it has probed.
@@
symbol iommu_probe_device_lock;
identifier group, owner;
@@
 iommu_group_claim_dma_owner(struct iommu_group *group, void *owner)
 {
 	...
+	mutex_lock(&iommu_probe_device_lock);
 	mutex_lock(&group->mutex);
 	...
 	mutex_unlock(&group->mutex);
+	mutex_unlock(&iommu_probe_device_lock);
 	...
 }
