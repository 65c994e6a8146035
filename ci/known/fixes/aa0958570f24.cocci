// SPDX-License-Identifier: GPL-2.0-only
//
// aa0958570f24 ("iommu: Move the iommu driver sysfs setup into
// iommu_init/deinit_device()"): the domains of a group are freed when its last
// device goes, and the driver is still there.

@@
identifier dev, group, device;
statement S;
@@
 iommu_group_remove_device(struct device *dev)
 {
 	...
 	struct group_device *device = NULL;
 	...
 	mutex_lock(&group->mutex);
 	...
+	if (device && list_empty(&group->devices)) {
+		if (group->default_domain)
+			iommu_domain_free(group->default_domain);
+		if (group->blocking_domain)
+			iommu_domain_free(group->blocking_domain);
+		group->default_domain = NULL;
+		group->blocking_domain = NULL;
+		group->domain = NULL;
+	}
 	mutex_unlock(&group->mutex);
 	...
 }
