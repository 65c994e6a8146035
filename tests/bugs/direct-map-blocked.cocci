// SPDX-License-Identifier: GPL-2.0-only
//
// direct-map-blocked: a device that needs its 1:1 mapping can be blocked.
//
// Upstream fix: a48ce36e2786.
// What goes wrong: "the device may not be blocked": firmware goes on with its
//   DMA, which needs the mapping at all times. A claim has to be refused.
// Trigger: claim the group of a device that firmware wants mapped 1:1.
// Oracle: model only.

@@
symbol new_domain;
statement S;
@@
 __iommu_device_set_domain(...)
 {
 	...
-	if (dev->iommu->require_direct && (new_domain->type == IOMMU_DOMAIN_BLOCKED || new_domain == group->blocking_domain))
-		S
 	...
 }
