// SPDX-License-Identifier: GPL-2.0-only
//
// e7f85dfbbc9c ("iommu: Consolidate the default_domain setup to one function"):
// a device that joins a group goes to the domain that the group is on, whoever
// owns it.

@@
identifier group, dev, ret;
@@
 iommu_probe_device(struct device *dev)
 {
 	...
-	if (group->default_domain && !group->owner) {
-		ret = __iommu_attach_device(group->default_domain, dev);
+	if (group->domain) {
+		ret = __iommu_attach_device(group->domain, dev);
 		...
 	}
 	...
 }
