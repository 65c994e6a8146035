// SPDX-License-Identifier: GPL-2.0-only
//
// late-default-domain: a default domain that a later member brings is for all
// members, which are tried twice.
//
// 6.12 does it in iommu_setup_default_domain().

@here@
identifier group, dev;
@@
 iommu_alloc_default_domain(struct iommu_group *group, struct device *dev)
 {
+	int ret;
 	...
-	return iommu_group_alloc_default_domain(dev->bus, group, type);
+	ret = iommu_group_alloc_default_domain(dev->bus, group, type);
+	if (!ret && group->domain == group->default_domain)
+		ret = __iommu_group_for_each_dev(group, group->default_domain,
+						 iommu_group_do_attach_device) ?
+		      __iommu_group_for_each_dev(group, group->default_domain,
+						 iommu_group_do_attach_device) : 0;
+	return ret;
 }

@depends on here@
@@
+static int iommu_group_do_attach_device(struct device *dev, void *data);
+static int __iommu_group_for_each_dev(struct iommu_group *group, void *data,
+				      int (*fn)(struct device *, void *));
 static ssize_t iommu_group_store_type(struct iommu_group *group, const char *buf, size_t count);
