// SPDX-License-Identifier: GPL-2.0-only
//
// no-unwind: a change of a group's domain that fails halfway stays there.
//
// Upstream fix: dcf40ed3a20d
// What goes wrong: a driver refuses the new domain for one device of a group;
//   those before it stay on that domain, while the group says that it is on the
//   old one. The caller, who was told of the error, frees the new one.
// Trigger: a group of two devices, claim and attach, with a fault in the second
//   device's attach.
// Oracle: agreement, lifetime: at the attach, and at the free.
//
// 6.1 has it by itself, for claims.

@@
symbol err_revert;
identifier group, new_domain, ret;
@@
 __iommu_group_set_domain_internal(struct iommu_group *group,
 				   struct iommu_domain *new_domain, ...)
 {
 	<...
 	ret = __iommu_device_set_domain(...);
 	if (ret) {
 		...
-		goto err_revert;
+		return ret;
 	}
 	...>
 }
