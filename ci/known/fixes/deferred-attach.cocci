// SPDX-License-Identifier: GPL-2.0-only
//
// deferred-attach: iommu_deferred_attach() looks, and attaches, under
// group->mutex.
//
// No fix is known, and this is none for the kernel, where the DMA API calls it
// in any context.

@locked@
identifier dev, domain;
expression E;
@@
+static int iommu_deferred_attach_locked(struct device *dev, struct iommu_domain *domain)
+{
+	if (E)
+		return __iommu_attach_device(domain, dev);
+	return 0;
+}
+
 iommu_deferred_attach(struct device *dev, struct iommu_domain *domain)
 {
-	if (E)
-		return __iommu_attach_device(domain, dev);
-	return 0;
+	struct iommu_group *group = dev->iommu_group;
+	int ret;
+
+	mutex_lock(&group->mutex);
+	ret = iommu_deferred_attach_locked(dev, domain);
+	mutex_unlock(&group->mutex);
+	return ret;
 }
