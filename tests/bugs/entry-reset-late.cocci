// SPDX-License-Identifier: GPL-2.0-only
//
// entry-reset-late: a device's entry in its group is written after it was freed.
//
// Upstream fix: none known; modelled.
// What goes wrong: nobody shall find the entry in a list any more, so its links
//   are reset; the block is somebody else's by then.
// Trigger: remove.
// Oracle: address only.

// 6.1
@@
identifier device;
@@
 iommu_group_remove_device(struct device *dev)
 {
 	...
 	kfree(device);
+	INIT_LIST_HEAD(&device->list);
 	...
 }

// 6.12
@@
identifier group, device;
@@
 __iommu_group_remove_device(struct device *dev)
 {
 	<...
 	__iommu_group_free_device(group, device);
+	INIT_LIST_HEAD(&device->list);
 	...>
 }
