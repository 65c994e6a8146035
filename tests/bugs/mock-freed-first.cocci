// SPDX-License-Identifier: GPL-2.0-only
// file: drivers-mock/vtd.c
//
// Upstream fix: none known; modelled.
// What goes wrong: the invalidation of an entry that is cleared is put off until
// its domain is freed, and then comes after the page table is freed.
// Trigger: 2 threads: free, dma.
// Oracle: lifetime, isolation: for a page table that is walked when it is freed,
//   and for the entry while its invalidation is put off.

@putoff@
symbol slot, word;
@@
 vtd_write(...)
 {
	<...
	mock_store(slot, 0, slot->word[0] & ~MOCK_STATE);
-	mock_flush(slot);
	...>
 }

@depends on putoff@
identifier domain;
@@
 vtd_domain_free(struct iommu_domain *domain)
 {
	...
+	mock_pgtable_free(to_mock_domain(domain));
+	for (unsigned int sid = 0; sid < MAX_DEVICES; sid++)
+		mock_flush(&mock_table.dev[sid]);
	mock_domain_free(domain);
 }
