/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Linearizability (Herlihy and Wing 1990) of a history of calls on one object:
 * is there an order of the calls, one after the other, in which each of them
 * returns what the specification allows, and in which none comes before one
 * that had returned before it was made? Pure, as spec.h is.
 */
#ifndef GROUPFUZZ_LINEARIZABLE_H
#define GROUPFUZZ_LINEARIZABLE_H

#include <harness/oracle/spec.h>

/* Of one history: whether they have been put in order is a bit of a word. */
#define LIN_CALLS 64

struct lin_call {
	struct op op;
	uint8_t thread;
	uint8_t within; /* code of the operation that it is a part of */
	bool faulted;
	int8_t index; /* of that operation in the program */
	long ret;
	unsigned int invoked, returned; /* times, no two are equal */
};

struct lin_result {
	bool explained;
	struct spec_states states; /* at the end */
	/* More than that, or than the search has room for: nothing is said. */
	bool lost;
	/*
	 * If it is not explained: the first call to return that cannot be, the
	 * longest order of calls up to then that can, and the state after it.
	 */
	unsigned int failed;
	unsigned int nr_order;
	uint8_t order[LIN_CALLS];
	struct spec last;
	unsigned int nodes; /* that the search made */
};

/*
 * Search for orders of the @nr calls at @calls, which are sorted by when they
 * returned, beginning in any of the states @from. Parts of a call may have its
 * times. Returns r->explained.
 */
bool lin_check(const struct spec_world *w, const struct lin_call *calls,
	       unsigned int nr, const struct spec_states *from,
	       struct lin_result *r);

#endif
