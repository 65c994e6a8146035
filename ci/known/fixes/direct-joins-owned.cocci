// SPDX-License-Identifier: GPL-2.0-only
//
// direct-joins-owned: a device that firmware wants mapped 1:1 does not join a
// group that is owned: its owner is promised that it can be blocked.
//
// No fix is known.

@@
identifier group, dev, ret;
statement S;
@@
 __iommu_probe_device(struct device *dev, ...)
 {
 	...
+	if (group->owner && dev->iommu->require_direct) {
+		ret = -EINVAL;
+		goto err_remove_gdev;
+	}
 	if (group->domain) {
 		ret = __iommu_device_set_domain(group, dev, group->domain, 0);
 		...
 	} else S
 	...
 }
