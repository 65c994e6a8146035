// SPDX-License-Identifier: GPL-2.0-only
/*
 * Locks of a single thread: see lock.h. Nothing here waits.
 */
#include <lock.h>
#include <finding.h>
#include <linux/compiler.h>

#define MAX_HELD 16

static const struct lock *held[MAX_HELD];
static unsigned int nr_held;

void lock_init(struct lock *lock, const char *name)
{
	lock->name = name;
	lock->holder = NULL;
}

void lock_acquire(struct lock *lock, const char *site)
{
	if (unlikely(lock->holder))
		finding("locking", site, "recursion",
			"%s() takes %s, which %s() holds already: deadlock",
			site, lock->name, lock->holder);
	if (unlikely(nr_held == MAX_HELD))
		finding("locking", site, "depth",
			"%s() takes %s as lock number %u", site, lock->name,
			nr_held + 1);
	lock->holder = site;
	held[nr_held++] = lock;
}

void lock_release(struct lock *lock, const char *site)
{
	unsigned int i;

	if (unlikely(!lock->holder))
		finding("locking", site, "not-held",
			"%s() releases %s, which nobody holds", site,
			lock->name);
	lock->holder = NULL;
	/* Locks are mostly released in the reverse order. */
	for (i = nr_held; i-- > 0;) {
		if (held[i] == lock) {
			held[i] = held[--nr_held];
			break;
		}
	}
}

void lock_assert_held(const struct lock *lock, const char *expr,
		      const char *site)
{
	if (unlikely(!lock->holder))
		finding("warnings", site, "lockdep_assert_held",
			"lockdep_assert_held(%s) in %s()", expr, site);
}

const char *lock_held(void)
{
	return nr_held ? held[nr_held - 1]->name : NULL;
}

void lock_reset(void)
{
	nr_held = 0;
}
