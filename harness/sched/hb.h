/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What has happened in a run so far, up to equivalence. Two beginnings of runs
 * of the same program are equivalent if the threads did the same steps, and any
 * two steps that touch the same thing, one of them writing to it, came in the
 * same order (Mazurkiewicz traces; Lamport's happens-before). Then they have
 * the same state, and whatever can follow one can follow the other.
 *
 * As CHESS does it: Musuvathi and Qadeer, "Partial-Order Reduction for
 * Context-Bounded State Exploration", MSR-TR-2007-12.
 */
#ifndef GROUPFUZZ_HB_H
#define GROUPFUZZ_HB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Nothing has happened. */
void hb_begin(void);

/* @thread did a step that touches nothing of others. */
void hb_step(unsigned int thread);

/* @thread read or wrote the @size bytes at @object. */
void hb_touch(unsigned int thread, const void *object, size_t size, bool write);

/*
 * What has happened since hb_begin(): equal for equivalent beginnings, and for
 * others different, but for the odd collision of 64 bits.
 */
uint64_t hb_state(void);

#endif
