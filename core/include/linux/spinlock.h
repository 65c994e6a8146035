/* SPDX-License-Identifier: GPL-2.0-only */
/* Spinlocks. See kernel/lock.c. */
#ifndef _SHIM_LINUX_SPINLOCK_H
#define _SHIM_LINUX_SPINLOCK_H

#include <lock.h>

typedef struct spinlock {
	struct lock lock;
} spinlock_t;

#define DEFINE_SPINLOCK(l) spinlock_t l = { { .name = #l } }
#define spin_lock_init(l)  lock_init(&(l)->lock, #l)
#define spin_lock(l) \
	lock_acquire(&(l)->lock, LOCK_SPIN, HERE_CALL("spin_lock(" #l ")"))
#define spin_unlock(l) \
	lock_release(&(l)->lock, LOCK_SPIN, HERE_CALL("spin_unlock(" #l ")"))
#define spin_lock_irqsave(l, flags) \
	do {                        \
		(flags) = 0;        \
		spin_lock(l);       \
	} while (0)
#define spin_unlock_irqrestore(l, flags) \
	do {                             \
		(void)(flags);           \
		spin_unlock(l);          \
	} while (0)

#endif
