// SPDX-License-Identifier: GPL-2.0-only
/*
 * Changes to the schedule of a program, the list of its preemptions: whoever
 * makes them, it stays in order, and what is behind its end stays zero.
 *
 * What a preemption does is the scheduler's business.
 */
#include <string.h>

#include <harness/program/program.h>

static uint32_t place_of(const struct preemption *e)
{
	return (uint32_t)e->point << 16 | e->access;
}

bool program_preempt(struct program *p, const struct preemption *new)
{
	struct preemption *list = p->preemption;
	unsigned int i = p->nr_preemptions;

	if (i == MAX_PREEMPTIONS)
		return false;
	/* From the end, for those who come in order. */
	while (i && place_of(&list[i - 1]) > place_of(new))
		i--;
	if (i && place_of(&list[i - 1]) == place_of(new))
		return false;
	memmove(&list[i + 1], &list[i],
		(p->nr_preemptions - i) * sizeof(list[0]));
	list[i] = *new;
	p->nr_preemptions++;
	return true;
}

void program_unpreempt(struct program *p, unsigned int i)
{
	struct preemption *list = p->preemption;

	p->nr_preemptions--;
	memmove(&list[i], &list[i + 1],
		(p->nr_preemptions - i) * sizeof(list[0]));
	memset(&list[p->nr_preemptions], 0, sizeof(list[0]));
}

void program_renumber(struct program *p, const uint8_t to[MAX_THREADS])
{
	unsigned int i, nr = 0;

	for (i = 0; i < p->nr_preemptions; i++) {
		struct preemption e = p->preemption[i];

		if (e.thread != THREAD_RCU)
			e.thread = to[e.thread];
		if (e.thread != THREAD_GONE && p->nr_threads > 1)
			p->preemption[nr++] = e;
	}
	memset(&p->preemption[nr], 0,
	       (p->nr_preemptions - nr) * sizeof(p->preemption[0]));
	p->nr_preemptions = nr;
}
