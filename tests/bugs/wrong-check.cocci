// SPDX-License-Identifier: GPL-2.0-only
//
// wrong-check: the wrong pointer is checked before a default domain is read.
//
// Upstream fix: none known; modelled.
// What goes wrong: not every group has a default domain: on 6.1 that of an old
//   driver has none, and a group that a caller made for a device without an
//   IOMMU has none anywhere. Reading the sysfs attribute "type" of such a group
//   is a NULL pointer dereference.
// Trigger: read_type of a group with no default domain.
// Oracle: oops only.

@@
identifier group;
statement S;
@@
 iommu_group_show_type(struct iommu_group *group, ...)
 {
 	...
 	if (
-	    group->default_domain
+	    group
 	   ) S
 	...
 }
