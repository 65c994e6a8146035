/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Random histories of calls on one group, for the test of the search that
 * explains them and for its benchmark: a run of the specification, each call
 * spread over some time around the moment at which it took effect.
 */
#ifndef GROUPFUZZ_HISTORIES_H
#define GROUPFUZZ_HISTORIES_H

#include <harness/oracle/linearizable.h>
#include <linux/errno.h>
#include <stdlib.h>

struct history {
	struct spec_states from;
	unsigned int nr;
	struct lin_call call[LIN_CALLS];
};

/* A group of four devices, in a tree that has everything. */
static const struct spec_world histories_world = {
	.tree = { .direct_excludes_owner = true,
		  .use_waits_for_default = true,
		  .untrusted_conflicts = true,
		  .pasid_limit = true,
		  .pasid_exemption = true },
	.pasids = { 4, 8, 0, 8 },
	.direct = 8,
	.identity = 0,
	.offered = 1 << TYPE_IDENTITY | 1 << TYPE_DMA | 1 << TYPE_DMA_FQ,
	.boot = TYPE_DMA_FQ,
	.pasid = true,
};

/* Devices 0 to 2 are there, nobody uses them. */
static const struct spec histories_from = {
	.types = 1 << TYPE_DMA,
	.members = 7,
};

static inline void histories_op(struct op *op, uint64_t *seed)
{
	static const uint8_t codes[] = {
		OP_CLAIM,      OP_RELEASE,    OP_CLAIM_DEV,    OP_RELEASE_DEV,
		OP_USE,	       OP_UNUSE,      OP_ATTACH,       OP_DETACH,
		OP_ATTACH_DEV, OP_DETACH_DEV, OP_ATTACH_PASID, OP_DETACH_PASID,
		OP_REPLACE,    OP_WRITE_TYPE, OP_ADD,	       OP_REMOVE,
	};
	const struct world_desc w = { .nr_groups = 1, .nr_devices = 4 };
	unsigned int i;

	*op = (struct op){ .code = codes[rnd(seed) % sizeof(codes)] };
	for (i = 0; i < op_info[op->code].nr_args; i++) {
		unsigned int first, nr;

		arg_range(&w, op_info[op->code].arg[i], &first, &nr);
		/* Few, so that they meet. */
		op->arg[i] = first + rnd(seed) % (nr > 4 ? 4 : nr);
	}
}

/* What the specification wants of it, one or the other if it does not say. */
static inline long histories_result(const struct spec *s, const struct op *op,
				    uint64_t *seed)
{
	struct spec_result r = spec_expect(&histories_world, s, op);

	if (r.refused || (r.any && rnd(seed) % 2))
		return -EPERM;
	return r.value;
}

static inline int histories_by_return(const void *a, const void *b)
{
	const struct lin_call *x = a, *y = b;

	return x->returned < y->returned ? -1 : x->returned > y->returned;
}

#define HISTORIES_STEP 1000

/* Calls of one thread do not overlap; those of others may. */
static inline void histories_spread(struct history *h, uint64_t *seed)
{
	unsigned int last[MAX_THREADS] = { 0 }, i, j, end;

	for (i = 0; i < h->nr; i++) {
		struct lin_call *c = &h->call[i];
		const unsigned int at = (i + 1) * HISTORIES_STEP;

		for (j = i + 1; j < h->nr; j++)
			if (h->call[j].thread == c->thread)
				break;
		end = (j + 1) * HISTORIES_STEP;
		c->invoked = last[c->thread] + 1 +
			     rnd(seed) % (at - last[c->thread] - 1);
		last[c->thread] = at + 1 + rnd(seed) % (end - at - 3);
		c->returned = last[c->thread];
	}
	/* No two are equal. */
	for (i = 0; i < h->nr; i++) {
		h->call[i].invoked = h->call[i].invoked * 8 + h->call[i].thread;
		h->call[i].returned =
			h->call[i].returned * 8 + h->call[i].thread;
	}
	qsort(h->call, h->nr, sizeof(h->call[0]), histories_by_return);
}

/* @nr calls of each of @threads threads. */
static inline void histories_random(struct history *h, unsigned int threads,
				    unsigned int nr, uint64_t *seed)
{
	unsigned int left[MAX_THREADS], t;
	struct spec s = histories_from;

	for (t = 0; t < threads; t++)
		left[t] = nr;
	h->from = (struct spec_states){ .nr = 1, .state = { s } };
	h->nr = 0;
	while (h->nr < threads * nr) {
		struct lin_call *c = &h->call[h->nr];

		*c = (struct lin_call){ .faulted = rnd(seed) % 16 == 0 };
		histories_op(&c->op, seed);
		c->ret = histories_result(&s, &c->op, seed);
		if (!spec_apply(&histories_world, &s, &c->op, c->ret,
				c->faulted))
			continue;
		do
			t = rnd(seed) % threads;
		while (!left[t]);
		left[t]--;
		c->thread = t;
		h->nr++;
	}
	histories_spread(h, seed);
}

#endif
