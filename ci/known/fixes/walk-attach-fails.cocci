// SPDX-License-Identifier: GPL-2.0-only
//
// walk-attach-fails: where a device cannot be attached to the default domain
// that a walk over the bus has made for its group, the walk tries once more, so
// that the group is not left on a domain that its devices are not on.
//
// 6.12 does not let drivers fail there (IOMMU_SET_DOMAIN_MUST_SUCCEED).

@@
identifier group;
expression ret;
@@
 bus_iommu_probe(...)
 {
 	<...
 	ret = __iommu_group_dma_attach(group);
+	if (ret)
+		__iommu_group_dma_attach(group);
 	...>
 }
