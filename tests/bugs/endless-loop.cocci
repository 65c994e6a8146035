// SPDX-License-Identifier: GPL-2.0-only
//
// endless-loop: a detach never comes to an end.
//
// Upstream fix: none; it is here to see that somebody notices. A corrupted list
//   does this in earnest.
// What goes wrong: a loop without any call in it.
// Trigger: detach.
// Oracle: locking. No other can, but each detach takes seconds without it, and a
//   campaign too long to say so.

@@
identifier domain, group;
@@
 void iommu_detach_group(struct iommu_domain *domain, struct iommu_group *group)
 {
+	for (;;)
+		barrier();
 	...
 }
