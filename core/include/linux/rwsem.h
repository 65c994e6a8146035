/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Readers and writers. See kernel/lock.c. A writer that waits does not keep new
 * readers out, so a reader within a reader is reported rather than tried.
 */
#ifndef _SHIM_LINUX_RWSEM_H
#define _SHIM_LINUX_RWSEM_H

#include <lock.h>

struct rw_semaphore {
	struct lock lock;
};

#define DECLARE_RWSEM(s) struct rw_semaphore s = { { .name = #s } }
#define init_rwsem(s)	 lock_init(&(s)->lock, #s)
#define down_read(s) \
	lock_acquire(&(s)->lock, LOCK_READ, HERE_CALL("down_read(" #s ")"))
#define down_read_trylock(s) \
	lock_try(&(s)->lock, LOCK_READ, HERE_CALL("down_read_trylock(" #s ")"))
#define up_read(s) \
	lock_release(&(s)->lock, LOCK_READ, HERE_CALL("up_read(" #s ")"))
#define down_write(s) \
	lock_acquire(&(s)->lock, LOCK_MUTEX, HERE_CALL("down_write(" #s ")"))
#define up_write(s) \
	lock_release(&(s)->lock, LOCK_MUTEX, HERE_CALL("up_write(" #s ")"))

#endif
