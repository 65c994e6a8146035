// SPDX-License-Identifier: GPL-2.0-only
//
// pasid-joins: a device that has PASIDs does not join a group in which some are
// attached: it would not have them, and they are taken off it with the others.
//
// No fix is known.

@@
identifier group, dev;
@@
 __iommu_probe_device(struct device *dev, ...)
 {
 	...
 	WARN_ON(group->default_domain && !group->domain);
+	if (!xa_empty(&group->pasid_array) && dev->iommu->max_pasids > 0) {
+		ret = -EBUSY;
+		goto err_remove_gdev;
+	}
 	...
 }
