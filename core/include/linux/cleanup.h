/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * guard(mutex)(&lock): a declaration that takes a lock, and releases it at the
 * end of its block. What a mutex does there is in linux/mutex.h.
 */
#ifndef _SHIM_LINUX_CLEANUP_H
#define _SHIM_LINUX_CLEANUP_H

#define _SHIM_GUARD_NAME2(line) __guard_##line
#define _SHIM_GUARD_NAME(line)	_SHIM_GUARD_NAME2(line)

/* The arguments come after it, for guard_take_NAME(). */
#define guard(name)                                                   \
	struct guard_##name _SHIM_GUARD_NAME(__LINE__)                \
		__attribute__((cleanup(guard_drop_##name), unused)) = \
			guard_take_##name

#endif
