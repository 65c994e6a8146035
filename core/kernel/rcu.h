/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * RCU for whoever schedules threads; the kernel-side interface is
 * linux/rcupdate.h. Callbacks run on a thread of their own, when their grace
 * period is over and as much later as the schedule wants.
 */
#ifndef GROUPFUZZ_RCU_H
#define GROUPFUZZ_RCU_H

#include <stdbool.h>

/* Whether the grace period of a queued callback is over. */
bool rcu_ready(void);

/* Whether any callback is queued. */
bool rcu_pending(void);

/* Run those whose grace period is over, in the order in which they came. */
void rcu_run(void);

/* Forget all, before an execution. */
void rcu_reset(void);

#endif
