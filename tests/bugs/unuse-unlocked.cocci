// SPDX-License-Identifier: GPL-2.0-only
//
// unuse-unlocked: a user is counted off after group->mutex was dropped.
//
// Upstream fix: none known; modelled.
// What goes wrong: two of them at once may count one.
// Trigger: 2 threads: unuse, use.
// Oracle: race only. Nothing comes in between unless threads are switched at each
//   load and store (ACCESS=1).

@@
identifier group;
expression E;
@@
 iommu_device_unuse_default_domain(...)
 {
 	...
-	if (!WARN_ON(E))
-		group->owner_cnt--;
-
+	WARN_ON(E);
 	mutex_unlock(&group->mutex);
+	group->owner_cnt--;
 	...
 }
