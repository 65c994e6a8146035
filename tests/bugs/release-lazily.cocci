// SPDX-License-Identifier: GPL-2.0-only
//
// release-lazily: a release leaves blocked devices blocked.
//
// Upstream fix: none known; modelled.
// What goes wrong: the group records its default domain, and nobody attaches it.
//   The kernel's driver, which binds next, has all of its DMA fail.
// Trigger: claim, release.
// Oracle: agreement only. What is blocked does not leak, and the blocking domain
//   lives as long as the group's devices.

@@
identifier group;
@@
 __iommu_release_dma_ownership(struct iommu_group *group)
 {
 	...
+	if (group->domain == group->blocking_domain)
+		group->domain = group->default_domain;
 	__iommu_group_set_domain_nofail(group, group->default_domain);
 }
