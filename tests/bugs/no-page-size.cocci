// SPDX-License-Identifier: GPL-2.0-only
//
// no-page-size: the smallest page is sought of a domain that has none.
//
// Upstream fix: none known; modelled.
// What goes wrong: identity and blocked domains have no page sizes, and the
//   lowest bit of 0 is undefined. What comes of it is not used.
// Trigger: a device on an identity domain.
// Oracle: undefined only.

@@
identifier domain, pg_size;
expression E;
@@
 iommu_create_device_direct_mappings(struct iommu_domain *domain, ...)
 {
 	...
-	pg_size = domain->pgsize_bitmap ? E : 0;
+	pg_size = E;
 	...
 }
