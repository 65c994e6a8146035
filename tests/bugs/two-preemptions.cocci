// SPDX-License-Identifier: GPL-2.0-only
//
// two-preemptions: a block is used after it was freed, if two threads take turns
// twice.
//
// Upstream fix: none; it is here to see that the search finds what takes two
//   preemptions.
// What goes wrong: a claim has a block for a moment, in a variable that a read of
//   the type looks at without a lock. The reader has to come while it is there,
//   and the claim has to free it before the reader goes on.
// Trigger: 2 threads: claim, read_type.
// Oracle: address, race.

@@
identifier group, owner;
@@
+static char *for_a_moment;
+
 int iommu_group_claim_dma_owner(struct iommu_group *group, void *owner)
 {
+	for_a_moment = kzalloc(8, GFP_KERNEL);
+	kfree(kzalloc(8, GFP_KERNEL));
+	kfree(for_a_moment);
+	for_a_moment = NULL;
 	...
 }

@@
identifier group, buf;
@@
+static char *for_a_moment;
+
 static ssize_t iommu_group_show_type(struct iommu_group *group, char *buf)
 {
+	char *seen = for_a_moment;
+
+	kfree(kzalloc(8, GFP_KERNEL));
+	if (seen && *seen)
+		return -EINVAL;
 	...
 }
