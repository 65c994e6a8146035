// SPDX-License-Identifier: GPL-2.0-only
//
// stale-domain: a detach leaves the driver on a domain its caller will free.
//
// Upstream fix: 0286300e6045 ("iommu: iommu_group_claim_dma_owner() must
//   always assign a domain"). Before it, new drivers were told nothing when an
//   owned group was detached. This patch restores that effect on the present
//   code; the old code itself recorded no domain at all, and still called
//   detach_dev() in drivers that had it.
// What goes wrong: the group records the blocking domain, but no device is
//   moved there. The driver keeps its pointer to the caller's domain, and the
//   owner's DMA still goes through it. VFIO frees that domain next.
// Trigger: claim a group, attach a domain, detach it, free it; then let the
//   driver look at its old domain (DMA, attach again, release).
// Oracle: agreement, isolation, lifetime, address: at the detach, for the
//   domain the driver is on is not the one that the group names; at a DMA; at
//   the free, for a device is still on that domain; last, when the driver
//   looks at it.

@@
identifier group, new_domain;
@@
 __iommu_group_set_core_domain(struct iommu_group *group)
 {
 	...
-	if (group->owner)
-		new_domain = group->blocking_domain;
-	else
-		new_domain = group->default_domain;
+	if (group->owner) {
+		group->domain = group->blocking_domain;
+		return;
+	}
+	new_domain = group->default_domain;
 	...
 }
