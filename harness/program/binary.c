// SPDX-License-Identifier: GPL-2.0-only
/*
 * The binary form of a program, the one that fuzzing engines mutate. Any
 * bytes decode to a valid program and equal programs encode to equal bytes.
 * Decoding is on the fuzzer's hot path: it never allocates, and visits each
 * byte once.
 *
 * Not a file format for people; those are parse.c and print.c.
 *
 *	version
 *	driver, groups - 1, devices - 1, default type, without, flags
 *	the first fault's kind, nth low, nth high
 *	for each device:	group, pasids, flags low, flags high
 *	for each operation:	code, three operands
 *	for each preemption:	point low, high, access low, high, thread
 *
 * Two codes have no effect of their own. After CODE_THREAD, or more, operations
 * belong to a new thread, named by the first operand. After CODE_SCHEDULE, or
 * more, there are preemptions instead of operations. Version 1 had no
 * schedules, so there the latter starts a thread too, and neither it nor
 * version 2 had a first fault; before version 4 there were fewer operations,
 * modulo which a code is taken: an old corpus keeps its meaning.
 */
#include <string.h>

#include <harness/program/program.h>

#define CODE_THREAD	 0xf0
#define CODE_SCHEDULE	 0xf8
#define NR_ARG_KINDS	 (ARG_FAULT + 1)

#define WORLD_BYTES	 7
#define FAULT_BYTES	 3
#define DEVICE_BYTES	 4
#define OP_BYTES	 4
#define PREEMPTION_BYTES 5

_Static_assert(NR_OPS <= CODE_THREAD, "no code left to start a thread");
_Static_assert(WORLD_BYTES + FAULT_BYTES + DEVICE_BYTES * MAX_DEVICES +
			       OP_BYTES * (MAX_OPS + MAX_THREADS + 1) +
			       PREEMPTION_BYTES * MAX_PREEMPTIONS <=
		       PROGRAM_MAX_BYTES,
	       "the largest program does not fit");
_Static_assert(NR_THREAD_NAMES >= MAX_THREADS, "each thread needs a name");
/* Programs are compared with memcmp. */
_Static_assert(sizeof(struct program) ==
		       sizeof(struct world_desc) + sizeof(struct first_fault) +
			       2 + MAX_THREADS * 3 + MAX_OPS * 4 + 2 +
			       MAX_PREEMPTIONS * 6,
	       "padding in struct program");

struct range {
	unsigned int first, nr;
};

struct reader {
	const uint8_t *pos, *end;
	unsigned int version;
};

static unsigned int get(struct reader *r)
{
	return r->pos < r->end ? *r->pos++ : 0;
}

static void decode_device(struct reader *r, const struct world_desc *w,
			  struct device_desc *dev)
{
	unsigned int flags;

	dev->group = get(r) % w->nr_groups;
	dev->pasids = get(r) % (MAX_PASID + 2);
	flags = get(r);
	flags |= get(r) << 8;
	dev->flags = flags & DEVICE_ALL;
}

static void decode_fault(struct reader *r, struct first_fault *f)
{
	f->kind = get(r) % NR_FAULTS;
	f->nth = get(r);
	f->nth |= get(r) << 8;
	if (!f->nth)
		f->kind = 0;
}

static void decode_world(struct reader *r, struct program *p)
{
	struct world_desc *w = &p->world;
	unsigned int i;

	r->version = get(r);
	if (r->version > PROGRAM_VERSION)
		r->version = 1;
	w->driver = get(r) % NR_DRIVERS;
	w->nr_groups = 1 + get(r) % MAX_GROUPS;
	w->nr_devices = 1 + get(r) % MAX_DEVICES;
	if (w->nr_devices < w->nr_groups)
		w->nr_devices = w->nr_groups;
	w->default_type = get(r) % NR_DEFAULTS;
	w->without = get(r) & WITHOUT_ALL;
	w->flags = get(r) & (r->version < 3 ? WORLD_CONTRACT : WORLD_ALL);
	if (r->version >= 3)
		decode_fault(r, &p->fault);
	for (i = 0; i < w->nr_devices; i++)
		decode_device(r, w, &w->dev[i]);
}

/* The first name from @name on that none of the threads of @p has. */
static unsigned int free_name(const struct program *p, unsigned int name)
{
	unsigned int i = 0;

	while (i < p->nr_threads) {
		if (p->thread[i++].name != name)
			continue;
		name = (name + 1) % NR_THREAD_NAMES;
		i = 0;
	}
	return name;
}

static struct thread *start_thread(struct program *p, unsigned int name)
{
	struct thread *t = &p->thread[p->nr_threads];

	t->name = free_name(p, name);
	t->first = p->nr_ops;
	p->nr_threads++;
	return t;
}

/* The next four bytes: in place, or the last few in @tail, with zeroes. */
static const uint8_t *get_op(struct reader *r, uint8_t tail[OP_BYTES])
{
	const uint8_t *in = r->pos;
	size_t left = r->end - r->pos;

	if (left >= OP_BYTES) {
		r->pos += OP_BYTES;
		return in;
	}
	memset(tail, 0, OP_BYTES);
	memcpy(tail, in, left);
	r->pos = r->end;
	return tail;
}

static void decode_op(struct op *op, const uint8_t in[OP_BYTES],
		      unsigned int nr_ops, const struct range *range)
{
	const struct op_info *info;
	unsigned int i;

	op->code = in[0] % nr_ops;
	info = &op_info[op->code];
	for (i = 0; i < info->nr_args; i++) {
		const struct range *r = &range[info->arg[i]];

		op->arg[i] = r->first + in[1 + i] % r->nr;
	}
}

/*
 * A thread starts with its first operation rather than with the code that
 * names it, so there is never an empty one; of several names the last counts.
 * Operations too many are passed over, since a schedule may follow. Returns
 * whether one does.
 */
static bool decode_ops(struct reader *r, struct program *p,
		       const struct range *range)
{
	const bool schedules = r->version >= 2;
	const unsigned int nr_ops = r->version < 4 ? OPS_BEFORE_4 : NR_OPS;
	struct thread *t = NULL;
	uint8_t tail[OP_BYTES];
	unsigned int name = 0;
	bool pending = true, schedule = false;

	while (r->pos < r->end && !schedule) {
		const uint8_t *in = get_op(r, tail);

		if (in[0] >= CODE_SCHEDULE && schedules) {
			schedule = true;
		} else if (in[0] >= CODE_THREAD) {
			name = in[1] % NR_THREAD_NAMES;
			pending = p->nr_threads < MAX_THREADS;
		} else if (p->nr_ops < MAX_OPS) {
			if (pending)
				t = start_thread(p, name);
			pending = false;
			decode_op(&p->op[p->nr_ops++], in, nr_ops, range);
			t->nr++;
		}
	}
	if (!t)
		start_thread(p, name);
	return schedule;
}

/* Which thread a byte means: the number behind the last one is RCU's. */
static unsigned int decode_thread(const struct program *p, unsigned int value)
{
	value %= p->nr_threads + 1;
	return value < p->nr_threads ? value : THREAD_RCU;
}

/* Any order will do, but it is quick for the one that we encode. */
static void decode_schedule(struct reader *r, struct program *p)
{
	while (r->pos < r->end && p->nr_preemptions < MAX_PREEMPTIONS) {
		struct preemption new = { 0 };

		new.point = get(r);
		new.point |= get(r) << 8;
		new.access = get(r);
		new.access |= get(r) << 8;
		new.thread = decode_thread(p, get(r));
		program_preempt(p, &new);
	}
}

void program_decode(struct program *p, const uint8_t *data, size_t size)
{
	struct reader r = { .pos = data, .end = size ? data + size : data };
	struct range range[NR_ARG_KINDS];
	unsigned int kind;

	memset(p, 0, sizeof(*p));
	decode_world(&r, p);
	for (kind = 0; kind < NR_ARG_KINDS; kind++)
		arg_range(&p->world, kind, &range[kind].first, &range[kind].nr);
	if (decode_ops(&r, p, range) && p->nr_threads > 1)
		decode_schedule(&r, p);
}

/* A first thread of name 0 need not be said. */
static bool needs_start(const struct program *p, unsigned int thread)
{
	return thread || p->thread[0].name;
}

static size_t encoded_size(const struct program *p)
{
	const unsigned int ops = p->nr_ops + p->nr_threads -
				 !needs_start(p, 0) + !!p->nr_preemptions;

	return WORLD_BYTES + FAULT_BYTES + DEVICE_BYTES * p->world.nr_devices +
	       OP_BYTES * ops + PREEMPTION_BYTES * p->nr_preemptions;
}

static uint8_t *encode_world(const struct program *p, uint8_t *out)
{
	const struct world_desc *w = &p->world;
	unsigned int i;

	*out++ = PROGRAM_VERSION;
	*out++ = w->driver;
	*out++ = w->nr_groups - 1;
	*out++ = w->nr_devices - 1;
	*out++ = w->default_type;
	*out++ = w->without;
	*out++ = w->flags;
	*out++ = p->fault.kind;
	*out++ = p->fault.nth & 0xff;
	*out++ = p->fault.nth >> 8;
	for (i = 0; i < w->nr_devices; i++) {
		*out++ = w->dev[i].group;
		*out++ = w->dev[i].pasids;
		*out++ = w->dev[i].flags & 0xff;
		*out++ = w->dev[i].flags >> 8;
	}
	return out;
}

static uint8_t *encode_op(const struct world_desc *w, const struct op *op,
			  uint8_t *out)
{
	unsigned int i, first, nr;

	*out++ = op->code;
	for (i = 0; i < 3; i++) {
		arg_range(w, op_info[op->code].arg[i], &first, &nr);
		*out++ = op->arg[i] - first;
	}
	return out;
}

static uint8_t *encode_code(unsigned int code, unsigned int arg, uint8_t *out)
{
	*out++ = code;
	*out++ = arg;
	*out++ = 0;
	*out++ = 0;
	return out;
}

static uint8_t *encode_preemption(const struct program *p,
				  const struct preemption *e, uint8_t *out)
{
	*out++ = e->point & 0xff;
	*out++ = e->point >> 8;
	*out++ = e->access & 0xff;
	*out++ = e->access >> 8;
	*out++ = e->thread == THREAD_RCU ? p->nr_threads : e->thread;
	return out;
}

size_t program_encode(const struct program *p, uint8_t *buf, size_t max)
{
	const size_t size = encoded_size(p);
	unsigned int i, j;
	uint8_t *out;

	if (size > max)
		return 0;
	out = encode_world(p, buf);
	for (i = 0; i < p->nr_threads; i++) {
		const struct thread *t = &p->thread[i];

		if (needs_start(p, i))
			out = encode_code(CODE_THREAD, t->name, out);
		for (j = 0; j < t->nr; j++)
			out = encode_op(&p->world, &p->op[t->first + j], out);
	}
	if (p->nr_preemptions)
		out = encode_code(CODE_SCHEDULE, 0, out);
	for (i = 0; i < p->nr_preemptions; i++)
		out = encode_preemption(p, &p->preemption[i], out);
	return size;
}
