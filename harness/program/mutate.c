// SPDX-License-Identifier: GPL-2.0-only
/*
 * Random programs, and random changes to given ones. What is drawn is biased
 * towards sequences that get somewhere: few slots, operands that an earlier
 * operation made meaningful, and short idioms of use. Here are the operations
 * and the world; threads are in mutate_threads.c, preemptions in
 * mutate_schedule.c.
 *
 * Every program made here is valid, but none is promised to make sense: to
 * order operations as no caller should is the point of the exercise.
 */
#include <string.h>

#include <harness/program/mutate.h>

#define NR_ARG_KINDS  (ARG_FAULT + 1)
#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define IDIOM_LEN     8

enum {
	ALL_WEIGHTS = 0
#define OP(name, word, result, a, b, c, weight) +(weight)
#include "harness/program/ops.h"
#undef OP
};

/* A value for each kind of operand; operations drawn with it agree. */
struct binding {
	uint8_t value[NR_ARG_KINDS];
};

/* One of the bits in @all, which are contiguous from bit 0. */
static unsigned int one_flag(uint64_t *state, unsigned int all)
{
	return 1U << below(state, __builtin_popcount(all));
}

/* --- operands --- */

static unsigned int any_arg(const struct world_desc *w, enum arg_kind kind,
			    uint64_t *state)
{
	unsigned int first, nr;

	arg_range(w, kind, &first, &nr);
	return first + below(state, nr);
}

static unsigned int likely_arg(const struct world_desc *w, enum arg_kind kind,
			       uint64_t *state)
{
	unsigned int first, nr;

	if (kind == ARG_TYPE || kind == ARG_FAULT)
		return any_arg(w, kind, state);
	arg_range(w, kind, &first, &nr);
	return first + low(state, nr);
}

/* The value of @kind that is in range and equal to @value if that is. */
static unsigned int fit_arg(const struct world_desc *w, enum arg_kind kind,
			    unsigned int value)
{
	unsigned int first, nr;

	arg_range(w, kind, &first, &nr);
	return first + (value - first) % nr;
}

void fit_op(const struct world_desc *w, struct op *op)
{
	const struct op_info *info = &op_info[op->code];
	unsigned int i;

	for (i = 0; i < info->nr_args; i++)
		op->arg[i] = fit_arg(w, info->arg[i], op->arg[i]);
}

/* Most operations on a group are about the group of the device in use. */
static void bind_group(struct binding *b, const struct world_desc *w)
{
	b->value[ARG_GROUP] = w->dev[b->value[ARG_DEV]].group;
}

static void bind_random(struct binding *b, const struct world_desc *w,
			uint64_t *state)
{
	unsigned int kind;

	for (kind = 0; kind < NR_ARG_KINDS; kind++)
		b->value[kind] = likely_arg(w, kind, state);
	if (!one_in(state, 8))
		bind_group(b, w);
}

/* Take over the operands of @op, and the group of its device. */
static void bind_op(struct binding *b, const struct world_desc *w,
		    const struct op *op)
{
	const struct op_info *info = &op_info[op->code];
	bool dev = false, group = false;
	unsigned int i;

	for (i = 0; i < info->nr_args; i++) {
		b->value[info->arg[i]] = op->arg[i];
		dev |= info->arg[i] == ARG_DEV;
		group |= info->arg[i] == ARG_GROUP;
	}
	if (dev && !group)
		bind_group(b, w);
}

/* The slots that thread @t uses, and random values of what it does not. */
static void bind_thread(struct binding *b, const struct program *p,
			unsigned int t, uint64_t *state)
{
	const struct thread *th = &p->thread[t];
	unsigned int i;

	bind_random(b, &p->world, state);
	for (i = 0; i < th->nr; i++)
		bind_op(b, &p->world, &p->op[th->first + i]);
}

/*
 * Slots for the @nth thread beside others that have those of @base: of the same
 * group, as there is nothing to race for otherwise, but mostly a domain and an
 * owner of its own.
 */
static void bind_beside(struct binding *b, const struct world_desc *w,
			const struct binding *base, unsigned int n,
			uint64_t *state)
{
	const unsigned int group = base->value[ARG_GROUP];
	const unsigned int dev = any_arg(w, ARG_DEV, state);

	bind_random(b, w, state);
	if (one_in(state, 12))
		return;
	b->value[ARG_GROUP] = group;
	b->value[ARG_DEV] = w->dev[dev].group == group ? dev :
							 base->value[ARG_DEV];
	b->value[ARG_DOM] = base->value[ARG_DOM];
	if (!one_in(state, 4))
		b->value[ARG_DOM] = (b->value[ARG_DOM] + n) % MAX_DOMAINS;
	b->value[ARG_OWNER] = base->value[ARG_OWNER];
	if (!one_in(state, 4))
		b->value[ARG_OWNER] = (b->value[ARG_OWNER] + n) % MAX_OWNERS;
}

static struct op bound_op(unsigned int code, const struct binding *b)
{
	const struct op_info *info = &op_info[code];
	struct op op = { .code = code };
	unsigned int i;

	for (i = 0; i < info->nr_args; i++)
		op.arg[i] = b->value[info->arg[i]];
	return op;
}

/* --- single operations --- */

/* Which operation gives the operands of a later one their meaning. */
static const struct {
	uint8_t code, earlier;
} follows[] = {
	{ OP_RELEASE, OP_CLAIM },
	{ OP_RELEASE_DEV, OP_CLAIM_DEV },
	{ OP_UNUSE, OP_USE },
	{ OP_FREE, OP_ALLOC },
	{ OP_ATTACH, OP_ALLOC },
	{ OP_ATTACH_DEV, OP_ALLOC },
	{ OP_ATTACH_PASID, OP_ALLOC },
	{ OP_REPLACE, OP_ALLOC },
	{ OP_MAP, OP_ALLOC },
	{ OP_DETACH, OP_ATTACH },
	{ OP_DETACH_DEV, OP_ATTACH_DEV },
	{ OP_DETACH_PASID, OP_ATTACH_PASID },
	{ OP_UNMAP, OP_MAP },
	{ OP_DMA, OP_MAP },
	{ OP_DMA_PASID, OP_ATTACH_PASID },
	{ OP_ADD, OP_REMOVE },
	{ OP_PUT, OP_GET },
	{ OP_READ_TYPE, OP_WRITE_TYPE },
	{ OP_ATTACH_HANDLE, OP_ALLOC },
	{ OP_DETACH_HANDLE, OP_ATTACH_HANDLE },
	{ OP_REPLACE_HANDLE, OP_ALLOC },
	{ OP_CLAIMED, OP_CLAIM },
};

/* The code that gives @code its operands, NR_OPS if there is none. */
static unsigned int earlier_of(unsigned int code)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(follows); i++)
		if (follows[i].code == code)
			return follows[i].earlier;
	return NR_OPS;
}

/*
 * Bind as one of the operations @code from @first on and before @pos did,
 * mostly the last.
 */
static void bind_earlier(struct binding *b, const struct program *p,
			 unsigned int first, unsigned int pos,
			 unsigned int code, uint64_t *state)
{
	while (pos-- > first) {
		if (p->op[pos].code != code || one_in(state, 4))
			continue;
		bind_op(b, &p->world, &p->op[pos]);
		return;
	}
}

static unsigned int draw_code(uint64_t *state)
{
	unsigned int n = below(state, ALL_WEIGHTS);
	unsigned int code = 0;

	while (n >= op_info[code].weight)
		n -= op_info[code++].weight;
	return code;
}

/*
 * An operation that fits those from @first on and before @pos, on the slots of
 * @own unless that is NULL.
 */
static struct op draw_op_on(const struct program *p, unsigned int first,
			    unsigned int pos, const struct binding *own,
			    uint64_t *state)
{
	static const uint8_t slots[] = { ARG_GROUP, ARG_DEV, ARG_DOM,
					 ARG_OWNER };
	const unsigned int code = draw_code(state);
	struct binding b;
	unsigned int i;

	bind_random(&b, &p->world, state);
	for (i = 0; own && i < ARRAY_SIZE(slots); i++)
		b.value[slots[i]] = own->value[slots[i]];
	bind_earlier(&b, p, first, pos, earlier_of(code), state);
	return bound_op(code, &b);
}

/*
 * An operation for position @pos of thread @t. One of several threads mostly
 * keeps to what it uses itself, else to what anyone does, before or after.
 */
static struct op draw_op(const struct program *p, unsigned int t,
			 unsigned int pos, uint64_t *state)
{
	struct binding own;

	if (p->nr_threads == 1)
		return draw_op_on(p, 0, pos, NULL, state);
	if (one_in(state, 4))
		return draw_op_on(p, 0, p->nr_ops, NULL, state);
	bind_thread(&own, p, t, state);
	return draw_op_on(p, p->thread[t].first, pos, &own, state);
}

/* --- idioms --- */

/* How the callers of the API use it; OP_CLAIM is 0, so a count is needed. */
static const struct idiom {
	uint8_t nr;
	uint8_t code[IDIOM_LEN];
} idioms[] = {
	{ 6,
	  { OP_CLAIM, OP_ALLOC, OP_ATTACH, OP_DETACH, OP_FREE, OP_RELEASE } },
	{ 8,
	  { OP_CLAIM, OP_ALLOC, OP_ATTACH, OP_MAP, OP_DMA, OP_DETACH, OP_FREE,
	    OP_RELEASE } },
	{ 6,
	  { OP_CLAIM_DEV, OP_ALLOC, OP_ATTACH, OP_DETACH, OP_FREE,
	    OP_RELEASE_DEV } },
	{ 5, { OP_ALLOC, OP_ATTACH_DEV, OP_DMA, OP_DETACH_DEV, OP_FREE } },
	{ 5, { OP_CLAIM, OP_ALLOC, OP_REPLACE, OP_DETACH, OP_RELEASE } },
	{ 6,
	  { OP_CLAIM, OP_ALLOC, OP_ATTACH_PASID, OP_DMA_PASID, OP_DETACH_PASID,
	    OP_FREE } },
	{ 5,
	  { OP_CLAIM, OP_ALLOC, OP_ATTACH_HANDLE, OP_REPLACE_HANDLE,
	    OP_DETACH_HANDLE } },
	{ 5, { OP_ALLOC, OP_MAP, OP_ATTACH, OP_UNMAP, OP_DMA } },
	{ 4, { OP_USE, OP_DMA, OP_UNUSE, OP_WRITE_TYPE } },
	{ 3, { OP_USE, OP_REMOVE, OP_ADD } },
	{ 3, { OP_CLAIM, OP_REMOVE, OP_RELEASE } },
	{ 4, { OP_ALLOC, OP_ATTACH, OP_REMOVE, OP_ADD } },
	{ 4, { OP_GET, OP_REMOVE, OP_PUT, OP_ADD } },
	{ 3, { OP_FAULT, OP_REMOVE, OP_ADD } },
	{ 4, { OP_ALLOC, OP_FAULT, OP_ATTACH, OP_DETACH } },
	{ 3, { OP_FAULT, OP_WRITE_TYPE, OP_READ_TYPE } },
	{ 3, { OP_DEFERRED_ATTACH, OP_DMA, OP_REMOVE } },
	{ 2, { OP_UNREGISTER, OP_REGISTER } },
	{ 2, { OP_UNLOAD, OP_LOAD } },
};

/* An operation for the end of the last thread, which has the slots of @own. */
static void append_drawn(struct program *p, const struct binding *own,
			 uint64_t *state)
{
	const unsigned int t = p->nr_threads - 1;

	insert_op(p, t, p->nr_ops,
		  draw_op_on(p, p->thread[t].first, p->nr_ops, own, state));
}

/*
 * Append an idiom to the last thread of @p, with gaps: now and then a step is
 * left out, or something else happens in between.
 */
static void append_idiom(struct program *p, const struct binding *own,
			 uint64_t *state)
{
	const struct idiom *idiom = &idioms[below(state, ARRAY_SIZE(idioms))];
	struct binding b;
	unsigned int i;

	if (own)
		b = *own;
	else
		bind_random(&b, &p->world, state);
	for (i = 0; i < idiom->nr; i++) {
		if (one_in(state, 5))
			append_drawn(p, own, state);
		if (one_in(state, 10))
			continue;
		insert_op(p, p->nr_threads - 1, p->nr_ops,
			  bound_op(idiom->code[i], &b));
	}
}

/* Append operations to the last thread until it has @nr, one in @each idioms. */
static void append_ops(struct program *p, unsigned int nr, unsigned int each,
		       const struct binding *own, uint64_t *state)
{
	const struct thread *t = &p->thread[p->nr_threads - 1];

	while (t->nr < nr && p->nr_ops < MAX_OPS) {
		if (one_in(state, each))
			append_idiom(p, own, state);
		else
			append_drawn(p, own, state);
	}
	while (t->nr > nr)
		delete_op(p, p->nr_ops - 1);
}

/* --- whole programs --- */

static unsigned int draw_driver(uint64_t *state)
{
	/* The first four are the best covered by what people run. */
	return below(state, one_in(state, 8) ? NR_DRIVERS : 4);
}

/* Few properties at a time, and mostly none. */
static void draw_device(struct device_desc *dev, uint64_t *state)
{
	dev->pasids = one_in(state, 2) ? 0 : below(state, MAX_PASID + 2);
	dev->flags = 0;
	while (one_in(state, 4))
		dev->flags |= one_flag(state, DEVICE_ALL);
}

/* Up to two devices more than groups, seldom beyond. */
static unsigned int draw_nr_devices(const struct world_desc *w, uint64_t *state)
{
	const unsigned int more = MAX_DEVICES - w->nr_groups;

	return w->nr_groups + below(state, one_in(state, 8) ? more + 1 : 3);
}

_Static_assert(MAX_GROUPS + 2 <= MAX_DEVICES, "draw_nr_devices() may exceed");

static void draw_world(struct world_desc *w, uint64_t *state)
{
	unsigned int i;

	memset(w, 0, sizeof(*w));
	w->driver = draw_driver(state);
	w->nr_groups = 1 + low(state, MAX_GROUPS);
	w->nr_devices = draw_nr_devices(w, state);
	w->default_type = below(state, NR_DEFAULTS);
	if (one_in(state, 6))
		w->without = one_flag(state, WITHOUT_ALL);
	if (one_in(state, 6))
		w->flags = one_flag(state, WORLD_CONTRACT);
	for (i = 0; i < w->nr_devices; i++) {
		draw_device(&w->dev[i], state);
		w->dev[i].group = one_in(state, 8) ?
					  below(state, w->nr_groups) :
					  default_group(w, i);
	}
}

/* Short: what races takes few operations, and every further one hides it. */
static void append_thread(struct program *p, const struct binding *base,
			  uint64_t *state)
{
	const unsigned int t = p->nr_threads, nr = 2 + below(state, 7);
	struct binding own;

	open_thread(p, t, state);
	bind_beside(&own, &p->world, base, t, state);
	append_ops(p, nr, 2, &own, state);
}

void add_thread(struct program *p, uint64_t *state)
{
	struct binding base;

	bind_thread(&base, p, below(state, p->nr_threads), state);
	append_thread(p, &base, state);
}

static void draw_threads(struct program *p, unsigned int nr, uint64_t *state)
{
	struct binding base;

	bind_random(&base, &p->world, state);
	while (p->nr_threads < nr)
		append_thread(p, &base, state);
	draw_schedule(p, state);
}

void program_random(struct program *p, unsigned int max_threads,
		    uint64_t *state)
{
	memset(p, 0, sizeof(*p));
	draw_world(&p->world, state);
	if (max_threads > 1 && !one_in(state, 16)) {
		draw_threads(p, 2 + low(state, max_threads - 1), state);
		return;
	}
	p->nr_threads = 1;
	/* An idiom has about six operations, hence so few of them. */
	append_ops(p, 4 + below(state, 21), 6, NULL, state);
}

/* --- changes to the world --- */

/* After a change of the numbers of groups and devices. */
static void fit_world(struct program *p)
{
	struct world_desc *w = &p->world;
	unsigned int i;

	if (w->nr_devices < w->nr_groups)
		w->nr_devices = w->nr_groups;
	for (i = 0; i < w->nr_devices; i++)
		w->dev[i].group %= w->nr_groups;
	memset(&w->dev[i], 0, (MAX_DEVICES - i) * sizeof(w->dev[0]));
	for (i = 0; i < p->nr_ops; i++)
		fit_op(w, &p->op[i]);
}

static void change_devices(struct program *p, uint64_t *state)
{
	struct world_desc *w = &p->world;
	const unsigned int old = w->nr_devices;
	unsigned int i;

	w->nr_devices = draw_nr_devices(w, state);
	for (i = old; i < w->nr_devices; i++)
		w->dev[i].group = default_group(w, i);
	fit_world(p);
}

static void change_groups(struct program *p, uint64_t *state)
{
	struct world_desc *w = &p->world;
	const unsigned int old = w->nr_devices;
	unsigned int i;

	w->nr_groups = 1 + low(state, MAX_GROUPS);
	fit_world(p);
	for (i = old; i < w->nr_devices; i++)
		w->dev[i].group = default_group(w, i);
}

static void change_device(struct program *p, uint64_t *state)
{
	struct world_desc *w = &p->world;
	struct device_desc *dev = &w->dev[below(state, w->nr_devices)];

	switch (below(state, 4)) {
	case 0:
		dev->group = below(state, w->nr_groups);
		break;
	case 1:
		dev->pasids = below(state, MAX_PASID + 2);
		break;
	default:
		dev->flags ^= one_flag(state, DEVICE_ALL);
		break;
	}
}

static void change_world(struct program *p, uint64_t *state)
{
	struct world_desc *w = &p->world;

	switch (below(state, 8)) {
	case 0:
		w->driver = draw_driver(state);
		break;
	case 1:
		w->default_type = below(state, NR_DEFAULTS);
		break;
	case 2:
		w->without ^= one_flag(state, WITHOUT_ALL);
		break;
	case 3:
		w->flags ^= one_flag(state, WORLD_CONTRACT);
		break;
	case 4:
		change_devices(p, state);
		break;
	case 5:
		change_groups(p, state);
		break;
	default:
		change_device(p, state);
		break;
	}
}

/* --- changes to the operations --- */

/* Insert at any place of any thread, its end included. */
static void insert_somewhere(struct program *p, struct op op, uint64_t *state)
{
	const unsigned int t = below(state, p->nr_threads);
	const struct thread *th = &p->thread[t];

	insert_op(p, t, th->first + below(state, th->nr + 1), op);
}

static void insert_drawn(struct program *p, uint64_t *state)
{
	const unsigned int t = below(state, p->nr_threads);
	const struct thread *th = &p->thread[t];
	const unsigned int pos = th->first + below(state, th->nr + 1);

	insert_op(p, t, pos, draw_op(p, t, pos, state));
}

static void duplicate_op(struct program *p, unsigned int pos, uint64_t *state)
{
	if (one_in(state, 2))
		insert_op(p, thread_of(p, pos), pos, p->op[pos]);
	else
		insert_somewhere(p, p->op[pos], state);
}

static void swap_ops(struct program *p, unsigned int pos)
{
	const struct op op = p->op[pos];

	if (pos + 1 == p->nr_ops)
		return;
	p->op[pos] = p->op[pos + 1];
	p->op[pos + 1] = op;
}

static void move_op(struct program *p, unsigned int pos, uint64_t *state)
{
	const struct op op = p->op[pos];

	delete_op(p, pos);
	insert_somewhere(p, op, state);
}

static void redraw_op(struct program *p, unsigned int pos, uint64_t *state)
{
	p->op[pos] = draw_op(p, thread_of(p, pos), pos, state);
}

static void change_arg(struct program *p, unsigned int pos, uint64_t *state)
{
	struct op *op = &p->op[pos];
	const struct op_info *info = &op_info[op->code];
	unsigned int i;

	if (!info->nr_args) {
		redraw_op(p, pos, state);
		return;
	}
	i = below(state, info->nr_args);
	if (one_in(state, 2))
		op->arg[i] = any_arg(&p->world, info->arg[i], state);
	else
		op->arg[i] = likely_arg(&p->world, info->arg[i], state);
}

/* Cut the rest of a thread. */
static void truncate_thread(struct program *p, unsigned int pos)
{
	const struct thread *t = &p->thread[thread_of(p, pos)];
	unsigned int nr = t->first + t->nr - pos;

	while (nr--)
		delete_op(p, pos);
}

static void change_op(struct program *p, unsigned int pos, uint64_t *state)
{
	switch (below(state, 16)) {
	case 0:
	case 1:
	case 2:
		redraw_op(p, pos, state);
		break;
	case 3:
	case 4:
	case 5:
		delete_op(p, pos);
		break;
	case 6:
	case 7:
		duplicate_op(p, pos, state);
		break;
	case 8:
	case 9:
		swap_ops(p, pos);
		break;
	case 10:
	case 11:
		move_op(p, pos, state);
		break;
	case 12:
		truncate_thread(p, pos);
		break;
	default:
		change_arg(p, pos, state);
		break;
	}
}

/* Three of eight changes are to the schedule, and one is to the threads. */
static bool change_turns(struct program *p, unsigned int max_threads,
			 uint64_t *state)
{
	const unsigned int n = below(state, 8);

	if (n < 3 && p->nr_threads > 1)
		change_schedule(p, state);
	else if (n == 3 && p->nr_ops)
		change_threads(p, max_threads, state);
	else
		return false;
	return true;
}

static void mutate_once(struct program *p, unsigned int max_threads,
			uint64_t *state)
{
	unsigned int n;

	if (max_threads > 1 && change_turns(p, max_threads, state))
		return;
	n = below(state, 8);
	if (!n)
		change_world(p, state);
	else if (n < 3 || !p->nr_ops)
		insert_drawn(p, state);
	else
		change_op(p, below(state, p->nr_ops), state);
}

void program_mutate(struct program *p, unsigned int max_threads,
		    uint64_t *state)
{
	unsigned int n = 1 + low(state, 4);

	while (n--)
		mutate_once(p, max_threads, state);
	if (max_threads > 1 && p->nr_threads > 1)
		change_strategy(p, state);
}
