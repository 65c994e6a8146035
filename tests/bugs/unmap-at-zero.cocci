// SPDX-License-Identifier: GPL-2.0-only
//
// unmap-at-zero: the lowest bit is sought in an address that has none.
//
// Upstream fix: none known; modelled.
// What goes wrong: the size of a page is limited by the alignment of its
//   addresses, which is the position of the lowest bit that is set. At address
//   0 there is no such bit, and __ffs(0) is undefined.
// Trigger: unmap at address 0. (A map has a physical address too, which is not
//   0 here.)
// Oracle: undefined, warnings: of a page size that there is not.

@@
identifier addr_merge, pgsizes;
expression E;
@@
 iommu_pgsize(...)
 {
 	...
-	if (likely(addr_merge))
-		pgsizes &= E;
+	pgsizes &= E;
 	...
 }
