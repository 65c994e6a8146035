// SPDX-License-Identifier: GPL-2.0-only
//
// attach-contended: an attach does not wait for its turn.
//
// Upstream fix: none known; modelled.
// What goes wrong: -EBUSY says that the group is on another domain; here it says
//   that somebody was at the group for a moment. VFIO takes it for the former.
// Trigger: 2 threads: claim and attach; anything else with the same group.
// Oracle: linearizable only. Every access is under the lock.

@@
identifier group;
@@
 iommu_attach_group(..., struct iommu_group *group)
 {
 	...
-	mutex_lock(&group->mutex);
+	if (!mutex_trylock(&group->mutex))
+		return -EBUSY;
 	...
 }
