/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The one kind of lock that stands behind struct mutex and spinlock_t.
 *
 * A program has one thread so far, so a lock that is found taken can never be
 * released: taking it is a finding (oracle "locking"), as are releasing what
 * is not held and returning to user space with a lock held.
 */
#ifndef GROUPFUZZ_LOCK_H
#define GROUPFUZZ_LOCK_H

#include <stdbool.h>

struct lock {
	const char *name;   /* the expression it was initialised with */
	const char *holder; /* the function that took it, NULL if free */
};

/* Make @lock free and named @name. A held lock must not be initialised. */
void lock_init(struct lock *lock, const char *name);

/* Take and release @lock in function @site. */
void lock_acquire(struct lock *lock, const char *site);
void lock_release(struct lock *lock, const char *site);

/* A finding (oracle "warnings") if @lock, called @expr at @site, is free. */
void lock_assert_held(const struct lock *lock, const char *expr,
		      const char *site);

/* The name of a lock that is held now, NULL if none is. */
const char *lock_held(void);

/* Forget all locks held, when an execution is abandoned. */
void lock_reset(void);

#endif
