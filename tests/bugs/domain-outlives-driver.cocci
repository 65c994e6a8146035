// SPDX-License-Identifier: GPL-2.0-only
//
// domain-outlives-driver: a group's domains are freed when its driver may be
//   gone.
//
// Upstream fix: aa0958570f24.
// What goes wrong: the domains live as long as the group, and that as long as
//   anybody holds a reference; the module's reference goes with the last device.
// Trigger: hold a reference on a group, remove its device, unload the driver,
//   put the reference.
// Oracle: lifetime.
//
// 6.1 has it by itself.

@kept@
identifier group;
@@
 iommu_deinit_device(...)
 {
 	...
-	if (list_empty(&group->devices)) {
-		...
-	}
 	...
 }

@depends on kept@
identifier group;
@@
 iommu_group_release(...)
 {
 	...
-	WARN_ON(group->default_domain);
-	WARN_ON(group->blocking_domain);
+	if (group->default_domain)
+		iommu_domain_free(group->default_domain);
+	if (group->blocking_domain)
+		iommu_domain_free(group->blocking_domain);
 	...
 }
