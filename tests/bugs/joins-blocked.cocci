// SPDX-License-Identifier: GPL-2.0-only
//
// joins-blocked: a device that joins an owned group is always blocked.
//
// Upstream fix: none known; modelled.
// What goes wrong: the owner has attached a domain, and the group's new device
//   is not on it: its DMA fails for no reason.
// Trigger: claim, attach, add a second device.
// Oracle: agreement only. What is blocked does not leak.

@@
identifier group, dev, ret;
@@
 __iommu_probe_device(struct device *dev, ...)
 {
 	<...
-	ret = __iommu_device_set_domain(group, dev, group->domain, 0);
+	ret = __iommu_device_set_domain(group, dev, group->owner ?
+					group->blocking_domain : group->domain,
+					0);
 	...>
 }
