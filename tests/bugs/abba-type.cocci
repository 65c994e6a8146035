// SPDX-License-Identifier: GPL-2.0-only
//
// abba-type: a write of a group's type takes device_lock under group->mutex.
//
// Upstream fix: 49a22aae7d9c. Where the type is written under group->mutex
//   alone (6.12), device_lock is put in, of the group's first device.
// What goes wrong: a driver that binds or unbinds, and the bus that takes a
//   device away, hold device_lock and then take group->mutex.
// Trigger: write a type while a driver of the group's device binds.
// Oracle: locking only: both orders in one execution, and with the right
//   switch the deadlock itself.

@unlocked_between@
identifier group, dev;
@@
 iommu_group_store_type(struct iommu_group *group, ...)
 {
 	<+...
-	mutex_unlock(&group->mutex);
-	device_lock(dev);
+	device_lock(dev);
+	mutex_unlock(&group->mutex);
 	...+>
 }

@depends on !unlocked_between@
identifier group, ret, req_type;
@@
 iommu_group_store_type(struct iommu_group *group, ...)
 {
 	<+...
-	ret = iommu_setup_default_domain(group, req_type);
+	device_lock(list_first_entry(&group->devices, struct group_device,
+				     list)->dev);
+	ret = iommu_setup_default_domain(group, req_type);
+	device_unlock(list_first_entry(&group->devices, struct group_device,
+				       list)->dev);
 	...+>
 }
