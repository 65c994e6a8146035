// SPDX-License-Identifier: GPL-2.0-only
// file: drivers-mock/pgtable.c
//
// Upstream fix: none known; modelled.
// What goes wrong: of all pages that are unmapped only the first is invalidated.
// Trigger: unmap of two pages, dma.
// Oracle: isolation only: the page is unmapped.

@@
expression gather, iova, i, pgsize;
@@
- iommu_iotlb_gather_add_range(gather, iova, i * pgsize)
+ iommu_iotlb_gather_add_range(gather, iova, pgsize)
