// SPDX-License-Identifier: GPL-2.0-only
//
// direct-map-short: a 1:1 mapping ends before it is begun.
//
// Upstream fix: none known; modelled.
// What goes wrong: pages are gathered, and mapped when the end of the region or
//   a page that is mapped already is met. A loop that stops before the end maps
//   nothing.
// Trigger: a device that firmware wants mapped 1:1.
// Oracle: isolation only.

@@
symbol addr, end, start, pg_size;
statement S;
@@
 iommu_create_device_direct_mappings(...)
 {
 	<...
-	for (addr = start; addr <= end; addr += pg_size)
+	for (addr = start; addr < end; addr += pg_size)
 		S
 	...>
 }
