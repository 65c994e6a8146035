// SPDX-License-Identifier: GPL-2.0-only
//
// use-contended: a driver that binds does not wait for its turn.
//
// Upstream fix: none known; modelled.
// What goes wrong: -EBUSY says that the group has an owner; here it says that
//   somebody was at the group for a moment. Binding a driver fails for no reason.
// Trigger: 2 threads: use; anything else with the same group.
// Oracle: linearizable only. Every access is under the lock.

@stock@
identifier group, dev;
@@
 iommu_device_use_default_domain(struct device *dev)
 {
 	struct iommu_group *group = dev->iommu_group;
 	...
-	mutex_lock(&group->mutex);
+	if (!mutex_trylock(&group->mutex))
+		return -EBUSY;
 	...
 }

// Mended (claim-before-joined).
@depends on !stock@
identifier group, dev;
@@
 iommu_device_use_default_domain(struct device *dev)
 {
 	...
 	group = dev->iommu_group;
 	...
-	mutex_lock(&group->mutex);
+	if (!mutex_trylock(&group->mutex))
+		return -EBUSY;
 	...
 }
