// SPDX-License-Identifier: GPL-2.0-only
/*
 * Random schedules: lists of preemptions, or a seed for another strategy. Few
 * preemptions are needed for most races, and it is easier to see why if there
 * are no others, so lists are kept short.
 *
 * The mutator does not run programs: how many points a run has it is told, or
 * it tries points of all magnitudes.
 */
#include <harness/program/mutate.h>

#define ENOUGH_PREEMPTIONS 6
#define NEAR_POINTS	   8
#define NEAR_ACCESSES	   40
#define NOBODY		   (MAX_THREADS + 1)

bool program_accesses;
bool program_draws = true;
unsigned int program_points;

static unsigned int draw_point(uint64_t *state)
{
	unsigned int nr = program_points;

	if (!nr || one_in(state, 8))
		return below(state, 2U << below(state, 10));
	if (nr > MAX_POINT + 1)
		nr = MAX_POINT + 1;
	return below(state, nr);
}

static unsigned int draw_access(uint64_t *state)
{
	if (!program_accesses || !one_in(state, 3))
		return 0;
	return 1 + below(state, NEAR_ACCESSES);
}

/* Any thread but @but, RCU's less often than others. */
static unsigned int draw_runner(const struct program *p, unsigned int but,
				uint64_t *state)
{
	const unsigned int t = below(state, p->nr_threads);

	if (but != THREAD_RCU && one_in(state, 8))
		return THREAD_RCU;
	return t == but ? (t + 1) % p->nr_threads : t;
}

static void add_preemption(struct program *p, unsigned int point,
			   unsigned int access, unsigned int thread)
{
	const struct preemption e = {
		.point = point < MAX_POINT ? point : MAX_POINT,
		.access = access,
		.thread = thread,
	};

	program_preempt(p, &e);
}

static void insert_preemption(struct program *p, uint64_t *state)
{
	const unsigned int t = draw_runner(p, NOBODY, state);
	const unsigned int point = draw_point(state);

	add_preemption(p, point, draw_access(state), t);
}

/* Away and back soon: what was checked before is not so any more. */
static void insert_pair(struct program *p, uint64_t *state)
{
	const unsigned int away = draw_runner(p, NOBODY, state);
	const unsigned int back = draw_runner(p, away, state);
	const unsigned int point = draw_point(state);

	add_preemption(p, point, draw_access(state), away);
	add_preemption(p, point + 1 + below(state, NEAR_POINTS), 0, back);
}

/* Up to @by more or less, but within the bounds. */
static unsigned int nudge(unsigned int value, unsigned int min, unsigned int by,
			  uint64_t *state)
{
	const unsigned int d = 1 + below(state, by);

	if (one_in(state, 2))
		return value + d < MAX_POINT ? value + d : MAX_POINT;
	return value > min + d ? value - d : min;
}

/* Take away and put elsewhere. If something is there already, it is gone. */
static void move_preemption(struct program *p, unsigned int i, uint64_t *state)
{
	struct preemption e = p->preemption[i];

	if (one_in(state, 4)) {
		e.point = draw_point(state);
		e.access = draw_access(state);
	} else if (e.access && one_in(state, 2)) {
		e.access = nudge(e.access, 1, NEAR_POINTS, state);
	} else {
		e.point = nudge(e.point, 0, NEAR_POINTS, state);
	}
	program_unpreempt(p, i);
	program_preempt(p, &e);
}

/* To an access behind the same point, another one or the point itself. */
static void change_access(struct program *p, unsigned int i, uint64_t *state)
{
	struct preemption e = p->preemption[i];

	if (e.access && one_in(state, 4))
		e.access = 0;
	else
		e.access = 1 + below(state, NEAR_ACCESSES);
	program_unpreempt(p, i);
	program_preempt(p, &e);
}

static void insert_some(struct program *p, uint64_t *state)
{
	if (one_in(state, 2))
		insert_pair(p, state);
	else
		insert_preemption(p, state);
}

static void draw_list(struct program *p, uint64_t *state)
{
	unsigned int nr = below(state, 4);

	program_schedule(p, STRATEGY_LIST, 0, 0);
	while (nr--)
		insert_some(p, state);
}

static void draw_with(struct program *p, enum strategy strategy,
		      uint64_t *state)
{
	if (strategy == STRATEGY_LIST)
		draw_list(p, state);
	else
		program_schedule(p, strategy, DEFAULT_DEPTH, rnd(state));
}

/* Each strategy finds some bugs late, so all have the same share. */
static enum strategy draw_strategy(uint64_t *state)
{
	return program_draws ? below(state, NR_STRATEGIES) : STRATEGY_LIST;
}

void draw_schedule(struct program *p, uint64_t *state)
{
	draw_with(p, draw_strategy(state), state);
}

void change_strategy(struct program *p, uint64_t *state)
{
	const enum strategy strategy = draw_strategy(state);

	if (strategy != p->strategy)
		draw_with(p, strategy, state);
}

static void change_preemption(struct program *p, unsigned int i,
			      uint64_t *state)
{
	struct preemption *e = &p->preemption[i];

	if (one_in(state, 4))
		e->thread = draw_runner(p, e->thread, state);
	else if (program_accesses && one_in(state, 3))
		change_access(p, i, state);
	else
		move_preemption(p, i, state);
}

/* As much is deleted as is added, and more of a list that is too long. */
void change_schedule(struct program *p, uint64_t *state)
{
	const unsigned int nr = p->nr_preemptions;
	const bool enough = nr >= ENOUGH_PREEMPTIONS && !one_in(state, 8);
	const unsigned int n = below(state, 16);

	if (p->strategy != STRATEGY_LIST)
		draw_with(p, p->strategy, state);
	else if (!nr || (n < 4 && !enough))
		insert_some(p, state);
	else if (n < 9)
		program_unpreempt(p, below(state, nr));
	else if (one_in(state, 32))
		program_schedule(p, STRATEGY_LIST, 0, 0);
	else
		change_preemption(p, below(state, nr), state);
}

/* Those of @from's list from the @i-th on join @p's. */
static void copy_preemptions(struct program *p, const struct program *from,
			     unsigned int i)
{
	for (; i < from->nr_preemptions; i++) {
		struct preemption e = from->preemption[i];

		if (e.thread != THREAD_RCU)
			e.thread %= p->nr_threads;
		program_preempt(p, &e);
	}
}

static void take_schedule(struct program *p, const struct program *from)
{
	program_schedule(p, from->strategy, from->depth, from->seed);
	copy_preemptions(p, from, 0);
}

void cross_schedule(struct program *p, const struct program *from,
		    uint64_t *state)
{
	unsigned int i, cut;

	if (p->strategy != STRATEGY_LIST || from->strategy != STRATEGY_LIST) {
		take_schedule(p, from);
		return;
	}
	if (!from->nr_preemptions)
		return;
	i = below(state, from->nr_preemptions);
	cut = from->preemption[i].point;
	while (p->nr_preemptions &&
	       p->preemption[p->nr_preemptions - 1].point >= cut)
		program_unpreempt(p, p->nr_preemptions - 1);
	copy_preemptions(p, from, i);
}
