/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who runs next, as a strategy decides it (sched.h lists them). It is asked
 * only at the points at which it wants to be, so that most points cost a few
 * instructions.
 */
#ifndef GROUPFUZZ_STRATEGY_H
#define GROUPFUZZ_STRATEGY_H

#include <harness/sched/run.h>

/* When it wants to be asked: at @stop, and when @countdown comes to zero. */
extern struct strategy_due {
	uint32_t stop;
	uint32_t countdown;
	uint32_t steps; /* of this run, so far */
} due;

/* A run of run.program begins. */
void strategy_begin(void);

/* A step: whether the strategy wants to be asked. */
static inline bool strategy_step(void)
{
	due.steps++;
	return run.now >= due.stop || !--due.countdown;
}

/*
 * The thread that goes on at this point, one that can; -1 leaves it to the
 * default. @forced: the thread that runs cannot go on.
 */
int strategy_pick(bool forced);

/* Thread @t can go on again. */
void strategy_woken(unsigned int t);

/* Nobody asks in this run any more. */
void strategy_stop(void);

#endif
