// SPDX-License-Identifier: GPL-2.0-only
//
// recursive-lock: group->mutex is taken by a function whose callers hold it.
//
// Upstream fix: no commit known. The function came with 0286300e6045 ("iommu:
//   iommu_group_claim_dma_owner() must always assign a domain") and has always
//   relied on its callers for the lock; this is the mistake that a change
//   there makes easily.
// What goes wrong: the task that claims a group waits for a mutex it holds
//   itself, and never returns. Everyone else who wants the group hangs too.
// Trigger: claim a group (or one of its devices, 6.12); nothing else is
//   needed, not even a second thread.
// Oracle: locking only. A search without it finds hangs, if it has a time
//   limit.

@lock@
identifier group;
statement S;
@@
 __iommu_group_alloc_blocking_domain(struct iommu_group *group)
 {
 	... when != S
+	mutex_lock(&group->mutex);
 	if (group->blocking_domain)
 		return 0;
 	...
 }

@depends on lock@
identifier lock.group;
expression E;
@@
 __iommu_group_alloc_blocking_domain(struct iommu_group *group)
 {
 	<...
+	mutex_unlock(&group->mutex);
 	return E;
 	...>
 }
