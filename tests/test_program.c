// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests of harness/program: the binary and text forms are each other's
 * inverses, any input is either a valid program or a precise message, and the
 * mutator makes valid programs only.
 *
 * "test_program --decode N [SEED]" decodes N random strings instead, for long
 * runs. Whether programs do anything interesting is not tested here.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include <harness/program/program.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define TEXT_MAX      32768

/* How most texts begin */
#define W	      "world driver=smmuv3 groups=1 devices=2\n"
#define T	      W "thread vfio\n"
/* And those with a schedule: it is line 6, the first preemption line 7 */
#define D	      T "\tload\nthread dma\n\tload\nschedule "
#define S	      T "\tload\nthread dma\n\tload\nschedule\n"

/* --- an opinion of its own on what is valid --- */

/* As ops.h has it, not by way of op_info. */
static const struct {
	uint8_t has_result, arg[3];
} table[NR_OPS] = {
#define RES_NONE 0
#define RES_DOM	 1
#define OP(name, word, result, a, b, c, weight) \
	{ RES_##result, { ARG_##a, ARG_##b, ARG_##c } },
#include "harness/program/ops.h"
#undef OP
};

static bool in_range(const struct world_desc *w, int kind, unsigned int v)
{
	switch (kind) {
	case ARG_NONE:
		return v == 0;
	case ARG_GROUP:
		return v < w->nr_groups;
	case ARG_DEV:
		return v < w->nr_devices;
	case ARG_DOM:
		return v < 8;
	case ARG_OWNER:
		return v < 3;
	case ARG_PASID:
		return v >= 1 && v <= 7;
	case ARG_PAGE:
		return v < 16;
	case ARG_COUNT:
		return v >= 1 && v <= 16;
	case ARG_TYPE:
		return v < 4;
	case ARG_FAULT:
		return v < 6;
	}
	return false;
}

static bool valid_op(const struct world_desc *w, const struct op *op)
{
	unsigned int i, kind;

	if (op->code >= NR_OPS)
		return false;
	for (i = 0; i < 3; i++) {
		if (!table[op->code].has_result)
			kind = table[op->code].arg[i];
		else
			kind = i ? table[op->code].arg[i - 1] : ARG_DOM;
		if (!in_range(w, kind, op->arg[i]))
			return false;
	}
	return true;
}

static bool valid_world(const struct world_desc *w)
{
	static const struct device_desc none;
	unsigned int i;

	if (w->driver >= NR_DRIVERS || w->nr_groups < 1 || w->nr_groups > 4 ||
	    w->nr_devices < w->nr_groups || w->nr_devices > 8 ||
	    w->default_type > 2 || w->without > 0x3f || w->flags > 7)
		return false;
	for (i = 0; i < w->nr_devices; i++)
		if (w->dev[i].group >= w->nr_groups || w->dev[i].pasids > 8 ||
		    w->dev[i].flags > 0x3ff)
			return false;
	for (; i < 8; i++)
		if (memcmp(&w->dev[i], &none, sizeof(none)))
			return false;
	return true;
}

static bool valid_fault(const struct first_fault *f)
{
	return f->kind < 6 && !f->zero && (f->nth || !f->kind);
}

/* Contiguous, of different names, and not empty but for an only one. */
static bool valid_threads(const struct program *p)
{
	static const struct thread none;
	unsigned int i, next = 0, names = 0;

	if (p->nr_threads < 1 || p->nr_threads > 4)
		return false;
	for (i = 0; i < p->nr_threads; i++) {
		const struct thread *t = &p->thread[i];

		if (t->name > 7 || names & 1U << t->name || t->first != next)
			return false;
		if (!t->nr && p->nr_threads > 1)
			return false;
		names |= 1U << t->name;
		next += t->nr;
	}
	for (; i < 4; i++)
		if (memcmp(&p->thread[i], &none, sizeof(none)))
			return false;
	return next == p->nr_ops;
}

/* A list or a seed, and nothing for one thread. */
static bool valid_strategy(const struct program *p)
{
	const bool drawn = p->strategy != STRATEGY_LIST;

	if (p->strategy > STRATEGY_POS || (drawn && p->nr_threads == 1))
		return false;
	if (drawn ? p->nr_preemptions > 0 : p->seed > 0)
		return false;
	return p->strategy == STRATEGY_PCT ? p->depth >= 1 && p->depth <= 16 :
					     !p->depth;
}

/* Ascending, of threads that there are, and none if there is only one. */
static bool valid_schedule(const struct program *p)
{
	static const struct preemption none;
	unsigned int i;
	long last = -1;

	if (p->nr_preemptions > (p->nr_threads > 1 ? 512 : 0))
		return false;
	for (i = 0; i < p->nr_preemptions; i++) {
		const struct preemption *e = &p->preemption[i];
		const long place = e->point * 65536L + e->access;

		if (place <= last || e->zero)
			return false;
		if (e->thread >= p->nr_threads && e->thread != 4)
			return false;
		last = place;
	}
	for (; i < 512; i++)
		if (memcmp(&p->preemption[i], &none, sizeof(none)))
			return false;
	return true;
}

static bool valid(const struct program *p)
{
	static const struct op none;
	unsigned int i;

	if (!valid_world(&p->world) || !valid_fault(&p->fault) ||
	    !valid_threads(p) || !valid_strategy(p) || !valid_schedule(p) ||
	    p->nr_ops > 64)
		return false;
	for (i = 0; i < p->nr_ops; i++)
		if (!valid_op(&p->world, &p->op[i]))
			return false;
	for (; i < 64; i++)
		if (memcmp(&p->op[i], &none, sizeof(none)))
			return false;
	return true;
}

static bool same(const struct program *a, const struct program *b)
{
	return !memcmp(a, b, sizeof(*a));
}

/* --- helpers --- */

static size_t print_to(const struct program *p, char *buf)
{
	FILE *f = fmemopen(buf, TEXT_MAX, "w");
	long len;

	assert_non_null(f);
	assert_int_equal(program_print(p, f), 0);
	len = ftell(f);
	assert_in_range(len, 1, TEXT_MAX - 1);
	fclose(f);
	return len;
}

/* Parse what must be right. */
static void parse_good(struct program *p, const char *text, size_t len)
{
	char err[200] = "";

	if (program_parse(p, "t", text, len, err, sizeof(err)))
		fail_msg("%s\nin:\n%.*s", err, (int)len, text);
}

static void binary_round_trip(const struct program *p)
{
	uint8_t buf[PROGRAM_MAX_BYTES], again[PROGRAM_MAX_BYTES];
	const size_t len = program_encode(p, buf, sizeof(buf));
	struct program q;

	assert_in_range(len, 1, sizeof(buf));
	/* What is not written to must not matter. */
	memset(&q, 0xa5, sizeof(q));
	program_decode(&q, buf, len);
	assert_true(same(p, &q));
	assert_int_equal(program_encode(&q, again, len), len);
	assert_memory_equal(buf, again, len);
	assert_int_equal(program_encode(&q, again, len - 1), 0);
}

static void text_round_trip(const struct program *p)
{
	char text[TEXT_MAX], again[TEXT_MAX];
	const size_t len = print_to(p, text);
	struct program q;

	memset(&q, 0xa5, sizeof(q));
	parse_good(&q, text, len);
	assert_true(same(p, &q));
	assert_int_equal(print_to(&q, again), len);
	assert_memory_equal(text, again, len);
}

/* An encoding of this version, but for what comes after that. */
static size_t put_head(uint8_t *buf)
{
	memcpy(buf, PROGRAM_MAGIC, 4);
	buf[4] = PROGRAM_VERSION;
	return 5;
}

/* @max bytes at most, in an allocation of just that size, for ASan. */
static uint8_t *random_bytes(uint64_t *state, unsigned int max, size_t *len)
{
	uint8_t *buf;
	size_t i;

	*len = rnd(state) % (max + 1);
	buf = malloc(*len ? *len : 1);
	if (!buf)
		abort();
	for (i = 0; i < *len; i++)
		buf[i] = rnd(state) >> 24;
	/* Few of the codes start a thread; have more that do. */
	for (i = rnd(state) % 48; i < *len; i += 1 + rnd(state) % 48) {
		buf[i] |= 0xf0;
		/* Nothing comes after a schedule, so have fewer of these. */
		if (rnd(state) % 8)
			buf[i] &= ~8;
	}
	switch (rnd(state) % 8) {
	case 0:
		break;
	case 1:
	case 2:
		if (*len)
			buf[0] = rnd(state) % 5;
		break;
	default:
		if (*len >= 5)
			put_head(buf);
	}
	return buf;
}

/* How many random programs a test takes. With SOAK set it takes ten times as many. */
static unsigned int many(unsigned int n)
{
	return getenv("SOAK") ? 10 * n : n;
}

/* --- round trips --- */

static void test_random_programs(void **unused)
{
	unsigned int i, n = many(10000);
	uint64_t state = 1;
	struct program p;

	(void)unused;
	for (i = 0; i < n; i++) {
		program_random(&p, 1, &state);
		assert_true(valid(&p));
		assert_in_range(p.nr_ops, 4, 24);
		assert_int_equal(p.nr_threads, 1);
		binary_round_trip(&p);
		text_round_trip(&p);
	}
}

static void test_random_threads(void **unused)
{
	unsigned int i, t, threads[MAX_THREADS + 1] = { 0 }, list[7] = { 0 };
	unsigned int strategy[NR_STRATEGIES] = { 0 };
	uint64_t state = 9;
	struct program p;

	(void)unused;
	program_accesses = true;
	for (i = 0; i < 100000; i++) {
		program_random(&p, MAX_THREADS, &state);
		assert_true(valid(&p));
		for (t = 0; t < p.nr_threads && p.nr_threads > 1; t++)
			assert_in_range(p.thread[t].nr, 2, 8);
		threads[p.nr_threads]++;
		assert_in_range(p.nr_preemptions, 0, 6);
		if (p.strategy == STRATEGY_LIST)
			list[p.nr_preemptions]++;
		strategy[p.strategy] += p.nr_threads > 1;
		binary_round_trip(&p);
		text_round_trip(&p);
	}
	program_accesses = false;
	assert_in_range(threads[1], 1000, 10000);
	assert_in_range(threads[2], 50000, 100000);
	assert_in_range(threads[3], 10000, 30000);
	assert_in_range(threads[4], 2000, 20000);
	for (i = 0; i <= 6; i++)
		assert_in_range(list[i], 300, 20000);
	for (i = 0; i < NR_STRATEGIES; i++)
		assert_in_range(strategy[i], 22000, 25000);
}

/* Random programs are tame; these have every flag and long schedules. */
static void test_wild_programs(void **unused)
{
	uint64_t state = 2;
	struct program p;
	unsigned int i, most = 0, threads[MAX_THREADS + 1] = { 0 };
	unsigned int longest = 0, schedules = 0, drawn = 0;

	(void)unused;
	for (i = 0; i < 10000; i++) {
		size_t len;
		uint8_t *buf = random_bytes(&state, i % 8 ? 600 : 6000, &len);

		program_decode(&p, buf, len);
		free(buf);
		text_round_trip(&p);
		threads[p.nr_threads]++;
		if (p.nr_ops > most)
			most = p.nr_ops;
		schedules += p.nr_preemptions > 0;
		drawn += p.strategy != STRATEGY_LIST;
		if (p.nr_preemptions > longest)
			longest = p.nr_preemptions;
	}
	assert_in_range(schedules, 500, 9000);
	assert_in_range(drawn, 500, 9000);
	assert_int_equal(longest, MAX_PREEMPTIONS);
	for (i = 1; i <= MAX_THREADS; i++)
		assert_in_range(threads[i], 100, 10000);
	assert_int_equal(most, MAX_OPS);
}

static void decode_any(uint64_t *state)
{
	size_t len;
	uint8_t *buf = random_bytes(state, rnd(state) % 32 ? 600 : 6000, &len);
	struct program p;

	memset(&p, 0xa5, sizeof(p));
	program_decode(&p, buf, len);
	free(buf);
	assert_true(valid(&p));
	binary_round_trip(&p);
}

static void test_any_bytes(void **unused)
{
	unsigned int i, n = many(20000);
	uint64_t state = 3;

	(void)unused;
	for (i = 0; i < n; i++)
		decode_any(&state);
}

static void test_no_bytes(void **unused)
{
	uint8_t partial[] = {
		1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, OP_FREE + OPS_BEFORE_4,
	};
	struct program p, q;

	(void)unused;
	program_decode(&p, NULL, 0);
	assert_true(valid(&p));
	assert_int_equal(p.nr_ops, 0);
	binary_round_trip(&p);
	text_round_trip(&p);

	/* Missing operands are zero, and the version's value is ignored. */
	program_decode(&p, partial, sizeof(partial));
	assert_int_equal(p.nr_ops, 1);
	assert_int_equal(p.op[0].code, OP_FREE);
	assert_int_equal(p.op[0].arg[0], 0);
	q = p;
	partial[0] = 0x7f;
	program_decode(&p, partial, sizeof(partial));
	assert_true(same(&p, &q));
}

/* @bytes decode into @p, which is @text, and back. */
static void decodes_as(struct program *p, const uint8_t *bytes, size_t size,
		       const char *text)
{
	char buf[TEXT_MAX];

	program_decode(p, bytes, size);
	buf[print_to(p, buf)] = '\0';
	assert_string_equal(buf, text);
	binary_round_trip(p);
}

/* The bytes of a file keep their meaning: this is the documented layout. */
static void test_layout(void **unused)
{
	static const uint8_t bytes[] = {
		1,	     1,	   1,	 2,    1,	 3, 2,	  0,
		4,	     0x09, 0x00, 0,    0,	 0, 0x02, 1,
		0,	     0,	   0,	 0xf0, 1,	 0, 0, /* kernel */
		OP_ALLOC,    3,	   2,	 0,    0xff,	 5, 0,	  0,
		0xf0,	     0,	   0,	 0, /* of two names, vfio */
		OP_MAP,	     3,	   15,	 15,   OP_FAULT, 5, 0,	  77,
		0xf0,	     1,	   0,	 0, /* kernel is taken: iommufd */
		OP_REGISTER, 9,	   9,	 9,    0xf0,	 7, 0,	  0, /* empty */
	};
	static const char text[] =
		"world driver=vtd groups=2 devices=3 default=dma "
		"without=blocked,identity locked\n"
		"device dev0 pasids=4 direct deferred\n"
		"device dev1 g0 platform\n"
		"device dev2 g1\n"
		"thread kernel\n"
		"\td3 = alloc dev2\n"
		"thread vfio\n"
		"\tmap d3 15 16\n"
		"\tfault sysfs 1\n"
		"thread iommufd\n"
		"\tregister\n";
	char buf[TEXT_MAX];
	struct program p;
	size_t len;

	(void)unused;
	program_decode(&p, bytes, sizeof(bytes));
	len = print_to(&p, buf);
	assert_int_equal(len, sizeof(text) - 1);
	assert_memory_equal(buf, text, len);
}

/*
 * What bytes of version 1 meant before there was another version: recorded
 * then. They go without the version, which comes first.
 */
static const struct {
	const char *text;
	uint8_t len, bytes[60];
} version_1[] = {
	/* All of 0xf0 to 0xff start threads; nothing is a schedule. */
	{ "world driver=amd groups=1 devices=1\n"
	  "thread vfio\n\tuse dev0\n"
	  "thread kernel\n\tclaim g0 bob\n"
	  "thread iommufd\n\tunmap d0 3 1\n\tfree d1\n"
	  "thread sysfs\n\tload\n",
	  46,
	  { 2, 0, 0,	    0, 0, 0, 0,	       0, 0, 0, OP_USE, 1,
	    0, 0, 0xf8,	    1, 0, 0, OP_CLAIM, 0, 1, 0, 0xff,	2,
	    9, 9, OP_UNMAP, 0, 3, 0, OP_FREE,  9, 0, 0, 0xf8,	2,
	    0, 0, 0xf9,	    3, 0, 0, OP_LOAD,  0, 0, 0 } },
	/* Five threads, of which the last has no place; the end is missing. */
	{ "world driver=legacy groups=1 devices=1\n"
	  "thread dma\n\tload\n"
	  "thread vfio\n\tload\n"
	  "thread kernel\n\tload\n"
	  "thread iommufd\n\tload\n\tunload\n\tdma dev0 1\n",
	  53,
	  { 3, 0, 0,	   0, 0, 0, 0,	     0, 0, 0, 0xf0,	 7,
	    0, 0, OP_LOAD, 0, 0, 0, 0xf8,    7, 0, 0, OP_LOAD,	 0,
	    0, 0, 0xfa,	   7, 0, 0, OP_LOAD, 0, 0, 0, 0xfc,	 7,
	    0, 0, OP_LOAD, 0, 0, 0, 0xfe,    6, 0, 0, OP_UNLOAD, 0,
	    0, 0, OP_DMA,  8, 17 } },
	{ "world driver=vtd groups=2 devices=2 without=blocked,dma early\n"
	  "device dev0 g1 pasids=2 direct relaxable\n"
	  "device dev1 g0\n"
	  "thread vfio\n",
	  13,
	  { 1, 1, 0, 0, 0x21, 1, 1, 2, 3, 4 } },
	{ "world driver=smmuv3 groups=1 devices=1\nthread vfio\n",
	  11,
	  { [10] = 0xff } },
};

static void test_version_1(void **unused)
{
	/* All but 2 to 4 decode as version 1, without the magic. */
	static const uint8_t versions[] = { 0, 1, 5, 0x89, 0xff };
	uint8_t bytes[1 + sizeof(version_1[0].bytes)];
	char buf[TEXT_MAX];
	struct program p;
	unsigned int i, j;

	(void)unused;
	for (i = 0; i < ARRAY_SIZE(version_1); i++) {
		memcpy(bytes + 1, version_1[i].bytes, version_1[i].len);
		for (j = 0; j < ARRAY_SIZE(versions); j++) {
			bytes[0] = versions[j];
			program_decode(&p, bytes, 1 + version_1[i].len);
			buf[print_to(&p, buf)] = '\0';
			assert_string_equal(buf, version_1[i].text);
			binary_round_trip(&p);
		}
	}
}

/* Version 2 adds the schedule, in any order. */
static void test_layout_schedule(void **unused)
{
	uint8_t bytes[] = {
		2,	 0,    0,    1,	   0,	 0, 0,	  /* version, world */
		0,	 0,    0,    0,	   0,	 0, 0, 0, /* two devices */
		OP_LOAD, 0,    0,    0,	   0xf7, 7, 0, 0, /* dma */
		OP_LOAD, 0,    0,    0,	   0xf8, 9, 9, 9, /* schedule */
		17,	 0,    3,    0,	   0,		  /* vfio */
		17,	 0,    0,    0,	   4,		  /* dma */
		0,	 1,    0,    0,	   2,		  /* rcu */
		17,	 0,    3,    0,	   1, /* not the first in its place */
		0xff,	 0xff, 0xff, 0xff, 3, /* vfio again */
		5,			      /* and what is missing is zero */
	};
	static const char text[] = S "\tat 5 run vfio\n"
				     "\tat 17 run dma\n"
				     "\tat 17.3 run vfio\n"
				     "\tat 256 run rcu\n"
				     "\tat 65535.65535 run vfio\n";
	struct program p;

	(void)unused;
	decodes_as(&p, bytes, sizeof(bytes), text);
	/* One thread takes no turns. */
	bytes[19] = OP_LOAD;
	program_decode(&p, bytes, sizeof(bytes));
	assert_true(valid(&p));
	assert_int_equal(p.nr_ops, 3);
	assert_int_equal(p.nr_preemptions, 0);
}

/* Version 3 adds a flag of the world, and the first fault. */
static void test_layout_fault(void **unused)
{
	uint8_t bytes[] = {
		3,	 1, 0, 0, 0, 0, 0xf4, /* version, world */
		7,	 1, 1,		      /* the second kind, 257 */
		0,	 0, 0, 0,	      /* a device */
		OP_LOAD,
	};
	static const char text[] =
		"world driver=vtd groups=1 devices=1 reattach-may-fail\n"
		"fault attach 257\n"
		"thread vfio\n"
		"\tload\n";
	struct program p;

	(void)unused;
	decodes_as(&p, bytes, sizeof(bytes), text);
	text_round_trip(&p);
	/* The kind of none is no difference. */
	bytes[8] = bytes[9] = 0;
	program_decode(&p, bytes, sizeof(bytes));
	assert_true(valid(&p));
	binary_round_trip(&p);
	/* Version 2 has neither: these are a device, and operations. */
	bytes[0] = 2;
	program_decode(&p, bytes, sizeof(bytes));
	assert_true(valid(&p));
	assert_int_equal(p.fault.nth, 0);
	assert_int_equal(p.world.flags, 0);
}

/* Version 4 adds operations: their codes meant others before. */
static void test_layout_operations(void **unused)
{
	uint8_t bytes[] = {
		4,
		0,
		0,
		0,
		0,
		0,
		0, /* version, world */
		0,
		0,
		0, /* no fault */
		0,
		0,
		0,
		0, /* a device */
		OP_ATTACH_HANDLE,
		5,
		0,
		0,
		OP_READ_NAME,
		9,
		9,
		9,
		NR_OPS + OP_FREE,
		2,
		0,
		0,
	};
	struct program p;

	(void)unused;
	decodes_as(&p, bytes, sizeof(bytes),
		   "world driver=smmuv3 groups=1 devices=1\n"
		   "thread vfio\n"
		   "\tattach_handle d5 g0\n"
		   "\tread_name g0\n"
		   "\tfree d2\n");
	text_round_trip(&p);
	bytes[0] = 3;
	bytes[14] = OPS_BEFORE_4 + OP_CLAIM;
	bytes[18] = OPS_BEFORE_4 + OP_FREE;
	bytes[22] = 2 * OPS_BEFORE_4 + OP_RELEASE;
	decodes_as(&p, bytes, sizeof(bytes),
		   "world driver=smmuv3 groups=1 devices=1\n"
		   "thread vfio\n"
		   "\tclaim g0 alice\n"
		   "\tfree d1\n"
		   "\trelease g0\n");
}

/* Version 5 adds the magic, and schedules that are drawn from a seed. */
static void test_layout_drawn(void **unused)
{
	uint8_t bytes[] = {
		0x89,	 'g',  'f',  'z',  5,		  /* magic, version */
		0,	 0,    1,    0,	   0,	 0,	  /* world */
		0,	 0,    0,			  /* no fault */
		0,	 0,    0,    0,	   0,	 0, 0, 0, /* two devices */
		OP_LOAD, 0,    0,    0,	   0xf0, 7, 0, 0, /* dma */
		OP_LOAD, 0,    0,    0,	   0xf8, 2, 1, 0, /* pct, depth 2 */
		0x78,	 0x56, 0x34, 0x12,
	};
	const size_t strategy = sizeof(bytes) - 7, len = sizeof(bytes);
	struct program p, q;

	(void)unused;
	decodes_as(&p, bytes, len,
		   T "\tload\nthread dma\n\tload\nschedule pct:2 305419896\n");
	text_round_trip(&p);
	/* The others have no depth, a list has no seed, missing bytes are 0. */
	bytes[strategy] = 3;
	decodes_as(&p, bytes, len,
		   T "\tload\nthread dma\n\tload\nschedule pos 305419896\n");
	bytes[strategy] = 4 + 1;
	decodes_as(&p, bytes, len - 2,
		   T "\tload\nthread dma\n\tload\nschedule random 22136\n");
	bytes[strategy] = 4;
	decodes_as(&p, bytes, len, S "\tat 22136.4660 run vfio\n");
	/* Any version behind the magic is the nearest that there is. */
	bytes[4] = 2;
	program_decode(&q, bytes, len);
	assert_true(same(&p, &q));
	bytes[4] = 0xff;
	program_decode(&q, bytes, len);
	assert_true(same(&p, &q));
	/* A thread alone is not scheduled. */
	bytes[4] = 5;
	bytes[strategy] = 2;
	bytes[26] = OP_LOAD;
	program_decode(&p, bytes, len);
	assert_true(valid(&p));
	assert_int_equal(p.nr_threads, 1);
}

/* The same bytes after the version meant a list in version 4. */
static void test_version_4(void **unused)
{
	static const uint8_t bytes[] = {
		4,	 0, 0, 1, 0,	0,	 0, 0, 0, 0,	0, 0, 0,
		0,	 0, 0, 0, 0,	OP_LOAD, 0, 0, 0, 0xf0, 7, 0, 0,
		OP_LOAD, 0, 0, 0, 0xf8, 2,	 1, 0, 5, 0,	0, 0, 1,
	};
	struct program p;

	(void)unused;
	decodes_as(&p, bytes, 1,
		   "world driver=smmuv3 groups=1 devices=1\n"
		   "thread vfio\n");
	program_decode(&p, bytes, sizeof(bytes));
	assert_true(valid(&p));
	assert_int_equal(p.strategy, STRATEGY_LIST);
	assert_int_equal(p.nr_preemptions, 1);
	assert_int_equal(p.preemption[0].point, 5);
}

/* The largest program, encoded in the other direction. */
static void largest_program(struct program *p)
{
	static uint8_t bytes[18 + 4 * (70 + 5 + 1) + 5 * 600];
	uint8_t *out = bytes + 18;
	unsigned int i;

	put_head(bytes);
	for (i = 0; i < 70; i++, out += 4) {
		if (i % 16 == 0) {
			out[0] = 0xf0;
			out[1] = 7 - i / 16;
			out += 4;
		}
		out[0] = i % 2 ? OP_LOAD : OP_CLAIM;
	}
	out[0] = 0xff;
	out += 4;
	for (i = 600; i--; out += 5) {
		out[0] = i / 2 & 0xff;
		out[1] = i / 2 >> 8;
		out[2] = i % 2;
		out[4] = i;
	}
	assert_in_range(out - bytes, 0, sizeof(bytes));
	program_decode(p, bytes, out - bytes);
}

static void test_limits(void **unused)
{
	uint8_t bytes[PROGRAM_MAX_BYTES] = { 1 };
	unsigned int i;
	struct program p;

	(void)unused;
	/* Five threads of an operation each: the fifth joins the fourth. */
	for (i = 0; i < 5; i++) {
		bytes[11 + 8 * i] = 0xf0;
		bytes[12 + 8 * i] = i;
		bytes[15 + 8 * i] = OP_LOAD;
	}
	program_decode(&p, bytes, 11 + 8 * 5);
	assert_true(valid(&p));
	assert_int_equal(p.nr_threads, MAX_THREADS);
	assert_int_equal(p.thread[3].nr, 2);
	/* Bytes behind the last operation are ignored. */
	program_decode(&p, bytes, sizeof(bytes));
	assert_true(valid(&p));
	assert_int_equal(p.nr_ops, MAX_OPS);
	binary_round_trip(&p);
	/* Of operations and preemptions too many the first ones count. */
	largest_program(&p);
	assert_true(valid(&p));
	assert_int_equal(p.nr_threads, MAX_THREADS);
	assert_int_equal(p.nr_ops, MAX_OPS);
	assert_int_equal(p.nr_preemptions, MAX_PREEMPTIONS);
	assert_int_equal(p.preemption[0].point, (600 - 512) / 2);
	assert_int_equal(p.preemption[511].point, 599 / 2);
	binary_round_trip(&p);
	text_round_trip(&p);
}

/* --- words --- */

/* Each operation with its lowest and highest operands, by op_format(). */
static void word_round_trip(unsigned int code, bool high)
{
	struct program p = {
		.world = { .nr_groups = 4, .nr_devices = 8 },
		.nr_threads = 1,
		.nr_ops = 1,
		.thread[0].nr = 1,
		.op[0].code = code,
	};
	unsigned int i, first, nr;
	char buf[64], text[200];
	struct program q;
	int len;

	for (i = 0; i < 8; i++)
		p.world.dev[i].group = i % 4;
	for (i = 0; i < 3; i++) {
		arg_range(&p.world, op_info[code].arg[i], &first, &nr);
		p.op[0].arg[i] = first + (high ? nr - 1 : 0);
	}
	assert_true(valid(&p));
	len = op_format(&p.op[0], buf, sizeof(buf));
	assert_int_equal(len, strlen(buf));
	len = snprintf(text, sizeof(text),
		       "world driver=smmuv3 groups=4 "
		       "devices=8\nthread vfio\n%s",
		       buf);
	parse_good(&q, text, len);
	assert_true(same(&p, &q));
	assert_int_equal(op_format(&p.op[0], NULL, 0), strlen(buf));
}

static void test_every_word(void **unused)
{
	unsigned int code;

	(void)unused;
	for (code = 0; code < NR_OPS; code++) {
		word_round_trip(code, false);
		word_round_trip(code, true);
	}
}

static void test_names(void **unused)
{
	unsigned int i;
	char text[100];
	struct program p;

	(void)unused;
	for (i = 0; i < NR_DRIVERS; i++) {
		sprintf(text, "world driver=%s groups=1 devices=1\nthread %s",
			driver_names[i], thread_names[i % NR_THREAD_NAMES]);
		parse_good(&p, text, strlen(text));
		assert_int_equal(p.world.driver, i);
		assert_int_equal(p.thread[0].name, i % NR_THREAD_NAMES);
	}
}

/* Everything people may write that is not how it is printed. */
static void test_lenient(void **unused)
{
	static const char sloppy[] =
		"# a comment\n\n \t \n"
		"  world devices=2 locked driver=amd without=dma,blocked early"
		" groups=1 default=dma-fq reattach-may-fail# behind\n"
		"device dev0\n"
		"device dev1 untrusted direct g0 pasids=0 # x\n"
		"   fault\tpasid 17# y\n"
		"thread vfio\n"
		"claim g0 alice#\n"
		"        d7  =\talloc\tdev1  \n"
		"#\n"
		"\tdma dev0 3\n\tdma dev0 3 1";
	static const char neat[] =
		"world driver=amd groups=1 devices=2 without=blocked,dma "
		"early locked reattach-may-fail\n"
		"device dev1 direct untrusted\n"
		"fault pasid 17\n"
		"thread vfio\n"
		"\tclaim g0 alice\n"
		"\td7 = alloc dev1\n"
		"\tdma dev0 3\n"
		"\tdma dev0 3 1\n";
	char buf[TEXT_MAX];
	struct program p;
	size_t len;

	(void)unused;
	parse_good(&p, sloppy, sizeof(sloppy) - 1);
	len = print_to(&p, buf);
	assert_int_equal(len, sizeof(neat) - 1);
	assert_memory_equal(buf, neat, len);

	parse_good(&p, W, sizeof(W) - 1);
	assert_true(valid(&p));
	assert_int_equal(p.nr_threads, 1);
}

static void test_lenient_schedule(void **unused)
{
	static const char sloppy[] = S
		"#\nat 0 run dma\n  at\t0.1  run rcu# why\n\n"
		"        at 0.65535 run vfio \nat 65535 run vfio";
	static const char neat[] = S "\tat 0 run dma\n"
				     "\tat 0.1 run rcu\n"
				     "\tat 0.65535 run vfio\n"
				     "\tat 65535 run vfio\n";
	char buf[TEXT_MAX];
	struct program p;

	(void)unused;
	parse_good(&p, sloppy, sizeof(sloppy) - 1);
	assert_true(valid(&p));
	buf[print_to(&p, buf)] = '\0';
	assert_string_equal(buf, neat);
}

/* One line more than there is room for. */
static void test_long_schedule(void **unused)
{
	char text[TEXT_MAX] = S, err[100];
	size_t len = strlen(text);
	struct program p;
	unsigned int i;

	(void)unused;
	for (i = 0; i < 512; i++)
		len += sprintf(text + len, "at %u run rcu\n", i * 128);
	parse_good(&p, text, len);
	assert_true(valid(&p));
	assert_int_equal(p.nr_preemptions, 512);
	len += sprintf(text + len, "at 65535 run rcu\n");
	assert_int_equal(program_parse(&p, "t", text, len, err, sizeof(err)),
			 -1);
	assert_string_equal(err, "t:519: too many preemptions (512 at most)");
}

/* --- schedules --- */

static bool preempt(struct program *p, unsigned int point, unsigned int access,
		    unsigned int thread)
{
	const struct preemption e = { .point = point,
				      .access = access,
				      .thread = thread };

	return program_preempt(p, &e);
}

static void test_preempt(void **unused)
{
	struct program p;

	(void)unused;
	parse_good(&p, S "at 7 run vfio", sizeof(S "at 7 run vfio") - 1);
	assert_true(preempt(&p, 7, 1, 1));
	assert_true(preempt(&p, 3, 9, THREAD_RCU));
	assert_true(valid(&p));
	assert_false(preempt(&p, 7, 0, 1));
	assert_false(preempt(&p, 3, 9, 0));
	assert_int_equal(p.nr_preemptions, 3);
	assert_int_equal(p.preemption[0].thread, THREAD_RCU);
	assert_int_equal(p.preemption[1].thread, 0);
	program_unpreempt(&p, 1);
	assert_true(valid(&p));
	assert_int_equal(p.nr_preemptions, 2);
	assert_int_equal(p.preemption[1].access, 1);
	while (p.nr_preemptions < MAX_PREEMPTIONS)
		assert_true(preempt(&p, 100 + p.nr_preemptions, 0, 1));
	assert_true(valid(&p));
	assert_false(preempt(&p, 1, 0, 1));
	program_unpreempt(&p, MAX_PREEMPTIONS - 1);
	assert_true(valid(&p));
}

static void test_renumber(void **unused)
{
	static const char text[] = T
		"load\nthread dma\nload\nthread sysfs\nload\n"
		"schedule\nat 1 run vfio\nat 2 run dma\nat 3 run sysfs\n"
		"at 4 run rcu\n";
	static const uint8_t swap[MAX_THREADS] = { 2, 1, 0, 3 };
	static const uint8_t drop[MAX_THREADS] = { 0, THREAD_GONE, 1, 2 };
	struct program p, q;

	(void)unused;
	parse_good(&p, text, sizeof(text) - 1);
	q = p;
	program_renumber(&q, swap);
	assert_int_equal(q.nr_preemptions, 4);
	assert_int_equal(q.preemption[0].thread, 2);
	assert_int_equal(q.preemption[1].thread, 1);
	assert_int_equal(q.preemption[2].thread, 0);
	assert_int_equal(q.preemption[3].thread, THREAD_RCU);
	q = p;
	program_renumber(&q, drop);
	assert_int_equal(q.nr_preemptions, 3);
	assert_int_equal(q.preemption[1].point, 3);
	assert_int_equal(q.preemption[1].thread, 1);
	assert_int_equal(q.preemption[2].thread, THREAD_RCU);
	assert_true(valid(&q));
	/* Nobody is left to take turns with. */
	p.nr_threads = 1;
	program_renumber(&p, drop);
	assert_int_equal(p.nr_preemptions, 0);
	assert_true(valid_schedule(&p));
}

/* --- malformed texts --- */

#define TEN(s) s s s s s s s s s s
#define A40    TEN("aaaa")

static const struct {
	const char *text, *err;
} malformed[] = {
	{ "", "t:1: `world` is missing" },
	{ "# nothing\n\n", "t:2: `world` is missing" },
	{ "thread vfio\n", "t:1: expected `world` first, got `thread`" },
	{ "schedule\n", "t:1: expected `world` first, got `schedule`" },
	{ "world groups=1 devices=1", "t:1: world: `driver=` is missing" },
	{ "world driver=amd devices=1", "t:1: world: `groups=` is missing" },
	{ "world driver=amd groups=1", "t:1: world: `devices=` is missing" },
	{ "world driver=foo", "t:1: unknown driver `foo`" },
	{ "world driver=", "t:1: unknown driver ``" },
	{ "world driver=amd driver=amd", "t:1: world: repeated key `driver`" },
	{ "world size=3", "t:1: world: unknown key `size`" },
	{ "world =", "t:1: world: unknown key ``" },
	{ "world late", "t:1: world: unknown word `late`" },
	{ "world early early", "t:1: world: repeated `early`" },
	{ "world groups=0", "t:1: groups: 0 is out of range (1 to 4)" },
	{ "world groups=5", "t:1: groups: 5 is out of range (1 to 4)" },
	{ "world groups=one", "t:1: groups: expected a number, got `one`" },
	{ "world devices=", "t:1: devices: expected a number, got ``" },
	{ "world devices=-1", "t:1: devices: expected a number, got `-1`" },
	{ "world devices=08", "t:1: devices: expected a number, got `08`" },
	{ "world devices=4294967297",
	  "t:1: devices: 4294967297 is out of range (1 to 8)" },
	{ "world devices=18446744073709551617",
	  "t:1: devices: 18446744073709551617 is out of range (1 to 8)" },
	{ "world driver=amd groups=3 devices=2",
	  "t:1: world: fewer devices (2) than groups (3)" },
	{ "world default=DMA", "t:1: unknown default `DMA`" },
	{ "world without=", "t:1: without: unknown word ``" },
	{ "world without=dma,", "t:1: without: unknown word ``" },
	{ "world without=dma,resv,dma", "t:1: without: repeated `dma`" },
	{ W W, "t:2: repeated `world`" },
	{ W "device", "t:2: device: which device?" },
	{ W "device g0", "t:2: device: expected a device, got `g0`" },
	{ W "device dev2", "t:2: dev2: this world has only 2 devices" },
	{ W "device dev0 g1", "t:2: g1: this world has only 1 group" },
	{ W "device dev0 g0 g0", "t:2: device: a second group `g0`" },
	{ W "device dev0 pasids=9", "t:2: pasids: 9 is out of range (0 to 8)" },
	{ W "device dev0 pasids=1 pasids=1",
	  "t:2: device: repeated key `pasids`" },
	{ W "device dev0 pasid=1", "t:2: device: unknown key `pasid`" },
	{ W "device dev0 fast", "t:2: device: unknown word `fast`" },
	{ W "device dev0 msi msi", "t:2: device: repeated `msi`" },
	{ W "device dev0 msi\ndevice dev0 msi",
	  "t:3: device: repeated `dev0`" },
	{ W "device dev1 msi\ndevice dev0 msi",
	  "t:3: device: dev0 is out of order" },
	{ T "device dev0 msi", "t:3: `device` after the first thread" },
	{ W "fault", "t:2: fault: expected a fault and a number" },
	{ W "fault alloc", "t:2: fault: expected a fault and a number" },
	{ W "fault alloc 1 2", "t:2: fault: expected a fault and a number" },
	{ W "fault disk 1", "t:2: unknown fault `disk`" },
	{ W "fault alloc one", "t:2: fault: expected a number, got `one`" },
	{ W "fault alloc 0", "t:2: fault: 0 is out of range (1 to 65535)" },
	{ W "fault alloc 65536",
	  "t:2: fault: 65536 is out of range (1 to 65535)" },
	{ W "fault alloc 1\nfault attach 1",
	  "t:3: fault: there is one before the first thread" },
	{ W "fault alloc 1\ndevice dev0 msi", "t:3: `device` after `fault`" },
	{ W "thread", "t:2: thread: a name is missing" },
	{ W "thread bob", "t:2: unknown thread name `bob`" },
	{ W "thread vfio 1", "t:2: thread: unexpected `1` after the name" },
	{ T "load\nthread vfio", "t:4: thread: repeated `vfio`" },
	{ T "thread kernel\nload", "t:2: thread vfio has no operation" },
	{ T "load\n#\nthread kernel", "t:5: thread kernel has no operation" },
	{ T "load\nthread kernel\nload\nthread admin\nload\nthread dma\nload\n"
	    "thread sysfs\nload",
	  "t:10: too many threads (4 at most)" },
	{ W "schedule", "t:2: schedule: it takes two threads, here are none" },
	{ T "load\nschedule\nat 1 run vfio",
	  "t:4: schedule: it takes two threads, here is one" },
	{ T "load\nthread dma\nschedule", "t:4: thread dma has no operation" },
	{ S, "t:6: schedule: it is empty" },
	{ S "\n#\n", "t:6: schedule: it is empty" },
	{ T "load\nthread dma\nload\nschedule now",
	  "t:6: schedule: no such strategy: `now`" },
	{ D "list 1", "t:6: schedule: no such strategy: `list`" },
	{ D "pct: 1", "t:6: schedule: no such strategy: `pct:`" },
	{ D "pct:abc 1", "t:6: schedule: no such strategy: `pct:abc`" },
	{ D "pct:0 1", "t:6: schedule: no such strategy: `pct:0`" },
	{ D "pct:03 1", "t:6: schedule: no such strategy: `pct:03`" },
	{ D "pct:17 1", "t:6: schedule: no such strategy: `pct:17`" },
	{ D "pct:259 1", "t:6: schedule: no such strategy: `pct:259`" },
	{ D "random:1 1", "t:6: schedule: no such strategy: `random:1`" },
	{ D "pos", "t:6: schedule: a seed is missing" },
	{ D "pos 1 2", "t:6: schedule: unexpected `2` after the seed" },
	{ D "pos x", "t:6: seed: expected a number, got `x`" },
	{ D "pos -1", "t:6: seed: expected a number, got `-1`" },
	{ D "pos 01", "t:6: seed: expected a number, got `01`" },
	{ D "pos 4294967296",
	  "t:6: seed: 4294967296 is out of range (0 to 4294967295)" },
	{ D "pos 18446744073709551617",
	  "t:6: seed: 18446744073709551617 is out of range (0 to 4294967295)" },
	{ D "pos 1\nat 1 run dma",
	  "t:7: unexpected `at` after a drawn schedule" },
	{ D "pos 1\nschedule",
	  "t:7: unexpected `schedule` after a drawn schedule" },
	{ T "load\nschedule pos 1",
	  "t:4: schedule: it takes two threads, here is one" },
	{ T "load\nat 1 run vfio", "t:4: unknown word `at`" },
	{ S "at 1 run dma\nload",
	  "t:8: expected `at` after `schedule`, got `load`" },
	{ S "d0 = alloc dev0",
	  "t:7: expected `at` after `schedule`, got `d0`" },
	{ S "thread kernel",
	  "t:7: expected `at` after `schedule`, got `thread`" },
	{ S "device dev0 msi",
	  "t:7: expected `at` after `schedule`, got `device`" },
	{ S "schedule", "t:7: expected `at` after `schedule`, got `schedule`" },
	{ S "at 1 run dma\n" W, "t:8: repeated `world`" },
	{ S "at", "t:7: at: a point is missing" },
	{ S "at 1", "t:7: at: `run` is missing" },
	{ S "at 1 dma", "t:7: at: expected `run`, got `dma`" },
	{ S "at 1 run", "t:7: at: a thread is missing" },
	{ S "at 1 run dma vfio",
	  "t:7: at: unexpected `vfio` after the thread" },
	{ S "at x run dma", "t:7: point: expected a number, got `x`" },
	{ S "at .1 run dma", "t:7: point: expected a number, got ``" },
	{ S "at -1 run dma", "t:7: point: expected a number, got `-1`" },
	{ S "at 01 run dma", "t:7: point: expected a number, got `01`" },
	{ S "at 65536 run dma",
	  "t:7: point: 65536 is out of range (0 to 65535)" },
	{ S "at 4294967296.1 run dma",
	  "t:7: point: 4294967296 is out of range (0 to 65535)" },
	{ S "at 1. run dma", "t:7: access: expected a number, got ``" },
	{ S "at 1.1.1 run dma", "t:7: access: expected a number, got `1.1`" },
	{ S "at 1.0 run dma", "t:7: access: 0 is out of range (1 to 65535)" },
	{ S "at 1.65536 run dma",
	  "t:7: access: 65536 is out of range (1 to 65535)" },
	{ S "at 1 run bob", "t:7: unknown thread name `bob`" },
	{ S "at 1 run kernel", "t:7: at: this program has no thread kernel" },
	{ S "at 2 run dma\nat 1.2 run vfio", "t:8: at: 1.2 is out of order" },
	{ S "at 1.2 run dma\nat 1 run vfio", "t:8: at: 1 is out of order" },
	{ S "at 1.2 run dma\nat 1.2 run dma", "t:8: at: repeated `1.2`" },
	{ S "at 1 run dma\nat 2 run dma\nat 1 run rcu",
	  "t:9: at: repeated `1`" },
	{ W "load", "t:2: an operation before the first `thread`" },
	{ T "atach d0 g0", "t:3: unknown word `atach`" },
	{ T "d0=alloc dev0", "t:3: unknown word `d0=alloc`" },
	{ T "attach d0 d1", "t:3: attach: operand 2: expected a group or a "
			    "device, got `d1`" },
	{ T "attach g0 g0",
	  "t:3: attach: operand 1: expected a domain, got `g0`" },
	{ T "attach", "t:3: attach: operand 1 is missing: expected a domain" },
	{ T "attach d0", "t:3: attach: operand 2 is missing: expected a group "
			 "or a device" },
	{ T "attach d0 g0 1",
	  "t:3: attach: unexpected `1` after the operands" },
	{ T "load now", "t:3: load: unexpected `now` after the operands" },
	{ T "attach d0 g3", "t:3: g3: this world has only 1 group" },
	{ T "attach d8 g0", "t:3: d8: domains are d0 to d7" },
	{ T "attach d00 g0",
	  "t:3: attach: operand 1: expected a domain, got `d00`" },
	{ T "add dev99999999999999999999",
	  "t:3: dev99999999999999999999: this world has only 2 devices" },
	{ T "dma dev0", "t:3: dma: operand 2 is missing: expected a page" },
	{ T "dma dev0 16",
	  "t:3: dma: operand 2: 16 is out of range (0 to 15)" },
	{ T "dma dev0 3 0", "t:3: dma: operand 3: 0 is out of range (1 to 7)" },
	{ T "dma dev0 3 x", "t:3: dma: operand 3: expected a PASID, got `x`" },
	{ T "dma dev0 3 1 1", "t:3: dma: unexpected `1` after the operands" },
	{ T "map d0 0 0", "t:3: map: operand 3: 0 is out of range (1 to 16)" },
	{ T "map d0 0 17",
	  "t:3: map: operand 3: 17 is out of range (1 to 16)" },
	{ T "map d0 +1 1", "t:3: map: operand 2: expected a page, got `+1`" },
	{ T "claim g0 dave",
	  "t:3: claim: operand 2: expected an owner, got `dave`" },
	{ T "claim d0 bob", "t:3: claim: operand 1: expected a group or a "
			    "device, got `d0`" },
	{ T "write_type g0 dma",
	  "t:3: write_type: operand 2: expected a type, got `dma`" },
	{ T "fault probes 1",
	  "t:3: fault: operand 1: expected a fault, got `probes`" },
	{ T "fault probe",
	  "t:3: fault: operand 2 is missing: expected a count" },
	{ T "alloc dev0", "t:3: alloc: the result is missing: dN = alloc ..." },
	{ T "d0 = free d0", "t:3: free: has no result to assign" },
	{ T "d8 = alloc dev0", "t:3: d8: domains are d0 to d7" },
	{ T "g0 = alloc dev0", "t:3: expected a domain before `=`, got `g0`" },
	{ T "d0 =", "t:3: an operation is missing after `=`" },
	{ T "= alloc dev0", "t:3: unknown word `=`" },
	{ T "d0 = alloc",
	  "t:3: alloc: operand 1 is missing: expected a device" },
	{ T "d0 = alloc dev0 dev0",
	  "t:3: alloc: unexpected `dev0` after the operands" },
	{ T TEN("load\n") TEN("load\n") TEN("load\n") TEN("load\n")
		  TEN("load\n") TEN("load\n") "load\nload\nload\nload\nload\n",
	  "t:67: too many operations (64 at most)" },
	{ T "load\r\n", "t:3: byte 0x0d is not plain text" },
	{ T "# na\303\257ve", "t:3: byte 0xc3 is not plain text" },
	{ T "load \177", "t:3: byte 0x7f is not plain text" },
	{ T A40 "b", "t:3: unknown word `" A40 "`" },
	{ T "#" TEN(A40) A40 A40 TEN("0123456789") "0123456789"
						   "01234567890",
	  "t:3: longer than 511 characters" },
	{ T TEN("1 ") TEN("1 ") "1 1 1 1 1", "t:3: more than 24 words" },
};

static void check_error(const char *text, size_t len, const char *expected)
{
	char err[200] = "no error";
	char *copy = malloc(len ? len : 1); /* exact, for ASan */
	struct program p;

	assert_non_null(copy);
	memcpy(copy, text, len);
	if (program_parse(&p, "t", copy, len, err, sizeof(err)) != -1)
		fail_msg("accepted, wanted \"%s\":\n%s", expected, text);
	free(copy);
	assert_string_equal(err, expected);
}

static void test_malformed(void **unused)
{
	unsigned int i;

	(void)unused;
	for (i = 0; i < ARRAY_SIZE(malformed); i++)
		check_error(malformed[i].text, strlen(malformed[i].text),
			    malformed[i].err);
	check_error(T "lo\0ad", sizeof(T "lo\0ad") - 1,
		    "t:3: byte 0x00 is not plain text");
}

/* A message is one line that fits, whatever the name and the space. */
static void test_message(void **unused)
{
	char err[12] = "xxxxxxxxxxx";
	struct program p;

	(void)unused;
	assert_int_equal(program_parse(&p, "a\nb", "?", 1, err, 12), -1);
	assert_string_equal(err, "a?b:1: expe");
	err[0] = 'x';
	assert_int_equal(program_parse(&p, "a", "?", 1, err, 0), -1);
	assert_int_equal(err[0], 'x');
	assert_int_equal(program_parse(&p, "a", "?", 1, NULL, 0), -1);
	assert_int_equal(program_parse(&p, "a", "?", 1, err, 1), -1);
	assert_string_equal(err, "");
}

/*
 * One byte of a good text changed, left out or added: no crash, a message of
 * one line or a program that is valid.
 */
static void test_damaged_text(void **unused)
{
	uint64_t state = 4;
	char text[TEXT_MAX], err[200];
	struct program p;
	size_t len, at;
	int i, ret;

	(void)unused;
	for (i = 0; i < 40000; i++) {
		program_random(&p, i % 2 ? MAX_THREADS : 1, &state);
		len = print_to(&p, text);
		at = rnd(&state) % len;
		if (rnd(&state) % 2)
			text[at] = rnd(&state) >> 24;
		else
			memmove(text + at, text + at + 1, --len - at);
		ret = program_parse(&p, "t", text, len, err, sizeof(err));
		if (!ret)
			assert_true(valid(&p));
		else
			assert_true(strlen(err) > 4 && !strchr(err, '\n'));
	}
}

/* --- files --- */

static char dir[] = "/tmp/test_program.XXXXXX";

static int make_dir(void **unused)
{
	(void)unused;
	return mkdtemp(dir) ? 0 : -1;
}

static int remove_dir(void **unused)
{
	(void)unused;
	return rmdir(dir);
}

/* Load a file of @len bytes; returns the message without the path. */
static const char *load_bytes(struct program *p, const void *data, size_t len)
{
	static char err[300];
	char path[64];
	FILE *f;
	int ret;

	snprintf(path, sizeof(path), "%s/f", dir);
	f = fopen(path, "wb");
	assert_non_null(f);
	assert_int_equal(fwrite(data, 1, len, f), len);
	assert_int_equal(fclose(f), 0);
	ret = program_load(p, path, err, sizeof(err));
	unlink(path);
	if (!ret)
		return NULL;
	assert_int_equal(ret, -1);
	assert_memory_equal(err, path, strlen(path));
	return err + strlen(path);
}

static void test_load(void **unused)
{
	static const char text[] = T "load\n";
	uint8_t bytes[PROGRAM_MAX_BYTES];
	struct program p, q;
	size_t len;

	(void)unused;
	assert_null(load_bytes(&p, text, sizeof(text) - 1));
	assert_int_equal(p.op[0].code, OP_LOAD);
	len = program_encode(&p, bytes, sizeof(bytes));
	assert_null(load_bytes(&q, bytes, len));
	assert_true(same(&p, &q));
	assert_null(load_bytes(&p, text, sizeof(text) - 1));
	assert_null(load_bytes(&q, "\n\n" T "load", sizeof(T "load") + 1));
	assert_true(same(&p, &q));
	assert_string_equal(load_bytes(&q, T "foo", sizeof(T "foo") - 1),
			    ":3: unknown word `foo`");
	assert_null(
		load_bytes(&q, "\xef\xbb\xbf" T "load", sizeof(T "load") + 2));
	assert_true(same(&p, &q));
}

/* Write @p as an earlier version encoded it. Returns the number of bytes. */
static size_t encode_before(const struct program *p, unsigned int version,
			    uint8_t *out)
{
	uint8_t buf[PROGRAM_MAX_BYTES];
	const size_t len = program_encode(p, buf, sizeof(buf));
	const unsigned int fault = version < 3 ? 0 : 3;

	out[0] = version;
	memcpy(out + 1, buf + 5, 6 + fault);
	memcpy(out + 7 + fault, buf + 14, len - 14);
	return len - 4 - 3 + fault;
}

/* Files of versions 1 to 4 are programs as they were, and no other bytes are. */
static void test_load_before(void **unused)
{
	uint8_t bytes[PROGRAM_MAX_BYTES];
	unsigned int version, i;
	uint64_t state = 21;
	struct program p, q;
	size_t len, at;

	(void)unused;
	program_draws = false;
	for (i = 0; i < 400; i++) {
		version = 1 + i % 4;
		program_random(&p, version < 2 ? 1 : MAX_THREADS, &state);
		for (at = 0; at < p.nr_ops && version < 4; at++)
			p.op[at] = (struct op){ .code = OP_LOAD };
		len = encode_before(&p, version, bytes);
		assert_null(load_bytes(&q, bytes, len));
		assert_true(same(&p, &q));
		assert_string_equal(load_bytes(&q, bytes, len - 1),
				    ": not a program");
		bytes[len] = OP_LOAD;
		assert_string_equal(load_bytes(&q, bytes, len + 1),
				    ": not a program");
		bytes[1 + rnd(&state) % 5] ^= 0x80;
		assert_string_equal(load_bytes(&q, bytes, len),
				    ": not a program");
	}
	program_draws = true;
}

static const struct {
	const char *bytes;
	size_t len;
	const char *err;
} no_programs[] = {
	{ "\xff\xfew\0o\0", 6, ": UTF-16 text: a program is plain ASCII" },
	{ "\xfe\xff\0w\0o", 6, ": UTF-16 text: a program is plain ASCII" },
	{ "w\0o\0", 4, ":1: byte 0x00 is not plain text" },
	{ "\0w\0o", 4, ": not a program" },
	{ "\x1f\x8b\x08\0", 4, ": compressed by gzip" },
	{ "\x7f"
	  "ELF\2\1\1",
	  7, ": an ELF file, not a program" },
	{ "\xef\xbb\xbf", 3, ":1: `world` is missing" },
	{ "\1", 1, ": not a program" },
	{ "\x89gfz", 4, ": damaged binary program" },
	{ "\x89gfz\4", 5, ": damaged binary program" },
	{ "\x89gfz\6", 5, ": binary program of a later version of groupfuzz" },
};

static void test_load_others(void **unused)
{
	uint8_t bytes[600];
	uint64_t state = 22;
	struct program p;
	unsigned int i, j;

	(void)unused;
	for (i = 0; i < ARRAY_SIZE(no_programs); i++)
		assert_string_equal(load_bytes(&p, no_programs[i].bytes,
					       no_programs[i].len),
				    no_programs[i].err);
	for (i = 0; i < 400; i++) {
		for (j = 0; j < sizeof(bytes); j++)
			bytes[j] = rnd(&state) >> 24;
		bytes[0] = i % 5;
		assert_string_equal(load_bytes(&p, bytes, sizeof(bytes)),
				    ": not a program");
	}
}

static void test_load_errors(void **unused)
{
	const size_t max = 1 << 20;
	char *big = malloc(max + 1), err[100], expected[100];
	struct program p;

	(void)unused;
	assert_non_null(big);
	memset(big, '\n', max + 1);
	memcpy(big, W, sizeof(W) - 1);
	assert_null(load_bytes(&p, big, max));
	assert_string_equal(load_bytes(&p, big, max + 1),
			    ": larger than 1 MiB");
	free(big);
	assert_string_equal(load_bytes(&p, "", 0), ": empty");

	assert_int_equal(program_load(&p, dir, err, sizeof(err)), -1);
	snprintf(expected, sizeof(expected), "%s: Is a directory", dir);
	assert_string_equal(err, expected);
	assert_int_equal(program_load(&p, "/nowhere/f", err, sizeof(err)), -1);
	assert_string_equal(err, "/nowhere/f: No such file or directory");
	assert_int_equal(program_load(&p, "/dev/zero", err, sizeof(err)), -1);
	assert_string_equal(err, "/dev/zero: is no regular file");
}

/* A FIFO that has no writer would block; a pipe that is open is read. */
static void test_load_pipe(void **unused)
{
	char path[64], err[100] = "";
	struct program p;
	int ends[2];

	(void)unused;
	snprintf(path, sizeof(path), "%s/fifo", dir);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(program_load(&p, path, err, sizeof(err)), -1);
	assert_string_equal(err + strlen(path),
			    ": is a FIFO: give \"-\", and it as stdin");
	unlink(path);
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], T "load", sizeof(T "load") - 1),
			 sizeof(T "load") - 1);
	close(ends[1]);
	snprintf(path, sizeof(path), "/dev/fd/%d", ends[0]);
	assert_int_equal(program_load(&p, path, err, sizeof(err)), 0);
	assert_int_equal(p.op[0].code, OP_LOAD);
	close(ends[0]);
}

/* The input of a fuzz target: whatever it is. */
static void test_load_raw(void **unused)
{
	static const uint8_t bytes[] = { 1, 2, 3 };
	struct program p, q;
	char path[64], err[100];
	FILE *f;

	(void)unused;
	snprintf(path, sizeof(path), "%s/f", dir);
	f = fopen(path, "wb");
	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, sizeof(bytes), f), sizeof(bytes));
	assert_int_equal(fclose(f), 0);
	assert_int_equal(program_load_raw(&p, path, err, sizeof(err)), 0);
	program_decode(&q, bytes, sizeof(bytes));
	assert_true(same(&p, &q));
	unlink(path);
}

static void test_print_error(void **unused)
{
	FILE *f = fopen("/dev/full", "w");
	struct program p;

	(void)unused;
	assert_non_null(f);
	program_decode(&p, NULL, 0);
	assert_int_equal(program_print(&p, f), -1);
	fclose(f);
}

/* --- mutation --- */

/* A program to start from: random, any that decodes, or one that is full. */
static void any_program(struct program *p, unsigned int max_threads,
			uint64_t *state)
{
	uint8_t *buf;
	size_t len;

	if (rnd(state) % 2) {
		program_random(p, max_threads, state);
	} else if (rnd(state) % 8 == 0) {
		static struct program largest;

		if (!largest.nr_ops)
			largest_program(&largest);
		*p = largest;
	} else {
		buf = random_bytes(state, rnd(state) % 32 ? 400 : 4000, &len);
		program_decode(p, buf, len);
		free(buf);
	}
}

static void mutate_many(unsigned int max_threads, uint64_t state)
{
	unsigned int changed = 0, threads = 0, i, n = many(20000);
	struct program p, old;

	for (i = 0; i < n; i++) {
		if (i % 100 == 0)
			any_program(&p, max_threads, &state);
		old = p;
		program_mutate(&p, max_threads, &state);
		assert_true(valid(&p));
		if (p.nr_threads > max_threads)
			assert_in_range(p.nr_threads, 1, old.nr_threads);
		if (max_threads == 1)
			assert_in_range(p.nr_preemptions, 0,
					old.nr_preemptions);
		changed += !same(&p, &old);
		threads += p.nr_threads > 1;
	}
	/* Some changes come to nothing, as a swap of equal neighbours. */
	assert_in_range(changed, n / 20 * 17, n);
	assert_in_range(threads, n / 10, n);
}

static void test_mutate(void **unused)
{
	unsigned int max_threads;

	(void)unused;
	program_accesses = true;
	for (max_threads = 1; max_threads <= MAX_THREADS; max_threads++)
		mutate_many(max_threads, 5 + max_threads);
	program_accesses = false;
}

/* What program_mutate() makes of programs of one thread, in 200 steps each. */
struct reached {
	unsigned int threads[MAX_THREADS + 1];
	unsigned int rcu, accesses, empty, few, preemptions, below;
};

static void reach(struct reached *r, unsigned int max_threads,
		  unsigned int below)
{
	uint64_t state = 10;
	struct program p;
	unsigned int i, j;

	program_draws = false;
	memset(r, 0, sizeof(*r));
	for (i = 0; i < 100000; i++) {
		if (i % 200 == 0)
			program_random(&p, 1, &state);
		program_mutate(&p, max_threads, &state);
		r->threads[p.nr_threads]++;
		r->preemptions += p.nr_preemptions;
		r->empty += p.nr_threads > 1 && !p.nr_preemptions;
		r->few += p.nr_preemptions <= 6;
		for (j = 0; j < p.nr_preemptions; j++) {
			r->rcu += p.preemption[j].thread == THREAD_RCU;
			r->accesses += p.preemption[j].access != 0;
			r->below += p.preemption[j].point < below;
		}
	}
	program_draws = true;
}

/* A thread alone stays alone; else all numbers of threads are common. */
static void test_reach_threads(void **unused)
{
	unsigned int max_threads, i;
	struct reached r;

	(void)unused;
	reach(&r, 1, 0);
	assert_int_equal(r.threads[1], 100000);
	assert_int_equal(r.preemptions, 0);
	for (max_threads = 2; max_threads <= MAX_THREADS; max_threads++) {
		reach(&r, max_threads, 0);
		for (i = 1; i <= MAX_THREADS; i++)
			if (i <= max_threads)
				assert_in_range(r.threads[i], 5000, 90000);
			else
				assert_int_equal(r.threads[i], 0);
	}
}

/* Short lists, of any thread; accesses and points as the globals have it. */
static void test_reach_preemptions(void **unused)
{
	struct reached r;

	(void)unused;
	reach(&r, MAX_THREADS, 20);
	assert_in_range(r.preemptions, 100000, 600000);
	assert_in_range(r.few, 90000, 100000);
	assert_in_range(r.empty, 1000, 40000);
	assert_in_range(r.rcu, r.preemptions / 20, r.preemptions / 4);
	assert_in_range(r.below, r.preemptions / 8, r.preemptions / 2);
	assert_int_equal(r.accesses, 0);

	program_accesses = true;
	program_points = 20;
	reach(&r, MAX_THREADS, 20 + 16);
	assert_in_range(r.accesses, r.preemptions / 8, r.preemptions / 4 * 3);
	assert_in_range(r.below, r.preemptions / 8 * 7, r.preemptions);
	program_points = 1000000;
	reach(&r, MAX_THREADS, MAX_POINT);
	assert_in_range(r.below, r.preemptions / 8 * 7, r.preemptions);
	program_accesses = false;
	program_points = 0;
}

/*
 * All strategies have the same share of what is tried, whatever the corpus is;
 * and a program that keeps its strategy mostly keeps its seed.
 */
static void test_reach_strategies(void **unused)
{
	unsigned int i, shares[NR_STRATEGIES] = { 0 }, stayed = 0, kept = 0;
	struct program p, q, first;
	uint64_t state = 13;

	(void)unused;
	do
		program_random(&first, MAX_THREADS, &state);
	while (first.strategy != STRATEGY_POS);
	for (i = 0; i < 40000; i++) {
		p = first;
		program_mutate(&p, MAX_THREADS, &state);
		program_cross(&q, &first, &p, MAX_THREADS, &state);
		assert_true(valid(&p) && valid(&q));
		shares[p.strategy] += p.nr_threads > 1;
		shares[q.strategy] += q.nr_threads > 1;
		if (p.strategy == STRATEGY_POS) {
			stayed++;
			kept += p.seed == first.seed;
		}
	}
	for (i = 0; i < NR_STRATEGIES; i++)
		assert_in_range(shares[i], 17000, 21000);
	assert_in_range(kept, stayed / 3, stayed / 4 * 3);
}

/* With lists alone, none is drawn by a strategy. */
static void test_lists_alone(void **unused)
{
	uint64_t state = 14;
	struct program p;
	unsigned int i;

	(void)unused;
	program_draws = false;
	for (i = 0; i < 10000; i++) {
		program_random(&p, MAX_THREADS, &state);
		program_mutate(&p, MAX_THREADS, &state);
		assert_int_equal(p.strategy, STRATEGY_LIST);
	}
	program_draws = true;
}

/* The seed of a schedule that is forced on a program tells programs apart. */
static void test_seed(void **unused)
{
	struct program p, q;

	(void)unused;
	largest_program(&p);
	q = p;
	assert_int_equal(program_seed(&p), program_seed(&q));
	q.preemption[511].thread ^= 1;
	assert_int_not_equal(program_seed(&p), program_seed(&q));
	q = p;
	q.op[0].code = OP_UNLOAD;
	assert_int_not_equal(program_seed(&p), program_seed(&q));
}

/* Whom a preemption runs, by a number that no thread's order changes. */
static unsigned int runner(const struct program *p, unsigned int i)
{
	const unsigned int t = p->preemption[i].thread;

	return t == THREAD_RCU ? NR_THREAD_NAMES : p->thread[t].name;
}

static bool same_names(const struct program *p, const struct program *old)
{
	unsigned int i;

	for (i = 0; i < p->nr_threads; i++)
		if (p->thread[i].name != old->thread[i].name)
			return false;
	return true;
}

struct runners {
	unsigned int stayed, kept;
};

/* Count preemptions that stayed in place, and which still run the same one. */
static void compare_runners(const struct program *p, const struct program *old,
			    struct runners *r)
{
	const struct preemption *a = p->preemption, *b = old->preemption;
	unsigned int i, j;

	for (i = 0; i < p->nr_preemptions; i++) {
		for (j = 0; j < old->nr_preemptions; j++) {
			if (a[i].point != b[j].point ||
			    a[i].access != b[j].access)
				continue;
			r->stayed++;
			r->kept += runner(p, i) == runner(old, j);
		}
	}
}

/*
 * Threads go, come, or change places; preemptions still run whom they ran, but
 * for the few that were changed by the way.
 */
static void test_same_runner(void **unused)
{
	struct runners r[3] = { { 0 } };
	uint64_t state = 11;
	struct program p, old;
	unsigned int i;

	(void)unused;
	program_draws = false;
	for (i = 0; i < 300000; i++) {
		program_random(&p, MAX_THREADS, &state);
		old = p;
		program_mutate(&p, MAX_THREADS, &state);
		if (p.nr_threads < old.nr_threads)
			compare_runners(&p, &old, &r[0]);
		else if (p.nr_threads > old.nr_threads)
			compare_runners(&p, &old, &r[1]);
		else if (!same_names(&p, &old))
			compare_runners(&p, &old, &r[2]);
	}
	program_draws = true;
	for (i = 0; i < ARRAY_SIZE(r); i++) {
		assert_in_range(r[i].stayed, 4000, 400000);
		assert_in_range(r[i].kept, r[i].stayed / 100 * 97, r[i].stayed);
	}
}

static void cross_many(unsigned int max_threads, uint64_t state)
{
	struct program a, b, p;
	unsigned int i, most;

	for (i = 0; i < 20000; i++) {
		any_program(&a, max_threads, &state);
		any_program(&b, max_threads, &state);
		most = a.nr_threads > max_threads ? a.nr_threads : max_threads;
		program_cross(&p, &a, &b, max_threads, &state);
		assert_true(valid(&p));
		assert_in_range(p.nr_threads, 1, most);
		assert_memory_equal(&p.world, &a.world, sizeof(a.world));
		/* The result may be one of the sources. */
		p = a;
		program_cross(&p, &p, &b, max_threads, &state);
		assert_true(valid(&p));
		p = b;
		program_cross(&p, &a, &p, max_threads, &state);
		assert_true(valid(&p));
		assert_memory_equal(&p.world, &a.world, sizeof(a.world));
	}
}

static void test_cross(void **unused)
{
	unsigned int max_threads;

	(void)unused;
	for (max_threads = 1; max_threads <= MAX_THREADS; max_threads++)
		cross_many(max_threads, 6 + max_threads);
}

/* A random program's structure with only operations @code, of no operands. */
static void uniform_program(struct program *p, unsigned int code,
			    unsigned int max_threads, uint64_t *state)
{
	unsigned int i;

	program_random(p, max_threads, state);
	for (i = 0; i < p->nr_ops; i++)
		p->op[i] = (struct op){ .code = code };
}

static void cross_both(unsigned int max_threads)
{
	struct program a, b, p;
	uint64_t state = 8;
	unsigned int i, j;

	for (i = 0; i < 1000; i++) {
		unsigned int loads = 0;

		uniform_program(&a, OP_LOAD, max_threads, &state);
		uniform_program(&b, OP_UNLOAD, max_threads, &state);
		program_cross(&p, &a, &b, max_threads, &state);
		for (j = 0; j < p.nr_ops; j++)
			loads += p.op[j].code == OP_LOAD;
		assert_in_range(loads, 1, a.nr_ops);
		assert_in_range(p.nr_ops - loads, 1, b.nr_ops);
	}
}

static void test_cross_both(void **unused)
{
	(void)unused;
	cross_both(1);
	cross_both(MAX_THREADS);
}

/* Threads and preemptions of both, the latter from some point on. */
static void test_cross_schedules(void **unused)
{
	unsigned int i, j, more = 0, taken = 0, mixed = 0;
	uint64_t state = 12;
	struct program a, b, p;

	(void)unused;
	for (i = 0; i < 10000; i++) {
		unsigned int of_a = 0, of_b = 0;

		program_draws = false;
		program_random(&a, MAX_THREADS, &state);
		program_random(&b, MAX_THREADS, &state);
		for (j = 0; j < a.nr_preemptions; j++)
			a.preemption[j].access = 1;
		program_cross(&p, &a, &b, MAX_THREADS, &state);
		assert_true(valid(&p));
		more += p.nr_threads > a.nr_threads;
		for (j = 0; j < p.nr_preemptions; j++)
			p.preemption[j].access ? of_a++ : of_b++;
		taken += of_b > 0;
		mixed += of_a && of_b;
		/* Alone, they stay alone. */
		program_cross(&p, &a, &b, 1, &state);
		assert_in_range(p.nr_threads, 1, a.nr_threads);
		assert_in_range(p.nr_preemptions, 0, a.nr_preemptions);
	}
	program_draws = true;
	assert_in_range(more, 2000, 8000);
	assert_in_range(taken, 2000, 8000);
	assert_in_range(mixed, 500, 5000);
}

/* The same state, the same program; and every operation is drawn. */
static void random_twice(unsigned int max_threads, unsigned int *count)
{
	uint64_t s1 = 0, s2 = 0;
	struct program p, q;
	unsigned int i, j;

	for (i = 0; i < 10000; i++) {
		program_random(&p, max_threads, &s1);
		program_random(&q, max_threads, &s2);
		assert_true(same(&p, &q));
		program_mutate(&p, max_threads, &s1);
		program_mutate(&q, max_threads, &s2);
		assert_true(same(&p, &q));
		for (j = 0; j < p.nr_ops; j++)
			count[p.op[j].code]++;
	}
	assert_int_not_equal(rnd(&s1), rnd(&s1));
}

static void test_random(void **unused)
{
	unsigned int max_threads, i;

	(void)unused;
	for (max_threads = 1; max_threads <= MAX_THREADS; max_threads++) {
		unsigned int count[NR_OPS] = { 0 };

		random_twice(max_threads, count);
		for (i = 0; i < NR_OPS; i++)
			assert_in_range(count[i], 250, 140000);
	}
}

/* The groups that thread @t has operations on, bit by bit. */
static unsigned int groups_of(const struct program *p, unsigned int t)
{
	unsigned int i, j, groups = 0;

	for (i = 0; i < p->thread[t].nr; i++) {
		const struct op *op = &p->op[p->thread[t].first + i];

		for (j = 0; j < 3; j++) {
			if (op_info[op->code].arg[j] == ARG_GROUP)
				groups |= 1U << op->arg[j];
			if (op_info[op->code].arg[j] == ARG_DEV)
				groups |= 1U << p->world.dev[op->arg[j]].group;
		}
	}
	return groups;
}

/* Threads meet: mostly there is a group that the first two are about. */
static void test_same_group(void **unused)
{
	unsigned int i, choice = 0, meet = 0;
	uint64_t state = 13;
	struct program p;

	(void)unused;
	for (i = 0; i < 20000; i++) {
		program_random(&p, MAX_THREADS, &state);
		if (p.nr_threads < 2 || p.world.nr_groups < 2)
			continue;
		choice++;
		meet += (groups_of(&p, 0) & groups_of(&p, 1)) != 0;
	}
	assert_in_range(choice, 3000, 20000);
	assert_in_range(meet, choice / 4 * 3, choice);
}

/* --- long runs --- */

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

static int fail_decode(unsigned long i, const char *what)
{
	fprintf(stderr, "string %lu: %s\n", i, what);
	return 1;
}

static int decode_many(unsigned long nr, uint64_t state)
{
	uint8_t buf[PROGRAM_MAX_BYTES];
	const double start = seconds();
	struct program p, q;
	unsigned long i;

	for (i = 0; i < nr; i++) {
		size_t len;
		uint8_t *data = random_bytes(&state, i % 8 ? 600 : 6000, &len);

		program_decode(&p, data, len);
		free(data);
		if (!valid(&p))
			return fail_decode(i, "not valid");
		len = program_encode(&p, buf, sizeof(buf));
		program_decode(&q, buf, len);
		if (!same(&p, &q))
			return fail_decode(i, "not a fixed point");
	}
	printf("%lu strings in %.1f s\n", nr, seconds() - start);
	return 0;
}

/* The time of program_decode() alone, for programs as the fuzzer has them. */
static void time_decode(unsigned int max_threads)
{
	enum { SETS = 256, ROUNDS = 4000 };
	static uint8_t buf[SETS][PROGRAM_MAX_BYTES];
	size_t len[SETS], ops = 0, preemptions = 0;
	uint64_t state = 7;
	struct program p;
	unsigned int i, j;
	double start;

	for (i = 0; i < SETS; i++) {
		program_random(&p, max_threads, &state);
		ops += p.nr_ops;
		preemptions += p.nr_preemptions;
		len[i] = program_encode(&p, buf[i], sizeof(buf[i]));
	}
	start = seconds();
	for (j = 0; j < ROUNDS; j++)
		for (i = 0; i < SETS; i++)
			program_decode(&p, buf[i], len[i]);
	printf("%.0f ns for a program of %.1f operations, %.1f preemptions\n",
	       (seconds() - start) * 1e9 / SETS / ROUNDS, (double)ops / SETS,
	       (double)preemptions / SETS);
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random_programs),
		cmocka_unit_test(test_random_threads),
		cmocka_unit_test(test_wild_programs),
		cmocka_unit_test(test_any_bytes),
		cmocka_unit_test(test_no_bytes),
		cmocka_unit_test(test_layout),
		cmocka_unit_test(test_version_1),
		cmocka_unit_test(test_layout_schedule),
		cmocka_unit_test(test_layout_fault),
		cmocka_unit_test(test_layout_operations),
		cmocka_unit_test(test_layout_drawn),
		cmocka_unit_test(test_version_4),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_every_word),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_lenient),
		cmocka_unit_test(test_lenient_schedule),
		cmocka_unit_test(test_long_schedule),
		cmocka_unit_test(test_preempt),
		cmocka_unit_test(test_renumber),
		cmocka_unit_test(test_malformed),
		cmocka_unit_test(test_message),
		cmocka_unit_test(test_damaged_text),
		cmocka_unit_test(test_load),
		cmocka_unit_test(test_load_before),
		cmocka_unit_test(test_load_others),
		cmocka_unit_test(test_load_errors),
		cmocka_unit_test(test_load_pipe),
		cmocka_unit_test(test_load_raw),
		cmocka_unit_test(test_print_error),
		cmocka_unit_test(test_mutate),
		cmocka_unit_test(test_reach_threads),
		cmocka_unit_test(test_reach_preemptions),
		cmocka_unit_test(test_reach_strategies),
		cmocka_unit_test(test_lists_alone),
		cmocka_unit_test(test_seed),
		cmocka_unit_test(test_same_runner),
		cmocka_unit_test(test_cross),
		cmocka_unit_test(test_cross_both),
		cmocka_unit_test(test_cross_schedules),
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_same_group),
	};

	if (argc >= 3 && !strcmp(argv[1], "--decode")) {
		time_decode(1);
		time_decode(MAX_THREADS);
		return decode_many(strtoul(argv[2], NULL, 0),
				   argc > 3 ? strtoull(argv[3], NULL, 0) : 1);
	}
	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
