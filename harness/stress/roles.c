// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who calls: roles, each a choice of operations with weights, of which a world
 * draws some anew (swarm testing: Groce et al., ISSTA 2012). The contract is
 * kept by construction. What a call needs is its thread's own, and the thread
 * asks contract.c with what it knows itself; what two threads must not do to the
 * same device at the same time is given to one of them for a round.
 */
#include <drivers-mock/mock.h>
#include <harness/stress/actor.h>

struct choice {
	uint8_t op, weight;
};

static const struct {
	uint8_t name; /* index into thread_names[] */
	struct choice choice[16];
} roles[NR_ROLES] = {
	[ROLE_VFIO] = { 0,
			{ { OP_CLAIM, 8 },
			  { OP_RELEASE, 4 },
			  { OP_ALLOC, 6 },
			  { OP_FREE, 3 },
			  { OP_ATTACH, 8 },
			  { OP_DETACH, 5 },
			  { OP_MAP, 4 },
			  { OP_UNMAP, 2 },
			  { OP_DMA, 3 } } },
	[ROLE_IOMMUFD] = { 2,
			   { { OP_CLAIM_DEV, 8 },
			     { OP_CLAIM, 2 },
			     { OP_RELEASE_DEV, 3 },
			     { OP_RELEASE, 1 },
			     { OP_ALLOC, 6 },
			     { OP_FREE, 3 },
			     { OP_ATTACH, 5 },
			     { OP_ATTACH_DEV, 2 },
			     { OP_REPLACE, 5 },
			     { OP_DETACH, 4 },
			     { OP_DETACH_DEV, 1 },
			     { OP_ATTACH_PASID, 4 },
			     { OP_DETACH_PASID, 3 },
			     { OP_MAP, 2 },
			     { OP_UNMAP, 1 },
			     { OP_DMA_PASID, 2 } } },
	[ROLE_KERNEL] = { 1,
			  { { OP_USE, 8 },
			    { OP_UNUSE, 6 },
			    { OP_ALLOC, 2 },
			    { OP_FREE, 1 },
			    { OP_ATTACH, 2 },
			    { OP_DETACH, 1 },
			    { OP_ATTACH_DEV, 2 },
			    { OP_DETACH_DEV, 1 },
			    { OP_DEFERRED_ATTACH, 4 },
			    { OP_DMA, 2 } } },
	[ROLE_SYSFS] = { 3,
			 { { OP_WRITE_TYPE, 6 },
			   { OP_READ_TYPE, 3 },
			   { OP_READ_RESV, 3 } } },
	[ROLE_HOTPLUG] = { 4,
			   { { OP_REMOVE, 8 },
			     { OP_ADD, 8 },
			     { OP_USE, 2 },
			     { OP_UNUSE, 2 },
			     { OP_CLAIM_DEV, 2 },
			     { OP_RELEASE_DEV, 1 } } },
	[ROLE_DMA] = { 7, { { OP_DMA, 8 }, { OP_DMA_PASID, 2 } } },
	[ROLE_ADMIN] = { 6,
			 { { OP_REGISTER, 4 },
			   { OP_UNREGISTER, 3 },
			   { OP_GET, 2 },
			   { OP_PUT, 2 } } },
};

/* --- drawing roles --- */

/* A quarter of the operations are left out, and some come more often. */
static void draw_weights(struct actor *a)
{
	const struct choice *c;

	memset(a->weight, 0, sizeof(a->weight));
	a->total = 0;
	for (c = roles[a->role].choice;
	     c < roles[a->role].choice + 16 && c->weight; c++) {
		static const uint8_t factors[] = { 0, 1, 1, 4 };

		a->weight[c->op] = c->weight * factors[rnd(&a->rnd) % 4];
		a->total += a->weight[c->op];
	}
	if (rnd(&a->rnd) % 4 == 0 && a->role != ROLE_DMA) {
		a->weight[OP_FAULT] = 1 + a->total / 8;
		a->total += a->weight[OP_FAULT];
	}
	if (a->total)
		return;
	c = roles[a->role].choice;
	a->weight[c->op] = a->total = c->weight;
}

/* Mostly those that own and bind; one is an administrator where there is one. */
void roles_draw(struct shard *s)
{
	static const uint8_t drawn[] = {
		ROLE_VFIO,    ROLE_VFIO,    ROLE_VFIO,	  ROLE_IOMMUFD,
		ROLE_IOMMUFD, ROLE_IOMMUFD, ROLE_KERNEL,  ROLE_KERNEL,
		ROLE_KERNEL,  ROLE_HOTPLUG, ROLE_HOTPLUG, ROLE_SYSFS,
		ROLE_SYSFS,   ROLE_DMA,
	};
	unsigned int i;

	for (i = 0; i < s->nr_actors; i++) {
		struct actor *a = s->actor[i];

		a->role = drawn[rnd(&s->rnd) % sizeof(drawn)];
		if (s->walks && !i && s->nr_actors > 1)
			a->role = ROLE_ADMIN;
		a->log->name = roles[a->role].name;
		draw_weights(a);
	}
}

/* --- drawing calls --- */

static unsigned int draw_arg(struct actor *a, enum arg_kind kind)
{
	const unsigned int slots = MAX_DOMAINS / MAX_THREADS;
	unsigned int first, nr;

	arg_range(&a->shard->world, kind, &first, &nr);
	/* Nobody else has a domain in these, nor claims by this name. */
	if (kind == ARG_DOM)
		return a->nr * slots + rnd(&a->rnd) % slots;
	if (kind == ARG_OWNER)
		return a->nr % MAX_OWNERS;
	return first + (uint64_t)rnd(&a->rnd) * nr / (1ULL << 32);
}

static void draw_op(struct actor *a, struct op *op)
{
	unsigned int left = rnd(&a->rnd) % a->total, i;

	memset(op, 0, sizeof(*op));
	for (op->code = 0; left >= a->weight[op->code]; op->code++)
		left -= a->weight[op->code];
	for (i = 0; i < op_info[op->code].nr_args; i++)
		op->arg[i] = draw_arg(a, op_info[op->code].arg[i]);
}

static bool grouped(const struct actor *a, unsigned int n)
{
	return a->m.dev[n].dev && a->m.dev[n].dev->iommu_group;
}

/* A device to which a driver is bound by this thread and no other. */
static bool may_bind(const struct actor *a, unsigned int n)
{
	/* Nor while it waits for its IOMMU: calls.c, OP_USE. */
	return a->binds >> n & 1 && (!a->shard->walks || grouped(a, n));
}

static bool is_quiet(const struct actor *a, unsigned int n)
{
	return a->shard->quiet >> a->m.dev[n].desc.group & 1;
}

/* What is the business of this thread in this round, whatever it knows. */
static bool is_mine(const struct actor *a, const struct op *op)
{
	const uint8_t *arg = op->arg;

	switch (op->code) {
	/* The owners of a name act one after the other. */
	case OP_CLAIM_DEV:
		return may_bind(a, arg[0]) && a->nr < MAX_OWNERS;
	case OP_USE:
	case OP_DEFERRED_ATTACH:
		return may_bind(a, arg[0]);
	case OP_ALLOC:
		return grouped(a, arg[1]);
	/* Devices are not joined by others meanwhile: detaching_alone(). */
	case OP_ATTACH_DEV:
	case OP_DETACH_DEV:
		return grouped(a, arg[1]) && is_quiet(a, arg[1]);
	/* Drivers of a group mind each other's PASIDs: allows_unuse(). */
	case OP_ATTACH_PASID:
		return grouped(a, arg[1]) &&
		       a->m.group[a->m.dev[arg[1]].desc.group].owner;
	case OP_ADD:
		return a->mine >> arg[0] & 1;
	/* A walk that is at it finds it a group. */
	case OP_REMOVE:
		return a->mine >> arg[0] & 1 &&
		       (!a->shard->walks || grouped(a, arg[0]));
	default:
		return true;
	}
}

static bool allowed(const struct actor *a, const struct op *op)
{
	/* Devices do what they do, wherever they are. */
	if (op->code == OP_DMA || op->code == OP_DMA_PASID)
		return true;
	/* One at a time: else there would be little else in the end. */
	if (op->code == OP_FAULT)
		return a->log->nr &&
		       a->log->call[a->log->nr - 1].op.code != OP_FAULT;
	return is_mine(a, op) && !contract_forbids(&a->m, op);
}

#define TRIES 24

bool roles_next(struct actor *a, struct op *op)
{
	unsigned int i;

	for (i = 0; i < TRIES; i++) {
		draw_op(a, op);
		if (allowed(a, op))
			return true;
	}
	return false;
}

/* --- giving back --- */

static void set_op(struct op *op, enum op_code code, unsigned int a,
		   unsigned int b, unsigned int c)
{
	*op = (struct op){ code, { a, b, c } };
}

static int device_in(const struct actor *a, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < a->m.world->nr_devices; i++)
		if (a->m.dev[i].desc.group == n && grouped(a, i))
			return i;
	return -1;
}

static bool give_back_group(const struct actor *a, unsigned int n,
			    struct op *op)
{
	const struct model_group *g = &a->m.group[n];
	unsigned int pasid;

	for (pasid = 1; g->nr_pasids && pasid <= MAX_PASID; pasid++) {
		if (g->pasid[pasid] == MODEL_NONE)
			continue;
		set_op(op, OP_DETACH_PASID, g->pasid[pasid], device_in(a, n),
		       pasid);
		return true;
	}
	if (g->attached != MODEL_NONE)
		return set_op(op, OP_DETACH, g->attached, n, 0), true;
	if (g->owner && g->owner < SPEC_DEVICE_OWNER(0))
		return set_op(op, OP_RELEASE, n, 0, 0), true;
	return false;
}

bool roles_give_back(struct actor *a, struct op *op)
{
	const struct model *m = &a->m;
	unsigned int n;

	for (n = 0; n < m->world->nr_groups; n++)
		if (give_back_group(a, n, op))
			return true;
	for (n = 0; n < m->world->nr_devices; n++) {
		if (m->dev[n].claimed)
			return set_op(op, OP_RELEASE_DEV, n, 0, 0), true;
		if (m->dev[n].bound)
			return set_op(op, OP_UNUSE, n, 0, 0), true;
	}
	for (n = 0; n < MAX_DOMAINS; n++)
		if (m->dom[n].domain)
			return set_op(op, OP_FREE, n, 0, 0), true;
	for (n = 0; n < m->world->nr_groups && a->role == ROLE_ADMIN; n++)
		if (m->group[n].nr_refs)
			return set_op(op, OP_PUT, n, 0, 0), true;
	if (m->second)
		return set_op(op, OP_UNREGISTER, 0, 0, 0), true;
	return false;
}

unsigned int roles_held(const struct actor *a)
{
	const struct model *m = &a->m;
	unsigned int n, held = m->second;

	for (n = 0; n < m->world->nr_groups; n++) {
		const struct model_group *g = &m->group[n];

		held += g->nr_pasids + (g->attached != MODEL_NONE) +
			(g->owner && g->owner < SPEC_DEVICE_OWNER(0)) +
			(a->role == ROLE_ADMIN ? g->nr_refs : 0);
	}
	for (n = 0; n < m->world->nr_devices; n++)
		held += m->dev[n].claimed + m->dev[n].bound;
	for (n = 0; n < MAX_DOMAINS; n++)
		held += m->dom[n].domain != NULL;
	return held;
}
