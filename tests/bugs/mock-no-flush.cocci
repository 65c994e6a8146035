// SPDX-License-Identifier: GPL-2.0-only
// file: drivers-mock/table.c
//
// Upstream fix: none known; modelled.
// What goes wrong: an entry is written and never invalidated, so that hardware
// that had read it goes on with the domain that was replaced.
// Trigger: claim, dma.
// Oracle: isolation, lifetime: for the entry that is stale, and when its domain is
//   freed.

@@
symbol slot, word;
@@
 write_words(...)
 {
	...
	if (!mock_uses_both(word[0]))
		mock_store(slot, 1, word[1]);
-	mock_flush(slot);
 }
