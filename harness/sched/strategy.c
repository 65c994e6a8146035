// SPDX-License-Identifier: GPL-2.0-only
/*
 * The strategies; see strategy.h.
 */
#include <harness/sched/strategy.h>

/* Measured: the median of the programs that a campaign runs, on 6.12. */
#define STEPS_PER_OP	      5
#define STEPS_PER_OP_ACCESSES 20

struct strategy_due due;

static enum strategy strategy;
static uint64_t state;		   /* of the random numbers */
static uint32_t change[MAX_DEPTH]; /* PCT's priority change points, ascending */
static unsigned int nr_changes, next_change;
static unsigned int next_entry; /* of the program's schedule */

static void list_arm(void)
{
	const struct preemption *e = &run.program->preemption[next_entry];

	due.stop = next_entry < run.program->nr_preemptions ?
			   (uint32_t)e->point << 16 | e->access :
			   NEVER;
}

/* Entries that were passed by are of no effect, as a thread that cannot run. */
static noinline int list_pick(void)
{
	unsigned int pick;

	while (run.now > due.stop) {
		next_entry++;
		list_arm();
	}
	if (run.now != due.stop)
		return -1;
	pick = run.program->preemption[next_entry++].thread;
	list_arm();
	return runnable() >> pick & 1 ? (int)pick : -1;
}

static noinline int random_pick(void)
{
	unsigned int mask = runnable(), n = 0, who[NR_ALL];

	due.countdown = 1;
	/* Mostly there is one, and nothing to draw. */
	if (!(mask & (mask - 1)))
		return mask ? __builtin_ctz(mask) : -1;
	for (; mask; mask &= mask - 1)
		who[n++] = __builtin_ctz(mask);
	return who[(uint64_t)rnd(&state) * n >> 32];
}

static int highest(void)
{
	unsigned int mask;
	int pick = -1;

	for (mask = runnable(); mask; mask &= mask - 1) {
		const unsigned int t = __builtin_ctz(mask);

		if (pick < 0 ||
		    run.thread[t].priority > run.thread[pick].priority)
			pick = t;
	}
	return pick;
}

/* Until the next change point; one that is due has been passed. */
static void pct_arm(void)
{
	due.countdown = next_change < nr_changes ?
				change[next_change] - due.steps :
				NEVER;
}

/*
 * How long the run may be, for PCT, which draws its change points among so many
 * steps. A function of the program: a count of earlier runs would make a run
 * depend on them.
 */
static unsigned int expected_steps(void)
{
	const unsigned int each = sched_has_accesses() ? STEPS_PER_OP_ACCESSES :
							 STEPS_PER_OP;

	return run.program->nr_ops * each + 1;
}

static void pct_begin(void)
{
	const unsigned int steps = expected_steps();
	unsigned int t, i, j;

	for (t = 0; t < NR_ALL; t++)
		run.thread[t].priority = (rnd(&state) | 1U << 31);
	nr_changes = run.program->depth - 1;
	for (i = 0; i < nr_changes; i++) {
		uint32_t at = 1 + ((uint64_t)rnd(&state) * steps >> 32);

		for (j = i; j && change[j - 1] > at; j--)
			change[j] = change[j - 1];
		change[j] = at;
	}
	next_change = 0;
	pct_arm();
}

/* Below all others from here on, the earlier the change point the higher. */
static noinline int pct_pick(bool forced)
{
	if (!forced) {
		while (next_change < nr_changes &&
		       change[next_change] <= due.steps) {
			next_change++;
			run.thread[seam_thread].priority =
				nr_changes - next_change + 1;
		}
	}
	pct_arm();
	return highest();
}

/*
 * What was about to touch the same object as what now happens gets a new
 * priority, or the first of a race would nearly always be the same.
 */
static noinline int pos_pick(void)
{
	int pick;
	unsigned int t;

	due.countdown = 1;
	run.thread[seam_thread].priority = rnd(&state);
	pick = highest();
	for (t = 0; pick >= 0 && t < NR_ALL; t++)
		if ((int)t != pick &&
		    run.thread[t].pending == run.thread[pick].pending)
			run.thread[t].priority = rnd(&state);
	return pick;
}

void strategy_begin(void)
{
	unsigned int t;

	due = (struct strategy_due){ .stop = NEVER, .countdown = NEVER };
	strategy = run.program->strategy;
	/* Not zero for any seed, and unlike for neighbours. */
	state = (run.program->seed + 1ULL) * 0x9e3779b97f4a7c15ULL;
	switch (strategy) {
	case STRATEGY_LIST:
		next_entry = 0;
		list_arm();
		break;
	case STRATEGY_PCT:
		pct_begin();
		break;
	case STRATEGY_POS:
		for (t = 0; t < NR_ALL; t++) {
			run.thread[t].priority = rnd(&state);
			/* A thread that this run lacks has that of an earlier run. */
			run.thread[t].pending = NULL;
		}
		due.countdown = 1;
		break;
	case STRATEGY_RANDOM:
		due.countdown = 1;
		break;
	default:
		break;
	}
}

void strategy_stop(void)
{
	due.stop = due.countdown = NEVER;
}

int strategy_pick(bool forced)
{
	switch (strategy) {
	case STRATEGY_LIST:
		return list_pick();
	case STRATEGY_RANDOM:
		return random_pick();
	case STRATEGY_PCT:
		return pct_pick(forced);
	case STRATEGY_POS:
		return pos_pick();
	default:
		return -1;
	}
}

/* PCT: the highest priority always runs. */
void strategy_woken(unsigned int t)
{
	if (strategy == STRATEGY_PCT &&
	    run.thread[t].priority > run.thread[seam_thread].priority)
		due.countdown = 1;
}
