// SPDX-License-Identifier: GPL-2.0-only
//
// handle-kept: a domain is detached, its handle stays.
//
// Upstream fix: none known; modelled on what a caller of
//   iommu_detach_group_handle() counts on: the handle is his again, and he
//   frees it.
// What goes wrong: the group goes back to the core's domain, and keeps the
//   pointer to the handle that came with the caller's.
// Trigger: attach_handle, detach_handle.
// Oracle: model: the group is free, and the next attach_handle is refused.
//   Without another one the release of the group warns.
//
// 6.1 has no handles.

@@
identifier group;
@@
 iommu_detach_group_handle(..., struct iommu_group *group)
 {
 	<...
-	xa_erase(&group->pasid_array, IOMMU_NO_PASID);
 	...>
 }
