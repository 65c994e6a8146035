// SPDX-License-Identifier: GPL-2.0-only
/*
 * Parsing the schedule of the text form, which comes last:
 *
 *	schedule
 *		at POINT run THREAD
 *		at POINT.ACCESS run THREAD
 *
 * or a line alone, if the scheduler draws it from a seed:
 *
 *	schedule STRATEGY SEED
 *
 * STRATEGY is random, pct, pct:DEPTH or pos.
 */
#include <harness/program/lex.h>

/* 0 to 4294967295, decimal without leading zeroes. */
static int parse_seed(struct parser *ps, const struct word *t, uint32_t *seed)
{
	uint64_t value = 0;
	unsigned int i;

	if (!t->len || (t->len > 1 && t->s[0] == '0'))
		return fail(ps, "seed: expected a number, got `%.*s`", SHOW(t));
	for (i = 0; i < t->len; i++) {
		if (t->s[i] < '0' || t->s[i] > '9')
			return fail(ps, "seed: expected a number, got `%.*s`",
				    SHOW(t));
		value = value * 10 + (t->s[i] - '0');
		if (value > UINT32_MAX)
			return fail(ps, "seed: %.*s is out of range (0 to %u)",
				    SHOW(t), UINT32_MAX);
	}
	*seed = value;
	return 0;
}

static int parse_drawn(struct parser *ps)
{
	const struct word *t = ps->word;
	uint8_t strategy, depth;
	uint32_t seed;

	if (strategy_parse(t[1].s, t[1].len, &strategy, &depth) ||
	    strategy == STRATEGY_LIST)
		return fail(ps, "schedule: no such strategy: `%.*s`",
			    SHOW(&t[1]));
	if (ps->nr_words < 3)
		return fail(ps, "schedule: a seed is missing");
	if (ps->nr_words > 3)
		return fail(ps, "schedule: unexpected `%.*s` after the seed",
			    SHOW(&t[3]));
	if (parse_seed(ps, &t[2], &seed))
		return -1;
	program_schedule(ps->p, strategy, depth, seed);
	return 0;
}

int parse_schedule(struct parser *ps)
{
	const unsigned int nr = ps->p->nr_threads;

	if (nr < 2)
		return fail(ps, "schedule: it takes two threads, here %s",
			    nr ? "is one" : "are none");
	ps->schedule_line = ps->line;
	return ps->nr_words > 1 ? parse_drawn(ps) : 0;
}

/* "17" or "17.3" */
static int parse_place(struct parser *ps, const struct word *t,
		       struct preemption *e)
{
	struct word point = *t, access;

	if (split_word(t, '.', &point, &access) &&
	    number16_between(ps, "access", &access, 1, MAX_POINT, &e->access))
		return -1;
	return number16_between(ps, "point", &point, 0, MAX_POINT, &e->point);
}

static int parse_runner(struct parser *ps, const struct word *t, uint8_t *out)
{
	const struct program *p = ps->p;
	uint8_t name, i;

	*out = THREAD_RCU;
	if (word_is(t, RCU_WORD))
		return 0;
	if (one_of(ps, "thread name", t, thread_names, NR_THREAD_NAMES, &name))
		return -1;
	for (i = 0; i < p->nr_threads; i++) {
		if (p->thread[i].name != name)
			continue;
		*out = i;
		return 0;
	}
	return fail(ps, "at: this program has no thread %s",
		    thread_names[name]);
}

/* The words of a line, but for what they mean. */
static int check_preemption(struct parser *ps)
{
	const struct word *t = ps->word;

	if (ps->p->strategy != STRATEGY_LIST)
		return fail(ps, "unexpected `%.*s` after a drawn schedule",
			    SHOW(&t[0]));
	if (!word_is(&t[0], "at"))
		return fail(ps, "expected `at` after `schedule`, got `%.*s`",
			    SHOW(&t[0]));
	if (ps->nr_words < 2)
		return fail(ps, "at: a point is missing");
	if (ps->nr_words < 3)
		return fail(ps, "at: `run` is missing");
	if (!word_is(&t[2], "run"))
		return fail(ps, "at: expected `run`, got `%.*s`", SHOW(&t[2]));
	if (ps->nr_words < 4)
		return fail(ps, "at: a thread is missing");
	if (ps->nr_words > 4)
		return fail(ps, "at: unexpected `%.*s` after the thread",
			    SHOW(&t[4]));
	if (ps->p->nr_preemptions == MAX_PREEMPTIONS)
		return fail(ps, "too many preemptions (%u at most)",
			    MAX_PREEMPTIONS);
	return 0;
}

/* They come in order: where one is put in the list is where it stands. */
int parse_preemption(struct parser *ps)
{
	const struct word *place = &ps->word[1];
	struct program *p = ps->p;
	struct preemption e = { 0 };
	const unsigned int last = p->nr_preemptions;

	if (check_preemption(ps) || parse_place(ps, place, &e) ||
	    parse_runner(ps, &ps->word[3], &e.thread))
		return -1;
	if (!program_preempt(p, &e))
		return fail(ps, "at: repeated `%.*s`", SHOW(place));
	if (memcmp(&p->preemption[last], &e, sizeof(e)))
		return fail(ps, "at: %.*s is out of order", SHOW(place));
	return 0;
}

int finish_schedule(struct parser *ps)
{
	if (!ps->schedule_line || ps->p->nr_preemptions ||
	    ps->p->strategy != STRATEGY_LIST)
		return 0;
	return fail_at(ps, ps->schedule_line, "schedule: it is empty");
}
