// SPDX-License-Identifier: GPL-2.0-only
//
// f188056352bc ("iommu: Avoid locking/unlocking for iommu_probe_device()"): a
// group has its default domain before its first device can be seen in it, and a
// device that cannot be attached is not seen in it.
//
// A walk over the bus makes the default domain later, for all members.

@@
identifier group, dev, ops;
@@
 iommu_group_get_for_dev(struct device *dev
+	, bool walk
 )
 {
 	...
 	if (IS_ERR(group))
 		return group;
+	if (!walk) {
+		mutex_lock(&group->mutex);
+		if (list_empty(&group->devices))
+			iommu_alloc_default_domain(group, dev);
+		mutex_unlock(&group->mutex);
+	}
 	...
 }

@@
identifier dev, group_list;
@@
 __iommu_probe_device(struct device *dev, struct list_head *group_list)
 {
 	<...
 	iommu_group_get_for_dev(dev
+	, group_list
 	)
 	...>
 }

@@
@@
 static struct iommu_group *iommu_group_get_for_dev(struct device *
+	, bool walk
 	);

@seen@
identifier group, device;
statement S;
@@
 list_add_tail(&device->list, &group->devices);
 if (...) S
+if (ret)
+	list_del(&device->list);
 mutex_unlock(&group->mutex);
 if (ret)
 	goto err_put_group;

@depends on seen@
identifier group, device;
@@
 err_put_group:
-mutex_lock(&group->mutex);
-list_del(&device->list);
-mutex_unlock(&group->mutex);
