// SPDX-License-Identifier: GPL-2.0-only
//
// fwspec-too-short: what firmware says of a device is put beyond its block.
//
// Upstream fix: none known; modelled.
// What goes wrong: "Preallocate for the overwhelmingly common case of 1 ID" is
//   what the array of ids at the end is for; nobody counted it.
// Trigger: a device of a driver that asks firmware (SMMUv3).
// Oracle: address only.

@@
identifier fwspec;
@@
 iommu_fwspec_init(...)
 {
 	<...
-	fwspec = kzalloc(struct_size(fwspec, ids, 1), GFP_KERNEL);
+	fwspec = kzalloc(sizeof(*fwspec), GFP_KERNEL);
 	...>
 }
