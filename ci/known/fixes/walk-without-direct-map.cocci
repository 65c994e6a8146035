// SPDX-License-Identifier: GPL-2.0-only
//
// walk-without-direct-map: a device that joins a group with a default domain
// has its direct mappings made, whoever probes it.
//
// 6.12 does it in __iommu_probe_device().

@@
identifier group, dev, group_list;
@@
 __iommu_probe_device(struct device *dev, struct list_head *group_list)
 {
 	...
 	mutex_lock(&group->mutex);
+	if (group->default_domain)
+		iommu_create_device_direct_mappings(group, dev);
 	if (group_list && ...)
 		list_add_tail(&group->entry, group_list);
 	...
 }
