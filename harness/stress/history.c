// SPDX-License-Identifier: GPL-2.0-only
/*
 * Histories of real threads. Each call is logged by its own thread, with when it
 * was made and when it returned, and nothing is shared; when a round is over its
 * window goes through a queue to a thread of its own, which looks for an order
 * that explains each group's calls, and what is left is one.
 *
 * What is made and returns at the same time counts as overlapping.
 */
#include <drivers-mock/mock.h>
#include <finding.h>
#include <harness/oracle/history.h>
#include <harness/stress/actor.h>
#include <harness/stress/stamp.h>
#include <fault.h>
#include <sched.h>
#include <stdlib.h>
#define _LGPL_SOURCE
#include <urcu/wfcqueue.h>

/* --- a thread's log --- */

void history_invoked(struct actor *a, struct stress_call *c,
		     const struct op *op)
{
	c->op = *op;
	c->done = false;
	c->faulted = false;
	c->joined = false;
	if (unlikely(!a->stamp))
		a->stamp = stamp();
	c->invoked = a->stamp;
}

void history_returned(struct actor *a, struct stress_call *c, long ret)
{
	c->returned = a->stamp = stamp();
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
	unsigned int call; /* of sorted[], there by thread and index */
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

/* As the thread whose they all are went through them. */
static int compare_own(const void *a, const void *b)
{
	const struct moment *x = a, *y = b;

	if (x->call != y->call)
		return x->call < y->call ? -1 : 1;
	return x->end - y->end;
}

/* A call of @thread's ended when its next one began: one after the other. */
static void order_own(struct moment *m, unsigned int nr)
{
	unsigned int i;

	for (i = 1; i < nr; i++)
		if (sorted[m[i].call].thread != sorted[m[0].call].thread)
			return;
	qsort(m, nr, sizeof(*m), compare_own);
}

static void sort_moments(struct moment *m, unsigned int nr)
{
	unsigned int i, same;

	qsort(m, nr, sizeof(*m), compare_moments);
	for (i = 0; i < nr; i += same) {
		for (same = 1; i + same < nr; same++)
			if (m[i + same].at != m[i].at)
				break;
		if (same > 1)
			order_own(&m[i], same);
	}
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
	sort_moments(moments, 2 * n);
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

	stamp_start();
	cds_wfcq_init(&full_head, &full_tail);
	cds_wfcq_init(&empty_head, &empty_tail);
	for (i = 0; i < ROOM; i++)
		give(&empty_head, &empty_tail, &entries[i]);
	if (pthread_create(&thread, NULL, checker, NULL))
		stress_fail("no thread");
}
