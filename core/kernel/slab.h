/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the harness knows of the allocator: which blocks are live, whose an
 * address is, and how to throw all of an execution's blocks away at once. The
 * kernel-side interface is linux/slab.h.
 */
#ifndef GROUPFUZZ_SLAB_H
#define GROUPFUZZ_SLAB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* From here on slab_reset() comes back to this point. Called once. */
void slab_boot_done(void);

/* Free everything allocated since slab_boot_done(), without any callback. */
void slab_reset(void);

/* The number of live blocks since slab_boot_done(). */
unsigned int slab_live(void);

/* The size of the block at @p. */
size_t slab_size(const void *p);

/*
 * The oldest live block since slab_boot_done(): the function that allocated
 * it, NULL if there is none, and its size in @size.
 */
const char *slab_oldest(size_t *size);

/*
 * What is wrong with an access to @address: "use-after-free", or
 * "out-of-bounds" near a live block; NULL if it is not the allocator's.
 */
const char *slab_fault(unsigned long address);

/* Remember from now on where blocks are allocated and freed; slow. */
void slab_remember_stacks(void);

/* The memory of all blocks since boot, @size bytes. */
void *slab_used(size_t *size);

/* Tell all that is known of the block at or before @address. */
void slab_describe(unsigned long address, FILE *f);

#endif
