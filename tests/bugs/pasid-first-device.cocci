// SPDX-License-Identifier: GPL-2.0-only
//
// pasid-first-device: a PASID is taken off the first device of a group only.
//
// Upstream fix: none known; modelled.
// What goes wrong: the PASID tables of the other devices go on naming a domain
//   that its caller frees next.
// Trigger: 2 devices with PASIDs: attach_pasid, detach_pasid, free.
// Oracle: lifetime only. Nothing promises where a PASID's accesses go once it is
//   detached.

@@
symbol ops;
identifier pasid, domain;
iterator name for_each_group_device;
@@
 __iommu_remove_group_pasid(...)
 {
 	...
 	for_each_group_device(...) {
 		<...
 		ops->remove_dev_pasid(..., pasid, domain);
+		break;
 		...>
 	}
 }
