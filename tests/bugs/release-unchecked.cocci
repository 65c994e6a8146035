// SPDX-License-Identifier: GPL-2.0-only
//
// release-unchecked: an optional op of the driver is called without a look.
//
// Upstream fix: none known; modelled.
// What goes wrong: a driver with a release_domain may do without release_device.
// Trigger: remove.
// Oracle: oops only.

@@
identifier ops, dev;
@@
 iommu_deinit_device(struct device *dev)
 {
 	...
-	if (ops->release_device)
-		ops->release_device(dev);
+	ops->release_device(dev);
 	...
 }
