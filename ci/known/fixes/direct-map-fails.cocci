// SPDX-License-Identifier: GPL-2.0-only
//
// direct-map-fails: a device whose direct mappings cannot be made does not join
// a group.
//
// No fix is known. In 6.1 a walk tries again once the devices are attached, as
// iommu_setup_default_domain() does in 6.12.

@@
identifier group, dev, ret, label;
@@
 __iommu_probe_device(struct device *dev, ...)
 {
 	...
 	int ret;
 	<+...
-	if (group->default_domain)
-		iommu_create_device_direct_mappings(group->default_domain, dev);
+	if (group->default_domain) {
+		ret = iommu_create_device_direct_mappings(group->default_domain, dev);
+		if (ret)
+			goto err_remove_gdev;
+	}
 	...+>
 }

@@
identifier group, dev, ret;
@@
 iommu_probe_device(struct device *dev)
 {
 	...
 	int ret;
 	<+...
-	iommu_create_device_direct_mappings(group, dev);
+	ret = iommu_create_device_direct_mappings(group, dev);
+	if (ret) {
+		mutex_unlock(&group->mutex);
+		iommu_group_put(group);
+		goto err_release;
+	}
 	...+>
 }

@@
identifier group;
expression ret;
@@
 bus_iommu_probe(...)
 {
 	<...
 	ret = __iommu_group_dma_attach(group);
+	iommu_group_create_direct_mappings(group);
 	...>
 }
