// SPDX-License-Identifier: GPL-2.0-only
// file: drivers-mock/vtd.c
//
// Upstream fix: none known; modelled.
// What goes wrong: a context entry is made present before all of it is there,
// so that the hardware finds a page table with another domain's id.
// Trigger: 2 threads: attach, dma.
// Oracle: isolation only: the entry is torn.

@@
symbol slot, word;
@@
 vtd_write(...)
 {
	...
	if (word[0] & MOCK_STATE) {
-		mock_store(slot, 1, word[1]);
-		mock_store(slot, 0, word[0] & ~MOCK_STATE);
		mock_store(slot, 0, word[0]);
+		mock_store(slot, 1, word[1]);
		mock_flush(slot);
	}
 }
