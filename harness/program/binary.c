// SPDX-License-Identifier: GPL-2.0-only
/*
 * The binary form of a program, the one that fuzzing engines mutate. Any
 * bytes decode to a valid program and equal programs encode to equal bytes.
 * Decoding is on the fuzzer's hot path: it never allocates, and visits each
 * byte once.
 *
 * Not a file format for people; those are parse.c and print.c.
 *
 *	magic (4 bytes), version
 *	driver, groups - 1, devices - 1, default type, without, flags
 *	the first fault's kind, nth low, nth high
 *	for each device:	group, pasids, flags low, flags high
 *	for each operation:	code, three operands
 *	for each preemption:	point low, high, access low, high, thread
 *	of a drawn schedule:	seed, 4 bytes, the lowest first
 *
 * Two codes have no effect of their own. After CODE_THREAD, or more, operations
 * belong to a new thread, named by the first operand. After CODE_SCHEDULE, or
 * more, the schedule follows: its operands are the strategy and PCT's depth - 1.
 *
 * An old corpus keeps its meaning:
 *
 *	version 1	has no schedules, so CODE_SCHEDULE starts a thread
 *	version 2	has no first fault
 *	version 3	has fewer operations, modulo which a code is taken
 *	version 4	has no magic, and its schedules are lists
 *
 * An engine may change any byte. So program_decode() reads bytes without the
 * magic as an old version, and an unknown version as the nearest one. A file is
 * read more strictly (program_decode_file()), otherwise any file would be a
 * program: without the magic it has to be what versions 1 to 4 encoded, byte for
 * byte. Bytes that an engine changed blindly are read by "groupfuzz run --raw",
 * and "groupfuzz encode --raw" makes a file of this version of them.
 */
#include <string.h>

#include <harness/program/program.h>

#define CODE_THREAD	 0xf0
#define CODE_SCHEDULE	 0xf8
#define NR_ARG_KINDS	 (ARG_FAULT + 1)

#define MAGIC_BYTES	 4
#define MAGIC_VERSION	 5 /* the first with a magic */
#define HEAD_BYTES	 (MAGIC_BYTES + 1)
#define WORLD_BYTES	 6
#define FAULT_BYTES	 3
#define DEVICE_BYTES	 4
#define OP_BYTES	 4
#define PREEMPTION_BYTES 5
#define SEED_BYTES	 4

_Static_assert(NR_OPS <= CODE_THREAD, "no code left to start a thread");
_Static_assert(sizeof(PROGRAM_MAGIC) - 1 == MAGIC_BYTES, "the magic's length");
_Static_assert(HEAD_BYTES + WORLD_BYTES + FAULT_BYTES +
			       DEVICE_BYTES * MAX_DEVICES +
			       OP_BYTES * (MAX_OPS + MAX_THREADS + 1) +
			       PREEMPTION_BYTES * MAX_PREEMPTIONS <=
		       PROGRAM_MAX_BYTES,
	       "the largest program does not fit");
_Static_assert(NR_THREAD_NAMES >= MAX_THREADS, "each thread needs a name");
/* Programs are compared with memcmp. */
_Static_assert(sizeof(struct program) ==
		       sizeof(struct world_desc) + sizeof(struct first_fault) +
			       2 + MAX_THREADS * 3 + MAX_OPS * 4 + 8 +
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

static bool has_magic(const uint8_t *data, size_t size)
{
	return size >= MAGIC_BYTES && !memcmp(data, PROGRAM_MAGIC, MAGIC_BYTES);
}

static void decode_version(struct reader *r)
{
	if (has_magic(r->pos, r->end - r->pos)) {
		r->pos += MAGIC_BYTES;
		r->version = get(r);
		if (r->version < MAGIC_VERSION || r->version > PROGRAM_VERSION)
			r->version = PROGRAM_VERSION;
	} else {
		r->version = get(r);
		if (r->version >= MAGIC_VERSION)
			r->version = 1;
	}
}

static void decode_world(struct reader *r, struct program *p)
{
	struct world_desc *w = &p->world;
	unsigned int i;

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

static void decode_strategy(struct program *p, const uint8_t in[OP_BYTES])
{
	p->strategy = in[1] % NR_STRATEGIES;
	if (p->strategy == STRATEGY_PCT)
		p->depth = 1 + in[2] % MAX_DEPTH;
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
			if (r->version >= MAGIC_VERSION)
				decode_strategy(p, in);
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
static void decode_list(struct reader *r, struct program *p)
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

static void decode_schedule(struct reader *r, struct program *p)
{
	unsigned int shift;

	if (p->nr_threads == 1)
		program_schedule(p, STRATEGY_LIST, 0, 0);
	else if (p->strategy == STRATEGY_LIST)
		decode_list(r, p);
	else
		for (shift = 0; shift < 8 * SEED_BYTES; shift += 8)
			p->seed |= (uint32_t)get(r) << shift;
}

void program_decode(struct program *p, const uint8_t *data, size_t size)
{
	struct reader r = { .pos = data, .end = size ? data + size : data };
	struct range range[NR_ARG_KINDS];
	unsigned int kind;

	memset(p, 0, sizeof(*p));
	decode_version(&r);
	decode_world(&r, p);
	for (kind = 0; kind < NR_ARG_KINDS; kind++)
		arg_range(&p->world, kind, &range[kind].first, &range[kind].nr);
	if (decode_ops(&r, p, range))
		decode_schedule(&r, p);
}

/* A first thread of name 0 need not be said. */
static bool needs_start(const struct program *p, unsigned int thread)
{
	return thread || p->thread[0].name;
}

/* Without one, each thread runs until it waits or ends. */
static bool needs_schedule(const struct program *p)
{
	return p->nr_preemptions || p->strategy != STRATEGY_LIST;
}

static size_t encoded_size(const struct program *p)
{
	const unsigned int ops = p->nr_ops + p->nr_threads -
				 !needs_start(p, 0) + needs_schedule(p);
	const unsigned int seeds = p->strategy != STRATEGY_LIST;

	return HEAD_BYTES + WORLD_BYTES + FAULT_BYTES +
	       DEVICE_BYTES * p->world.nr_devices + OP_BYTES * ops +
	       PREEMPTION_BYTES * p->nr_preemptions + SEED_BYTES * seeds;
}

static uint8_t *encode_head(uint8_t *out)
{
	memcpy(out, PROGRAM_MAGIC, MAGIC_BYTES);
	out[MAGIC_BYTES] = PROGRAM_VERSION;
	return out + HEAD_BYTES;
}

static uint8_t *encode_world(const struct program *p, uint8_t *out)
{
	const struct world_desc *w = &p->world;
	unsigned int i;

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

static uint8_t *encode_code(unsigned int code, unsigned int arg,
			    unsigned int arg2, uint8_t *out)
{
	*out++ = code;
	*out++ = arg;
	*out++ = arg2;
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

static uint8_t *encode_schedule(const struct program *p, uint8_t *out)
{
	unsigned int i;

	if (!needs_schedule(p))
		return out;
	out = encode_code(CODE_SCHEDULE, p->strategy,
			  p->depth ? p->depth - 1 : 0, out);
	for (i = 0; i < p->nr_preemptions; i++)
		out = encode_preemption(p, &p->preemption[i], out);
	for (i = 0; i < SEED_BYTES && p->strategy != STRATEGY_LIST; i++)
		*out++ = p->seed >> 8 * i & 0xff;
	return out;
}

size_t program_encode(const struct program *p, uint8_t *buf, size_t max)
{
	const size_t size = encoded_size(p);
	unsigned int i, j;
	uint8_t *out;

	if (size > max)
		return 0;
	out = encode_world(p, encode_head(buf));
	for (i = 0; i < p->nr_threads; i++) {
		const struct thread *t = &p->thread[i];

		if (needs_start(p, i))
			out = encode_code(CODE_THREAD, t->name, 0, out);
		for (j = 0; j < t->nr; j++)
			out = encode_op(&p->world, &p->op[t->first + j], out);
	}
	encode_schedule(p, out);
	return size;
}

/*
 * Whether an earlier version encoded @p as these bytes. All versions encode the
 * same parts in the same way, as far as they have them.
 */
static bool encoded_before(const struct program *p, const uint8_t *data,
			   size_t size)
{
	const size_t head = 1 + WORLD_BYTES,
		     fault = data[0] < 3 ? 0 : FAULT_BYTES;
	uint8_t buf[PROGRAM_MAX_BYTES];
	const uint8_t *now = buf + HEAD_BYTES;
	const size_t len = program_encode(p, buf, sizeof(buf)) - HEAD_BYTES;
	const size_t rest = len - WORLD_BYTES - FAULT_BYTES;

	return size == head + fault + rest &&
	       !memcmp(data + 1, now, WORLD_BYTES + fault) &&
	       !memcmp(data + head + fault, now + len - rest, rest);
}

int program_decode_file(struct program *p, const uint8_t *data, size_t size,
			const char **wrong)
{
	const bool magic = has_magic(data, size);
	const unsigned int version =
		magic && size > MAGIC_BYTES ? data[MAGIC_BYTES] : 0;

	program_decode(p, data, size);
	if (magic && version > PROGRAM_VERSION)
		*wrong = "binary program of a later version of groupfuzz";
	else if (magic && version < MAGIC_VERSION)
		*wrong = "damaged binary program";
	else if (!magic && (!size || !data[0] || data[0] >= MAGIC_VERSION ||
			    !encoded_before(p, data, size)))
		*wrong = "not a program";
	else
		return 0;
	return -1;
}
