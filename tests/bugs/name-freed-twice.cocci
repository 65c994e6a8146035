// SPDX-License-Identifier: GPL-2.0-only
//
// name-freed-twice: a device's name is freed twice when it leaves its group.
//
// Upstream fix: none known; modelled.
// What goes wrong: kfree() of memory that is free already, and may be
//   somebody else's by then.
// Trigger: remove a device.
// Oracle: lifetime only: the harness's allocator knows what is free already.

// 6.1: in the function that removes a device
@@
identifier device;
@@
 iommu_group_remove_device(struct device *dev)
 {
 	...
 	kfree(device->name);
+	kfree(device->name);
 	kfree(device);
 	...
 }

// 6.12: in one of its own
@@
identifier device;
@@
 __iommu_group_free_device(struct iommu_group *group,
 			   struct group_device *device)
 {
 	...
 	kfree(device->name);
+	kfree(device->name);
 	kfree(device);
 }
