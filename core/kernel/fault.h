/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Fault points: places where the kernel or a driver may fail, each asks here
 * whether it shall. Each thread has at most one fault of each kind armed at a
 * time, and beside those there is one that counts what all threads do, as the
 * kernel's fail-nth does for a task (Documentation/fault-injection). A fault
 * fires once.
 */
#ifndef GROUPFUZZ_FAULT_H
#define GROUPFUZZ_FAULT_H

#include <harness/program/program.h>
#include <seam.h>

/* Make this thread's @nth (from 1) pass over a point of @kind fail; 0 disarms. */
void fault_arm(enum fault_kind kind, unsigned int nth);

/* The same for the @nth pass from here on, whichever thread's it is. */
void fault_arm_any(enum fault_kind kind, unsigned int nth);

/* Disarm all and forget what fired. */
void fault_reset(void);

/* Disarm all that threads have armed, and what was armed for any. */
void fault_disarm(void);

/* From here on fault_fired() tells of faults that fire in this thread. */
void fault_begin(void);

/* Whether any fault fired in this thread since its last fault_begin(). */
bool fault_fired(void);

/*
 * Of what fault_arm_any() armed: whether it fired, until the next fault_reset();
 * and how many passes are left until it does, 0 if it did or there is none.
 */
bool fault_any_fired(void);
unsigned int fault_any_left(void);

/* Whether this thread has a fault of @kind armed. */
bool fault_armed(enum fault_kind kind);

/* Points that this thread passes are no fault points while it is spared. */
void fault_spare(bool spare);

/* Told of each fault that fires, and where; NULL for nobody. */
extern void (*fault_watcher)(enum fault_kind kind, const struct site *site);

extern bool fault_watched;
bool fault_fire(enum fault_kind kind, const struct site *site);

/* True if this pass over a point of @kind, at @site, must fail. */
static inline bool fault_point(enum fault_kind kind, const struct site *site)
{
	return __builtin_expect(fault_watched, 0) && fault_fire(kind, site);
}

#endif
