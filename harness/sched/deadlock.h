/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Deadlocks: threads that wait for each other, or all of them. Each is a
 * finding (oracle "locking") whose bucket names what is waited for, and not
 * who began.
 */
#ifndef GROUPFUZZ_DEADLOCK_H
#define GROUPFUZZ_DEADLOCK_H

/* Follow who holds what is waited for, from the thread that waits now. */
void deadlock_check(void);

/* Nobody can go on. */
_Noreturn void deadlock_all(void);

#endif
