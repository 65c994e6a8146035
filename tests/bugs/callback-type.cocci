// SPDX-License-Identifier: GPL-2.0-only
//
// callback-type: a function is called as if it were of another type.
//
// Upstream fix: none known; modelled.
// What goes wrong: bus_for_each_dev() passes on a void *, and the function takes
//   a list, which a cast hides. Control flow integrity ends such a call.
// Trigger: register.
// Oracle: undefined only.

@cast@
identifier dev, data, group_list;
@@
-probe_iommu_group(struct device *dev, void *data)
+probe_iommu_group(struct device *dev, struct list_head *group_list)
 {
-	struct list_head *group_list = data;
 	...
 }

@depends on cast@
expression E;
@@
 bus_for_each_dev(...,
-		 probe_iommu_group
+		 (void *)probe_iommu_group
 		 )
