// SPDX-License-Identifier: GPL-2.0-only
//
// walk-after-removal: a walk over the bus and the removal of a device exclude
// each other.
//
// No fix is known. Here iommu_probe_device_lock is held as long as a device is
// probed or released, its finalization included, and over a whole walk, which
// probes only what is still on the bus.

@@
symbol iommu_probe_device_lock;
@@
 remove_iommu_group(...)
 {
+	mutex_lock(&iommu_probe_device_lock);
 	...
+	mutex_unlock(&iommu_probe_device_lock);
 	return 0;
 }

@@
symbol iommu_probe_device_lock;
identifier dev;
@@
 iommu_bus_notifier(...)
 {
 	<...
+	mutex_lock(&iommu_probe_device_lock);
 	iommu_release_device(dev);
+	mutex_unlock(&iommu_probe_device_lock);
 	...>
 }

@@
symbol iommu_probe_device_lock;
@@
 iommu_probe_device(...)
 {
 	...
 	mutex_lock(&iommu_probe_device_lock);
 	...
-	mutex_unlock(&iommu_probe_device_lock);
 	<...
+	mutex_unlock(&iommu_probe_device_lock);
 	return ...;
 	...>
 }

@walk@
symbol iommu_probe_device_lock;
identifier dev, data;
statement S;
@@
+static int iommu_same_device(struct device *dev, void *data)
+{
+	return dev == data;
+}
+
 probe_iommu_group(struct device *dev, void *data)
 {
 	...
-	mutex_lock(&iommu_probe_device_lock);
+	if (!bus_for_each_dev(dev->bus, NULL, dev, iommu_same_device))
+		return 0;
 	...
-	mutex_unlock(&iommu_probe_device_lock);
 	...
 }

@depends on walk@
symbol iommu_probe_device_lock;
expression E;
@@
 bus_iommu_probe(...)
 {
 	...
+	mutex_lock(&iommu_probe_device_lock);
 	E = bus_for_each_dev(...);
 	<...
+	mutex_unlock(&iommu_probe_device_lock);
 	return ...;
 	...>
 }
