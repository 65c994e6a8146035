// SPDX-License-Identifier: GPL-2.0-only
//
// pasid-unwind: a PASID is taken off devices that never had it.
//
// Upstream fix: b025dea63cde
// What goes wrong: a driver refuses a domain for a PASID of one device of a
//   group; it is then told to take the PASID off all of them, and not only off
//   those before that one. VT-d warns of it (intel_iommu_remove_dev_pasid()).
// Trigger: a group of two devices with PASIDs, attach_pasid, with a fault in one
//   device's set_dev_pasid.
// Oracle: warnings only: at the attach_pasid.

@@
identifier device, last_gdev;
iterator name for_each_group_device;
@@
 __iommu_set_group_pasid(...)
 {
 	<...
 	for_each_group_device(...) {
 		...
-		if (device == last_gdev)
-			break;
 		...
 	}
 	...>
 }
