// SPDX-License-Identifier: GPL-2.0-only
//
// type-read: a read of a group's type looks at its default domain unlocked.
//
// Upstream fix: 0b8a96a3120a.
// What goes wrong: the domain is freed between the look at the pointer and the
//   look at its type, by a write of the type or as the last device goes.
// Trigger: read the type while another thread writes it.
// Oracle: race only. There is no yield point in between, so that only a build
//   that yields at memory accesses could see the domain after it was freed.

@@
identifier group;
@@
 iommu_group_show_type(struct iommu_group *group, ...)
 {
 	...
-	mutex_lock(&group->mutex);
 	...
-	mutex_unlock(&group->mutex);
 	...
 }
