// SPDX-License-Identifier: GPL-2.0-only
//
// new-member: a device that joins a group is put on the default domain.
//
// Upstream fix: e7f85dfbbc9c.
// What goes wrong: the group is on another domain, an owner's or the blocking
//   one, and the new device goes where nobody has attached it.
// Trigger: claim, add a second device.
// Oracle: agreement, isolation.
//
// 6.1 has half of it by itself: it looks whether the group has an owner, and not
// whether it is attached.

// 6.1
@@
identifier group, dev, ret;
@@
 iommu_probe_device(struct device *dev)
 {
 	...
-	if (group->default_domain && !group->owner)
+	if (group->default_domain)
 	{
 		ret = __iommu_attach_device(group->default_domain, dev);
 		...
 	}
 	...
 }

// 6.12
@@
identifier group, dev, ret;
@@
 __iommu_probe_device(struct device *dev, ...)
 {
 	<...
-	ret = __iommu_device_set_domain(group, dev, group->domain, 0);
+	ret = __iommu_device_set_domain(group, dev, group->default_domain, 0);
 	...>
 }
