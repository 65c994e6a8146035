// SPDX-License-Identifier: GPL-2.0-only
//
// type-write-after-last-remove: iommu_group_store_type() looks at the default
// domain under group->mutex.
//
// No fix is known.

@unchecked@
identifier group;
@@
 iommu_group_store_type(struct iommu_group *group, ...)
 {
 	<+...
-	if (WARN_ON(!group) || !group->default_domain)
+	if (WARN_ON(!group))
 		return -EINVAL;
 	...+>
 }

// 6.1 has no such label: it looks again before it needs one.
@depends on unchecked@
identifier group, out;
expression ret;
@@
 iommu_group_store_type(struct iommu_group *group, ...)
 {
 	<+...
 	mutex_lock(&group->mutex);
+	if (!group->default_domain) {
+		mutex_unlock(&group->mutex);
+		return -EINVAL;
+	}
 	...+>
 }
