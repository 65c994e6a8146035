// SPDX-License-Identifier: GPL-2.0-only
/*
 * Records what calls return, each with the object that it is about, and checks
 * it: see history.h. With one call at a time, which is most of them, there is
 * nothing to record.
 */
#include <drivers-mock/mock.h>
#include <finding.h>
#include <peek.h>
#include <harness/oracle/history.h>

static const struct model *model;
static struct spec_world world;

static struct object {
	struct spec_states states; /* when no call was in flight last */
	uint8_t nr_calls;	   /* since then, by when they returned */
	bool lost;		   /* nothing can be said of them */
} objects[SPEC_OBJECTS];
static struct lin_call log[MAX_GROUPS][LIN_CALLS];

/* Which of them have calls. */
static unsigned int touched;

/* The clock ticks at each call and each return. */
static unsigned int now, in_flight;

/* The call that a thread is in. */
static struct flight {
	struct lin_call call;
	uint8_t leave; /* devices that may leave their groups by it */
} flight[SEAM_THREADS];

/* Devices that have joined their groups as far as was recorded. */
static uint8_t members;

/*
 * When a device was first added, or walked over, that has not joined yet; 0, from
 * the beginning.
 */
static unsigned int joining_since[MAX_DEVICES];

/* What could not be explained, for history_print(). */
static int violated;
static struct lin_result result;

/* --- states --- */

/* What the core and the callers know of group @n when no call is in flight. */
static struct spec observe_group(unsigned int n)
{
	const struct model_group *g = &model->group[n];
	struct iommu_group *group = NULL;
	struct spec s = { .word = 0 };
	unsigned int i;

	for (i = 0; i < model->world->nr_devices; i++) {
		const struct model_device *d = &model->dev[i];

		if (d->desc.group != n || !d->dev)
			continue;
		s.bound |= d->bound << i;
		s.members |= !!d->dev->iommu_group << i;
		if (d->dev->iommu_group)
			group = d->dev->iommu_group;
	}
	if (!group)
		return s;
	s.owner = g->owner;
	s.users = peek_owner_cnt(group);
	s.types = spec_type_of(peek_default_domain(group));
	if (g->attached != MODEL_NONE)
		s.domain = SPEC_SLOT(g->attached);
	else if (g->owner)
		s.domain = SPEC_BLOCKING;
	for (i = 0; i <= MAX_PASID; i++)
		s.pasids |= (g->pasid[i] != MODEL_NONE) << i;
	return s;
}

static void observe(unsigned int n)
{
	struct object *o = &objects[n];

	o->states.nr = 1;
	if (n < MAX_GROUPS)
		o->states.state[0] = observe_group(n);
	else if (n < SPEC_NOTHING)
		o->states.state[0].mapped = model->dom[n - MAX_GROUPS].mapped;
}

void history_reset(void)
{
	now = in_flight = touched = 0;
	memset(joining_since, 0, sizeof(joining_since));
	violated = -1;
}

void history_begin(const struct model *m)
{
	unsigned int n;

	model = m;
	spec_describe(&world, m);
	for (n = 0; n < SPEC_OBJECTS; n++) {
		objects[n].nr_calls = 0;
		objects[n].lost = false;
		objects[n].states.nr = 1;
	}
	/* Domains have no state before they are allocated. */
	members = 0;
	for (n = 0; n < m->world->nr_groups; n++) {
		observe(n);
		members |= objects[n].states.state[0].members;
	}
}

/* --- what cannot be --- */

static void describe_result(long ret, char *buf, size_t len)
{
	snprintf(buf, len, "%s", ret < 0 ? errno_name(ret) : "success");
}

/* @c came after whatever brought the object to @s. */
static noinline __cold void model_finding(const struct spec *s,
					  const struct lin_call *c)
{
	struct spec_result r = spec_expect(&world, s, &c->op);
	char got[24], cause[64], want[24];
	const char *word = op_info[c->op.code].word;

	describe_result(c->ret, got, sizeof(got));
	describe_result(r.value, want, sizeof(want));
	if (r.refused)
		snprintf(want, sizeof(want), "refused");
	snprintf(cause, sizeof(cause), "%s-not-%s", got, want);
	if (r.any || (!r.refused && r.value == c->ret))
		snprintf(cause, sizeof(cause), "impossible");
	oracle_threads[seam_thread].index = c->index;
	if (r.refused)
		finding("model", word, cause,
			"%s returned %ld, the model says that it is refused",
			word, c->ret);
	finding("model", word, cause, "%s returned %ld, the model says %ld",
		word, c->ret, r.value);
}

static bool overlap(unsigned int n)
{
	unsigned int i;

	for (i = 1; i < objects[n].nr_calls; i++)
		if (log[n][i].thread != log[n][0].thread)
			return true;
	return false;
}

static noinline __cold void lin_finding(unsigned int n)
{
	const struct lin_call *c = &log[n][result.failed];
	char cause[24], text[64];

	violated = n;
	describe_result(c->ret, cause, sizeof(cause));
	op_format(&c->op, text, sizeof(text));
	oracle_threads[seam_thread].index = c->index;
	finding("linearizable", op_info[c->op.code].word, cause,
		"%s returned %ld, which no order of the calls explains", text,
		c->ret);
}

/* --- checking --- */

/* @c came by itself: whatever is left of the object's states. */
static void check_alone(struct object *o, const struct lin_call *c)
{
	struct spec *state = o->states.state;
	unsigned int i, nr = 0;

	for (i = 0; i < o->states.nr; i++) {
		state[nr] = state[i];
		nr += spec_apply(&world, &state[nr], &c->op, c->ret,
				 c->faulted);
	}
	if (likely(nr)) {
		o->states.nr = nr;
		return;
	}
	if (finding_wanted("model"))
		model_finding(&state[0], c);
	observe(o - objects);
}

static void copy_states(struct spec_states *to, const struct spec_states *from)
{
	to->nr = from->nr;
	for (unsigned int i = 0; i < to->nr; i++)
		to->state[i] = from->state[i];
}

static void check_overlap(unsigned int n)
{
	struct object *o = &objects[n];

	if (lin_check(&world, log[n], o->nr_calls, &o->states, &result)) {
		if (result.lost)
			observe(n);
		else
			copy_states(&o->states, &result.states);
		return;
	}
	if (!overlap(n) && finding_wanted("model"))
		model_finding(&result.last, &log[n][result.failed]);
	if (overlap(n) && finding_wanted("linearizable"))
		lin_finding(n);
	observe(n);
}

static void check(unsigned int n)
{
	struct object *o = &objects[n];

	if (o->lost)
		observe(n);
	else if (o->nr_calls == 1)
		check_alone(o, &log[n][0]);
	else
		check_overlap(n);
	o->nr_calls = 0;
	o->lost = false;
}

static void check_all(void)
{
	for (; touched; touched &= touched - 1)
		check(__builtin_ctz(touched));
}

/* --- recording --- */

/*
 * Callers allocate, map, unmap and free a domain one call after the other
 * (harness/world/calls.c).
 */
static bool by_itself(unsigned int n)
{
	return n >= MAX_GROUPS || (!in_flight && !(touched >> n & 1));
}

/* Nothing can be said of group @n until it is at rest. */
static void lose(unsigned int n)
{
	objects[n].lost = true;
	touched |= 1U << n;
}

static void record(const struct lin_call *c)
{
	const unsigned int n = spec_object(&world, &c->op);
	struct object *o = &objects[n];

	if (by_itself(n)) {
		check_alone(o, c);
		return;
	}
	touched |= 1U << n;
	if (o->nr_calls == LIN_CALLS)
		lose(n);
	else
		log[n][o->nr_calls++] = *c;
}

static void record_device(const struct lin_call *of, unsigned int code,
			  unsigned int dev, bool faulted)
{
	struct lin_call c = *of;

	c.op = (struct op){ .code = code, .arg = { dev } };
	c.ret = 0;
	c.faulted = faulted;
	record(&c);
}

static bool grouped(unsigned int dev)
{
	return model->dev[dev].dev && model->dev[dev].dev->iommu_group;
}

/*
 * Device @dev may have been in its group for a while, which is seen by who looks
 * whether another one is alone there; nothing promises that it was not.
 */
static void record_passed(const struct lin_call *of, unsigned int dev)
{
	if (by_itself(world.group[dev]))
		return;
	record_device(of, OP_ADD, dev, true);
	record_device(of, OP_REMOVE, dev, false);
}

/* The probe of device @dev has failed, which may go by steps. */
static void record_failed(const struct lin_call *of, unsigned int dev)
{
	if (world.tree.probe_in_steps)
		record_passed(of, dev);
}

/*
 * A group whose last members are about to leave is not joined any more: devices
 * that come get a new one of the same name, and both have users for a while.
 */
static bool has_namesake(unsigned int dev)
{
	unsigned int i;

	for (i = 0; i < model->world->nr_devices; i++)
		if (grouped(i) && world.group[i] == world.group[dev] &&
		    model->dev[i].dev->iommu_group !=
			    model->dev[dev].dev->iommu_group)
			return true;
	return false;
}

/* Whether @thread registers an IOMMU, and its walk is at device @dev. */
static bool probing(unsigned int thread, unsigned int dev)
{
	return model->walk[thread].begun &&
	       bus_visited(thread) == model->dev[dev].dev;
}

/*
 * Whether a walk has just put device @dev into @group, and may take it out again,
 * should the probe fail: before it lets go of the group's lock, if it does not go
 * by steps. What no walk is at joined by itself.
 */
static bool passing(const struct iommu_group *group, unsigned int dev)
{
	const unsigned int holder = peek_holder(group);
	unsigned int t;

	if (!world.tree.probe_in_steps)
		return holder && probing(holder - 1, dev);
	for (t = 0; t < SEAM_THREADS; t++)
		if (probing(t, dev))
			return true;
	return false;
}

/*
 * Whether device @dev is in its group, and not only has one: a walk that is at
 * it may have got no further, unless an add of it has returned since.
 */
static bool joined(unsigned int dev)
{
	const struct device *d = model->dev[dev].dev;

	return grouped(dev) && peek_is_member(d->iommu_group, d) &&
	       (members >> dev & 1 || !passing(d->iommu_group, dev));
}

static void record_add(const struct lin_call *of, unsigned int dev)
{
	if (joined(dev)) {
		if (has_namesake(dev))
			lose(world.group[dev]);
		members |= 1U << dev;
		record_device(of, OP_ADD, dev, of->faulted);
	} else {
		record_failed(of, dev);
	}
}

/* @of as a part of the walk that device @dev may have joined by since. */
static struct lin_call since(const struct lin_call *of, unsigned int dev)
{
	struct lin_call walk = *of;

	walk.invoked = joining_since[dev];
	return walk;
}

static void record_remove(const struct lin_call *of, unsigned int dev)
{
	/* A walk that has not returned yet found it a group. */
	if (!(members >> dev & 1)) {
		const struct lin_call walk = since(of, dev);

		record_device(&walk, OP_ADD, dev, true);
	}
	members &= ~(1U << dev);
	record_device(of, OP_REMOVE, dev, false);
}

/*
 * A walk finds groups for devices that were there when it began, and for those
 * that have come since and were not probed when they did, also if they are about
 * to leave; and at the end of it groups have their default domains.
 */
static void record_walk(const struct lin_call *of)
{
	struct lin_call c = *of;
	unsigned int n;

	for (n = 0; n < model->world->nr_devices; n++)
		if (!(members >> n & 1) &&
		    (model->dev[n].settled ||
		     (model->dev[n].leaving && joined(n))))
			record_add(of, n);
	c.op = (struct op){ .code = OP_REGISTER };
	for (n = 0; n < model->world->nr_groups; n++) {
		c.op.arg[0] = n;
		record(&c);
	}
}

/* Whether device @dev may join a group whose owner it is not asked for. */
static bool joins_owned(unsigned int dev)
{
	return !(world.tree.direct_excludes_owner && world.direct >> dev & 1);
}

static void record_topology(const struct lin_call *c)
{
	unsigned int left = flight[seam_thread].leave;

	/* A walk that has returned meanwhile may have found it a group. */
	if (c->op.code == OP_REMOVE)
		left |= members & 1U << c->op.arg[0];
	if (c->op.code == OP_ADD)
		record_add(c, c->op.arg[0]);
	else if (c->op.code == OP_REGISTER || c->op.code == OP_LOAD)
		record_walk(c);
	/* A walk may have found it a group before, if it could join. */
	else if (c->op.code == OP_REMOVE && !left &&
		 joins_owned(c->op.arg[0])) {
		const struct lin_call walk = since(c, c->op.arg[0]);

		record_passed(&walk, c->op.arg[0]);
	}
	for (; left; left &= left - 1)
		if (!grouped(__builtin_ctz(left)))
			record_remove(c, __builtin_ctz(left));
}

static bool is_topology(const struct op *op)
{
	return op->code == OP_ADD || op->code == OP_REMOVE ||
	       op->code == OP_REGISTER || op->code == OP_LOAD ||
	       op->code == OP_UNLOAD;
}

/* Of devices that have not joined, and are not known to be about to. */
static void note_walk(void)
{
	unsigned int n;

	for (n = 0; n < model->world->nr_devices; n++)
		if (model->dev[n].settled && !(members >> n & 1) &&
		    !model_coming(model, n))
			joining_since[n] = now;
}

/* Devices that @op may take out of their groups. */
static uint8_t leaving(const struct op *op)
{
	unsigned int n, mask = 0;

	if (op->code != OP_REMOVE && op->code != OP_UNLOAD)
		return 0;
	for (n = 0; n < model->world->nr_devices; n++)
		mask |= joined(n) << n;
	return op->code == OP_REMOVE ? mask & 1 << op->arg[0] : mask;
}

void history_call(const struct op *op, int index)
{
	struct flight *f = &flight[seam_thread];

	in_flight++;
	f->call.op = *op;
	f->call.thread = seam_thread;
	f->call.within = op->code;
	f->call.index = index;
	f->call.invoked = ++now;
	if (is_topology(op))
		f->leave = leaving(op);
	if (op->code == OP_REGISTER || op->code == OP_LOAD)
		note_walk();
	else if (op->code == OP_ADD)
		joining_since[op->arg[0]] = now;
}

void history_return(long ret, bool faulted)
{
	struct lin_call *c = &flight[seam_thread].call;

	c->ret = ret;
	c->faulted = faulted;
	c->returned = ++now;
	in_flight--;
	if (is_topology(&c->op))
		record_topology(c);
	else
		record(c);
	if (!in_flight)
		check_all();
}

unsigned int history_now(void)
{
	return ++now;
}

void history_part(const struct op *op, long ret, bool faulted,
		  unsigned int invoked)
{
	struct lin_call c;

	if (!in_flight)
		return;
	c = flight[seam_thread].call;
	c.op = *op;
	c.ret = ret;
	c.faulted = faulted;
	c.invoked = invoked;
	c.returned = ++now;
	record(&c);
}

struct spec_states *history_states(unsigned int n)
{
	return &objects[n].states;
}

/* --- for a reader --- */

#define BAR 40

static void print_call(const struct lin_call *c, FILE *f)
{
	char text[64];

	op_format(&c->op, text, sizeof(text));
	fprintf(f, "%s = ", text);
	if (c->ret < 0)
		fprintf(f, "-%s", errno_name(c->ret));
	else
		fprintf(f, "%ld", c->ret);
	if (c->within != c->op.code)
		fprintf(f, " (in %s)", op_info[c->within].word);
	if (c->faulted)
		fputs(", faulted", f);
}

/* Time goes to the right: "  |----|  ", from the call to its return. */
static void print_bar(const struct lin_call *c, unsigned int from,
		      unsigned int to, FILE *f)
{
	const unsigned int all = to - from;
	const unsigned int wide = all < BAR ? all : BAR;
	const unsigned int begin = (c->invoked - from) * wide / all;
	const unsigned int end = (c->returned - from) * wide / all;
	unsigned int i;

	for (i = 0; i <= wide; i++)
		fputc(i == begin || i == end ? '|' :
		      i > begin && i < end   ? '-' :
					       ' ',
		      f);
}

static void print_calls(const struct program *p, FILE *f)
{
	const struct lin_call *calls = log[violated];
	const unsigned int nr = objects[violated].nr_calls;
	unsigned int i, from = -1U;

	for (i = 0; i < nr; i++)
		if (calls[i].invoked < from)
			from = calls[i].invoked;
	for (i = 0; i < nr; i++) {
		fprintf(f, "  %-8s ", program_thread_name(p, calls[i].thread));
		print_bar(&calls[i], from, calls[nr - 1].returned, f);
		fputs("  ", f);
		print_call(&calls[i], f);
		fputs(i == result.failed ? "   <--\n" : "\n", f);
	}
}

static void print_explained(FILE *f)
{
	char state[64];
	unsigned int i;

	for (i = 0; i < result.nr_order; i++) {
		fputs("  ", f);
		print_call(&log[violated][result.order[i]], f);
		fputc('\n', f);
	}
	spec_format(&result.last, state, sizeof(state));
	fprintf(f, "  -- %s\n", state);
}

void history_print(const struct program *p, FILE *f)
{
	char state[64];

	if (violated < 0)
		return;
	spec_format(&objects[violated].states.state[0], state, sizeof(state));
	fprintf(f, "\nhistory of g%d: %s\n", violated, state);
	print_calls(p, f);
	fputs("what can be explained until <-- returns, in this order:\n", f);
	print_explained(f);
}
