// SPDX-License-Identifier: GPL-2.0-only
//
// pasid-unchecked: a driver that knows nothing of PASIDs is given one.
//
// Upstream fix: none known; modelled.
// What goes wrong: not every driver has a set_dev_pasid.
// Trigger: attach_pasid.
// Oracle: oops: or model, where no device of the group has PASIDs.

@@
identifier domain;
@@
 iommu_attach_device_pasid(struct iommu_domain *domain, ...)
 {
 	...
-	if (!domain->ops->set_dev_pasid)
-		return -EOPNOTSUPP;
 	...
 }
