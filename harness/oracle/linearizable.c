// SPDX-License-Identifier: GPL-2.0-only
/*
 * The search: Wing and Gong's (1993), with the configurations that were seen
 * remembered (Lowe 2017, and Porcupine), and "just in time" (Lowe 2017): calls
 * are taken in the order in which they return, and others that are in flight
 * are put before one only if that helps it. It goes by breadth, so that all
 * states in which the history may end are known in the end.
 *
 * A configuration is the state of the object, and which calls have been put in
 * order. How many there are is bounded by the orders of what is in flight at
 * the same time, not by the length of the history.
 */
#include <harness/oracle/linearizable.h>
#include <string.h>

#define NR_NODES (1U << 14)

static struct node {
	struct spec state;
	uint64_t done; /* mask of calls */
	uint16_t parent;
	uint8_t call; /* the last one that was put in order */
} nodes[NR_NODES];

/* Nodes from @level on are the configurations that are looked at now. */
static unsigned int nr_nodes, level;

/* The next node, of which the state is known already, unless it is there. */
static bool add(uint64_t done, unsigned int parent, unsigned int call)
{
	struct node *new = &nodes[nr_nodes];
	unsigned int i;

	for (i = level; i < nr_nodes; i++)
		if (nodes[i].state.word == new->state.word &&
		    nodes[i].done == done)
			return true;
	new->done = done;
	new->parent = parent;
	new->call = call;
	return ++nr_nodes < NR_NODES;
}

/* Calls that were made before call @i returned, and return after it. */
static uint64_t in_flight(const struct lin_call *calls, unsigned int nr,
			  unsigned int i)
{
	uint64_t mask = 0;
	unsigned int j;

	for (j = i; j < nr; j++)
		if (calls[j].invoked < calls[i].returned)
			mask |= 1ULL << j;
	return mask;
}

/*
 * From the configurations [@first, @last) to those in which call @i has been put
 * in order; @others may come before it. Returns false if there is no room.
 */
static bool put(const struct spec_world *w, const struct lin_call *calls,
		unsigned int i, uint64_t others, unsigned int first)
{
	unsigned int n, j;
	uint64_t left;

	for (n = first; n < nr_nodes; n++) {
		if (nodes[n].done >> i & 1)
			continue;
		for (left = others & ~nodes[n].done; left; left &= left - 1) {
			struct spec *s = &nodes[nr_nodes].state;

			j = __builtin_ctzll(left);
			*s = nodes[n].state;
			if (spec_apply(w, s, &calls[j].op, calls[j].ret,
				       calls[j].faulted) &&
			    !add(nodes[n].done | 1ULL << j, n, j))
				return false;
		}
	}
	return true;
}

/* Those that call @i is in are what the search goes on with. */
static bool keep(unsigned int i, unsigned int first, unsigned int last)
{
	unsigned int n;

	level = last;
	for (n = first; n < last; n++) {
		if (!(nodes[n].done >> i & 1))
			continue;
		nodes[nr_nodes].state = nodes[n].state;
		if (!add(nodes[n].done, nodes[n].parent, nodes[n].call))
			return false;
	}
	return true;
}

/* The longest order among the nodes [@first, @last). */
static void explain(struct lin_result *r, unsigned int first, unsigned int last)
{
	unsigned int n, best = first, at;

	for (n = first; n < last; n++)
		if (__builtin_popcountll(nodes[n].done) >
		    __builtin_popcountll(nodes[best].done))
			best = n;
	r->last = nodes[best].state;
	r->nr_order = at = __builtin_popcountll(nodes[best].done);
	for (n = best; at; n = nodes[n].parent)
		r->order[--at] = nodes[n].call;
}

static void end(struct lin_result *r, unsigned int first)
{
	struct spec_states *to = &r->states;
	unsigned int n, i;

	for (n = first; n < nr_nodes; n++) {
		for (i = 0; i < to->nr; i++)
			if (to->state[i].word == nodes[n].state.word)
				break;
		if (i < to->nr)
			continue;
		if (to->nr == SPEC_STATES) {
			r->lost = true;
			return;
		}
		to->state[to->nr++] = nodes[n].state;
	}
}

bool lin_check(const struct spec_world *w, const struct lin_call *calls,
	       unsigned int nr, const struct spec_states *from,
	       struct lin_result *r)
{
	unsigned int i, first = 0, last;

	r->explained = true;
	r->lost = false;
	r->states.nr = 0;
	nr_nodes = level = 0;
	for (i = 0; i < from->nr; i++) {
		nodes[nr_nodes].state = from->state[i];
		add(0, 0, 0);
	}
	for (i = 0; i < nr; i++) {
		r->lost = !put(w, calls, i, in_flight(calls, nr, i), first);
		last = nr_nodes;
		r->lost = r->lost || !keep(i, first, last);
		r->nodes = nr_nodes;
		if (r->lost)
			return true;
		if (nr_nodes == last) {
			r->explained = false;
			r->failed = i;
			explain(r, first, last);
			return false;
		}
		first = last;
	}
	r->nodes = nr_nodes;
	end(r, first);
	return true;
}
