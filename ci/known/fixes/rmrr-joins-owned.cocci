// SPDX-License-Identifier: GPL-2.0-only
//
// rmrr-joins-owned: a device whose attach is deferred goes to the domain of a
// group that it joins, unless that is the default one. VT-d refuses the owner's
// domains to a device with an RMRR, which then does not join.
//
// 6.12 does it in __iommu_device_set_domain().

@@
identifier group, dev;
statement S;
@@
 iommu_group_add_device(struct iommu_group *group, struct device *dev)
 {
 	<...
-	if (group->domain && !iommu_is_attach_deferred(dev))
+	if (group->domain && (group->domain != group->default_domain ||
+			      !iommu_is_attach_deferred(dev)))
 		S
 	...>
 }
