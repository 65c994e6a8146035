/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The schedule that makes the operations of a program begin in a given order,
 * which real threads were seen to begin them in.
 */
#ifndef GROUPFUZZ_ORDER_H
#define GROUPFUZZ_ORDER_H

#include <harness/program/program.h>

/*
 * Give @p that schedule, as far as it can be followed: @thread are the threads
 * of all its operations, @nr, in the order in which they begin. Whoever is in an
 * operation runs on until it is over.
 */
void order_schedule(struct program *p, const uint8_t *thread, unsigned int nr);

#endif
