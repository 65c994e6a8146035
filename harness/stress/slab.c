// SPDX-License-Identifier: GPL-2.0-only
/*
 * kmalloc() and kfree() with real threads: the C library's, or those of the
 * sanitizer, each of which has a cache for each thread. Without a sanitizer there
 * are lists of free blocks for what callers allocate and free all the time, which
 * are domains: the library's lists of a thread hold seven of a size, and behind
 * those it looks for neighbours to merge with. What else is freed is left to it,
 * and so stays poisoned for longer. As in the kernel, blocks have cache lines to
 * themselves: what two threads use is not slow for where it happens to lie.
 *
 * What is live is counted by who allocated it, by each thread for itself; the sum
 * is only of interest when nobody runs.
 */
#include <harness/stress/actor.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/poison.h>
#include <finding.h>
#include <fault.h>
#include <lock.h>
#include <slab.h>
#include <stdalign.h>
#include <stdlib.h>

#ifndef __has_feature
#define __has_feature(x) 0
#endif
#if __has_feature(address_sanitizer)
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(p, size)   ((void)(p), (void)(size))
#define ASAN_UNPOISON_MEMORY_REGION(p, size) ((void)(p), (void)(size))
#endif

#define LIVE  0x6c697665U
#define FREED 0x64656164U

struct block {
	union {
		const struct site *site;
		struct block *next; /* of the free ones */
	};
	uint32_t size, state;
} SEAM_LINE;
_Static_assert(sizeof(struct block) % 16 == 0, "payload is aligned");

#define SITES 256 /* a power of two, several times what there are */

static struct counts {
	struct count {
		const struct site *site;
		long live;
	} count[SITES];
} SEAM_APART counts[SEAM_THREADS + 1];

/* What there is after boot stays. */
static long boot_live;

/* Blocks may be freed by liburcu's thread, which has no number of its own. */
static __thread struct counts *mine = &counts[SEAM_THREADS];

void slab_thread_begin(void)
{
	mine = &counts[seam_thread];
}

static void account(const struct site *site, long n)
{
	unsigned int i = (uintptr_t)site / 32;

	for (;; i++) {
		struct count *c = &mine->count[i % SITES];

		if (!c->site)
			c->site = site;
		if (c->site != site)
			continue;
		c->live += n;
		return;
	}
}

static long live_of(const struct site *site)
{
	unsigned int t, i;
	long n = 0;

	for (t = 0; t <= SEAM_THREADS; t++)
		for (i = 0; i < SITES; i++)
			if (counts[t].count[i].site == site)
				n += counts[t].count[i].live;
	return n;
}

static long all_live(void)
{
	unsigned int t, i;
	long n = 0;

	for (t = 0; t <= SEAM_THREADS; t++)
		for (i = 0; i < SITES; i++)
			n += counts[t].count[i].live;
	return n;
}

/* From here on what each site has is counted anew. */
void slab_boot_done(void)
{
	memset(counts, 0, sizeof(counts));
	boot_live = 0;
}

void slab_reset(void)
{
	slab_boot_done();
}

unsigned int slab_live(void)
{
	return all_live() - boot_live;
}

/* Any of those that have some left. */
const char *slab_oldest(size_t *size)
{
	unsigned int t, i;

	*size = 0;
	if (likely(!slab_live()))
		return NULL;
	for (t = 0; t <= SEAM_THREADS; t++) {
		for (i = 0; i < SITES; i++) {
			const struct site *site = counts[t].count[i].site;

			if (site && live_of(site) > 0)
				return site->func;
		}
	}
	return "unknown";
}

/* --- memory --- */

#if defined(GROUPFUZZ_ASAN) || defined(GROUPFUZZ_TSAN)

static struct block *get_memory(size_t size)
{
	return malloc(size);
}

static void put_memory(struct block *b)
{
	free(b);
}

#else

#define LINE	alignof(struct block)
#define GRAIN	16
#define CLASSES 64   /* what is larger is the library's */
#define KEPT	1024 /* of a class */

static struct lists {
	struct block *first[CLASSES];
	unsigned int nr[CLASSES];
} SEAM_APART lists[SEAM_THREADS + 1];

static struct block *aligned(size_t size)
{
	void *p;

	return posix_memalign(&p, LINE, size) ? NULL : p;
}

static struct lists *my_lists(void)
{
	return &lists[mine - counts];
}

static unsigned int class_of(size_t size)
{
	return (size - 1) / GRAIN;
}

static struct block *get_memory(size_t size)
{
	const unsigned int class = class_of(size);
	struct lists *l = my_lists();
	struct block *b;

	if (class >= CLASSES || !l->nr[class])
		return aligned((size + LINE - 1) / LINE * LINE);
	b = l->first[class];
	l->first[class] = b->next;
	l->nr[class]--;
	return b;
}

/* For the next one of its size. */
static void put_memory(struct block *b)
{
	const unsigned int class = class_of(sizeof(*b) + b->size);
	struct lists *l = my_lists();

	if (class >= CLASSES || l->nr[class] == KEPT) {
		free(b);
		return;
	}
	b->next = l->first[class];
	l->first[class] = b;
	l->nr[class]++;
}

#endif

/* --- for reports: the sanitizer knows more than this does --- */

const char *slab_fault(unsigned long address)
{
	(void)address;
#if __has_feature(address_sanitizer)
	if (!strcmp(__asan_get_report_description(), "heap-use-after-free") ||
	    !strcmp(__asan_get_report_description(), "use-after-poison"))
		return "use-after-free";
	if (!strcmp(__asan_get_report_description(), "heap-buffer-overflow"))
		return "out-of-bounds";
#endif
	return NULL;
}

void slab_remember_stacks(void)
{
}

void slab_describe(unsigned long address, FILE *f)
{
	(void)address;
	(void)f;
}

/* --- the kernel's interface --- */

static struct block *to_block(const void *p)
{
	return (struct block *)p - 1;
}

size_t slab_size(const void *p)
{
	return to_block(p)->size;
}

void *slab_alloc(size_t size, gfp_t gfp, const struct site *site)
{
	struct block *b;

	if (gfp & __GFP_DIRECT_RECLAIM)
		lock_might_sleep("kmalloc()", site);
	seam_point(SEAM_ALLOC, &counts, site);
	if (fault_point(FAULT_ALLOC, site))
		return NULL;
	b = get_memory(sizeof(*b) + size);
	if (unlikely(!b))
		return NULL;
	b->site = site;
	b->size = size;
	b->state = LIVE;
	account(site, 1);
	memset(b + 1, gfp & __GFP_ZERO ? 0 : POISON_INUSE, size);
	return b + 1;
}

static void check_live(const struct block *b, const struct site *site)
{
	if (likely(b->state == LIVE))
		return;
	finding("lifetime", site->func,
		b->state == FREED ? "double-free" : "bad-free",
		"kfree() in %s() of what is no block, or was freed before",
		site->func);
}

/* Whoever uses it from here on is found out. */
static void retire(struct block *b, const struct site *site)
{
	check_live(b, site);
	/* Whoever else uses it now races with this. */
	seam_wrote(b + 1, b->size);
	account(b->site, -1);
	b->state = FREED;
}

void slab_free(const void *p, const struct site *site)
{
	struct block *b = to_block(p);

	if (!p)
		return;
	seam_point(SEAM_FREE, p, site);
	retire(b, site);
	memset(b + 1, POISON_FREE, b->size);
	free(b);
}

static void free_walked(void *p)
{
	struct block *b = p;

	ASAN_UNPOISON_MEMORY_REGION(b + 1, b->size);
	put_memory(b);
}

/* Hardware goes on reading what was there; nobody else may. */
void slab_free_walked(const void *p, const struct site *site)
{
	struct block *b = to_block(p);

	seam_point(SEAM_FREE, p, site);
	retire(b, site);
	ASAN_POISON_MEMORY_REGION(b + 1, b->size);
	rcu_free_later(b, free_walked);
}
