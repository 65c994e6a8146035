/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The scheduler: runs the threads of a program as fibers, and decides at each
 * yield point which of them goes on. It implements core/kernel/seam.h.
 *
 * Decision points are counted from 0, the choice of who begins: each yield
 * point, and each point at which a thread cannot go on. In builds with
 * ACCESS=1 the loads and stores of the code under test are counted too, from 1
 * after each point. With an empty schedule a thread runs until it waits or
 * ends, and then the next one by number runs, the RCU thread last. Whatever a
 * strategy decides otherwise is recorded as the schedule, so that the same
 * program with that schedule is the same execution.
 */
#ifndef GROUPFUZZ_SCHED_H
#define GROUPFUZZ_SCHED_H

#include <harness/program/program.h>
#include <seam.h>

/*
 * Run @body(0) to @body(nr - 1) as threads, until all have ended and no RCU
 * callback is left. @p is the program whose schedule the run follows. Returns
 * false if sched_leave() ended it.
 */
bool sched_run(const struct program *p, unsigned int nr,
	       void (*body)(unsigned int thread));

/* End the run from within a thread, which does not go on. */
_Noreturn void sched_leave(void);

/* The number of decision points of the last run. */
unsigned int sched_points(void);

/* The threads that can go on at this point, a mask; THREAD_RCU among them. */
unsigned int sched_runnable(void);

/* Who goes on at this point if nothing else is decided; -1 if nobody can. */
int sched_default(void);

/* Replace @p's schedule by what the last run, or the one that runs, did. */
void sched_record(struct program *p);

/*
 * What a run tells of itself as it goes. All members but access must be there.
 * They may call sched_leave() and ask what can be asked above.
 */
struct sched_observer {
	/*
	 * @thread is at @point, about to do @kind with @object at @site, or
	 * cannot go on (SEAM_WAIT, SEAM_END). Before anybody decides.
	 */
	void (*point)(unsigned int thread, unsigned int point,
		      enum seam_kind kind, const void *object,
		      const struct site *site);
	/* @thread waits for what is called @name; then comes its point. */
	void (*wait)(unsigned int thread, const char *name,
		     const struct site *site);
	/*
	 * @to goes on, at @point and @access, and @from does not. Point 0 is
	 * the beginning: there @from is @to.
	 */
	void (*switched)(unsigned int from, unsigned int to, unsigned int point,
			 unsigned int access);
	/* @thread is about to access memory. Before anybody decides. */
	void (*access)(unsigned int thread, unsigned int point,
		       unsigned int access);
};
/* Tell @observer, NULL for nobody, of all runs from here on. */
void sched_observe(const struct sched_observer *observer);

/* Keep track of what threads touch, in all runs from here on; see hb.h. */
void sched_watch(bool on);

/*
 * Whether this build counts memory accesses; and if so, the code under test is
 * about to make one of @size bytes, at @pc.
 */
bool sched_has_accesses(void);
void sched_access(const void *address, size_t size, bool write, uintptr_t pc);

#endif
