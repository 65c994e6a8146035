/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Mutexes. See kernel/lock.c; what a lock is called in reports is the
 * expression that it was initialised with.
 */
#ifndef _SHIM_LINUX_MUTEX_H
#define _SHIM_LINUX_MUTEX_H

#include <lock.h>
#include <linux/cleanup.h>

struct mutex {
	struct lock lock;
};

#define DEFINE_MUTEX(m) struct mutex m = { { .name = #m } }
#define mutex_init(m)	lock_init(&(m)->lock, #m)
#define mutex_lock(m) \
	lock_acquire(&(m)->lock, LOCK_MUTEX, HERE_CALL("mutex_lock(" #m ")"))
#define mutex_trylock(m) \
	lock_try(&(m)->lock, LOCK_MUTEX, HERE_CALL("mutex_trylock(" #m ")"))
#define mutex_unlock(m) \
	lock_release(&(m)->lock, LOCK_MUTEX, HERE_CALL("mutex_unlock(" #m ")"))

/* guard(mutex)(&lock): held until the end of the block. */
struct guard_mutex {
	struct mutex *mutex;
	const struct site *site;
};

#define guard_take_mutex(m)                                       \
	({                                                        \
		struct mutex *__m = (m);                          \
                                                                  \
		lock_acquire(&__m->lock, LOCK_MUTEX,              \
			     HERE_CALL("guard(mutex)(" #m ")"));  \
		(struct guard_mutex){                             \
			__m,                                      \
			HERE_CALL("end of guard(mutex)(" #m ")"), \
		};                                                \
	})

static inline void guard_drop_mutex(struct guard_mutex *guard)
{
	lock_release(&guard->mutex->lock, LOCK_MUTEX, guard->site);
}

#endif
