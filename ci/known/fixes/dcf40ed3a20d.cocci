// SPDX-License-Identifier: GPL-2.0-only
//
// dcf40ed3a20d ("iommu: Make __iommu_group_set_domain() handle error unwind"):
// where a device refuses the new domain, those before it go back to where they
// were.

@unwinds@
iterator name list_for_each_entry;
identifier group, new_domain, ret;
@@
+static int iommu_group_attach_all(struct iommu_group *group,
+				   struct iommu_domain *domain)
+{
+	struct group_device *device;
+	struct group_device *last;
+	int ret = 0;
+
+	list_for_each_entry(device, &group->devices, list) {
+		ret = __iommu_attach_device(domain, device->dev);
+		if (ret)
+			break;
+	}
+	if (!ret)
+		return 0;
+	last = device;
+	list_for_each_entry(device, &group->devices, list) {
+		if (group->domain)
+			__iommu_attach_device(group->domain, device->dev);
+		else if (device != last && domain->ops->detach_dev)
+			domain->ops->detach_dev(domain, device->dev);
+		if (device == last)
+			break;
+	}
+	return ret;
+}
+
 __iommu_group_set_domain(struct iommu_group *group,
 			  struct iommu_domain *new_domain)
 {
 	...
-	ret = __iommu_group_for_each_dev(group, new_domain, iommu_group_do_attach_device);
+	ret = iommu_group_attach_all(group, new_domain);
 	...
 }

@depends on unwinds@
identifier group, domain, ret;
statement S;
@@
 __iommu_attach_group(struct iommu_domain *domain, struct iommu_group *group)
 {
 	...
-	ret = __iommu_group_for_each_dev(group, domain, iommu_group_do_attach_device);
-	if (ret == 0) {
+	ret = iommu_group_attach_all(group, domain);
+	if (ret == 0)
 		group->domain = domain;
-	} else S
 	...
 }

@depends on unwinds@
@@
+static int iommu_group_attach_all(struct iommu_group *group, struct iommu_domain *domain);
 static ssize_t iommu_group_store_type(struct iommu_group *group, const char *buf, size_t count);
