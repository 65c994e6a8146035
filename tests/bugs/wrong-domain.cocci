// SPDX-License-Identifier: GPL-2.0-only
//
// wrong-domain: the devices go to one domain, the group records another.
//
// Upstream fix: none of its own. The mistake was in the first posted version
//   of 0286300e6045 ("iommu: iommu_group_claim_dma_owner() must always assign
//   a domain"), was found in review and was gone in the second version.
// What goes wrong: the attach loop hands default_domain to the driver and then
//   records new_domain. An owned group that should be blocked, or on its
//   owner's domain, is still translated by the kernel's default domain.
// Trigger: claim a group. On 6.12 any attach or replace will do as well, since
//   all of them go through the same loop; on 6.1 attach has a loop of its own,
//   which leaves claim, detach of an owned group, and the way back from an
//   attach that failed.
// Oracle: agreement, isolation: at the claim, and at a DMA of the device,
//   which should fault and does not.
//
// A group without a default domain is no use for this bug: on 6.1 the driver
// is then called with NULL and the harness stops there. 6.12 sets
// default_domain before it first calls this loop.

// 6.1: one helper calls back for each device
@@
identifier group, new_domain;
symbol iommu_group_do_attach_device;
@@
 __iommu_group_set_domain(struct iommu_group *group,
 			  struct iommu_domain *new_domain)
 {
 	<...
 	__iommu_group_for_each_dev(group,
-				   new_domain,
+				   group->default_domain,
 				   iommu_group_do_attach_device)
 	...>
 }

// 6.12: an open loop. The loop that reverts passes group->domain, so that it
// does not match.
@@
identifier group, new_domain, gdev;
expression flags;
iterator name for_each_group_device;
@@
 __iommu_group_set_domain_internal(struct iommu_group *group,
 				   struct iommu_domain *new_domain, ...)
 {
 	<...
 	for_each_group_device(group, gdev) {
 		<...
 		__iommu_device_set_domain(group, gdev->dev,
-					  new_domain,
+					  group->default_domain,
 					  flags)
 		...>
 	}
 	...>
 }
