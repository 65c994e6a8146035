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
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include <harness/program/program.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define TEXT_MAX      8192

/* How most texts begin */
#define W	      "world driver=smmuv3 groups=1 devices=2\n"
#define T	      W "thread vfio\n"

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
	    w->default_type > 2 || w->without > 0x3f || w->flags > 3)
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

static bool valid(const struct program *p)
{
	static const struct op none;
	unsigned int i;

	if (!valid_world(&p->world) || !valid_threads(p) || p->nr_ops > 64)
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

/* @max + 1 bytes at most, in an allocation of just that size, for ASan. */
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
	for (i = rnd(state) % 48; i < *len; i += 1 + rnd(state) % 48)
		buf[i] |= 0xf0;
	return buf;
}

/* --- round trips --- */

static void test_random_programs(void **unused)
{
	uint64_t state = 1;
	struct program p;
	int i;

	(void)unused;
	for (i = 0; i < 100000; i++) {
		program_random(&p, &state);
		assert_true(valid(&p));
		assert_in_range(p.nr_ops, 4, 24);
		assert_int_equal(p.nr_threads, 1);
		binary_round_trip(&p);
		text_round_trip(&p);
	}
}

/* Random programs are tame; these have every flag and several threads. */
static void test_wild_programs(void **unused)
{
	uint64_t state = 2;
	struct program p;
	unsigned int i, most = 0, threads[MAX_THREADS + 1] = { 0 };

	(void)unused;
	for (i = 0; i < 10000; i++) {
		size_t len;
		uint8_t *buf = random_bytes(&state, 600, &len);

		program_decode(&p, buf, len);
		free(buf);
		text_round_trip(&p);
		threads[p.nr_threads]++;
		if (p.nr_ops > most)
			most = p.nr_ops;
	}
	for (i = 1; i <= MAX_THREADS; i++)
		assert_in_range(threads[i], 100, 10000);
	assert_int_equal(most, MAX_OPS);
}

static void decode_any(uint64_t *state)
{
	size_t len;
	uint8_t *buf = random_bytes(state, 600, &len);
	struct program p;

	memset(&p, 0xa5, sizeof(p));
	program_decode(&p, buf, len);
	free(buf);
	assert_true(valid(&p));
	binary_round_trip(&p);
}

static void test_any_bytes(void **unused)
{
	uint64_t state = 3;
	int i;

	(void)unused;
	for (i = 0; i < 200000; i++)
		decode_any(&state);
}

static void test_no_bytes(void **unused)
{
	uint8_t partial[] = {
		1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, OP_FREE + NR_OPS,
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
		" groups=1 default=dma-fq# behind\n"
		"device dev0\n"
		"device dev1 untrusted direct g0 pasids=0 # x\n"
		"thread vfio\n"
		"claim g0 alice#\n"
		"        d7  =\talloc\tdev1  \n"
		"#\n"
		"\tdma dev0 3\n\tdma dev0 3 1";
	static const char neat[] =
		"world driver=amd groups=1 devices=2 without=blocked,dma "
		"early locked\n"
		"device dev1 direct untrusted\n"
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
	{ W "thread", "t:2: thread: a name is missing" },
	{ W "thread bob", "t:2: unknown thread name `bob`" },
	{ W "thread vfio 1", "t:2: thread: unexpected `1` after the name" },
	{ T "load\nthread vfio", "t:4: thread: repeated `vfio`" },
	{ T "thread kernel\nload", "t:2: thread vfio has no operation" },
	{ T "load\n#\nthread kernel", "t:5: thread kernel has no operation" },
	{ T "load\nthread kernel\nload\nthread admin\nload\nthread dma\nload\n"
	    "thread sysfs\nload",
	  "t:10: too many threads (4 at most)" },
	{ T "schedule\n\tat 17 run kernel",
	  "t:3: schedules are not supported yet" },
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
	for (i = 0; i < 20000; i++) {
		program_random(&p, &state);
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
	bytes[0] = 0xff;
	assert_null(load_bytes(&q, bytes, len));
	assert_true(same(&p, &q));
	assert_null(load_bytes(&q, "\n\n" T "load", sizeof(T "load") + 1));
	assert_true(same(&p, &q));
	assert_string_equal(load_bytes(&q, T "foo", sizeof(T "foo") - 1),
			    ":3: unknown word `foo`");
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

/* A program to start from, of one thread or of several. */
static void any_program(struct program *p, uint64_t *state)
{
	uint8_t *buf;
	size_t len;

	if (rnd(state) % 2) {
		program_random(p, state);
		return;
	}
	buf = random_bytes(state, 400, &len);
	program_decode(p, buf, len);
	free(buf);
}

static void test_mutate(void **unused)
{
	unsigned int changed = 0, threads = 0, i;
	uint64_t state = 5;
	struct program p, old;

	(void)unused;
	for (i = 0; i < 200000; i++) {
		if (i % 100 == 0)
			any_program(&p, &state);
		old = p;
		program_mutate(&p, &state);
		assert_true(valid(&p));
		changed += !same(&p, &old);
		threads += p.nr_threads > 1;
	}
	/* Some changes come to nothing, as a swap of equal neighbours. */
	assert_in_range(changed, 170000, 200000);
	assert_in_range(threads, 20000, 200000);
}

static void test_cross(void **unused)
{
	struct program a, b, p;
	uint64_t state = 6;
	unsigned int i;

	(void)unused;
	for (i = 0; i < 20000; i++) {
		any_program(&a, &state);
		any_program(&b, &state);
		program_cross(&p, &a, &b, &state);
		assert_true(valid(&p));
		assert_memory_equal(&p.world, &a.world, sizeof(a.world));
		/* The result may be one of the sources. */
		p = a;
		program_cross(&p, &p, &b, &state);
		assert_true(valid(&p));
		p = b;
		program_cross(&p, &a, &p, &state);
		assert_true(valid(&p));
		assert_memory_equal(&p.world, &a.world, sizeof(a.world));
	}
}

/* A random program's structure with only operations @code, of no operands. */
static void uniform_program(struct program *p, unsigned int code,
			    uint64_t *state)
{
	unsigned int i;

	program_random(p, state);
	for (i = 0; i < p->nr_ops; i++)
		p->op[i] = (struct op){ .code = code };
}

static void test_cross_both(void **unused)
{
	struct program a, b, p;
	uint64_t state = 8;
	unsigned int i, j;

	(void)unused;
	for (i = 0; i < 1000; i++) {
		unsigned int loads = 0;

		uniform_program(&a, OP_LOAD, &state);
		uniform_program(&b, OP_UNLOAD, &state);
		program_cross(&p, &a, &b, &state);
		for (j = 0; j < p.nr_ops; j++)
			loads += p.op[j].code == OP_LOAD;
		assert_in_range(loads, 1, a.nr_ops);
		assert_in_range(p.nr_ops - loads, 1, b.nr_ops);
	}
}

/* The same state, the same program; and every operation is drawn. */
static void test_random(void **unused)
{
	unsigned int count[NR_OPS] = { 0 }, i, j;
	uint64_t s1 = 0, s2 = 0;
	struct program p, q;

	(void)unused;
	for (i = 0; i < 10000; i++) {
		program_random(&p, &s1);
		program_random(&q, &s2);
		assert_true(same(&p, &q));
		program_mutate(&p, &s1);
		program_mutate(&q, &s2);
		assert_true(same(&p, &q));
		for (j = 0; j < p.nr_ops; j++)
			count[p.op[j].code]++;
	}
	assert_int_not_equal(rnd(&s1), rnd(&s1));
	for (i = 0; i < NR_OPS; i++)
		assert_in_range(count[i], 300, 140000);
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
		uint8_t *data = random_bytes(&state, 600, &len);

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
static void time_decode(void)
{
	enum { SETS = 256, ROUNDS = 4000 };
	static uint8_t buf[SETS][PROGRAM_MAX_BYTES];
	size_t len[SETS], ops = 0;
	uint64_t state = 7;
	struct program p;
	unsigned int i, j;
	double start;

	for (i = 0; i < SETS; i++) {
		program_random(&p, &state);
		ops += p.nr_ops;
		len[i] = program_encode(&p, buf[i], sizeof(buf[i]));
	}
	start = seconds();
	for (j = 0; j < ROUNDS; j++)
		for (i = 0; i < SETS; i++)
			program_decode(&p, buf[i], len[i]);
	printf("%.0f ns for a program of %.1f operations\n",
	       (seconds() - start) * 1e9 / SETS / ROUNDS, (double)ops / SETS);
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random_programs),
		cmocka_unit_test(test_wild_programs),
		cmocka_unit_test(test_any_bytes),
		cmocka_unit_test(test_no_bytes),
		cmocka_unit_test(test_layout),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_every_word),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_lenient),
		cmocka_unit_test(test_malformed),
		cmocka_unit_test(test_message),
		cmocka_unit_test(test_damaged_text),
		cmocka_unit_test(test_load),
		cmocka_unit_test(test_load_errors),
		cmocka_unit_test(test_print_error),
		cmocka_unit_test(test_mutate),
		cmocka_unit_test(test_cross),
		cmocka_unit_test(test_cross_both),
		cmocka_unit_test(test_random),
	};

	if (argc >= 3 && !strcmp(argv[1], "--decode")) {
		time_decode();
		return decode_many(strtoul(argv[2], NULL, 0),
				   argc > 3 ? strtoull(argv[3], NULL, 0) : 1);
	}
	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
