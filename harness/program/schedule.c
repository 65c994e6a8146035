// SPDX-License-Identifier: GPL-2.0-only
/*
 * Changes to the schedule of a program. They keep the list of preemptions in
 * order, and unused members zero. How the scheduler follows a schedule is in
 * harness/sched/strategy.c.
 */
#include <string.h>

#include <harness/program/program.h>

const char *const strategy_names[NR_STRATEGIES] = {
	[STRATEGY_LIST] = "list",
	[STRATEGY_RANDOM] = "random",
	[STRATEGY_PCT] = "pct",
	[STRATEGY_POS] = "pos",
};

/* Decimal without leading zeroes, as the schedule is printed. */
static int parse_depth(const char *s, size_t len, uint8_t *depth)
{
	if (!len || len > 2 || *s == '0')
		return -1;
	for (*depth = 0; len--; s++) {
		if (*s < '0' || *s > '9')
			return -1;
		*depth = *depth * 10 + (*s - '0');
	}
	return *depth > MAX_DEPTH ? -1 : 0;
}

int strategy_parse(const char *word, size_t len, uint8_t *strategy,
		   uint8_t *depth)
{
	const char *colon = memchr(word, ':', len);
	const size_t n = colon ? (size_t)(colon - word) : len;
	unsigned int i;

	for (i = 0; i < NR_STRATEGIES; i++)
		if (strlen(strategy_names[i]) == n &&
		    !memcmp(strategy_names[i], word, n))
			break;
	if (i == NR_STRATEGIES || (colon && i != STRATEGY_PCT))
		return -1;
	*strategy = i;
	*depth = i == STRATEGY_PCT ? DEFAULT_DEPTH : 0;
	return colon ? parse_depth(colon + 1, len - n - 1, depth) : 0;
}

void program_schedule(struct program *p, enum strategy strategy,
		      unsigned int depth, uint32_t seed)
{
	memset(p->preemption, 0, p->nr_preemptions * sizeof(p->preemption[0]));
	p->nr_preemptions = 0;
	p->strategy = strategy;
	p->depth = strategy == STRATEGY_PCT ? depth : 0;
	p->seed = strategy == STRATEGY_LIST ? 0 : seed;
}

/* FNV-1a. */
uint32_t program_seed(const struct program *p)
{
	const uint8_t *byte = (const uint8_t *)p;
	const uint8_t *end = (const uint8_t *)&p->preemption[p->nr_preemptions];
	uint32_t hash = 0x811c9dc5;

	while (byte < end)
		hash = (hash ^ *byte++) * 0x01000193;
	return hash;
}

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
	if (p->nr_threads == 1)
		program_schedule(p, STRATEGY_LIST, 0, 0);
}
