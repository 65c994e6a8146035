/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Trials of the minimizer: what a changed program ends in, and if it does not
 * end where it should, whether another schedule gets it there.
 */
#ifndef GROUPFUZZ_TRIAL_H
#define GROUPFUZZ_TRIAL_H

#include <harness/oracle/oracle.h>
#include <harness/program/program.h>

#define TRIAL_BUCKET sizeof(((struct verdict *)0)->bucket)

/*
 * Run @p. Returns false if it finds nothing; else its bucket is in @bucket
 * (TRIAL_BUCKET bytes), and @p is with the schedule that did it. Exits if there
 * are no processes.
 */
bool trial_run(struct program *p, char *bucket);

/*
 * Whether @p ends in @bucket, as it is, with a fault that comes earlier, or with
 * another schedule of at most @max preemptions, which it then has. Looks only where a schedule is likely,
 * and if not @thorough only at those that are a little earlier: if none is
 * found there may yet be one.
 */
bool trial_search(struct program *p, const char *bucket, unsigned int max,
		  bool thorough);

/*
 * Print the trace of @p to @f, each line after "# ", so that it can stand
 * behind the program. Returns 0, or -1 on an output error.
 */
int trial_trace(const struct program *p, FILE *f);

/* The number of trials so far. */
unsigned int trial_count(void);

#endif
