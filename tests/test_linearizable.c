// SPDX-License-Identifier: GPL-2.0-only
/*
 * The search for an order that explains a history: against histories drawn by
 * hand, of which it is known, and against an enumeration of all orders for
 * random ones. And with them the rules of the specification, of both kinds of
 * tree.
 */
#include <stdarg.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

#include "histories.h"

/* --- histories as they are drawn --- */

/*
 * A line is a call, from one "|" to the other; those of one thread stand
 * beneath each other, which is of no matter here.
 */
struct drawing {
	const char *text;
	const struct spec_world *world; /* NULL: histories_world */
	struct spec from;		/* no members: histories_from */
};

static const struct {
	const char *name;
	long ret;
} results[] = {
	{ "-EPERM", -EPERM },
	{ "-EBUSY", -EBUSY },
	{ "-EINVAL", -EINVAL },
	{ "-ENODEV", -ENODEV },
	{ "-ENOMEM", -ENOMEM },
	{ "-EPROBE_DEFER", -EPROBE_DEFER },
	{ "0", 0 },
};

static void parse_op(struct op *op, const char *text, size_t len)
{
	char program[256], err[128];
	struct program p;

	snprintf(program, sizeof(program),
		 "world driver=smmuv3 groups=1 devices=4\nthread vfio\n%.*s\n",
		 (int)len, text);
	if (program_parse(&p, "drawing", program, strlen(program), err,
			  sizeof(err)))
		fail_msg("%s: %s", err, text);
	*op = p.op[0];
}

static void parse_result(struct lin_call *c, const char *text)
{
	const size_t len = strcspn(text, ",\n");
	unsigned int i;

	for (i = 0; i < sizeof(results) / sizeof(results[0]); i++) {
		if (strlen(results[i].name) != len ||
		    strncmp(results[i].name, text, len))
			continue;
		c->ret = results[i].ret;
		c->faulted = !strncmp(text + len, ", faulted", 9);
		return;
	}
	fail_msg("no result: %s", text);
}

/* What ends where another begins overlaps it. */
static void parse_call(struct lin_call *c, const char *line, unsigned int n)
{
	const char *begin = strchr(line, '|'), *end, *op, *equal;

	assert_non_null(begin);
	end = strchr(begin + 1, '|');
	assert_non_null(end);
	op = end + 1 + strspn(end + 1, " ");
	equal = strstr(op, " = ");
	assert_non_null(equal);
	memset(c, 0, sizeof(*c));
	c->thread = n;
	c->invoked = (begin - line) * 64 + n;
	c->returned = (end - line) * 64 + 32 + n;
	parse_op(&c->op, op, equal - op);
	parse_result(c, equal + 3);
}

static void parse(struct history *h, const struct drawing *d)
{
	const char *line;

	h->from.nr = 1;
	h->from.state[0] = d->from.members ? d->from : histories_from;
	h->nr = 0;
	for (line = d->text; *line; line = strchr(line, '\n') + 1)
		parse_call(&h->call[h->nr], line, h->nr), h->nr++;
	qsort(h->call, h->nr, sizeof(h->call[0]), histories_by_return);
}

/* --- all orders, one by one --- */

static struct {
	const struct spec_world *w;
	const struct history *h;
	uint64_t states[256];
	unsigned int nr_states;
	bool explained;
} all;

static void add_state(uint64_t word)
{
	unsigned int i;

	for (i = 0; i < all.nr_states; i++)
		if (all.states[i] == word)
			return;
	assert_true(all.nr_states < 256);
	all.states[all.nr_states++] = word;
}

/* Whether call @n may come next: none that is left had returned before it. */
static bool may_be_next(unsigned int done, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < all.h->nr; i++)
		if (!(done >> i & 1) &&
		    all.h->call[i].returned < all.h->call[n].invoked)
			return false;
	return true;
}

static void enumerate(struct spec s, unsigned int done)
{
	unsigned int n;

	if (done == (1U << all.h->nr) - 1) {
		all.explained = true;
		add_state(s.word);
		return;
	}
	for (n = 0; n < all.h->nr; n++) {
		const struct lin_call *c = &all.h->call[n];
		struct spec after = s;

		if (!(done >> n & 1) && may_be_next(done, n) &&
		    spec_apply(all.w, &after, &c->op, c->ret, c->faulted))
			enumerate(after, done | 1U << n);
	}
}

/* The search says what the enumeration says, and ends in the same states. */
static bool both(const struct spec_world *w, const struct history *h)
{
	static struct lin_result r;
	unsigned int i;

	all.w = w;
	all.h = h;
	all.nr_states = 0;
	all.explained = false;
	enumerate(h->from.state[0], 0);
	assert_int_equal(lin_check(w, h->call, h->nr, &h->from, &r),
			 all.explained);
	assert_int_equal(r.explained, all.explained);
	if (!r.explained || r.lost)
		return r.explained;
	assert_int_equal(r.states.nr, all.nr_states);
	for (i = 0; i < r.states.nr; i++) {
		add_state(r.states.state[i].word);
		assert_int_equal(all.nr_states, r.states.nr);
	}
	return true;
}

static void check_drawings(const struct drawing *d, unsigned int nr,
			   bool explained)
{
	struct history h;
	unsigned int i;

	for (i = 0; i < nr; i++) {
		const struct spec_world *w = d[i].world;

		parse(&h, &d[i]);
		if (both(w ? w : &histories_world, &h) != explained)
			fail_msg("%s:\n%s",
				 explained ? "is not explained" :
					     "is explained",
				 d[i].text);
	}
}

/* --- by hand --- */

/* One device, and a type can only be written then. */
static const struct spec_world old_world = {
	.tree = { .type_of_one_device = true,
		  .type_falls_back = true,
		  .probe_in_steps = true },
	.offered = 1 << TYPE_DMA | 1 << TYPE_DMA_FQ,
	.boot = TYPE_DMA_FQ,
};
static const struct spec_world untrusted_world = {
	.offered = 1 << TYPE_IDENTITY | 1 << TYPE_DMA | 1 << TYPE_DMA_FQ,
	.boot = TYPE_IDENTITY,
	.untrusted = 1,
};
static const struct spec_world refusing_world = { .refuses = 1 };

#define NEW	  NULL, { 0 }
#define OLD(type) &old_world, { .types = 1 << (type), .members = 1 }
#define STATE(...)          \
	NULL,               \
	{                   \
		__VA_ARGS__ \
	}

/* clang-format off */

static const struct drawing explained[] = {
	/* One after the other. */
	{ "||         claim g0 alice = 0\n"
	  "   ||      claim g0 bob = -EPERM\n"
	  "      ||   release g0 = 0\n"
	  "         || claim g0 bob = 0\n", NEW },
	{ "||         use dev0 = 0\n"
	  "   ||      claim g0 alice = -EPERM\n"
	  "      ||   unuse dev0 = 0\n"
	  "         || claim g0 alice = 0\n", NEW },
	{ "||         claim g0 alice = 0\n"
	  "   ||      attach d0 g0 = 0\n"
	  "      ||   attach d1 g0 = -EBUSY\n"
	  "         || detach d0 g0 = 0\n", NEW },
	/* Either order of two. */
	{ "|---|     claim g0 alice = 0\n"
	  "  |---|   claim g0 bob = -EPERM\n", NEW },
	{ "|---|     claim g0 alice = -EPERM\n"
	  "  |---|   claim g0 bob = 0\n", NEW },
	{ "|-----|   claim g0 alice = -EPERM\n"
	  "  |-|     claim g0 bob = 0\n", NEW },
	{ "|---|     use dev0 = 0\n"
	  "  |---|   claim g0 alice = -EPERM\n", NEW },
	{ "|---|     use dev0 = -EBUSY\n"
	  "  |---|   claim g0 alice = 0\n", NEW },
	{ "|---|     claim dev0 alice = 0\n"
	  "  |---|   claim dev1 alice = 0\n", NEW },
	{ "|---|     claim dev0 alice = 0\n"
	  "  |---|   claim dev1 bob = -EPERM\n", NEW },
	{ "|---|     use dev0 = 0\n"
	  "  |---|   use dev1 = 0\n", NEW },
	/* What ends where another begins has met it. */
	{ "|---|     claim g0 alice = -EPERM\n"
	  "    |---| claim g0 bob = 0\n", NEW },
	/* A long call comes anywhere in between. */
	{ "|------------| claim g0 carol = 0\n"
	  " ||            claim g0 alice = 0\n"
	  "    ||         claim g0 bob = -EPERM\n"
	  "       ||      release g0 = 0\n", NEW },
	{ "|------------| claim g0 carol = -EPERM\n"
	  " ||            claim g0 alice = 0\n"
	  "    ||         release g0 = 0\n"
	  "       ||      claim g0 bob = 0\n", NEW },
	{ "|------------| write_type g0 identity = 0\n"
	  " ||            claim g0 alice = 0\n"
	  "    ||         release g0 = 0\n", NEW },
	{ "|------------| write_type g0 identity = -EPERM\n"
	  " ||            claim g0 alice = 0\n"
	  "    ||         release g0 = 0\n", NEW },
	/* Two that only the same order explains. */
	{ "|------|   claim g0 alice = 0\n"
	  "|------|   attach_pasid d0 dev0 1 = 0\n"
	  "|------|   use dev0 = -EBUSY\n", NEW },
	/* Faults. */
	{ "|---|      claim g0 alice = -ENOMEM, faulted\n"
	  "  |---|    claim g0 bob = 0\n", NEW },
	{ "||         claim g0 alice = 0\n"
	  "    ||     attach d0 g0 = -ENOMEM, faulted\n"
	  "       ||  attach d1 g0 = 0\n", NEW },
	/* Who is alone in his group. */
	{ "|---|      attach d0 dev0 = -EINVAL\n"
	  "  |---|    remove dev1 = 0\n", STATE(.types = 2, .members = 3) },
	{ "|---|      attach d0 dev0 = 0\n"
	  "  |---|    remove dev1 = 0\n", STATE(.types = 2, .members = 3) },
	{ "|-----|    attach d0 dev0 = -EINVAL\n"
	  " |---|     add dev1 = 0\n"
	  " |---|     remove dev1 = 0\n", STATE(.types = 2, .members = 1) },
	{ "||         remove dev0 = 0\n"
	  "   ||      claim dev0 bob = -ENODEV\n"
	  "   |---|   use dev0 = 0\n"
	  "        || claim g0 alice = 0\n", STATE(.types = 2, .members = 3) },
	/* What has to be mapped 1:1. */
	{ "|---|      add dev3 = 0\n"
	  "  |---|    claim g0 alice = -EINVAL\n", NEW },
	{ "|---|      add dev3 = -ENODEV\n"
	  "  |---|    claim g0 alice = 0\n", NEW },
	{ "||         claim g0 alice = 0\n"
	  "   ||      attach d0 g0 = 0\n"
	  "     ||    add dev3 = 0\n", NEW },
	/* PASIDs. */
	{ "|---|      attach_pasid d0 dev0 2 = 0\n"
	  "  |---|    attach_pasid d1 dev1 2 = -EBUSY\n", NEW },
	{ "||         attach_pasid d0 dev1 4 = -EINVAL\n"
	  "    ||     attach_pasid d0 dev1 3 = 0\n"
	  "       ||  claim g0 alice = -EBUSY\n", NEW },
	/* A walk makes the default domain. */
	{ "|-------------|  read_type g0 = 0\n"
	  "||               use dev0 = -EPROBE_DEFER\n"
	  "    |----|       register = 0\n"
	  "       ||        use dev0 = 0\n", STATE(.types = 16, .members = 1) },
	{ "||         use dev0 = -EPROBE_DEFER\n"
	  "   ||      claim g0 alice = 0\n", STATE(.types = 16, .members = 1) },
	/* Types, of any group without users. */
	{ "||         use dev0 = 0\n"
	  "   ||      write_type g0 DMA-FQ = 0\n"
	  "      ||   write_type g0 DMA = -EPERM\n", NEW },
	{ "||         write_type g0 identity = 0\n"
	  "   ||      use dev0 = 0\n"
	  "      ||   write_type g0 DMA-FQ = -EPERM\n", NEW },
	{ "|-----|    write_type g0 identity = 0\n"
	  "|-----|    write_type g0 DMA = 0\n"
	  "|-----|    use dev0 = 0\n"
	  "       ||  write_type g0 DMA-FQ = 0\n", NEW },
	{ "||         write_type g0 auto = 0\n"
	  "   ||      claim g0 alice = 0\n"
	  "      ||   write_type g0 DMA-FQ = -EPERM\n", NEW },
	{ "||         write_type g0 identity = -EINVAL\n"
	  "   ||      write_type g0 auto = 0\n",
	  &untrusted_world, { .types = 2, .members = 1 } },
	/* Types, of groups of one device. */
	{ "||         write_type g0 DMA-FQ = 0\n"
	  "   ||      write_type g0 DMA = 0\n"
	  "      ||   use dev0 = 0\n"
	  "        || write_type g0 DMA-FQ = 0\n", OLD(TYPE_DMA) },
	{ "|---|      use dev0 = 0\n"
	  "  |---|    write_type g0 DMA = -EBUSY\n", OLD(TYPE_DMA_FQ) },
	{ "||         claim g0 alice = 0\n"
	  "   ||      write_type g0 DMA-FQ = -EBUSY\n", OLD(TYPE_DMA) },
	{ "|---|      add dev1 = 0\n"
	  "  |---|    write_type g0 DMA = -EINVAL\n", OLD(TYPE_DMA_FQ) },
	/* It cannot make identity domains, and makes one for DMA. */
	{ "||         write_type g0 identity = 0\n"
	  "   ||      use dev0 = 0\n"
	  "      ||   write_type g0 DMA-FQ = 0\n", OLD(TYPE_DMA_FQ) },
	/* A driver that refuses unmanaged domains. */
	{ "||         claim g0 alice = -EPERM\n"
	  "   ||      use dev0 = 0\n"
	  "      ||   attach d0 g0 = -EPERM\n",
	  &refusing_world, { .types = 2, .members = 1 } },
};

static const struct drawing unexplained[] = {
	/* One after the other. */
	{ "||         claim g0 alice = 0\n"
	  "   ||      claim g0 bob = 0\n", NEW },
	{ "||         claim g0 alice = -EPERM\n", NEW },
	{ "||         claim g0 alice = -EBUSY\n", NEW },
	{ "||         claim g0 alice = 0\n"
	  "   ||      release g0 = 0\n"
	  "      ||   claim g0 bob = -EPERM\n", NEW },
	{ "||         release g0 = 0\n", NEW },
	{ "||         unuse dev0 = 0\n", NEW },
	{ "||         use dev0 = 0\n"
	  "   ||      claim g0 alice = 0\n", NEW },
	{ "||         claim g0 alice = 0\n"
	  "   ||      attach d0 g0 = -EBUSY\n", NEW },
	{ "||         claim g0 alice = 0\n"
	  "   ||      attach d0 g0 = 0\n"
	  "      ||   attach d1 g0 = 0\n", NEW },
	{ "||         attach d0 g0 = 0\n"
	  "   ||      detach d1 g0 = 0\n", NEW },
	{ "||         replace d0 g0 = 0\n", NEW },
	/* No order of two. */
	{ "|---|     claim g0 alice = 0\n"
	  "  |---|   claim g0 bob = 0\n", NEW },
	{ "|---|     claim g0 alice = -EPERM\n"
	  "  |---|   claim g0 bob = -EPERM\n", NEW },
	{ "|---|     use dev0 = 0\n"
	  "  |---|   claim g0 alice = 0\n", NEW },
	{ "|---|     use dev0 = -EBUSY\n"
	  "  |---|   claim g0 alice = -EPERM\n", NEW },
	{ "|---|     claim dev0 alice = 0\n"
	  "  |---|   claim dev1 bob = 0\n", NEW },
	{ "|---|     claim dev0 alice = 0\n"
	  "  |---|   claim dev1 alice = -EPERM\n", NEW },
	{ "|---|     claim g0 alice = 0\n"
	  "  |---|   claim dev1 alice = 0\n", NEW },
	{ "|---|     use dev0 = 0\n"
	  "  |---|   use dev1 = -EBUSY\n", NEW },
	{ "|---|     attach d0 g0 = 0\n"
	  "  |---|   attach d1 g0 = 0\n", NEW },
	/* An order there is, but not one in time. */
	{ "|---|     claim g0 alice = -EPERM\n"
	  "     |--| claim g0 bob = 0\n", NEW },
	{ "|--|      use dev0 = -EBUSY\n"
	  "    |---| claim g0 alice = 0\n", NEW },
	{ "||             write_type g0 identity = -EPERM\n"
	  "    ||         claim g0 alice = 0\n", NEW },
	/* A long call comes anywhere, and it does not help. */
	{ "|------------| claim g0 carol = 0\n"
	  " ||            claim g0 alice = 0\n"
	  "    ||         claim g0 bob = -EPERM\n", NEW },
	{ "|------------| claim g0 carol = -EPERM\n"
	  " ||            attach_pasid d0 dev0 1 = 0\n"
	  "    ||         detach_pasid d0 dev0 1 = 0\n", NEW },
	{ "|------------| write_type g0 identity = 0\n"
	  "|------------| claim g0 alice = 0\n"
	  " |-|           use dev0 = 0\n", NEW },
	/* Each two of them can be ordered, all three cannot. */
	{ "|------|   claim g0 alice = 0\n"
	  "|------|   attach_pasid d0 dev0 1 = 0\n"
	  "         || use dev0 = 0\n", NEW },
	{ "|---|      use dev0 = -EBUSY\n"
	  "|---|      use dev1 = -EBUSY\n", NEW },
	/* Faults excuse who failed, and nobody else. */
	{ "|---|      claim g0 alice = -ENOMEM, faulted\n"
	  "  |---|    claim g0 bob = -EPERM\n", NEW },
	{ "|---|      claim g0 alice = 0, faulted\n"
	  "  |---|    claim g0 bob = 0\n", NEW },
	{ "||         claim g0 alice = 0\n"
	  "    ||     attach d0 g0 = -ENOMEM\n", NEW },
	/* Who is alone in his group. */
	{ "||         attach d0 dev0 = 0\n"
	  "    |---|  remove dev1 = 0\n", STATE(.types = 2, .members = 3) },
	{ "|---|      remove dev1 = 0\n"
	  "     ||    attach d0 dev0 = -EINVAL\n", STATE(.types = 2, .members = 3) },
	{ "|---|      attach d0 dev0 = -EINVAL\n", STATE(.types = 2, .members = 1) },
	{ "||         remove dev0 = 0\n"
	  "   ||      claim dev0 bob = 0\n", STATE(.types = 2, .members = 3) },
	{ "||         add dev0 = 0\n", NEW },
	/* What has to be mapped 1:1. */
	{ "|---|      add dev3 = 0\n"
	  "  |---|    claim g0 alice = 0\n", NEW },
	{ "||         claim g0 alice = 0\n"
	  "    ||     add dev3 = 0\n", NEW },
	/* PASIDs. */
	{ "|---|      attach_pasid d0 dev0 2 = 0\n"
	  "  |---|    attach_pasid d1 dev1 2 = 0\n", NEW },
	{ "||         attach_pasid d0 dev1 3 = 0\n"
	  "   ||      claim g0 alice = 0\n", NEW },
	{ "||         attach_pasid d0 dev1 4 = 0\n", NEW },
	/* A default domain does not go, and does not come by itself. */
	{ "||         use dev0 = -EPROBE_DEFER\n", NEW },
	{ "||         use dev0 = -EPROBE_DEFER\n"
	  "   ||      use dev0 = 0\n", STATE(.types = 16, .members = 1) },
	{ "||         register = 0\n"
	  "   ||      use dev0 = 0\n"
	  "      ||   use dev1 = -EPROBE_DEFER\n", STATE(.types = 16, .members = 3) },
	/* Types, of any group without users. */
	{ "||         use dev0 = 0\n"
	  "   ||      write_type g0 identity = 0\n", NEW },
	{ "||         write_type g0 DMA-FQ = 0\n"
	  "   ||      use dev0 = 0\n"
	  "      ||   write_type g0 DMA-FQ = 0\n", NEW },
	{ "||         write_type g0 identity = -EPERM\n", NEW },
	{ "||         use dev0 = 0\n"
	  "   ||      write_type g0 DMA-FQ = -EPERM\n", NEW },
	{ "|-----|    write_type g0 identity = 0\n"
	  "|-----|    claim g0 alice = 0\n"
	  "       ||  write_type g0 DMA-FQ = 0\n", NEW },
	{ "||         write_type g0 identity = 0\n",
	  &untrusted_world, { .types = 2, .members = 1 } },
	/* Types, of groups of one device. */
	{ "||         claim g0 alice = 0\n"
	  "   ||      write_type g0 DMA-FQ = 0\n", OLD(TYPE_DMA) },
	{ "|---|      use dev0 = 0\n"
	  "     ||    write_type g0 DMA = 0\n", OLD(TYPE_DMA_FQ) },
	{ "||         add dev1 = 0\n"
	  "   ||      write_type g0 DMA-FQ = 0\n", OLD(TYPE_DMA) },
	{ "||         write_type g0 DMA = -EBUSY\n", OLD(TYPE_DMA_FQ) },
	/* A driver that refuses unmanaged domains. */
	{ "||         claim g0 alice = 0\n",
	  &refusing_world, { .types = 2, .members = 1 } },
};
/* clang-format on */

#define NR(a) (sizeof(a) / sizeof((a)[0]))
_Static_assert(NR(explained) >= 40 && NR(unexplained) >= 40, "too few");

static void explained_by_hand(void **state)
{
	(void)state;
	check_drawings(explained, NR(explained), true);
}

static void unexplained_by_hand(void **state)
{
	(void)state;
	check_drawings(unexplained, NR(unexplained), false);
}

/* What is told of a history that cannot be explained. */
static void tells_what_failed(void **state)
{
	static const struct drawing d = { "||           use dev0 = 0\n"
					  "    |-----|  unuse dev0 = 0\n"
					  "      |----| claim g0 alice = 0\n"
					  "      |-----| claim g0 bob = 0\n",
					  NEW };
	static struct lin_result r;
	struct history h;

	(void)state;
	parse(&h, &d);
	assert_false(lin_check(&histories_world, h.call, h.nr, &h.from, &r));
	assert_int_equal(h.call[r.failed].op.code, OP_CLAIM);
	assert_int_equal(h.call[r.failed].op.arg[1], 1);
	assert_int_equal(r.nr_order, 3);
	assert_int_equal(h.call[r.order[0]].op.code, OP_USE);
	assert_int_equal(h.call[r.order[1]].op.code, OP_UNUSE);
	assert_int_equal(h.call[r.order[2]].op.arg[1], 0);
	assert_int_equal(r.last.owner, SPEC_GROUP_OWNER(0));
	assert_int_equal(r.last.users, 1);
}

/* --- at random --- */

#define ROUNDS 20000

/* One result changes, or the times of two calls do. */
static void mutate(struct history *h, uint64_t *seed)
{
	struct lin_call *c = &h->call[rnd(seed) % h->nr];
	struct lin_call *d = &h->call[rnd(seed) % h->nr];
	struct op op = c->op;

	if (rnd(seed) % 4 == 0) {
		c->op = d->op;
		d->op = op;
		return;
	}
	c->ret = results[rnd(seed) % NR(results)].ret;
	c->faulted = false;
}

static void random_small(void **state)
{
	unsigned int i, nr[2] = { 0 };
	uint64_t seed = 1;
	struct history h;

	(void)state;
	for (i = 0; i < ROUNDS; i++) {
		histories_random(&h, 2 + i % 3, i % 3 ? 2 : 3, &seed);
		while (h.nr > 8)
			h.nr--;
		assert_true(both(&histories_world, &h));
		mutate(&h, &seed);
		nr[both(&histories_world, &h)]++;
	}
	assert_true(nr[0] > ROUNDS / 4);
	assert_true(nr[1] > ROUNDS / 20);
}

/*
 * Of four threads with ten calls each: the search is bounded by what is in
 * flight at the same time. Four calls at most are, so that a call is put in
 * order after any of 8 sets of others, and then 64 configurations are enough for
 * the states that their orders end in.
 */
static void random_large(void **state)
{
	static struct lin_result r;
	unsigned int i, most = 0, nr[2] = { 0 };
	uint64_t seed = 2;
	struct history h;

	(void)state;
	for (i = 0; i < ROUNDS; i++) {
		histories_random(&h, 4, 10, &seed);
		assert_true(
			lin_check(&histories_world, h.call, h.nr, &h.from, &r));
		assert_false(r.lost);
		most = r.nodes > most ? r.nodes : most;
		mutate(&h, &seed);
		nr[lin_check(&histories_world, h.call, h.nr, &h.from, &r)]++;
		most = r.nodes > most ? r.nodes : most;
	}
	print_message("%u nodes at most\n", most);
	assert_in_range(most, 40, 40 * 64);
	assert_true(nr[0] > ROUNDS / 4);
	assert_true(nr[1] > ROUNDS / 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(explained_by_hand),
		cmocka_unit_test(unexplained_by_hand),
		cmocka_unit_test(tells_what_failed),
		cmocka_unit_test(random_small),
		cmocka_unit_test(random_large),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
