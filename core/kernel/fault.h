/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Fault points: places where the kernel or a driver may fail, each asks here
 * whether it shall. At most one fault of each kind is armed at a time, and a
 * fault fires once.
 */
#ifndef GROUPFUZZ_FAULT_H
#define GROUPFUZZ_FAULT_H

#include <harness/program/program.h>
#include <seam.h>

/* Make this thread's @nth (from 1) pass over a point of @kind fail; 0 disarms. */
void fault_arm(enum fault_kind kind, unsigned int nth);

/* Disarm all and forget what fired. */
void fault_reset(void);

/* From here on fault_fired() tells of faults that fire in this thread. */
void fault_begin(void);

/* Whether any fault fired in this thread since its last fault_begin(). */
bool fault_fired(void);

/* How many passes are left until a fault; 0 if none is armed. */
unsigned int fault_armed(enum fault_kind kind);

extern unsigned int fault_countdown[SEAM_THREADS][NR_FAULTS];
bool fault_fire(enum fault_kind kind);

/* True if this pass over a point of @kind must fail. */
static inline bool fault_point(enum fault_kind kind)
{
	return __builtin_expect(fault_countdown[seam_thread][kind] != 0, 0) &&
	       fault_fire(kind);
}

#endif
