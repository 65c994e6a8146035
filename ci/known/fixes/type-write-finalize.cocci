// SPDX-License-Identifier: GPL-2.0-only
//
// type-write-finalize: a write of a group's type calls probe_finalize() only as
// long as nobody releases the device.
//
// 6.12 does not call it there. Who releases it may wait for the write to end.

@@
identifier group, dev;
symbol iommu_probe_device_lock;
@@
 iommu_change_dev_def_domain(struct iommu_group *group, ...)
 {
 	<+...
-	iommu_group_do_probe_finalize(dev, group->default_domain);
+	if (mutex_trylock(&iommu_probe_device_lock)) {
+		if (dev->iommu)
+			iommu_group_do_probe_finalize(dev, NULL);
+		mutex_unlock(&iommu_probe_device_lock);
+	}
 	...+>
 }
