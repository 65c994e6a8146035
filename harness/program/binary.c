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
 *	for each device:	group, pasids, flags low, flags high
 *	for each operation:	code, three operands
 *
 * An operation whose code is CODE_THREAD or more has no effect of its own:
 * what follows belongs to a new thread, named by the first operand.
 */
#include <string.h>

#include <harness/program/program.h>

#define CODE_THREAD  0xf0
#define NR_ARG_KINDS (ARG_FAULT + 1)

#define WORLD_BYTES  7
#define DEVICE_BYTES 4
#define OP_BYTES     4

_Static_assert(NR_OPS <= CODE_THREAD, "no code left to start a thread");
_Static_assert(WORLD_BYTES + DEVICE_BYTES * MAX_DEVICES +
			       OP_BYTES * (MAX_OPS + MAX_THREADS) <=
		       PROGRAM_MAX_BYTES,
	       "the largest program does not fit");
_Static_assert(NR_THREAD_NAMES >= MAX_THREADS, "each thread needs a name");
/* Programs are compared with memcmp. */
_Static_assert(sizeof(struct program) == sizeof(struct world_desc) + 2 +
						 MAX_THREADS * 3 + MAX_OPS * 4,
	       "padding in struct program");

struct range {
	unsigned int first, nr;
};

struct reader {
	const uint8_t *pos, *end;
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

static void decode_world(struct reader *r, struct world_desc *w)
{
	unsigned int i;

	get(r); /* the version: there is only one layout yet */
	w->driver = get(r) % NR_DRIVERS;
	w->nr_groups = 1 + get(r) % MAX_GROUPS;
	w->nr_devices = 1 + get(r) % MAX_DEVICES;
	if (w->nr_devices < w->nr_groups)
		w->nr_devices = w->nr_groups;
	w->default_type = get(r) % NR_DEFAULTS;
	w->without = get(r) & WITHOUT_ALL;
	w->flags = get(r) & WORLD_ALL;
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
		      const struct range *range)
{
	const struct op_info *info;
	unsigned int i;

	op->code = in[0] % NR_OPS;
	info = &op_info[op->code];
	for (i = 0; i < info->nr_args; i++) {
		const struct range *r = &range[info->arg[i]];

		op->arg[i] = r->first + in[1 + i] % r->nr;
	}
}

/*
 * A thread starts with its first operation rather than with the code that
 * names it, so there is never an empty one; of several names the last counts.
 */
static void decode_ops(struct reader *r, struct program *p,
		       const struct range *range)
{
	struct thread *t = NULL;
	uint8_t tail[OP_BYTES];
	unsigned int name = 0;
	bool pending = true;

	while (r->pos < r->end && p->nr_ops < MAX_OPS) {
		const uint8_t *in = get_op(r, tail);

		if (in[0] >= CODE_THREAD) {
			name = in[1] % NR_THREAD_NAMES;
			pending = p->nr_threads < MAX_THREADS;
			continue;
		}
		if (pending)
			t = start_thread(p, name);
		pending = false;
		decode_op(&p->op[p->nr_ops++], in, range);
		t->nr++;
	}
	if (!t)
		start_thread(p, name);
}

void program_decode(struct program *p, const uint8_t *data, size_t size)
{
	struct reader r = { .pos = data, .end = size ? data + size : data };
	struct range range[NR_ARG_KINDS];
	unsigned int kind;

	memset(p, 0, sizeof(*p));
	decode_world(&r, &p->world);
	for (kind = 0; kind < NR_ARG_KINDS; kind++)
		arg_range(&p->world, kind, &range[kind].first, &range[kind].nr);
	decode_ops(&r, p, range);
}

/* A first thread of name 0 need not be said. */
static bool needs_start(const struct program *p, unsigned int thread)
{
	return thread || p->thread[0].name;
}

static size_t encoded_size(const struct program *p)
{
	return WORLD_BYTES + DEVICE_BYTES * p->world.nr_devices +
	       OP_BYTES * (p->nr_ops + p->nr_threads - !needs_start(p, 0));
}

static uint8_t *encode_world(const struct world_desc *w, uint8_t *out)
{
	unsigned int i;

	*out++ = PROGRAM_VERSION;
	*out++ = w->driver;
	*out++ = w->nr_groups - 1;
	*out++ = w->nr_devices - 1;
	*out++ = w->default_type;
	*out++ = w->without;
	*out++ = w->flags;
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

size_t program_encode(const struct program *p, uint8_t *buf, size_t max)
{
	const size_t size = encoded_size(p);
	unsigned int i, j;
	uint8_t *out;

	if (size > max)
		return 0;
	out = encode_world(&p->world, buf);
	for (i = 0; i < p->nr_threads; i++) {
		const struct thread *t = &p->thread[i];

		if (needs_start(p, i)) {
			*out++ = CODE_THREAD;
			*out++ = t->name;
			*out++ = 0;
			*out++ = 0;
		}
		for (j = 0; j < t->nr; j++)
			out = encode_op(&p->world, &p->op[t->first + j], out);
	}
	return size;
}
