// SPDX-License-Identifier: GPL-2.0-only
//
// joins-unattached: a device that joins a group without users is attached to
//   nothing.
//
// Upstream fix: none known; modelled.
// What goes wrong: a device that nobody uses does no DMA, so it is left as it is
//   unless firmware uses it. The driver that binds to it later expects it on the
//   group's default domain.
// Trigger: add a second device.
// Oracle: agreement only. The group has no owner.

@@
identifier group, dev, ret;
@@
 __iommu_probe_device(struct device *dev, ...)
 {
 	<...
-	ret = __iommu_device_set_domain(group, dev, group->domain, 0);
+	ret = 0;
+	if (group->owner_cnt || dev->iommu->require_direct)
+		ret = __iommu_device_set_domain(group, dev, group->domain, 0);
 	...>
 }
