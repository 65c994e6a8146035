/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * All schedules of a program with a bounded number of preemptions: first those
 * without any, then those with one, and so on, and none twice.
 *
 * A preemption takes a thread off that could go on; who runs when the thread
 * before waits or ends, and who begins, is free, and all of it is tried
 * (Musuvathi and Qadeer, "Iterative Context Bounding for Systematic Testing of
 * Multithreaded Programs", PLDI 2007). A run is cut short at a point where what
 * has happened so far, up to equivalence (hb.h), has been gone on from before by
 * the same thread: that was with no more preemptions, since those come first.
 *
 * All state lies in memory that is shared with children: a run may end its
 * process, and another process goes on.
 */
#ifndef GROUPFUZZ_EXPLORE_H
#define GROUPFUZZ_EXPLORE_H

#include <harness/program/program.h>

#define EXPLORE_MAX_BOUND 14

struct explore_options {
	unsigned int bound; /* preemptions, up to EXPLORE_MAX_BOUND */
	bool accesses; /* also at memory accesses, where a build has them */
	bool all;      /* run equivalent schedules too */
};

/* How far it has got. */
struct explore_state {
	uint64_t schedules; /* run to the end, or to a finding */
	uint64_t cut;	    /* of which the rest was done before */
	uint64_t states;    /* that are told apart */
	uint64_t left;	    /* begun with, and not yet run */
};

/* Begin with the schedules of @p, a program of @p->nr_threads threads. */
void explore_begin(const struct program *p, const struct explore_options *o);

/*
 * Run the next schedule: @run is given @p with that, runs it once by
 * sched_run(), with STRATEGY_LIST, and tells what it found if explore_cut() is
 * false. Returns false, and does nothing, if none is left.
 */
bool explore_next(struct program *p, void (*run)(struct program *p));

/* Whether the run that just ended was cut short. */
bool explore_cut(void);

/* A process ended in the middle of a run: that one is done. */
void explore_lost(void);

struct explore_state explore_state(void);

#endif
