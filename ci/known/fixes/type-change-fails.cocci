// SPDX-License-Identifier: GPL-2.0-only
//
// type-change-fails: where the device refuses its new default domain, it goes
// back to the old one before the new one is freed.
//
// 6.12 does it in iommu_setup_default_domain().

@@
identifier group, dev, prev_dom;
@@
 iommu_change_dev_def_domain(struct iommu_group *group, ...)
 {
 	...
 	struct device *dev;
 	<...
+	__iommu_attach_device(prev_dom, dev);
 	iommu_domain_free(group->default_domain);
 	group->default_domain = prev_dom;
 	...>
 }
