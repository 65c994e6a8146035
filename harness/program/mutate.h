/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files of the mutator share: small random numbers, and changes that
 * keep a program valid. Private to mutate.c, mutate_threads.c and
 * mutate_schedule.c.
 */
#ifndef GROUPFUZZ_MUTATE_H
#define GROUPFUZZ_MUTATE_H

#include <harness/program/program.h>

/* --- random numbers --- */

/* A number below @n, which is not 0. */
static inline unsigned int below(uint64_t *state, unsigned int n)
{
	return (uint64_t)rnd(state) * n >> 32;
}

static inline bool one_in(uint64_t *state, unsigned int n)
{
	return !below(state, n);
}

/* Mostly 0 or next to it: each further value is a third as likely. */
static inline unsigned int low(uint64_t *state, unsigned int n)
{
	unsigned int i = 0;

	while (i + 1 < n && one_in(state, 3))
		i++;
	return i;
}

/* --- mutate.c --- */

/* Make the operands of @op such as @w has. */
void fit_op(const struct world_desc *w, struct op *op);

/*
 * Add a thread of a few operations, which has to do with what others do. There
 * is room for one and for an operation.
 */
void add_thread(struct program *p, uint64_t *state);

/* --- mutate_threads.c --- */

/* The thread that has operation @pos; the last if it is beyond the end. */
unsigned int thread_of(const struct program *p, unsigned int pos);

/*
 * Insert at index @pos, which is in thread @t or just behind it; nothing if
 * there is no room.
 */
void insert_op(struct program *p, unsigned int t, unsigned int pos,
	       struct op op);

/* A thread that is left empty goes, unless it is the only one. */
void delete_op(struct program *p, unsigned int pos);

/* Begin a thread @t; those from @t on move up. It has to get an operation. */
void open_thread(struct program *p, unsigned int t, uint64_t *state);

/* Change which thread does what. The program has operations. */
void change_threads(struct program *p, unsigned int max_threads,
		    uint64_t *state);

/* --- mutate_schedule.c: for programs of several threads --- */

/* Draw a strategy and its schedule; for lists mostly of a few preemptions. */
void draw_schedule(struct program *p, uint64_t *state);

/* Change the schedule, keeping its strategy. */
void change_schedule(struct program *p, uint64_t *state);

/* Draw a strategy, and unless it is that of @p, a schedule of it. */
void change_strategy(struct program *p, uint64_t *state);

/* Continue as @from does from some point on. */
void cross_schedule(struct program *p, const struct program *from,
		    uint64_t *state);

#endif
