// SPDX-License-Identifier: GPL-2.0-only
/*
 * Threads as fibers, and their switches; see sched.h. Who runs next is decided
 * in strategy.c.
 */
#include <harness/sched/deadlock.h>
#include <harness/sched/feedback.h>
#include <harness/sched/hb.h>
#include <harness/sched/run.h>
#include <harness/sched/strategy.h>
#include <finding.h>
#include <linux/compiler.h>
#include <string.h>

#define MAX_POINTS 60000 /* of a run: more is a livelock */

unsigned int seam_thread;
bool seam_concurrent;
bool seam_watched;

struct run run;

static struct fiber main_fiber;
/*
 * What ThreadSanitizer is told, while it is concurrent: all before a run comes
 * before, all after, after.
 */
static char begun, over;
static void (*thread_body)(unsigned int thread);
static bool left;

static struct preemption record[MAX_PREEMPTIONS];
static unsigned int nr_record;

static const struct sched_observer *observer;

void seam_touched(const void *object, size_t size, bool write)
{
	if (seam_concurrent)
		hb_touch(seam_thread, object, size, write);
}

void sched_watch(bool on)
{
	seam_watched = on;
}

/* The first that may run after @t, by number, RCU last; -1 if there is none. */
static int next_runnable(unsigned int t)
{
	const unsigned int mask = runnable();
	const unsigned int program = mask & ~(1U << RCU_THREAD);
	const unsigned int after = program & ~((2U << t) - 1);

	if (!mask)
		return -1;
	return __builtin_ctz(after ? after : mask);
}

/* --- switching --- */

static void write_record(unsigned int thread)
{
	struct preemption *e = &record[nr_record];

	memset(e, 0, sizeof(*e));
	e->point = POINT_OF(run.now);
	e->access = run.now;
	e->thread = thread;
	/* What cannot be written down is not done. */
	if (++nr_record == MAX_PREEMPTIONS)
		strategy_stop();
}

static void go_to(unsigned int to)
{
	struct thread_state *from = &run.thread[seam_thread];

	if (to == seam_thread)
		return;
	if (unlikely(observer))
		observer->switched(seam_thread, to, POINT_OF(run.now),
				   (uint16_t)run.now);
	seam_thread = to;
	fiber_switch(&from->fiber, &run.thread[to].fiber);
}

/*
 * Who goes on at this point: what the strategy says, else the default,
 * @otherwise: this thread, or who follows if it cannot go on.
 */
static unsigned int decide(unsigned int otherwise, bool forced)
{
	int pick = -1;

	if (nr_record < MAX_PREEMPTIONS)
		pick = strategy_pick(forced);
	if (pick < 0 || pick == (int)otherwise)
		return otherwise;
	write_record(pick);
	return pick;
}

static void next_point(void)
{
	run.now = (run.now | 0xffff) + 1;
	if (unlikely(POINT_OF(run.now) >= MAX_POINTS && run.now != 0))
		finding("locking", "schedule", "livelock",
			"more than %u yield points: nobody gets anywhere",
			MAX_POINTS);
}

/*
 * For whoever tells schedules apart: a lock has been released before anybody
 * else runs, and the rest is done when this thread goes on. Which block an
 * allocation gets makes no difference to anybody.
 */
static void touch_before(enum seam_kind kind, const void *object)
{
	if (kind == SEAM_UNLOCK)
		hb_touch(seam_thread, object, 1, true);
}

static void touch_after(enum seam_kind kind, const void *object)
{
	switch (kind) {
	case SEAM_OP:
	case SEAM_LOCK:
		break;
	case SEAM_UNLOCK:
	case SEAM_ALLOC:
		hb_step(seam_thread);
		break;
	default:
		hb_touch(seam_thread, object, 1, true);
	}
}

void seam_switch(enum seam_kind kind, const void *object,
		 const struct site *site)
{
	next_point();
	feedback_access(object, (uintptr_t)site);
	run.thread[seam_thread].pending = object;
	if (unlikely(seam_watched))
		touch_before(kind, object);
	if (unlikely(observer))
		observer->point(seam_thread, POINT_OF(run.now), kind, object,
				site);
	if (unlikely(strategy_step()))
		go_to(decide(seam_thread, false));
	if (unlikely(seam_watched))
		touch_after(kind, object);
}

#ifdef GROUPFUZZ_ACCESS

static bool on_stack(const void *address)
{
	const struct fiber *f = &run.thread[seam_thread].fiber;

	return (uintptr_t)address - (uintptr_t)f->stack < f->size;
}

/*
 * A load or store of the code under test, from its instrumentation: a point at
 * which only those look that want to.
 */
void sched_access(const void *address, size_t size, bool write, uintptr_t pc)
{
	if (!seam_concurrent || on_stack(address))
		return;
	feedback_access(address, pc);
	run.thread[seam_thread].pending = address;
	if (likely((uint16_t)run.now != 0xffff))
		run.now++;
	if (unlikely(observer) && observer->access)
		observer->access(seam_thread, POINT_OF(run.now),
				 (uint16_t)run.now);
	if (unlikely(strategy_step()))
		go_to(decide(seam_thread, false));
	if (unlikely(seam_watched))
		hb_touch(seam_thread, address, size, write);
}

bool sched_has_accesses(void)
{
	return true;
}

#else

bool sched_has_accesses(void)
{
	return false;
}

#endif

void seam_wait(const void *object, const char *name, unsigned int holders,
	       const struct site *site)
{
	struct thread_state *self = &run.thread[seam_thread];
	int next;

	/* A single thread waits for something that nobody will bring about. */
	if (unlikely(!seam_concurrent))
		finding("locking", site->func, "waits-for-ever",
			"%s() waits for %s, and there is nobody else",
			site->func, name);
	run.runnable &= ~(1U << seam_thread);
	run.waiting |= 1U << seam_thread;
	self->object = object;
	self->name = name;
	self->site = site;
	self->holders = holders;
	deadlock_check();
	next_point();
	if (unlikely(observer)) {
		observer->wait(seam_thread, name, site);
		observer->point(seam_thread, POINT_OF(run.now), SEAM_WAIT,
				object, site);
	}
	next = next_runnable(seam_thread);
	if (unlikely(next < 0))
		deadlock_all();
	go_to(decide(next, true));
}

void seam_wake(const void *object)
{
	unsigned int mask;

	for (mask = run.waiting; mask; mask &= mask - 1) {
		const unsigned int t = __builtin_ctz(mask);

		if (run.thread[t].object != object)
			continue;
		run.waiting &= ~(1U << t);
		run.runnable |= 1U << t;
		strategy_woken(t);
	}
}

/* --- threads --- */

static void thread_end(void)
{
	int next;

	run.runnable &= ~(1U << seam_thread);
	seam_release(&over);
	next_point();
	if (unlikely(observer))
		observer->point(seam_thread, POINT_OF(run.now), SEAM_END, NULL,
				HERE);
	next = next_runnable(seam_thread);
	if (next >= 0) {
		go_to(decide(next, true));
		return;
	}
	if (run.waiting & ~(1U << RCU_THREAD))
		deadlock_all();
	if (seam_thread == RCU_THREAD || !rcu_pending())
		fiber_switch(&run.thread[seam_thread].fiber, &main_fiber);
	else
		finding("locking", "rcu", "stall",
			"a grace period never ends: a reader never left");
}

static void thread_main(void)
{
	fiber_begin(&run.thread[seam_thread].fiber);
	for (;;) {
		seam_acquire(&begun);
		run.runnable |= 1U << seam_thread;
		if (seam_thread == RCU_THREAD)
			rcu_run();
		else
			thread_body(seam_thread);
		thread_end();
	}
}

static void prepare(unsigned int t)
{
	struct thread_state *s = &run.thread[t];

	if (!s->prepared)
		fiber_prepare(&s->fiber, thread_main);
	s->prepared = true;
}

bool sched_run(const struct program *p, unsigned int nr,
	       void (*body)(unsigned int thread))
{
	unsigned int t, first;

	if (!main_fiber.stack)
		fiber_main(&main_fiber);
	run.program = p;
	thread_body = body;
	run.nr_threads = nr;
	run.runnable = (1U << nr) - 1;
	run.waiting = 0;
	for (t = 0; t < nr; t++)
		prepare(t);
	prepare(RCU_THREAD);
	nr_record = 0;
	feedback_begin();
	run.now = 0;
	left = false;
	seam_thread = 0;
	strategy_begin();
	if (unlikely(seam_watched))
		hb_begin();
	first = decide(0, true);
	if (unlikely(observer))
		observer->switched(first, first, 0, 0);
	seam_thread = first;
	seam_concurrent = true;
	seam_release(&begun);
	fiber_switch(&main_fiber, &run.thread[first].fiber);
	seam_acquire(&over);
	seam_concurrent = false;
	seam_thread = 0;
	program_points = POINT_OF(run.now);
	return !left;
}

_Noreturn void sched_leave(void)
{
	const unsigned int self = seam_thread;
	unsigned int mask = run.runnable | run.waiting | 1U << self;

	/* What they were in the middle of is nobody's any more. */
	for (; mask; mask &= mask - 1) {
		struct thread_state *s = &run.thread[__builtin_ctz(mask)];

		s->prepared = false;
		if (s != &run.thread[self])
			fiber_join(&s->fiber);
	}
	left = true;
	seam_release(&over);
	fiber_switch(&run.thread[self].fiber, &main_fiber);
	__builtin_unreachable();
}

unsigned int sched_points(void)
{
	return POINT_OF(run.now);
}

int sched_default(void)
{
	return runnable() >> seam_thread & 1 ? (int)seam_thread :
					       next_runnable(seam_thread);
}

unsigned int sched_runnable(void)
{
	return runnable();
}

void sched_record(struct program *p)
{
	program_schedule(p, STRATEGY_LIST, 0, 0);
	memcpy(p->preemption, record, nr_record * sizeof(record[0]));
	p->nr_preemptions = nr_record;
}

void sched_observe(const struct sched_observer *o)
{
	observer = o;
}
