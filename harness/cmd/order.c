// SPDX-License-Identifier: GPL-2.0-only
/*
 * From an order of operations to a schedule, which counts decision points: the
 * program is run until another thread would go on than the one whose turn it is;
 * there a preemption is put, and it is run again. In a child, since nobody knows
 * what it runs into.
 */
#include <harness/cmd/children.h>
#include <harness/cmd/order.h>
#include <harness/oracle/sanitizers.h>
#include <harness/world/world.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static const uint8_t *turns;
static unsigned int nr_turns, turn;
static struct preemption wanted;
static bool found;
static unsigned int first_free; /* the first point without a preemption */

/* At @point thread @next would go on: is it its turn? */
static void look(unsigned int next, unsigned int point)
{
	/* Whoever cannot begin now begins when it can. */
	while (turn < nr_turns && !(sched_runnable() >> turns[turn] & 1))
		turn++;
	if (turn == nr_turns || turns[turn] == next || point < first_free)
		return;
	wanted = (struct preemption){ .point = point, .thread = turns[turn] };
	found = true;
	sched_leave();
}

static void at_point(unsigned int thread, unsigned int point,
		     enum seam_kind kind, const void *object,
		     const struct site *site)
{
	(void)object;
	(void)site;
	if (kind == SEAM_OP) {
		look(thread, point);
		if (turn < nr_turns && turns[turn] == thread)
			turn++;
	} else if (kind == SEAM_END && sched_default() >= 0) {
		look(sched_default(), point);
	}
}

static void no_wait(unsigned int thread, const char *name,
		    const struct site *site)
{
	(void)thread;
	(void)name;
	(void)site;
}

static void no_switch(unsigned int from, unsigned int to, unsigned int point,
		      unsigned int access)
{
	(void)from;
	(void)to;
	(void)point;
	(void)access;
}

static const struct sched_observer observer = {
	.point = at_point,
	.wait = no_wait,
	.switched = no_switch,
};

/* Whether there is one preemption more. */
static bool go_further(struct program *p)
{
	struct verdict v;

	turn = 0;
	found = false;
	world_run(p, &v, NULL);
	if (!found || !program_preempt(p, &wanted))
		return false;
	first_free = wanted.point + 1;
	return true;
}

static void work(struct program *p)
{
	const struct preemption begin = { .thread = turns[0] };

	sched_observe(&observer);
	first_free = 0;
	if (turns[0]) {
		program_preempt(p, &begin);
		first_free = 1;
	}
	while (go_further(p))
		;
}

void order_schedule(struct program *p, const uint8_t *thread, unsigned int nr)
{
	struct program *known;
	pid_t pid;

	if (p->nr_threads == 1 || !nr)
		return;
	known = children_memory(sizeof(*known));
	*known = *p;
	turns = thread;
	nr_turns = nr;
	pid = fork();
	if (!pid) {
		sanitizers_quiet();
		work(known);
		_exit(0);
	}
	if (pid > 0)
		waitpid(pid, NULL, 0);
	*p = *known;
}
