// SPDX-License-Identifier: GPL-2.0-only
//
// through-default: a device goes from one domain to the next by way of the
//   default domain.
//
// Upstream fix: none known; modelled.
// What goes wrong: "DMA must only be able to access either new_domain or
//   group->domain, never something else". When all is done, all is well.
// Trigger: claim, attach.
// Oracle: isolation only.

@@
symbol ret, new_domain;
identifier group, dev;
@@
 __iommu_device_set_domain(struct iommu_group *group, struct device *dev, ...)
 {
 	...
+	if (group->domain && group->default_domain)
+		__iommu_attach_device(group->default_domain, dev);
 	ret = __iommu_attach_device(new_domain, dev);
 	...
 }
