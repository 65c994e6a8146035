// SPDX-License-Identifier: GPL-2.0-only
/*
 * The search over schedules against an enumeration by hand: how many there are
 * with at most so many preemptions, and how many of them differ. Threads here
 * only touch objects, or take a mutex; no world is built.
 */
#include <stdarg.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

#include <harness/oracle/oracle.h>
#include <harness/sched/explore.h>
#include <harness/sched/sched.h>
#include <linux/mutex.h>
#include <lock.h>

#define MAX_STEPS   8
#define MAX_CLASSES 4096

/* Each thread's steps: a letter is an object that it writes to. */
struct shape {
	unsigned int nr;
	const char *steps[MAX_THREADS];
};

static const struct shape *shape;

/* --- by hand --- */

static struct {
	unsigned int done[MAX_THREADS]; /* segments: the first touches nothing */
	char order[26][MAX_THREADS * MAX_STEPS + 1]; /* who touched, for each */
} hand;

static uint64_t sequences;
static char class[MAX_CLASSES][26 * 8];
static unsigned int nr_classes;

static bool ended(unsigned int t)
{
	return hand.done[t] == strlen(shape->steps[t]) + 1;
}

static void add_class(void)
{
	char text[26 * 8] = "";
	unsigned int i;

	for (i = 0; i < 26; i++) {
		assert_true(strlen(hand.order[i]) < 7);
		snprintf(text + strlen(text), sizeof(text) - strlen(text),
			 "%s,", hand.order[i]);
	}
	for (i = 0; i < nr_classes; i++)
		if (!strcmp(class[i], text))
			return;
	assert_true(nr_classes < MAX_CLASSES);
	strcpy(class[nr_classes++], text);
}

/* Thread @t runs to its next point, and then whoever may. */
static void enumerate(unsigned int t, unsigned int left)
{
	const unsigned int n = hand.done[t];
	char *order = NULL;
	unsigned int u;
	bool any = false;

	if (n) {
		order = hand.order[shape->steps[t][n - 1] - 'a'];
		order[strlen(order) + 1] = '\0';
		order[strlen(order)] = '0' + t;
	}
	hand.done[t]++;
	for (u = 0; u < shape->nr; u++) {
		const unsigned int cost = u != t && !ended(t);

		if (ended(u))
			continue;
		any = true;
		if (cost <= left)
			enumerate(u, left - cost);
	}
	if (!any) {
		sequences++;
		add_class();
	}
	hand.done[t]--;
	if (order)
		order[strlen(order) - 1] = '\0';
}

static void by_hand(unsigned int bound)
{
	unsigned int t;

	memset(&hand, 0, sizeof(hand));
	sequences = 0;
	nr_classes = 0;
	for (t = 0; t < shape->nr; t++)
		enumerate(t, bound);
}

/* --- by the search --- */

static char objects[26][8];

static void touch_body(unsigned int t)
{
	const char *s;

	for (s = shape->steps[t]; *s; s++)
		seam_point(SEAM_ATOMIC, objects[*s - 'a'], HERE);
}

static DEFINE_MUTEX(mutex);

static void mutex_body(unsigned int t)
{
	const char *s;

	for (s = shape->steps[t]; *s; s++) {
		mutex_lock(&mutex);
		mutex_unlock(&mutex);
	}
}

static void (*body)(unsigned int t);
static unsigned int findings;
static struct verdict verdict;

static void run(struct program *p)
{
	lock_reset();
	lock_init(&mutex.lock, "mutex");
	verdict_arm(sched_leave, &verdict);
	if (!sched_run(p, p->nr_threads, body) && !explore_cut())
		findings++;
	verdict_arm(NULL, NULL);
}

static struct explore_state explore(unsigned int bound, bool all)
{
	const struct explore_options o = { .bound = bound, .all = all };
	struct program p = { .nr_threads = shape->nr };
	unsigned int t;

	for (t = 0; t < shape->nr; t++)
		p.thread[t].name = t;
	findings = 0;
	explore_begin(&p, &o);
	while (explore_next(&p, run))
		;
	return explore_state();
}

static const struct shape shapes[] = {
	{ 2, { "a", "a" } },	     { 2, { "aa", "aa" } },
	{ 2, { "aaa", "aaa" } },     { 2, { "aaa", "bbb" } },
	{ 2, { "ab", "ba" } },	     { 2, { "abc", "cab" } },
	{ 2, { "aab", "ba" } },	     { 3, { "a", "a", "a" } },
	{ 3, { "ab", "bc", "ca" } }, { 3, { "ab", "ab", "c" } },
	{ 3, { "a", "b", "c" } },    { 4, { "a", "ab", "b", "a" } },
};

/* For each shape and bound, what the search counts and what there is by hand. */
static void compare(bool all)
{
	unsigned int i, bound;

	body = touch_body;
	for (i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		shape = &shapes[i];
		for (bound = 0; bound <= 4; bound++) {
			by_hand(bound);
			assert_int_equal(explore(bound, all).schedules,
					 all ? sequences : nr_classes);
		}
	}
}

static void test_all_schedules(void **state)
{
	(void)state;
	compare(true);
}

/* Each class of equivalent schedules runs to its end once. */
static void test_no_equivalent_schedules(void **state)
{
	(void)state;
	compare(false);
}

/* The orders of n sections of one thread and n of another: 2n over n. */
static void test_critical_sections(void **state)
{
	static const struct shape sections[] = {
		{ 2, { "m", "m" } },
		{ 2, { "mm", "mm" } },
		{ 2, { "mmm", "mmm" } },
		{ 2, { "mmmm", "mmmm" } },
	};
	static const unsigned int orders[] = { 2, 6, 20, 70 };
	unsigned int i;

	(void)state;
	body = mutex_body;
	for (i = 0; i < sizeof(sections) / sizeof(sections[0]); i++) {
		shape = &sections[i];
		assert_int_equal(explore(EXPLORE_MAX_BOUND, false).schedules,
				 orders[i]);
		assert_int_equal(findings, 0);
	}
}

/* Read, and later write what was read plus one: lost only by a preemption. */
static unsigned int counter;

static void counter_body(unsigned int t)
{
	unsigned int old;

	(void)t;
	seam_point(SEAM_ATOMIC, &counter, HERE);
	old = counter;
	seam_point(SEAM_ATOMIC, &counter, HERE);
	counter = old + 1;
}

static unsigned int lost;

static void run_counter(struct program *p)
{
	counter = 0;
	sched_run(p, p->nr_threads, counter_body);
	if (!explore_cut())
		lost += counter != 2;
}

/* Six orders of two times two accesses: in two nothing is lost. */
static void test_lost_update(void **state)
{
	const struct explore_options o = { .bound = 4 };
	struct program p = { .nr_threads = 2 };

	(void)state;
	lost = 0;
	explore_begin(&p, &o);
	while (explore_next(&p, run_counter))
		;
	assert_int_equal(explore_state().schedules, 6);
	assert_int_equal(lost, 4);
}

/* --- drawn schedules --- */

/* Run the steps of @s as @strategy draws it from @seed; @p is what it did. */
static void draw(struct program *p, const struct shape *s,
		 enum strategy strategy, uint32_t seed)
{
	memset(p, 0, sizeof(*p));
	p->nr_threads = s->nr;
	p->nr_ops = 4;
	program_schedule(p, strategy, DEFAULT_DEPTH, seed);
	shape = s;
	sched_run(p, p->nr_threads, touch_body);
	sched_record(p);
}

/*
 * A drawn schedule follows from the program alone, whatever ran before it, and
 * as a list of preemptions it is the same.
 */
static void test_drawn(void **state)
{
	static const struct shape little = { 2, { "b", "b" } };
	static const struct shape middle = { 2, { "abcabc", "cbaabc" } };
	static const struct shape much = { 4, { "aaaa", "a", "caaac", "ba" } };
	unsigned int strategy, seed, differ;
	struct program p, q, other, last;

	(void)state;
	for (strategy = STRATEGY_LIST + 1; strategy < NR_STRATEGIES;
	     strategy++) {
		memset(&last, 0, sizeof(last));
		for (differ = seed = 0; seed < 100; seed++) {
			draw(&other, &little, strategy, seed);
			draw(&p, &middle, strategy, seed);
			draw(&other, &much, strategy, seed);
			draw(&q, &middle, strategy, seed);
			assert_memory_equal(&p, &q, sizeof(p));
			assert_int_equal(q.strategy, STRATEGY_LIST);
			sched_run(&q, q.nr_threads, touch_body);
			sched_record(&q);
			assert_memory_equal(&p, &q, sizeof(p));
			differ += memcmp(&p, &last, sizeof(p)) != 0;
			last = p;
		}
		assert_in_range(differ, 30, 100);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_schedules),
		cmocka_unit_test(test_no_equivalent_schedules),
		cmocka_unit_test(test_critical_sections),
		cmocka_unit_test(test_lost_update),
		cmocka_unit_test(test_drawn),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
