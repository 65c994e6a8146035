// SPDX-License-Identifier: GPL-2.0-only
//
// fwspec-without-iommu: a device that firmware described, and no driver took,
// has no driver to be released by.
//
// 6.12 asks dev_has_iommu().

@@
identifier dev;
@@
 iommu_release_device(struct device *dev)
 {
 	...
 	if (!dev->iommu)
 		return;
+	if (!dev->iommu->iommu_dev) {
+		dev_iommu_free(dev);
+		return;
+	}
 	...
 }
