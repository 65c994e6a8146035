// SPDX-License-Identifier: GPL-2.0-only
/*
 * kmalloc and its relatives: an arena that never hands the same memory out
 * twice in an execution.
 *
 * So an address depends on the program alone, a stale pointer is always found
 * out, and giving everything back is one assignment. Each block carries a
 * header with its size and the functions that allocated and freed it. What is
 * not a live block's memory is poisoned for AddressSanitizer where that is
 * built in, and freed memory is overwritten in all builds.
 */
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/bug.h>
#include <linux/poison.h>
#include <fault.h>
#include <lock.h>
#include <slab.h>
#include <stdlib.h>

#ifndef __has_feature
#define __has_feature(x) 0
#endif
#if __has_feature(address_sanitizer)
#include <sanitizer/asan_interface.h>
/*
 * memset() without the sanitizer's look at its arguments. @size is rounded up,
 * as blocks are.
 */
__attribute__((no_sanitize("address"))) static void fill(void *p, u8 byte,
							 size_t size)
{
	const u64 word = 0x0101010101010101ULL * byte;
	u64 *at = p, *const end = at + ALIGN(size, 16) / sizeof(*at);

	for (; at < end; at += 2) {
		at[0] = at[1] = word;
		/* Or the compiler makes it a memset() after all. */
		asm volatile("" ::: "memory");
	}
}
#else
#define fill				     memset
#define ASAN_POISON_MEMORY_REGION(p, size)   ((void)(p), (void)(size))
#define ASAN_UNPOISON_MEMORY_REGION(p, size) ((void)(p), (void)(size))
#endif

/* Headers are poisoned for everybody but the functions that mind them. */
#ifdef __clang__
#define __header_access __attribute__((no_sanitize("address", "thread")))
#else
#define __header_access
#endif

#define ARENA_SIZE (4UL << 20)
#define ALIGNMENT  16UL

struct block {
	const char *allocated; /* by this function */
	const char *freed;     /* NULL while live */
	size_t size;
	size_t number; /* from 0 in each execution */
};
_Static_assert(sizeof(struct block) % ALIGNMENT == 0, "payload is aligned");

static char arena[ARENA_SIZE] __aligned(16);
static size_t top, boot_top;
static unsigned int nr_live, nr_boot, nr_blocks;

/* --- where blocks come from and go, for reports --- */

#define MAX_FRAMES     8
#define MAX_REMEMBERED 4096

struct stacks {
	void *allocated[MAX_FRAMES], *freed[MAX_FRAMES];
};
static struct stacks *stacks;

void slab_remember_stacks(void)
{
	if (!stacks)
		stacks = calloc(MAX_REMEMBERED, sizeof(*stacks));
}

/* Along the frame pointers, which all of this program's code keeps. */
__header_access static void remember(size_t number, bool freed)
{
	void **frame = __builtin_frame_address(0);
	void **to;
	unsigned int i;

	if (likely(!stacks) || number >= MAX_REMEMBERED)
		return;
	to = freed ? stacks[number].freed : stacks[number].allocated;
	memset(to, 0, MAX_FRAMES * sizeof(*to));
	for (i = 0; i < MAX_FRAMES && frame && frame[1]; i++) {
		to[i] = frame[1];
		if ((void **)frame[0] <= frame)
			break;
		frame = frame[0];
	}
}

/* --- blocks --- */

static size_t block_bytes(size_t size)
{
	return sizeof(struct block) + ALIGN(size, ALIGNMENT);
}

static struct block *to_block(const void *p)
{
	return (struct block *)p - 1;
}

void slab_boot_done(void)
{
	boot_top = top;
	nr_boot = nr_live;
	/* What no block has been put into yet is out of bounds too. */
	ASAN_POISON_MEMORY_REGION(arena + boot_top, ARENA_SIZE - boot_top);
}

void slab_reset(void)
{
	ASAN_POISON_MEMORY_REGION(arena + boot_top, top - boot_top);
	top = boot_top;
	nr_live = nr_boot;
	nr_blocks = 0;
}

void *slab_used(size_t *size)
{
	*size = top - boot_top;
	return arena + boot_top;
}

unsigned int slab_live(void)
{
	return nr_live - nr_boot;
}

/* The last block that begins at or before @at, NULL if that is none. */
__header_access static struct block *block_before(size_t at)
{
	struct block *found = NULL;
	size_t next = 0;

	while (next < top && next <= at) {
		found = (struct block *)(arena + next);
		next += block_bytes(found->size);
	}
	return found;
}

__header_access const char *slab_oldest(size_t *size)
{
	size_t at = boot_top;

	if (likely(!slab_live()))
		return NULL;
	while (at < top) {
		struct block *b = (struct block *)(arena + at);

		if (!b->freed) {
			*size = b->size;
			return b->allocated;
		}
		at += block_bytes(b->size);
	}
	return NULL;
}

__header_access const char *slab_fault(unsigned long address)
{
	unsigned long start = (unsigned long)arena;
	struct block *b;

	if (address < start || address >= start + ARENA_SIZE)
		return NULL;
	b = block_before(address - start);
	return b && b->freed ? "use-after-free" : "out-of-bounds";
}

static void describe_stack(const char *what, void *const *frames, FILE *f)
{
	unsigned int i;

	fprintf(f, "%s here:\n", what);
	for (i = 0; i < MAX_FRAMES && frames[i]; i++)
		fprintf(f, "    #%u %s\n", i,
			symbol_name((unsigned long)frames[i] - 1));
}

__header_access void slab_describe(unsigned long address, FILE *f)
{
	unsigned long start = (unsigned long)arena;
	struct block *b = NULL;

	if (address >= start && address < start + ARENA_SIZE)
		b = block_before(address - start);
	if (!b)
		return;
	fprintf(f,
		"0x%lx is %ld bytes into a block of %zu bytes from %s()%s%s%s\n",
		address, (long)(address - (unsigned long)(b + 1)), b->size,
		b->allocated, b->freed ? ", freed by " : "",
		b->freed ? b->freed : "", b->freed ? "()" : "");
	if (!stacks || b->number >= MAX_REMEMBERED)
		return;
	describe_stack("allocated", stacks[b->number].allocated, f);
	if (b->freed)
		describe_stack("freed", stacks[b->number].freed, f);
}

/* --- the kernel's interface --- */

__header_access void *slab_alloc(size_t size, gfp_t gfp,
				 const struct site *site)
{
	size_t bytes = block_bytes(size);
	struct block *b;

	if (gfp & __GFP_DIRECT_RECLAIM)
		lock_might_sleep("kmalloc()", HERE);
	seam_point(SEAM_ALLOC, arena, site);
	b = (struct block *)(arena + top);
	if (fault_point(FAULT_ALLOC, site))
		return NULL;
	if (unlikely(size > ARENA_SIZE || top + bytes > ARENA_SIZE))
		return NULL;
	top += bytes;
	nr_live++;
	b->allocated = site->func;
	b->freed = NULL;
	b->size = size;
	b->number = nr_blocks++;
	remember(b->number, false);
	ASAN_UNPOISON_MEMORY_REGION(b + 1, size);
	fill(b + 1, gfp & __GFP_ZERO ? 0 : POISON_INUSE, size);
	return b + 1;
}

/* Whether @b cannot be freed; if nobody wants to know, then nothing is done. */
__header_access static bool bad_free(const struct block *b,
				     const struct site *site)
{
	const bool block = (char *)b >= arena && (char *)b < arena + top;

	if (likely(block && !b->freed))
		return false;
	if (!finding_wanted("lifetime"))
		return true;
	if (!block)
		finding("lifetime", site->func, "bad-free",
			"kfree() in %s() of what is no block", site->func);
	finding("lifetime", site->func, "double-free",
		"kfree() in %s() of a block from %s() that %s() freed before",
		site->func, b->allocated, b->freed);
}

__header_access void slab_free(const void *p, const struct site *site)
{
	struct block *b = to_block(p);

	if (!p)
		return;
	seam_point(SEAM_FREE, p, site);
	if (unlikely(bad_free(b, site)))
		return;
	/* Whoever else uses it now races with this. */
	seam_wrote(p, b->size);
	fill(b + 1, POISON_FREE, b->size);
	ASAN_POISON_MEMORY_REGION(b + 1, b->size);
	b->freed = site->func;
	remember(b->number, true);
	nr_live--;
}

__header_access size_t slab_size(const void *p)
{
	return to_block(p)->size;
}
