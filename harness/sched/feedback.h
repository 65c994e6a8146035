/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Counters that both engines read beside code coverage: a byte for each pair
 * of (something thread A did to an object, the next thing another thread does
 * to it), hashed, and whatever else calls feedback(). libFuzzer finds them by
 * their section; AFL++ gives each of its guards, one for each edge of the
 * program, a byte of its map, and these are some more of them.
 */
#ifndef GROUPFUZZ_FEEDBACK_H
#define GROUPFUZZ_FEEDBACK_H

#include <seam.h>
#include <stdint.h>

#define FEEDBACK_COUNTERS 4096
#ifdef GROUPFUZZ_AFL
extern uint8_t *__afl_area_ptr;
extern uint32_t feedback_guards[FEEDBACK_COUNTERS];
#define FEEDBACK(n) __afl_area_ptr[feedback_guards[n]]
#else
extern uint8_t feedback_counters[FEEDBACK_COUNTERS];
#define FEEDBACK(n) feedback_counters[n]
#endif

/*
 * What this process has ever seen, with more of it told apart: no engine has to
 * look through it after each run.
 */
#define FEEDBACK_SEEN (1 << 16)
extern uint8_t feedback_seen[FEEDBACK_SEEN];

static inline void feedback(uint32_t hash)
{
	hash *= 0x9e3779b1;
	FEEDBACK(hash >> 20) = 1;
	feedback_seen[hash >> 16] = 1;
}
_Static_assert(FEEDBACK_COUNTERS == 1 << 12, "20 of 32 bits are left out");
_Static_assert(FEEDBACK_SEEN == 1 << 16, "16 of 32 bits are left out");

/*
 * Add the edges of the code under test that this execution has reached to those
 * of @edges, which takes @max; always in the same order, of one build.
 */
void feedback_edges(uint8_t *edges, unsigned int max);

/* --- pairs; inlined, since this is done at each yield point --- */

#define FEEDBACK_LAST 256
extern struct feedback_last {
	const void *object;
	uintptr_t site;
	uint32_t run; /* in which this was written */
	uint8_t thread;
} feedback_last[FEEDBACK_LAST];
extern uint32_t feedback_run;

/* A run begins: no pairs with what was done before. */
void feedback_begin(void);

/* Wherever the program was loaded, the same pairs have the same counters. */
extern char __executable_start[];

static inline uint32_t feedback_offset(uintptr_t address)
{
	return address - (uintptr_t)__executable_start;
}

/* The thread that runs does something to @object, at @site. */
static inline void feedback_access(const void *object, uintptr_t site)
{
	uint32_t key = feedback_offset((uintptr_t)object);
	struct feedback_last *l =
		&feedback_last[(key >> 4 ^ key >> 12) % FEEDBACK_LAST];

	if (l->object == object && l->run == feedback_run &&
	    l->thread != seam_thread)
		feedback(feedback_offset(l->site) * 31 + feedback_offset(site));
	l->object = object;
	l->site = site;
	l->run = feedback_run;
	l->thread = seam_thread;
}

#endif
