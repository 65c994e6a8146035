// SPDX-License-Identifier: GPL-2.0-only
//
// release-unlocked: a driver releases a device that is still in its group.
//
// Upstream fix: dba9ca9d41f5 ("iommu: Same critical region for device release
//   and removal").
// What goes wrong: release_device() is called without group->mutex, and before
//   the device leaves the group's list. Whoever attaches a domain to the group
//   meanwhile hands the driver a device that it has let go.
// Trigger: remove one of two devices, and attach a domain to their group (or
//   claim it).
// Oracle: address, race: what the driver kept for the device is used after it
//   was freed.
//
// Trees without iommu_deinit_device() (6.1) have this bug as they are.

@pulled_out@
identifier dev, ops;
statement S;
@@
+static void iommu_release_by_driver(struct device *dev)
+{
+	const struct iommu_ops *ops = dev_iommu_ops(dev);
+
+	if (!dev->iommu->attach_deferred && ops->release_domain)
+		ops->release_domain->ops->attach_dev(ops->release_domain, dev);
+	if (ops->release_device)
+		ops->release_device(dev);
+}
+
 iommu_deinit_device(struct device *dev)
 {
 	...
-	if (!dev->iommu->attach_deferred && ops->release_domain) S
-	if (ops->release_device)
-		ops->release_device(dev);
 	...
 }

@depends on pulled_out@
identifier dev, group;
@@
 __iommu_group_remove_device(struct device *dev)
 {
 	...
+	if (dev_has_iommu(dev))
+		iommu_release_by_driver(dev);
 	mutex_lock(&group->mutex);
 	...
 }

@depends on pulled_out@
identifier dev;
@@
 __iommu_probe_device(struct device *dev, ...)
 {
 	<+...
+	iommu_release_by_driver(dev);
 	iommu_deinit_device(dev);
 	...+>
 }
