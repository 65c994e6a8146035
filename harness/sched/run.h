/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A run as the scheduler's own files see it (sched.c, which minds it, and
 * strategy.c, deadlock.c); nobody else's business.
 */
#ifndef GROUPFUZZ_RUN_H
#define GROUPFUZZ_RUN_H

#include <harness/sched/fiber.h>
#include <harness/sched/sched.h>
#include <rcu.h>

#define RCU_THREAD    THREAD_RCU
#define NR_ALL	      SEAM_THREADS
#define NEVER	      0xffffffffU
#define POINT_OF(now) ((now) >> 16)

_Static_assert(SEAM_THREADS == MAX_THREADS + 1, "and the RCU thread");

struct thread_state {
	struct fiber fiber;
	bool prepared;
	const void *object; /* what it waits for */
	const char *name;
	const struct site *site;
	unsigned int holders;
	uint32_t priority;   /* PCT and POS: the highest goes first */
	const void *pending; /* POS: the object of what it does next */
};

extern struct run {
	const struct program *program;
	unsigned int nr_threads;
	/* Masks of threads; in neither is who has not begun, or has ended. */
	unsigned int runnable;
	unsigned int waiting;
	/* Point number, and accesses since, in the low half. */
	uint32_t now;
	struct thread_state thread[NR_ALL];
} run;

/* The threads that can go on, a mask: RCU's begins when there is work. */
static inline unsigned int runnable(void)
{
	const unsigned int rcu = 1U << RCU_THREAD;

	if (!((run.runnable | run.waiting) & rcu) && rcu_ready())
		return run.runnable | rcu;
	return run.runnable;
}

#endif
