// SPDX-License-Identifier: GPL-2.0-only
/*
 * Makes events of what the world, the scheduler and the locks tell; see
 * events.h. Nothing here depends on an address or on time, so that the same
 * program gives the same events in each process and each build.
 */
#include <harness/world/events.h>
#include <drivers-mock/mock.h>
#include <fault.h>
#include <lock.h>
#include <string.h>

static const struct program *program;
static const struct model *model;
static void (*sinks[2])(const struct event *e);
static struct event_thread threads[SEAM_THREADS];
static unsigned int now_point, now_access, current;

const struct event_thread *event_thread(unsigned int thread)
{
	return &threads[thread];
}

static void tell(struct event *e)
{
	unsigned int i;

	e->thread = current;
	e->point = now_point;
	e->access = now_access;
	e->model = model;
	for (i = 0; i < 2; i++)
		if (sinks[i])
			sinks[i](e);
}

/* --- places --- */

/* Ours has line numbers that tell nobody anything. */
bool event_in_core(const struct site *site)
{
	return strncmp(site->file, "core/", 5) &&
	       strncmp(site->file, "harness/", 8) &&
	       strncmp(site->file, "drivers-mock/", 13);
}

void event_place(const struct site *site, char *buf, size_t len)
{
	const char *slash = strrchr(site->file, '/');

	if (event_in_core(site))
		snprintf(buf, len, "%s() %s:%u", site->func,
			 slash ? slash + 1 : site->file, site->line);
	else
		snprintf(buf, len, "%s()", site->func);
}

void event_print_end(const struct event *e, FILE *f)
{
	if (e->verdict->message[0])
		fprintf(f, "ends here, which is left out: %s\n",
			e->verdict->message);
	fprintf(f, "no finding\n");
}

void event_point(unsigned int thread, char *buf, size_t len)
{
	const struct event_thread *t = &threads[thread];
	const char *when = t->past		  ? "past" :
			   t->kind == SEAM_UNLOCK ? "after" :
						    "before";
	char place[128], core[128];

	if (!t->site || t->kind == SEAM_OP) {
		snprintf(buf, len,
			 t->in_op ? "at its beginning" :
				    "before its next operation");
		return;
	}
	event_place(t->site, place, sizeof(place));
	if (t->site->call)
		snprintf(buf, len, "%s %s, %s", when, t->site->call, place);
	else
		snprintf(buf, len, "in %s", place);
	if (event_in_core(t->site) || !t->core)
		return;
	event_place(t->core, core, sizeof(core));
	snprintf(buf + strlen(buf), len - strlen(buf), ", past %s", core);
}

/* --- what the scheduler and the locks tell --- */

/* An operation that has to wait before it may run has begun for the reader. */
static void begin_op(const struct op *op)
{
	struct event_thread *t = &threads[current];
	struct event e = { .kind = EVENT_OP, .op = op, .text = "callbacks" };
	char text[64];

	if (t->in_op)
		return;
	t->in_op = true;
	t->core = NULL;
	e.index = op ? op - program->op : -1;
	if (op) {
		op_format(op, text, sizeof(text));
		e.text = text;
	}
	if (program->nr_threads == 1)
		now_point = e.index;
	tell(&e);
}

/* Who has taken @object, if it is a lock, and where. */
static int holder(const void *object, const struct site **site)
{
	unsigned int i, n;

	for (i = 0; i < SEAM_THREADS; i++) {
		for (n = 0; n < threads[i].nr_held; n++) {
			if (threads[i].held[n].lock != object)
				continue;
			*site = threads[i].held[n].site;
			return i;
		}
	}
	return -1;
}

/* Its point comes next. */
static void on_wait(unsigned int thread, const char *name,
		    const struct site *site)
{
	(void)site;
	threads[thread].waits_for = name;
	if (thread < program->nr_threads)
		begin_op(&program->op[oracle_threads[thread].index]);
}

static void on_point(unsigned int thread, unsigned int point,
		     enum seam_kind kind, const void *object,
		     const struct site *site)
{
	struct event_thread *t = &threads[thread];
	struct event e = { .site = site };

	now_point = t->point = point;
	now_access = 0;
	t->kind = kind;
	t->past = false;
	t->stopped = kind == SEAM_WAIT || kind == SEAM_END;
	if (kind != SEAM_END)
		t->site = site;
	if (event_in_core(site))
		t->core = site;
	if (kind == SEAM_WAIT) {
		e.kind = EVENT_WAIT;
		e.text = t->waits_for;
		e.other = holder(object, &e.site);
		tell(&e);
	} else if (kind == SEAM_END && t->in_op) {
		/* Only the RCU thread ends within what it does. */
		t->in_op = false;
		e.kind = EVENT_RETURN;
		tell(&e);
	}
}

static void on_switch(unsigned int from, unsigned int to, unsigned int point,
		      unsigned int access)
{
	struct event e = { .kind = EVENT_SWITCH, .other = from };

	/* After one that cannot go on comes another, whoever decides. */
	e.decided = from == to		  ? to != 0 :
		    threads[from].stopped ? (int)to != sched_default() :
					    true;
	now_point = point;
	now_access = access;
	threads[from].past |= access;
	current = to;
	tell(&e);
	threads[to].begun = true;
	threads[to].stopped = false;
	if (to == THREAD_RCU)
		begin_op(NULL);
}

static void on_lock(const struct lock *lock, const struct site *site,
		    bool taken)
{
	struct event_thread *t = &threads[current];
	struct event e = { .lock = lock, .text = lock->name, .site = site };
	unsigned int i;

	if (!t->in_op)
		return;
	if (taken && t->nr_held < EVENT_MAX_HELD)
		t->held[t->nr_held++] =
			(struct event_held){ lock, lock->name, site };
	for (i = 0; !taken && i < t->nr_held; i++) {
		if (t->held[i].lock != lock)
			continue;
		t->nr_held--;
		memmove(&t->held[i], &t->held[i + 1],
			(t->nr_held - i) * sizeof(t->held[0]));
	}
	e.kind = taken ? EVENT_LOCK : EVENT_UNLOCK;
	tell(&e);
}

/* The world may not stand yet. */
static void on_fault(enum fault_kind kind, const struct site *site)
{
	struct event e = {
		.kind = EVENT_FAULT,
		.text = fault_names[kind],
		.site = site,
	};

	tell(&e);
}

/* --- what the world tells --- */

static void on_begin(const struct model *m)
{
	struct event e = { .kind = EVENT_BEGIN };

	model = m;
	tell(&e);
}

static void on_before(const struct model *m, const struct op *op)
{
	(void)m;
	begin_op(op);
}

static void format_result(const struct op *op, long ret, char *buf, size_t len)
{
	bool dma = op->code == OP_DMA || op->code == OP_DMA_PASID;

	if (dma && ret == -EFAULT)
		snprintf(buf, len, "= fault");
	else if (dma)
		snprintf(buf, len, "= 0x%lx", ret);
	else if (ret < 0)
		snprintf(buf, len, "= -%s", errno_name(ret));
	else
		snprintf(buf, len, "= %ld", ret);
}

static void on_op(const struct model *m, const struct op *op, long ret,
		  const char *skip)
{
	struct event e = { .kind = EVENT_RETURN, .op = op };
	char text[256];

	(void)m;
	if (skip)
		snprintf(text, sizeof(text), "skipped: %s", skip);
	else
		format_result(op, ret, text, sizeof(text));
	e.text = text;
	e.skipped = skip;
	e.at_rest = !call_in_flight();
	if (program->nr_threads == 1)
		now_point = op - program->op + 1;
	threads[current].in_op = false;
	tell(&e);
}

/* --- an execution --- */

bool events_run(const struct program *p, struct verdict *v,
		void (*first)(const struct event *e),
		void (*second)(const struct event *e))
{
	static const struct sched_observer sched = {
		.point = on_point,
		.wait = on_wait,
		.switched = on_switch,
	};
	static const struct observer world = {
		.begin = on_begin,
		.before = on_before,
		.op = on_op,
	};
	struct event e = { .text = NULL };
	unsigned int t;
	bool clean;

	program = p;
	sinks[0] = first;
	sinks[1] = second;
	now_point = now_access = current = 0;
	memset(threads, 0, sizeof(threads));
	for (t = 0; t < SEAM_THREADS; t++)
		if (t < p->nr_threads || t == THREAD_RCU)
			threads[t].name = program_thread_name(p, t);
	sched_observe(&sched);
	lock_watcher = on_lock;
	fault_watcher = on_fault;
	clean = world_run(p, v, &world);
	lock_watcher = NULL;
	fault_watcher = NULL;
	sched_observe(NULL);
	e.kind = clean ? EVENT_END : EVENT_FINDING;
	e.verdict = v;
	/* Another thread may have run since a sanitizer reported it. */
	for (t = 0; !clean && v->op >= 0 && t < p->nr_threads; t++)
		if (v->op - p->thread[t].first < p->thread[t].nr &&
		    v->op >= p->thread[t].first)
			current = t;
	tell(&e);
	return clean;
}
