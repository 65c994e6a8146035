// SPDX-License-Identifier: GPL-2.0-only
//
// assert-too-early: an empty group is what a warning takes any group for.
//
// Upstream fix: none known; modelled.
// What goes wrong: of the last device of a group it may be expected that nobody
//   owns the group any more. A warning that does not look whether it is the last
//   stops machines that have panic_on_warn.
// Trigger: 2 devices: claim, remove.
// Oracle: warnings only.

@@
identifier group;
expression E;
@@
 __iommu_group_free_device(struct iommu_group *group, ...)
 {
 	...
-	if (list_empty(&group->devices))
-		WARN_ON(E);
+	WARN_ON(E);
 	...
 }
