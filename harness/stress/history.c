// SPDX-License-Identifier: GPL-2.0-only
/*
 * Histories of real threads. Each call is logged by its own thread, with when it
 * was made and when it returned, and nothing is shared; when a round is over its
 * window goes through a queue to a thread of its own, which looks for an order
 * that explains each group's calls, and what is left is one.
 *
 * The times are the processor's time stamp counter where the kernel keeps its
 * own time by that ("tsc" is the clock source: constant, and the same on all
 * processors), else CLOCK_MONOTONIC, which the kernel orders. That a call has
 * returned before another is made has to show: so nothing of a call may come
 * before its first stamp is taken, nor after its second, stores that are still
 * on their way to the cache included. What is made and returns at the same time
 * counts as overlapping.
 */
#include <drivers-mock/mock.h>
#include <finding.h>
#include <harness/oracle/history.h>
#include <harness/stress/actor.h>
#include <fault.h>
#include <sched.h>
#include <stdlib.h>
#include <time.h>
#define _LGPL_SOURCE
#include <urcu/wfcqueue.h>

/* --- time --- */

static bool tsc;

static uint64_t clock_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ULL + ts.tv_nsec;
}

#if defined(__x86_64__)

static bool has_tsc(void)
{
	char name[16] = "";
	FILE *f = fopen("/sys/devices/system/clocksource/clocksource0/"
			"current_clocksource",
			"r");

	if (!f)
		return false;
	if (!fgets(name, sizeof(name), f))
		name[0] = '\0';
	fclose(f);
	return !strcmp(name, "tsc\n");
}

static inline uint64_t stamp_before(void)
{
	uint64_t now;

	if (unlikely(!tsc))
		return clock_now();
	now = __builtin_ia32_rdtsc();
	__builtin_ia32_lfence();
	return now;
}

static inline uint64_t stamp_after(void)
{
	unsigned int cpu, drained = 0;

	/* A locked operation waits for stores, as mfence does, and is faster. */
	__atomic_fetch_add(&drained, 1, __ATOMIC_SEQ_CST);
	if (unlikely(!tsc))
		return clock_now();
	/* Which waits for whatever came before it. */
	return __builtin_ia32_rdtscp(&cpu);
}

#else

static bool has_tsc(void)
{
	return false;
}

static inline uint64_t stamp_before(void)
{
	uint64_t now = clock_now();

	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	return now;
}

static inline uint64_t stamp_after(void)
{
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	return clock_now();
}

#endif

/* --- a thread's log --- */

void history_invoked(struct stress_call *c, const struct op *op)
{
	c->op = *op;
	c->done = false;
	c->faulted = false;
	c->joined = false;
	c->invoked = stamp_before();
}

void history_returned(struct stress_call *c, long ret)
{
	c->returned = stamp_after();
	c->ret = ret;
	c->faulted = fault_fired();
	__atomic_store_n(&c->done, true, __ATOMIC_RELEASE);
}

/* Worlds of real threads have no device whose probe attaches a domain. */
unsigned int history_now(void)
{
	return 0;
}

void history_part(const struct op *op, long ret, bool faulted,
		  unsigned int invoked)
{
	(void)op;
	(void)ret;
	(void)faulted;
	(void)invoked;
}

/* At rest nobody holds anything. */
struct spec_states *history_states(unsigned int n)
{
	static __thread struct spec_states states[MAX_GROUPS];

	states[n].nr = 1;
	states[n].state[0] = (struct spec){ .types = SPEC_ANY_TYPE };
	return &states[n];
}

/* --- a window's calls, as lin_check() wants them --- */

/* All calls of a window by when they returned, and the times in ranks. */
struct sorted {
	const struct stress_call *call;
	uint8_t thread, index;
	unsigned int invoked, returned;
};

struct moment {
	uint64_t at;
	bool end;
	unsigned int call;
};

static struct sorted sorted[LIN_CALLS];
static unsigned int nr_sorted;

static int compare_moments(const void *a, const void *b)
{
	const struct moment *x = a, *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return x->end - y->end;
}

static int compare_returned(const void *a, const void *b)
{
	const struct sorted *x = a, *y = b;

	return x->returned < y->returned ? -1 : 1;
}

static void sort_calls(const struct stress_window *w)
{
	static struct moment moments[2 * LIN_CALLS];
	unsigned int t, i, n = 0;

	for (t = 0; t < w->nr_threads; t++) {
		for (i = 0; i < w->log[t].nr && n < LIN_CALLS; i++, n++) {
			const struct stress_call *c = &w->log[t].call[i];

			sorted[n] = (struct sorted){
				.call = c,
				.thread = t,
				.index = i,
			};
			moments[2 * n] = (struct moment){ c->invoked, 0, n };
			moments[2 * n + 1] =
				(struct moment){ c->returned, 1, n };
		}
	}
	nr_sorted = n;
	qsort(moments, 2 * n, sizeof(moments[0]), compare_moments);
	for (i = 0; i < 2 * n; i++) {
		if (moments[i].end)
			sorted[moments[i].call].returned = i + 1;
		else
			sorted[moments[i].call].invoked = i + 1;
	}
	qsort(sorted, n, sizeof(sorted[0]), compare_returned);
}

/* --- checking --- */

static struct lin_call calls[LIN_CALLS];
static unsigned int nr_calls;
static bool lost;

static void add(const struct sorted *s, unsigned int code, bool faulted)
{
	struct lin_call *c = &calls[nr_calls];

	if (nr_calls == LIN_CALLS) {
		lost = true;
		return;
	}
	nr_calls++;
	*c = (struct lin_call){
		.op = s->call->op,
		.thread = s->thread,
		.within = s->call->op.code,
		.faulted = faulted,
		.index = s->index,
		.ret = s->call->ret,
		.invoked = s->invoked,
		.returned = s->returned,
	};
	c->op.code = code;
}

/* What happened to a device in call @s, which is not what the call returned. */
static void add_event(const struct sorted *s, unsigned int code, bool faulted)
{
	add(s, code, faulted);
	calls[nr_calls - 1].ret = 0;
}

/*
 * As history.c of oracle/: a device whose probe fails has been in its group for
 * a while where the probe goes by steps.
 */
static void add_topology(const struct stress_window *w, const struct sorted *s)
{
	const struct stress_call *c = s->call;

	if (c->op.code == OP_ADD && c->joined) {
		add_event(s, OP_ADD, c->faulted);
	} else if (c->op.code == OP_ADD && w->spec.tree.probe_in_steps) {
		add_event(s, OP_ADD, true);
		add_event(s, OP_REMOVE, false);
	} else if (c->op.code == OP_REMOVE && c->joined) {
		add_event(s, OP_REMOVE, false);
	}
}

static void describe(long ret, char *buf, size_t len)
{
	snprintf(buf, len, "%s", ret < 0 ? errno_name(ret) : "success");
}

static bool overlap(void)
{
	unsigned int i;

	for (i = 1; i < nr_calls; i++)
		if (calls[i].thread != calls[0].thread)
			return true;
	return false;
}

static void unexplained(const struct stress_window *w,
			const struct lin_result *r)
{
	const struct lin_call *c = &calls[r->failed];
	struct spec_result want = spec_expect(&w->spec, &r->last, &c->op);
	const char *word = op_info[c->op.code].word;
	char got[24], expected[24], cause[64], text[64];

	describe(c->ret, got, sizeof(got));
	op_format(&c->op, text, sizeof(text));
	if (overlap())
		finding("linearizable", word, got,
			"%s returned %ld, which no order of the calls explains",
			text, c->ret);
	describe(want.value, expected, sizeof(expected));
	snprintf(cause, sizeof(cause), "%s-not-%s", got,
		 want.refused ? "refused" : expected);
	finding("model", word, cause, "%s returned %ld, the model says %s",
		text, c->ret, want.refused ? "refused" : expected);
}

static void check_group(const struct stress_window *w, unsigned int n)
{
	static struct lin_result result;
	struct spec_states from = { .nr = 1, .state = { w->from[n] } };
	unsigned int i;

	nr_calls = 0;
	lost = false;
	for (i = 0; i < nr_sorted; i++) {
		const struct op *op = &sorted[i].call->op;

		if (spec_object(&w->spec, op) != n)
			continue;
		if (op->code == OP_ADD || op->code == OP_REMOVE)
			add_topology(w, &sorted[i]);
		else
			add(&sorted[i], op->code, sorted[i].call->faulted);
	}
	if (nr_calls && !lost &&
	    !lin_check(&w->spec, calls, nr_calls, &from, &result))
		unexplained(w, &result);
}

static void check(const struct stress_window *w)
{
	unsigned int left;

	finding_window = w;
	sort_calls(w);
	for (left = w->checked; left; left &= left - 1)
		check_group(w, __builtin_ctz(left));
	finding_window = NULL;
	shared->windows++;
}

/* --- the queue --- */

#define ROOM 64

struct entry {
	struct cds_wfcq_node node;
	struct stress_window window;
};

static struct cds_wfcq_head full_head, empty_head;
static struct cds_wfcq_tail full_tail, empty_tail;
static struct entry entries[ROOM];
static unsigned int pending; /* futex: windows that are not checked yet */

/* The next entry of the queue, NULL if there is none. */
static struct entry *take(struct cds_wfcq_head *head,
			  struct cds_wfcq_tail *tail)
{
	struct cds_wfcq_node *node = cds_wfcq_dequeue_blocking(head, tail);

	return node ? caa_container_of(node, struct entry, node) : NULL;
}

static void give(struct cds_wfcq_head *head, struct cds_wfcq_tail *tail,
		 struct entry *e)
{
	cds_wfcq_node_init(&e->node);
	cds_wfcq_enqueue(head, tail, &e->node);
}

static void *checker(void *arg)
{
	struct entry *e;

	(void)arg;
	seam_thread = STRESS_THREADS;
	for (;;) {
		e = take(&full_head, &full_tail);
		if (!e) {
			futex_sleep(&pending, 0);
			continue;
		}
		check(&e->window);
		give(&empty_head, &empty_tail, e);
		__atomic_fetch_sub(&pending, 1, __ATOMIC_RELEASE);
	}
	return NULL;
}

void history_check_later(const struct stress_window *w)
{
	struct entry *e;
	unsigned int was;

	/* Nothing is left out: who is ahead of the checks waits for them. */
	while (!(e = take(&empty_head, &empty_tail)))
		sched_yield();
	e->window = *w;
	/* First, so that whoever sees it sees that there is one to come. */
	was = __atomic_fetch_add(&pending, 1, __ATOMIC_SEQ_CST);
	give(&full_head, &full_tail, e);
	if (!was)
		futex_rouse(&pending);
}

void history_flush(void)
{
	while (__atomic_load_n(&pending, __ATOMIC_ACQUIRE))
		sched_yield();
}

void history_start(void)
{
	pthread_t thread;
	unsigned int i;

	tsc = has_tsc();
	cds_wfcq_init(&full_head, &full_tail);
	cds_wfcq_init(&empty_head, &empty_tail);
	for (i = 0; i < ROOM; i++)
		give(&empty_head, &empty_tail, &entries[i]);
	if (pthread_create(&thread, NULL, checker, NULL))
		abort();
}
