// SPDX-License-Identifier: GPL-2.0-only
//
// type-write-probe-fails: a write of a group's type does not wait for
// device_lock, as who holds it may wait for that write to end.
//
// 6.12 takes no device_lock there.

@@
identifier group, dev;
@@
 iommu_group_store_type(struct iommu_group *group, ...)
 {
 	<+...
-	device_lock(dev);
+	if (!device_trylock(dev)) {
+		put_device(dev);
+		return -EBUSY;
+	}
 	...+>
 }
