// SPDX-License-Identifier: GPL-2.0-only
//
// probe-scope: a device is attached to its group's default domain unlocked.
//
// Upstream fix: 556f99ac8866 ("iommu: Extend mutex lock scope in
//   iommu_probe_device()").
// What goes wrong: group->mutex is dropped when there is a default domain, and
//   before that is checked and attached to the device, and its direct mappings
//   are made. Whatever becomes of the group meanwhile is undone, or the domain
//   is freed before it is attached.
// Trigger: add a device, and claim its group, or write the group's type.
// Oracle: isolation, agreement, address, race: after a claim at a DMA and at
//   rest, after a write of the type, as the domain is freed.
//
// Not for trees in which the device is attached as it is put into the group's
// list (6.12); visible-too-early is the bug that they had.

@@
identifier group, dev;
@@
 iommu_probe_device(struct device *dev)
 {
 	...
 	iommu_alloc_default_domain(group, dev);
+	mutex_unlock(&group->mutex);
 	<+...
-	mutex_unlock(&group->mutex);
 	...+>
 }
