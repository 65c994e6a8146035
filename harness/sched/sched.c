// SPDX-License-Identifier: GPL-2.0-only
/*
 * Threads as fibers, and who runs when; see sched.h. What the strategies have
 * in common with a list: they are asked only at the points at which they want
 * to be, so that most points cost a few instructions.
 */
#include <harness/sched/sched.h>
#include <harness/sched/fiber.h>
#include <harness/sched/hb.h>
#include <finding.h>
#include <rcu.h>
#include <linux/compiler.h>
#include <stdio.h>
#include <string.h>

#define RCU_THREAD    THREAD_RCU
#define NR_ALL	      SEAM_THREADS
#define MAX_POINTS    60000 /* of a run: more is a livelock */
#define NEVER	      0xffffffffU
#define POINT_OF(now) ((now) >> 16)

_Static_assert(SEAM_THREADS == MAX_THREADS + 1, "and the RCU thread");

unsigned int seam_thread;
bool seam_concurrent;
bool seam_watched;

const char *const strategy_names[NR_STRATEGIES] = {
	[STRATEGY_LIST] = "list",     [STRATEGY_NONE] = "none",
	[STRATEGY_RANDOM] = "random", [STRATEGY_PCT] = "pct",
	[STRATEGY_POS] = "pos",
};

enum state { IDLE, RUNNABLE, WAITING };

static struct thread_state {
	struct fiber fiber;
	bool prepared;
	enum state state;
	const void *object; /* WAITING for */
	const char *name;
	const struct site *site;
	unsigned int holders;
	uint32_t priority;   /* PCT and POS: the highest goes first */
	const void *pending; /* POS: the object of what it does next */
} threads[NR_ALL];

static struct fiber main_fiber;
/* What ThreadSanitizer is told: all before a run comes before, all after, after. */
static char begun, over;
static void (*thread_body)(unsigned int thread);
static unsigned int nr_threads;
static bool left;

/* Where the run is: point number, and accesses since, in the low half. */
static uint32_t now;
/* The strategy is asked at @stop, and when @countdown comes to zero. */
static uint32_t stop;
static uint32_t countdown;

static enum strategy strategy = STRATEGY_LIST;
static unsigned int pct_depth = 3;
static uint64_t seed = 1;
static uint32_t last_steps = 64; /* of the run before, for PCT */
static uint32_t steps;		 /* asked for by countdown, so far */
static uint32_t change[16];	 /* PCT's priority change points, ascending */
static unsigned int nr_changes, next_change;

static const struct program *program;
static unsigned int next_entry; /* of its schedule */

static struct preemption record[MAX_PREEMPTIONS];
static unsigned int nr_record;

static const struct sched_observer *observer;

/* --- feedback --- */

#ifdef GROUPFUZZ_AFL
uint32_t feedback_guards[FEEDBACK_COUNTERS]
	__attribute__((section("__sancov_guards")));
#else
uint8_t feedback_counters[FEEDBACK_COUNTERS]
	__attribute__((section("__libfuzzer_extra_counters")));
#endif

#define NR_LAST 256
static struct last {
	const void *object;
	uintptr_t site;
	uint32_t run; /* in which this was written */
	uint8_t thread;
} last[NR_LAST];
static uint32_t run_number;

/* Wherever the program was loaded, the same pairs have the same counters. */
extern char __executable_start[];

static uint32_t offset(uintptr_t address)
{
	return address - (uintptr_t)__executable_start;
}

static void note_access(const void *object, uintptr_t site)
{
	uint32_t key = offset((uintptr_t)object);
	struct last *l = &last[(key >> 4 ^ key >> 12) % NR_LAST];

	if (l->object == object && l->run == run_number &&
	    l->thread != seam_thread)
		feedback(offset(l->site) * 31 + offset(site));
	l->object = object;
	l->site = site;
	l->run = run_number;
	l->thread = seam_thread;
}

void seam_touched(const void *object, size_t size, bool write)
{
	if (seam_concurrent)
		hb_touch(seam_thread, object, size, write);
}

void sched_watch(bool on)
{
	seam_watched = on;
}

/* --- who may run --- */

static bool runnable(unsigned int t)
{
	if (t == RCU_THREAD)
		return threads[t].state == RUNNABLE ||
		       (threads[t].state == IDLE && rcu_ready());
	return threads[t].state == RUNNABLE;
}

/* The first that may run after @t, by number; -1 if there is none. */
static int next_runnable(unsigned int t)
{
	unsigned int i, n;

	for (i = 1; i <= nr_threads; i++) {
		n = t == RCU_THREAD ? i - 1 : (t + i) % nr_threads;
		if (runnable(n))
			return n;
	}
	return runnable(RCU_THREAD) ? RCU_THREAD : -1;
}

/* --- strategies --- */

static void list_arm(void)
{
	const struct preemption *e = &program->preemption[next_entry];

	stop = next_entry < program->nr_preemptions ?
		       (uint32_t)e->point << 16 | e->access :
		       NEVER;
}

/* Entries that were passed by are of no effect, as a thread that cannot run. */
static int list_pick(void)
{
	int pick = -1;

	while (now > stop) {
		next_entry++;
		list_arm();
	}
	if (now == stop) {
		pick = program->preemption[next_entry++].thread;
		list_arm();
	}
	return pick;
}

static int random_pick(void)
{
	unsigned int t, n = 0, who[NR_ALL];

	for (t = 0; t < NR_ALL; t++)
		if (runnable(t))
			who[n++] = t;
	countdown = 1;
	return n ? (int)who[(uint64_t)rnd(&seed) * n >> 32] : -1;
}

static int highest(void)
{
	int pick = -1;
	unsigned int t;

	for (t = 0; t < NR_ALL; t++)
		if (runnable(t) &&
		    (pick < 0 || threads[t].priority > threads[pick].priority))
			pick = t;
	return pick;
}

/* Until the next change point; one that is due has been passed. */
static void pct_arm(void)
{
	countdown = next_change < nr_changes ? change[next_change] - steps :
					       NEVER;
}

static void pct_begin(void)
{
	unsigned int t, i, j;

	for (t = 0; t < NR_ALL; t++)
		threads[t].priority = (rnd(&seed) | 1U << 31);
	nr_changes = pct_depth - 1;
	for (i = 0; i < nr_changes; i++) {
		uint32_t at = 1 + ((uint64_t)rnd(&seed) * last_steps >> 32);

		for (j = i; j && change[j - 1] > at; j--)
			change[j] = change[j - 1];
		change[j] = at;
	}
	next_change = 0;
	pct_arm();
}

/* Below all others from here on, the earlier the change point the higher. */
static int pct_pick(bool forced)
{
	if (!forced) {
		while (next_change < nr_changes &&
		       change[next_change] <= steps) {
			next_change++;
			threads[seam_thread].priority =
				nr_changes - next_change + 1;
		}
	}
	pct_arm();
	return highest();
}

/*
 * What was about to touch the same object as what now happens gets a new
 * priority, or the first of a race would nearly always be the same.
 */
static int pos_pick(void)
{
	int pick;
	unsigned int t;

	countdown = 1;
	threads[seam_thread].priority = rnd(&seed);
	pick = highest();
	for (t = 0; pick >= 0 && t < NR_ALL; t++)
		if ((int)t != pick &&
		    threads[t].pending == threads[pick].pending)
			threads[t].priority = rnd(&seed);
	return pick;
}

static void strategy_begin(void)
{
	unsigned int t;

	stop = NEVER;
	countdown = NEVER;
	switch (strategy) {
	case STRATEGY_LIST:
		next_entry = 0;
		list_arm();
		break;
	case STRATEGY_PCT:
		pct_begin();
		break;
	case STRATEGY_POS:
		for (t = 0; t < NR_ALL; t++)
			threads[t].priority = rnd(&seed);
		countdown = 1;
		break;
	case STRATEGY_RANDOM:
		countdown = 1;
		break;
	default:
		break;
	}
}

static int strategy_pick(bool forced)
{
	switch (strategy) {
	case STRATEGY_LIST:
		return list_pick();
	case STRATEGY_RANDOM:
		return random_pick();
	case STRATEGY_PCT:
		return pct_pick(forced);
	case STRATEGY_POS:
		return pos_pick();
	default:
		return -1;
	}
}

void sched_strategy(enum strategy which, unsigned int depth, uint64_t state)
{
	const unsigned int max = sizeof(change) / sizeof(change[0]);

	strategy = which;
	pct_depth = depth < 1 ? 1 : depth > max ? max : depth;
	seed = state;
}

/* --- switching --- */

static void write_record(unsigned int thread)
{
	struct preemption *e = &record[nr_record];

	memset(e, 0, sizeof(*e));
	e->point = POINT_OF(now);
	e->access = now;
	e->thread = thread;
	/* What cannot be written down is not done. */
	if (++nr_record == MAX_PREEMPTIONS)
		stop = countdown = NEVER;
}

static void go_to(unsigned int to)
{
	struct thread_state *from = &threads[seam_thread];

	if (to == seam_thread)
		return;
	if (unlikely(observer))
		observer->switched(seam_thread, to, POINT_OF(now),
				   (uint16_t)now);
	seam_thread = to;
	seam_release(&over);
	fiber_switch(&from->fiber, &threads[to].fiber);
}

/*
 * Who goes on at this point: what the strategy says if that thread can, else
 * the default. @otherwise: this thread, or who follows if it cannot go on.
 */
static unsigned int decide(unsigned int otherwise, bool forced)
{
	int pick = -1;

	if (nr_record < MAX_PREEMPTIONS)
		pick = strategy_pick(forced);
	if (pick < 0 || pick == (int)otherwise || !runnable(pick))
		return otherwise;
	write_record(pick);
	return pick;
}

static void next_point(void)
{
	now = (now | 0xffff) + 1;
	if (unlikely(POINT_OF(now) >= MAX_POINTS && now != 0))
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
	note_access(object, (uintptr_t)site);
	threads[seam_thread].pending = object;
	steps++;
	if (unlikely(seam_watched))
		touch_before(kind, object);
	if (unlikely(observer))
		observer->point(seam_thread, POINT_OF(now), kind, object, site);
	if (unlikely(now >= stop || !--countdown))
		go_to(decide(seam_thread, false));
	if (unlikely(seam_watched))
		touch_after(kind, object);
}

#ifdef GROUPFUZZ_ACCESS

static bool on_stack(const void *address)
{
	const struct fiber *f = &threads[seam_thread].fiber;

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
	note_access(address, pc);
	threads[seam_thread].pending = address;
	if (likely((uint16_t)now != 0xffff))
		now++;
	steps++;
	if (unlikely(observer) && observer->access)
		observer->access(seam_thread, POINT_OF(now), (uint16_t)now);
	if (unlikely(now >= stop || !--countdown))
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

static void describe_cycle(unsigned int first, const unsigned int *next)
{
	char text[512], cause[96];
	const char *low = NULL, *high = NULL;
	unsigned int t = first;
	size_t n = 0;

	do {
		const struct thread_state *s = &threads[t];

		if (!low || strcmp(s->name, low) < 0)
			low = s->name;
		if (!high || strcmp(s->name, high) > 0)
			high = s->name;
		if (n < sizeof(text))
			n += snprintf(
				text + n, sizeof(text) - n,
				"%s%s in %s() line %u waits for %s, which %s holds",
				n ? "; " : "",
				thread_names[program->thread[t].name],
				s->site->func, s->site->line, s->name,
				thread_names[program->thread[next[t]].name]);
		t = next[t];
	} while (t != first);
	snprintf(cause, sizeof(cause), "%s-%s", low, high);
	finding("locking", "deadlock", cause, "%s", text);
}

/* Follow who holds what is waited for, from the thread that waits now. */
static void check_cycle(void)
{
	unsigned int next[NR_ALL], t = seam_thread, n;

	for (n = 0; n < nr_threads; n++) {
		const struct thread_state *s = &threads[t];

		/* Several readers: the first that waits is followed. */
		if (s->state != WAITING || !s->holders ||
		    __builtin_ctz(s->holders) >= (int)nr_threads)
			return;
		next[t] = __builtin_ctz(s->holders);
		t = next[t];
		if (t == seam_thread)
			describe_cycle(t, next);
	}
}

_Noreturn static void all_wait(void)
{
	char text[512];
	const char *first = NULL;
	unsigned int t;
	size_t n = 0;

	for (t = 0; t < nr_threads; t++) {
		const struct thread_state *s = &threads[t];

		if (s->state != WAITING)
			continue;
		if (!first || strcmp(s->name, first) < 0)
			first = s->name;
		if (n < sizeof(text))
			n += snprintf(text + n, sizeof(text) - n,
				      "%s%s in %s() line %u waits for %s",
				      n ? "; " : "",
				      thread_names[program->thread[t].name],
				      s->site->func, s->site->line, s->name);
	}
	finding("locking", "deadlock", first ? first : "nobody-runs", "%s",
		text);
}

void seam_wait(const void *object, const char *name, unsigned int holders,
	       const struct site *site)
{
	struct thread_state *self = &threads[seam_thread];
	int next;

	/* A single thread waits for something that nobody will bring about. */
	if (unlikely(!seam_concurrent))
		finding("locking", site->func, "waits-for-ever",
			"%s() waits for %s, and there is nobody else",
			site->func, name);
	self->state = WAITING;
	self->object = object;
	self->name = name;
	self->site = site;
	self->holders = holders;
	check_cycle();
	next_point();
	if (unlikely(observer)) {
		observer->wait(seam_thread, name, site);
		observer->point(seam_thread, POINT_OF(now), SEAM_WAIT, object,
				site);
	}
	next = next_runnable(seam_thread);
	if (unlikely(next < 0))
		all_wait();
	go_to(decide(next, true));
}

void seam_wake(const void *object)
{
	unsigned int t;

	for (t = 0; t < NR_ALL; t++) {
		struct thread_state *s = &threads[t];

		if (s->state != WAITING || s->object != object)
			continue;
		s->state = RUNNABLE;
		/* The highest priority always runs. */
		if (strategy == STRATEGY_PCT &&
		    s->priority > threads[seam_thread].priority)
			countdown = 1;
	}
}

/* --- threads --- */

static void thread_end(void)
{
	int next;

	threads[seam_thread].state = IDLE;
	seam_release(&over);
	next_point();
	if (unlikely(observer))
		observer->point(seam_thread, POINT_OF(now), SEAM_END, NULL,
				HERE);
	next = next_runnable(seam_thread);
	if (next >= 0) {
		go_to(decide(next, true));
		return;
	}
	for (next = 0; next < (int)nr_threads; next++)
		if (threads[next].state == WAITING)
			all_wait();
	if (seam_thread == RCU_THREAD || !rcu_pending())
		fiber_switch(&threads[seam_thread].fiber, &main_fiber);
	else
		finding("locking", "rcu", "stall",
			"a grace period never ends: a reader never left");
}

static void thread_main(void)
{
	fiber_begin(&threads[seam_thread].fiber);
	for (;;) {
		seam_acquire(&begun);
		threads[seam_thread].state = RUNNABLE;
		if (seam_thread == RCU_THREAD)
			rcu_run();
		else
			thread_body(seam_thread);
		thread_end();
	}
}

static void prepare(unsigned int t)
{
	struct thread_state *s = &threads[t];

	if (!s->prepared)
		fiber_prepare(&s->fiber, thread_main);
	s->prepared = true;
	s->state = t == RCU_THREAD ? IDLE : RUNNABLE;
	s->pending = NULL;
}

bool sched_run(const struct program *p, unsigned int nr,
	       void (*body)(unsigned int thread))
{
	unsigned int t, first;

	if (!main_fiber.stack)
		fiber_main(&main_fiber);
	program = p;
	thread_body = body;
	nr_threads = nr;
	for (t = 0; t < NR_ALL; t++)
		if (t < nr || t == RCU_THREAD)
			prepare(t);
		else
			threads[t].state = IDLE;
	nr_record = 0;
	run_number++;
	now = 0;
	steps = 0;
	left = false;
	seam_thread = 0;
	strategy_begin();
	if (unlikely(seam_watched))
		hb_begin();
	seam_release(&begun);
	first = decide(0, true);
	if (unlikely(observer))
		observer->switched(first, first, 0, 0);
	seam_thread = first;
	seam_concurrent = true;
	fiber_switch(&main_fiber, &threads[first].fiber);
	seam_concurrent = false;
	seam_thread = 0;
	seam_acquire(&over);
	last_steps = steps ? steps : 1;
	program_points = POINT_OF(now);
	return !left;
}

_Noreturn void sched_leave(void)
{
	unsigned int t, self = seam_thread;

	/* What they were in the middle of is nobody's any more. */
	for (t = 0; t < NR_ALL; t++)
		if (threads[t].state != IDLE || t == self)
			threads[t].prepared = false;
	left = true;
	seam_release(&over);
	fiber_switch(&threads[self].fiber, &main_fiber);
	__builtin_unreachable();
}

unsigned int sched_points(void)
{
	return POINT_OF(now);
}

int sched_default(void)
{
	return runnable(seam_thread) ? (int)seam_thread :
				       next_runnable(seam_thread);
}

unsigned int sched_runnable(void)
{
	unsigned int t, mask = 0;

	for (t = 0; t < NR_ALL; t++)
		if (runnable(t))
			mask |= 1U << t;
	return mask;
}

void sched_record(struct program *p)
{
	memset(p->preemption, 0, sizeof(p->preemption));
	memcpy(p->preemption, record, nr_record * sizeof(record[0]));
	p->nr_preemptions = nr_record;
}

void sched_observe(const struct sched_observer *o)
{
	observer = o;
}
