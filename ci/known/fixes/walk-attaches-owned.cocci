// SPDX-License-Identifier: GPL-2.0-only
//
// walk-attaches-owned: a walk over the bus attaches a new default domain only
// where the group is on it.
//
// 6.12 does it in iommu_setup_default_domain().

@@
identifier group;
expression ret;
@@
 bus_iommu_probe(...)
 {
 	<...
-	ret = __iommu_group_dma_attach(group);
+	if (group->domain == group->default_domain)
+		ret = __iommu_group_dma_attach(group);
 	...>
 }
