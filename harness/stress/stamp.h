/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Time stamps of calls. That a call has returned before another is made has to
 * show: so whatever a thread did before its stamp, stores that are on their way
 * to the cache included, is done when the stamp is taken, and nothing that it
 * does after it has begun. Then one stamp is both the end of a call and the
 * beginning of the thread's next one.
 */
#ifndef GROUPFUZZ_STAMP_H
#define GROUPFUZZ_STAMP_H

#include <linux/compiler.h>
#include <stdbool.h>
#include <stdint.h>

/* Before all stamps, alone: find out by which clock. */
void stamp_start(void);

/* Whether it is the processor's counter; and the time by the other clock. */
extern bool stamp_tsc;
uint64_t stamp_clock(void);

#if defined(__x86_64__)
/*
 * A locked operation waits for stores, as mfence does, and is faster; rdtscp,
 * which waits by itself for what came before it, is slower than both.
 */
static inline uint64_t stamp_counter(void)
{
	unsigned int drained = 0;
	uint64_t now;

	__atomic_fetch_add(&drained, 1, __ATOMIC_SEQ_CST);
	__builtin_ia32_lfence();
	now = __builtin_ia32_rdtsc();
	__builtin_ia32_lfence();
	return now;
}
#else
static inline uint64_t stamp_counter(void)
{
	return 0;
}
#endif

static inline uint64_t stamp(void)
{
	return likely(stamp_tsc) ? stamp_counter() : stamp_clock();
}

#endif
