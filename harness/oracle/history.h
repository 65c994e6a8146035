/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The history of an execution: which calls were made, when they returned, and
 * what. Held against the specification (spec.h) whenever no call is in flight:
 * oracle "model" if calls on an object came one after the other, oracle
 * "linearizable" if they overlapped. In between it knows the states that an
 * object may be in.
 */
#ifndef GROUPFUZZ_HISTORY_H
#define GROUPFUZZ_HISTORY_H

#include <harness/oracle/oracle.h>
#include <harness/oracle/linearizable.h>
#include <stdio.h>

/* An execution begins: forget the last one. */
void history_reset(void);

/* The world @m stands, and no call has been made: the states are the core's. */
void history_begin(const struct model *m);

/* The thread that runs calls @op, operation @index of its program. */
void history_call(const struct op *op, int index);

/*
 * And it returned @ret; @faulted: a fault fired in it. A finding if no call is
 * in flight now and what has been returned cannot be explained.
 */
void history_return(long ret, bool faulted);

/*
 * A call that the operation of the thread that runs makes in the middle of what
 * it does: history_now() before it, and then this. Nothing outside of all
 * operations.
 */
unsigned int history_now(void);
void history_part(const struct op *op, long ret, bool faulted,
		  unsigned int invoked);

/*
 * The states that group @n may be in when no call is in flight, for an oracle
 * that knows better to leave some out.
 */
struct spec_states *history_states(unsigned int n);

/*
 * Print the history that could not be explained, and the longest part of it that
 * can; nothing if the last finding was another one.
 */
void history_print(const struct program *p, FILE *f);

/* --- spec_world.c --- */

/* What the specification has to know of @m's world and its driver. */
void spec_describe(struct spec_world *w, const struct model *m);

/* The mask for struct spec's types that is @domain, a default domain or NULL. */
uint8_t spec_type_of(const struct iommu_domain *domain);

#endif
