// SPDX-License-Identifier: GPL-2.0-only
//
// no-default-domain: a device whose group cannot have a default domain is not
// probed.
//
// 6.12 does it in __iommu_probe_device().

@@
identifier group, dev, ret;
@@
 iommu_probe_device(struct device *dev)
 {
 	...
 	int ret;
 	<+...
-	iommu_alloc_default_domain(group, dev);
+	ret = iommu_alloc_default_domain(group, dev);
+	if (ret) {
+		mutex_unlock(&group->mutex);
+		iommu_group_put(group);
+		goto err_release;
+	}
 	...+>
 }
