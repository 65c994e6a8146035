// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bounded exhaustive search; see explore.h. A run follows the list of choices
 * that it was given, then the default; on the way it leaves behind, for each
 * point after its last choice, one list for each other choice.
 */
#include <harness/sched/explore.h>
#include <harness/sched/hb.h>
#include <harness/sched/sched.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define NR_LEVELS    (EXPLORE_MAX_BOUND + 1)

/* Of address space; pages are there when they are used. */
#define STATES_BYTES (4UL << 30)
#define MAX_LISTS    (16UL << 20)
#define MAX_CHOICES  (64UL << 20)

/* Choices yet to be tried. */
struct list {
	uint32_t first; /* in its level's choices */
	uint16_t nr;
};

/* The lists of so many preemptions, a stack: the last list's choices are last. */
struct level {
	uint32_t nr_lists, nr_choices;
};

static struct shared {
	struct explore_options o;
	struct explore_state state;
	uint64_t nr_slots, slots_at; /* the table of states, in slots[] */
	struct level level[NR_LEVELS];
} *shared;
static uint64_t *slots; /* states, 0: free */
static struct list *lists[NR_LEVELS];
static struct preemption *choices[NR_LEVELS];

/* The list that runs, and the point of its last choice. */
static struct preemption running[MAX_PREEMPTIONS];
static unsigned int nr_running, cost;
static uint32_t last_place;
static bool beginning; /* of the list that has no choices yet */
static bool was_cut;

_Noreturn static void die(const char *what)
{
	/* In a child, whose stderr is a log. */
	printf("groupfuzz: explore: %s\n", what);
	exit(2);
}

/* --- states --- */

static uint64_t *slot_of(uint64_t state)
{
	uint64_t i = state;

	for (;; i++) {
		uint64_t *slot =
			&slots[shared->slots_at + i % shared->nr_slots];

		if (!*slot || *slot == state)
			return slot;
	}
}

/* Twice as large, behind the old one. */
static void grow(void)
{
	const uint64_t old_nr = shared->nr_slots, old_at = shared->slots_at;
	uint64_t i;

	if ((old_at + 3 * old_nr) * sizeof(*slots) > STATES_BYTES)
		die("too many states");
	shared->slots_at += old_nr;
	shared->nr_slots *= 2;
	for (i = old_at; i < old_at + old_nr; i++)
		if (slots[i])
			*slot_of(slots[i]) = slots[i];
	madvise(&slots[old_at], old_nr * sizeof(*slots), MADV_REMOVE);
}

/*
 * Whether somebody went on from here with thread @next, or came to the end if
 * that is -1. A thread that can go on costs a preemption if it does not.
 */
static bool seen(int next, bool preempts)
{
	uint64_t state = hb_state() + (next + 2) * 0x9e3779b97f4a7c15ULL;
	uint64_t *slot;

	if (preempts)
		state = ~state;
	if (!state)
		state = 1;
	slot = slot_of(state);
	if (*slot)
		return true;
	*slot = state;
	if (++shared->state.states * 4 > shared->nr_slots * 3)
		grow();
	return false;
}

/* --- lists --- */

static void leave_behind(unsigned int point, unsigned int access,
			 unsigned int thread, unsigned int n)
{
	struct level *level = &shared->level[n];
	struct list *l = &lists[n][level->nr_lists];
	struct preemption *to = &choices[n][level->nr_choices];

	if (nr_running + 1 == MAX_PREEMPTIONS)
		die("too many choices in a schedule");
	if (level->nr_lists == MAX_LISTS ||
	    level->nr_choices + nr_running + 1 > MAX_CHOICES)
		die("too many schedules are left");
	l->first = level->nr_choices;
	l->nr = nr_running + 1;
	memcpy(to, running, nr_running * sizeof(running[0]));
	to[nr_running] = (struct preemption){
		.point = point,
		.access = access,
		.thread = thread,
	};
	level->nr_choices += nr_running + 1;
	level->nr_lists++;
}

/* The thread that runs is at a point, or cannot go on from there. */
static void at(unsigned int point, unsigned int access)
{
	const uint32_t place = (uint32_t)point << 16 | access;
	const int next = sched_default();
	const bool preempts = next == (int)seam_thread;
	unsigned int t, others;

	if (!beginning && place <= last_place)
		return;
	if (!shared->o.all && seen(next, preempts)) {
		was_cut = true;
		sched_leave();
	}
	if (next < 0 || cost + preempts > shared->o.bound)
		return;
	others = sched_runnable() & ~(1U << next);
	for (t = 0; t < SEAM_THREADS; t++)
		if (others & 1U << t)
			leave_behind(point, access, t, cost + preempts);
}

static void at_point(unsigned int thread, unsigned int point,
		     enum seam_kind kind, const void *object,
		     const struct site *site)
{
	(void)thread;
	(void)kind;
	(void)object;
	(void)site;
	at(point, 0);
}

static void at_access(unsigned int thread, unsigned int point,
		      unsigned int access)
{
	(void)thread;
	at(point, access);
}

static void ignore_wait(unsigned int thread, const char *name,
			const struct site *site)
{
	(void)thread;
	(void)name;
	(void)site;
}

static void ignore_switch(unsigned int from, unsigned int to,
			  unsigned int point, unsigned int access)
{
	(void)from;
	(void)to;
	(void)point;
	(void)access;
}

/* --- the search --- */

static void *reserve(size_t bytes)
{
	void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (p == MAP_FAILED)
		die(strerror(errno));
	return p;
}

void explore_begin(const struct program *p, const struct explore_options *o)
{
	unsigned int t;

	if (!shared) {
		shared = reserve(sizeof(*shared));
		slots = reserve(STATES_BYTES);
		for (t = 0; t < NR_LEVELS; t++) {
			lists[t] = reserve(MAX_LISTS * sizeof(struct list));
			choices[t] = reserve(MAX_CHOICES *
					     sizeof(struct preemption));
		}
	}
	madvise(slots, STATES_BYTES, MADV_REMOVE);
	memset(shared, 0, sizeof(*shared));
	shared->o = *o;
	shared->nr_slots = 1 << 16;
	nr_running = 0;
	/* Who begins is free, and thread 0 begins if nothing is chosen. */
	for (t = p->nr_threads; --t;)
		leave_behind(0, 0, t, 0);
	lists[0][shared->level[0].nr_lists++] = (struct list){
		.first = shared->level[0].nr_choices,
	};
}

/* Take the next list off its stack: it runs. */
static bool take(void)
{
	struct level *level;
	const struct list *l;

	for (cost = 0; cost <= shared->o.bound; cost++)
		if (shared->level[cost].nr_lists)
			break;
	if (cost > shared->o.bound)
		return false;
	level = &shared->level[cost];
	l = &lists[cost][--level->nr_lists];
	level->nr_choices = l->first;
	nr_running = l->nr;
	memcpy(running, &choices[cost][l->first], l->nr * sizeof(running[0]));
	beginning = !l->nr;
	if (l->nr)
		last_place = (uint32_t)running[l->nr - 1].point << 16 |
			     running[l->nr - 1].access;
	return true;
}

bool explore_next(struct program *p, void (*run)(struct program *p))
{
	struct sched_observer observer = {
		.point = at_point,
		.wait = ignore_wait,
		.switched = ignore_switch,
	};

	if (!take())
		return false;
	program_schedule(p, STRATEGY_LIST, 0, 0);
	memcpy(p->preemption, running, nr_running * sizeof(running[0]));
	p->nr_preemptions = nr_running;
	was_cut = false;
	if (shared->o.accesses)
		observer.access = at_access;
	sched_watch(!shared->o.all);
	sched_observe(&observer);
	run(p);
	sched_observe(NULL);
	sched_watch(false);
	if (was_cut)
		shared->state.cut++;
	else
		shared->state.schedules++;
	return true;
}

bool explore_cut(void)
{
	return was_cut;
}

void explore_lost(void)
{
	shared->state.schedules++;
}

struct explore_state explore_state(void)
{
	struct explore_state s = shared->state;
	unsigned int n;

	s.left = 0;
	for (n = 0; n < NR_LEVELS; n++)
		s.left += shared->level[n].nr_lists;
	return s;
}
