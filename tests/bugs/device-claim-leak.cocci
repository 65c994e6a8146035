// SPDX-License-Identifier: GPL-2.0-only
//
// device-claim-leak: a claim of a device that is refused keeps a reference.
//
// Upstream fix: a6a9a5da6808. There only a claim without an owner did, which
//   WARN_ON() tells of first, and which no correct caller makes. Here it is any
//   that another owner had come before.
// What goes wrong: the group outlives its devices.
// Trigger: claim dev0 alice, claim dev0 bob.
// Oracle: balance only.

@@
identifier dev, ret;
@@
 iommu_device_claim_dma_owner(struct device *dev, ...)
 {
 	<...
 	ret = -EPERM;
+	iommu_group_ref_get(dev->iommu_group);
 	...>
 }
