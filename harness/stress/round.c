// SPDX-License-Identifier: GPL-2.0-only
/*
 * A round: what is everybody's, what is whose, the calls, and how the world is
 * found afterwards.
 */
#include <drivers-mock/mock.h>
#include <fault.h>
#include <peek.h>
#include <harness/oracle/history.h>
#include <harness/oracle/sanitizers.h>
#include <harness/stress/actor.h>

/* --- calls --- */

static const struct iommu_domain *domain_of(const struct actor *a,
					    unsigned int slot)
{
	return a->m.dom[slot].domain;
}

static struct owned *owned_of(const struct actor *a, unsigned int n)
{
	return &a->shard->owned[n];
}

/* The group that @op takes, gives back or changes the domain of; -1: none. */
static int group_of(const struct actor *a, const struct op *op)
{
	switch (op->code) {
	case OP_CLAIM:
	case OP_RELEASE:
		return op->arg[0];
	case OP_ATTACH:
	case OP_REPLACE:
	case OP_DETACH:
		return op->arg[1];
	case OP_CLAIM_DEV:
	case OP_RELEASE_DEV:
		return a->m.dev[op->arg[0]].desc.group;
	case OP_ATTACH_DEV:
	case OP_DETACH_DEV:
		return a->m.dev[op->arg[1]].desc.group;
	default:
		return -1;
	}
}

static const struct iommu_domain *attached_to(const struct actor *a, int n)
{
	int slot = a->m.group[n].attached;

	return slot == MODEL_NONE ? NULL : domain_of(a, slot);
}

/*
 * What is about to be taken from this thread is not its own any more; what it
 * is about to put there may be met.
 */
static void before_call(struct actor *a, const struct op *op, int n)
{
	if (op->code == OP_FREE)
		handle_remove(domain_of(a, op->arg[0]));
	if (op->code == OP_MAP || op->code == OP_UNMAP)
		handle_map(domain_of(a, op->arg[0]), true, 0);
	if (n < 0 || !a->m.group[n].owner)
		return;
	if (op->code == OP_RELEASE ||
	    (op->code == OP_RELEASE_DEV && a->m.group[n].users == 1))
		owned_set(owned_of(a, n), false, NULL, NULL);
	else if (op->code == OP_ATTACH || op->code == OP_ATTACH_DEV ||
		 op->code == OP_REPLACE)
		owned_set(owned_of(a, n), true, attached_to(a, n),
			  domain_of(a, op->arg[0]));
}

static void after_call(struct actor *a, const struct op *op, int n)
{
	if (op->code == OP_ALLOC && domain_of(a, op->arg[0]))
		handle_add(domain_of(a, op->arg[0]));
	if (op->code == OP_MAP || op->code == OP_UNMAP)
		handle_map(domain_of(a, op->arg[0]), false,
			   a->m.dom[op->arg[0]].mapped);
	if (n >= 0 && a->m.group[n].owner)
		owned_set(owned_of(a, n), true, attached_to(a, n), NULL);
}

static bool is_in_group(const struct actor *a, const struct op *op)
{
	const struct device *dev = a->m.dev[op->arg[0]].dev;

	return (op->code == OP_ADD || op->code == OP_REMOVE) && dev &&
	       dev->iommu_group;
}

long round_call(struct actor *a, const struct op *op)
{
	struct stress_call *c = &a->log->call[a->log->nr];
	struct oracle_thread *o = &oracle_threads[seam_thread];
	const int n = group_of(a, op);
	bool joined = is_in_group(a, op);
	long ret;

	o->place = op_info[op->code].word;
	o->op = op;
	o->index = a->log->nr;
	before_call(a, op, n);
	fault_begin();
	history_invoked(a, c, op);
	__atomic_store_n(&a->log->nr, a->log->nr + 1, __ATOMIC_RELEASE);
	ret = op_execute(&a->m, op);
	c->joined = op->code == OP_ADD ? is_in_group(a, op) : joined;
	history_returned(a, c, ret);
	after_call(a, op, n);
	locking_check();
	a->calls++;
	rcu_between_calls();
	return ret;
}

/* --- a thread's part of it --- */

static void disarm(void)
{
	unsigned int kind;

	for (kind = 0; kind < NR_FAULTS; kind++)
		fault_arm(kind, 0);
}

void round_run(struct actor *a)
{
	struct op op;

	while (a->log->nr + roles_held(a) + 2 < a->budget && roles_next(a, &op))
		round_call(a, &op);
	/* Whoever gives back what he has cannot do with a failure. */
	disarm();
	while (roles_give_back(a, &op))
		round_call(a, &op);
}

/* --- at rest --- */

/* What hot plug did is everybody's knowledge now. */
static void merge_devices(struct shard *s)
{
	unsigned int i, n;

	for (i = 0; i < s->nr_actors; i++) {
		for (n = 0; n < s->world.nr_devices; n++) {
			if (!(s->actor[i]->mine >> n & 1))
				continue;
			s->m.dev[n].dev = s->actor[i]->m.dev[n].dev;
			s->m.dev[n].settled = s->actor[i]->m.dev[n].settled;
		}
	}
}

/*
 * The last call to return of those about a group: what is wrong at rest goes by
 * its name, as it does when fibers come to rest after each call.
 */
static const char *last_call(const struct stress_window *w)
{
	const struct stress_call *last = NULL, *c;
	unsigned int t;

	for (t = 0; t < w->nr_threads; t++)
		for (c = w->log[t].call; c < w->log[t].call + w->log[t].nr; c++)
			if (spec_object(&w->spec, &c->op) < MAX_GROUPS &&
			    (!last || c->returned > last->returned))
				last = c;
	return last ? op_info[last->op.code].word : "rest";
}

void round_end(struct shard *s)
{
	struct oracle_thread *o = &oracle_threads[seam_thread];
	const struct model *m = oracle_model;

	merge_devices(s);
	memset(s->group, 0, sizeof(s->group));
	o->place = last_call(s->window);
	o->op = NULL;
	o->index = -1;
	oracle_model = &s->m;
	finding_window = s->window;
	agreement_check(&s->m);
	finding_window = NULL;
	oracle_model = m;
	history_check_later(s->window);
	__atomic_fetch_add(&shared->rounds, 1, __ATOMIC_RELAXED);
	__atomic_fetch_add(&oops_execution, 1, __ATOMIC_RELAXED);
}

/* --- getting the next one ready --- */

/* Devices that may go in this round, each to one thread. */
static uint8_t give_devices(struct shard *s)
{
	struct actor *hot[MAX_THREADS];
	unsigned int i, n, nr = 0;
	uint8_t going = 0;

	for (i = 0; i < s->nr_actors; i++) {
		s->actor[i]->mine = s->actor[i]->binds = 0;
		if (s->actor[i]->role == ROLE_HOTPLUG)
			hot[nr++] = s->actor[i];
	}
	for (n = 0; n < s->world.nr_devices; n++) {
		if (!nr || rnd(&s->rnd) % 2)
			continue;
		i = rnd(&s->rnd) % nr;
		hot[i]->mine |= 1 << n;
		hot[i]->binds |= 1 << n;
		going |= 1 << n;
	}
	return going;
}

static bool binds(const struct actor *a)
{
	return a->weight[OP_USE] || a->weight[OP_CLAIM_DEV];
}

/* The driver core binds one driver to a device that stays. */
static void give_bindings(struct shard *s)
{
	struct actor *who[MAX_THREADS];
	unsigned int i, n, nr = 0;

	for (i = 0; i < s->nr_actors; i++)
		if (binds(s->actor[i]))
			who[nr++] = s->actor[i];
	for (n = 0; n < s->world.nr_devices && nr; n++)
		if (s->stay >> n & 1)
			who[rnd(&s->rnd) % nr]->binds |= 1 << n;
}

/* What the actor knows when the round begins. */
static void brief(struct shard *s, struct actor *a)
{
	unsigned int n;

	a->m = s->m;
	for (n = 0; n < s->world.nr_devices; n++) {
		if ((s->stay | a->mine) >> n & 1)
			continue;
		a->m.dev[n].dev = NULL;
		a->m.dev[n].settled = false;
	}
	/* A path in sysfs leads to a group for as long as that is there. */
	for (n = 0; n < s->world.nr_groups && a->role == ROLE_SYSFS; n++) {
		struct iommu_group *group = model_group(&s->m, n);

		if (!group || s->group[n])
			continue;
		a->m.group[n].ref[0] = group;
		a->m.group[n].nr_refs = 1;
	}
	a->log->nr = 0;
	a->stamp = 0;
	a->budget = LIN_CALLS / s->nr_actors;
}

/* The state of group @n, which nobody uses. */
static struct spec state_of(const struct shard *s, unsigned int n)
{
	struct iommu_group *group = model_group(&s->m, n);
	struct spec state = { .word = 0 };
	unsigned int i;

	for (i = 0; i < s->world.nr_devices; i++)
		if (s->m.dev[i].desc.group == n && s->m.dev[i].dev &&
		    s->m.dev[i].dev->iommu_group)
			state.members |= 1 << i;
	if (group)
		state.types = spec_type_of(peek_default_domain(group));
	return state;
}

/* For a program that begins here: which devices are there, which types. */
static void open_window(struct shard *s)
{
	static const uint8_t words[] = { TYPE_IDENTITY, TYPE_DMA, TYPE_DMA_FQ };
	struct stress_window *w = s->window;
	unsigned int n, i;

	w->world = s->world;
	w->nr_threads = s->nr_actors;
	w->nr_before = 0;
	w->checked = 0;
	for (n = 0; n < s->world.nr_devices; n++)
		if (!s->m.dev[n].dev)
			w->world.dev[n].flags |= DEVICE_ABSENT;
		else
			w->world.dev[n].flags &= ~DEVICE_ABSENT;
	for (n = 0; n < s->world.nr_groups; n++) {
		w->from[n] = state_of(s, n);
		/* Of a group that may go nobody knows which one was met. */
		w->checked |= !!s->group[n] << n;
		for (i = 0; i < sizeof(words); i++)
			if (w->from[n].types == 1 << words[i] &&
			    s->types[n] != w->from[n].types)
				w->before[w->nr_before++] =
					(struct op){ OP_WRITE_TYPE,
						     { n, words[i] } };
	}
}

/* A walk over the bus may find device @n a group. */
static bool joins(const struct shard *s, unsigned int n)
{
	return s->walks && s->m.dev[n].dev && !s->m.dev[n].dev->iommu_group;
}

/* Groups with a device that stays, and those in which all do. */
static void find_groups(struct shard *s, uint8_t going)
{
	unsigned int n;

	s->stay = 0;
	s->quiet = (1 << MAX_GROUPS) - 1;
	memset(s->group, 0, sizeof(s->group));
	for (n = 0; n < s->world.nr_devices; n++) {
		const struct model_device *d = &s->m.dev[n];

		if (going >> n & 1 || joins(s, n))
			s->quiet &= ~(1 << d->desc.group);
		if (going >> n & 1 || !d->dev || !d->dev->iommu_group)
			continue;
		s->stay |= 1 << n;
		s->group[d->desc.group] = d->dev->iommu_group;
	}
}

void round_begin(struct shard *s)
{
	unsigned int i;

	find_groups(s, give_devices(s));
	give_bindings(s);
	for (i = 0; i < MAX_GROUPS; i++)
		s->owned[i] = (struct owned){ 0 };
	open_window(s);
	/* A walk joins devices to groups when nobody knows. */
	if (s->walks)
		s->window->checked &= s->quiet;
	for (i = 0; i < s->nr_actors; i++)
		brief(s, s->actor[i]);
}
