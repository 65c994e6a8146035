// SPDX-License-Identifier: GPL-2.0-only
/*
 * kmalloc and its relatives.
 *
 * Each block carries a header with its size and the function that allocated
 * it. Under AddressSanitizer the blocks come from malloc(), so that its reports
 * have the stacks of allocation and free. Otherwise they come from an arena
 * that never hands the same memory out twice in an execution, and freed memory
 * is overwritten: it is faster, a stale pointer reads the same garbage in every
 * run, and addresses do not depend on what ran before.
 */
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/bug.h>
#include <fault.h>
#include <slab.h>
#include <stdlib.h>

#if defined(__SANITIZE_ADDRESS__)
#define USE_ASAN	1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define USE_ASAN	1
#endif
#endif

#define POISON_FREE	0x6b	/* as the kernel's slab debugging */
#define ALIGNMENT	16UL

struct block {
	const char *site;
	u32 size;
	u32 index;	/* in live[] (malloc), or 1 while live (arena) */
};
_Static_assert(sizeof(struct block) == ALIGNMENT, "header keeps alignment");

#ifdef USE_ASAN
#include <sanitizer/asan_interface.h>

#define MAX_LIVE	4096

static struct block *live[MAX_LIVE];
static unsigned int nr_live, nr_boot;

/* The header is poisoned, so that an underflow is reported. */
static void hide(struct block *b)
{
	ASAN_POISON_MEMORY_REGION(b, sizeof(*b));
}

static void show(struct block *b)
{
	ASAN_UNPOISON_MEMORY_REGION(b, sizeof(*b));
}

static struct block *block_get(size_t size)
{
	struct block *b;

	if (nr_live == MAX_LIVE)
		return NULL;
	b = malloc(sizeof(*b) + size);
	if (!b)
		return NULL;
	b->index = nr_live;
	live[nr_live++] = b;
	return b;
}

/*
 * Order is kept only as far as it is cheap: the last block fills the gap.
 */
static void block_put(struct block *b)
{
	struct block *last = live[--nr_live];

	show(last);
	live[b->index] = last;
	last->index = b->index;
	if (last != b)
		hide(last);
	free(b);
}

static void check_live(struct block *b)
{
	(void)b;	/* a second free() is reported by the sanitizer */
}

void slab_boot_done(void)
{
	nr_boot = nr_live;
}

void slab_reset(void)
{
	while (nr_live > nr_boot) {
		show(live[nr_live - 1]);
		free(live[--nr_live]);
	}
}

unsigned int slab_live(void)
{
	return nr_live - nr_boot;
}

const char *slab_oldest(size_t *size)
{
	struct block *b;
	const char *site;

	if (nr_live == nr_boot)
		return NULL;
	b = live[nr_boot];
	show(b);
	site = b->site;
	*size = b->size;
	hide(b);
	return site;
}

#else

#define ARENA_SIZE	(4UL << 20)

static char arena[ARENA_SIZE] __aligned(16);
static size_t top, boot_top;
static unsigned int nr_live, nr_boot;

static void hide(struct block *b)
{
	(void)b;
}

static void show(struct block *b)
{
	(void)b;
}

static size_t block_bytes(size_t size)
{
	return sizeof(struct block) + ALIGN(size, ALIGNMENT);
}

static struct block *block_get(size_t size)
{
	struct block *b = (struct block *)(arena + top);

	if (size > ARENA_SIZE || top + block_bytes(size) > ARENA_SIZE)
		return NULL;
	top += block_bytes(size);
	b->index = 1;
	nr_live++;
	return b;
}

static void block_put(struct block *b)
{
	b->index = 0;
	nr_live--;
	memset(b + 1, POISON_FREE, b->size);
}

static void check_live(struct block *b)
{
	if (unlikely(b->index != 1))
		finding("lifetime", b->site, "double-free",
			"kfree() of memory from %s() that is free already",
			b->site);
}

void slab_boot_done(void)
{
	boot_top = top;
	nr_boot = nr_live;
}

void slab_reset(void)
{
	top = boot_top;
	nr_live = nr_boot;
}

unsigned int slab_live(void)
{
	return nr_live - nr_boot;
}

const char *slab_oldest(size_t *size)
{
	size_t at = boot_top;

	while (at < top) {
		struct block *b = (struct block *)(arena + at);

		if (b->index) {
			*size = b->size;
			return b->site;
		}
		at += block_bytes(b->size);
	}
	return NULL;
}

#endif

static struct block *to_block(const void *p)
{
	return (struct block *)p - 1;
}

void *slab_alloc(size_t size, gfp_t gfp, const char *site)
{
	struct block *b;

	if (fault_point(FAULT_ALLOC))
		return NULL;
	b = block_get(size);
	if (!b)
		return NULL;
	b->site = site;
	b->size = size;
	hide(b);
	if (gfp & __GFP_ZERO)
		memset(b + 1, 0, size);
	return b + 1;
}

void *slab_realloc(void *p, size_t size, gfp_t gfp, const char *site)
{
	void *new = slab_alloc(size, gfp, site);
	struct block *old;
	size_t old_size;

	if (!new || !p)
		return new;
	old = to_block(p);
	show(old);
	old_size = old->size;
	hide(old);
	memcpy(new, p, min(size, old_size));
	kfree(p);
	return new;
}

void kfree(const void *p)
{
	struct block *b;

	if (!p)
		return;
	b = to_block(p);
	show(b);
	check_live(b);
	block_put(b);
}

/*
 * The core formats "%d" and "%s" several times in each execution; the C
 * library's general printf() would be a tenth of the execution's time.
 */
static size_t format_simple(char *buf, size_t len, const char *fmt,
			    va_list ap)
{
	size_t n = 0;

	if (!strcmp(fmt, "%s")) {
		const char *s = va_arg(ap, const char *);

		n = strlen(s);
		if (n < len)
			memcpy(buf, s, n + 1);
		return n;
	}
	if (!strcmp(fmt, "%d")) {
		int v = va_arg(ap, int);

		if (v >= 0 && v <= 9 && len >= 2) {
			buf[n++] = '0' + v;
			buf[n] = '\0';
			return n;
		}
		return snprintf(buf, len, "%d", v);
	}
	return vsnprintf(buf, len, fmt, ap);
}

char *slab_vasprintf(gfp_t gfp, const char *site, const char *fmt, va_list ap)
{
	char buf[128];
	size_t n = format_simple(buf, sizeof(buf), fmt, ap);
	char *p;

	if (n >= sizeof(buf))
		n = sizeof(buf) - 1;
	p = slab_alloc(n + 1, gfp, site);
	if (p) {
		memcpy(p, buf, n);
		p[n] = '\0';
	}
	return p;
}

char *slab_asprintf(gfp_t gfp, const char *site, const char *fmt, ...)
{
	va_list ap;
	char *p;

	va_start(ap, fmt);
	p = slab_vasprintf(gfp, site, fmt, ap);
	va_end(ap);
	return p;
}

void *slab_memdup(const void *p, size_t len, gfp_t gfp, const char *site)
{
	void *copy = slab_alloc(len, gfp, site);

	return copy ? memcpy(copy, p, len) : NULL;
}

char *slab_strdup(const char *s, gfp_t gfp, const char *site)
{
	return slab_memdup(s, strlen(s) + 1, gfp, site);
}
