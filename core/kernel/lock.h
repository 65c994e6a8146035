/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The one kind of lock that stands behind struct mutex, spinlock_t and struct
 * rw_semaphore, and the oracle "locking" that watches over all of them, as
 * lockdep does: recursion, release of what is not held, sleeping where that is
 * forbidden, and two classes of locks taken in either order, whether or not
 * that came to a deadlock this time. Unlike lockdep it does not ignore
 * device_lock().
 *
 * Locks with the same name are of one class. Two of the same class may nest.
 */
#ifndef GROUPFUZZ_LOCK_H
#define GROUPFUZZ_LOCK_H

#include <seam.h>
#include <stdint.h>

/*
 * As in the kernel's, the first word is no address but when it is held: who takes
 * a lock for something else gets the same from it wherever this was loaded.
 */
struct lock {
	uint8_t writer;	 /* thread + 1, 0 if none */
	uint8_t readers; /* mask of threads */
	uint8_t zero[6];
	const char *name;	  /* the expression it was initialised with */
	const struct site *where; /* its holder took it, the last of them */
	uint8_t class;		  /* where its name was found last (lock.c) */
#ifdef GROUPFUZZ_POSIX
	struct seam_word word; /* and readers is not used */
#endif
} SEAM_LINE;

enum lock_mode {
	LOCK_SPIN, /* nobody sleeps while it is held */
	LOCK_MUTEX,
	LOCK_READ, /* shared; else as LOCK_MUTEX */
};

/* Make @lock free and named @name. A held lock must not be initialised. */
void lock_init(struct lock *lock, const char *name);

/* Take @lock at @site, wait for it if need be. */
void lock_acquire(struct lock *lock, enum lock_mode mode,
		  const struct site *site);

/* Take @lock unless that would mean to wait; whether it did. */
bool lock_try(struct lock *lock, enum lock_mode mode, const struct site *site);

/* Release what the same thread took, in the same mode. */
void lock_release(struct lock *lock, enum lock_mode mode,
		  const struct site *site);

/*
 * A finding (oracle "warnings") if this thread does not hold @lock, called
 * @expr at @site.
 */
void lock_assert_held(const struct lock *lock, const char *expr,
		      const struct site *site);

/* The same if it does. */
void lock_assert_not_held(const struct lock *lock, const char *expr,
			  const struct site *site);

/* Atomic context from here on, until the matching call (RCU readers). */
void lock_atomic_begin(void);
void lock_atomic_end(void);

/* A finding if this thread must not sleep: it is in @what at @site. */
void lock_might_sleep(const char *what, const struct site *site);

/* Whether this thread holds @lock. */
bool lock_mine(const struct lock *lock);

#ifdef GROUPFUZZ_POSIX
/* How many locks @thread has taken so far. */
unsigned long lock_taken(unsigned int thread);
#endif

/* The name of a lock that this thread holds, NULL if it holds none. */
const char *lock_held(void);

/*
 * Told of each lock that a thread has @taken, or else released, at @site; NULL
 * for nobody.
 */
extern void (*lock_watcher)(const struct lock *lock, const struct site *site,
			    bool taken);

/* Forget all locks held and their order, before an execution. */
void lock_reset(void);

#endif
