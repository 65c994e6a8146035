// SPDX-License-Identifier: GPL-2.0-only
//
// remove-callback-type: as callback-type, where an IOMMU goes.
//
// Upstream fix: none known; modelled.
// What goes wrong: bus_for_each_dev() passes on a void *, and the function takes
//   an IOMMU, which a cast hides. Control flow integrity ends such a call.
// Trigger: register, unregister.
// Oracle: undefined only.

@cast@
identifier dev;
@@
-remove_iommu_group(struct device *dev, void *data)
+remove_iommu_group(struct device *dev, struct iommu_device *data)
 {
 	...
 }

@depends on cast@
@@
 bus_for_each_dev(...,
-		 remove_iommu_group
+		 (void *)remove_iommu_group
 		 )
