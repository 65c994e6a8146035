// SPDX-License-Identifier: GPL-2.0-only
//
// extra-group-ref: a group keeps the reference that it was born with.
//
// Upstream fix: none known; modelled.
// What goes wrong: iommu_group_alloc() leaves the group with two references:
//   its own, and that of its devices folder, which stands for it from then on.
//   Without the put of the first one the group stays when its last device and
//   its last user are gone, and so do its id and, on 6.1, its domains.
// Trigger: none needed: any group that goes away.
// Oracle: balance only: memory from iommu_group_alloc() is left after
//   teardown.

@@
identifier group;
expression name;
@@
 iommu_group_alloc(void)
 {
 	...
 	group->devices_kobj = kobject_create_and_add(name, &group->kobj);
 	...
-	kobject_put(&group->kobj);
 	...
 	return group;
 }
