// SPDX-License-Identifier: GPL-2.0-only
//
// visible-too-early: a device is in its group before it is on a domain.
//
// Upstream fix: f188056352bc ("iommu: Avoid locking/unlocking for
//   iommu_probe_device()").
// What goes wrong: group->mutex is dropped between the two steps, to put the
//   device into the group's list and to attach the group's domain to it. A
//   claim in between moves it with the others, and then it is put on the
//   domain that was the group's before.
// Trigger: add a device to a group while that is claimed.
// Oracle: isolation, agreement, linearizable: at a DMA, at rest, and if the
//   device has to be mapped 1:1.
//
// Before the fix the group's domain was looked up again after the gap. Where
// every change goes to the whole list that hides the bug, so here it is the one
// from before the gap.

@@
identifier group, dev, gdev, ret;
@@
 __iommu_probe_device(struct device *dev, ...)
 {
 	...
 	struct iommu_group *group;
+	struct iommu_domain *domain;
 	...
 	list_add_tail(&gdev->list, &group->devices);
+	domain = group->domain;
+	mutex_unlock(&group->mutex);
+	mutex_lock(&group->mutex);
 	...
-	if (group->domain) {
-		ret = __iommu_device_set_domain(group, dev, group->domain, 0);
+	if (domain) {
+		ret = __iommu_device_set_domain(group, dev, domain, 0);
 		...
 	} else if (...) {
 		...
 	} else if (...) {
 		...
 	}
 	...
 }
