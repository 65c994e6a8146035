// SPDX-License-Identifier: GPL-2.0-only
//
// free-unchecked: a domain that nobody frees is freed.
//
// Upstream fix: none known; modelled.
// What goes wrong: static domains have no free op.
// Trigger: claim, and remove the last device, on a driver with a static blocked
//   domain.
// Oracle: oops only.

@@
identifier domain;
@@
 iommu_domain_free(struct iommu_domain *domain)
 {
 	...
-	if (domain->ops->free)
-		domain->ops->free(domain);
+	domain->ops->free(domain);
 }
