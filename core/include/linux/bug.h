/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * WARN and BUG in the code under test are findings (oracle "warnings"), and
 * a finding ends the execution, so none of these comes back when it fires,
 * unless the oracle is left out.
 * WARN_ONCE is WARN: each execution stands for a machine of its own.
 */
#ifndef _SHIM_LINUX_BUG_H
#define _SHIM_LINUX_BUG_H

#include <finding.h>

/* A function: what it decides is no branch of the code under test. */
static inline bool warn_seen(bool warn)
{
	return unlikely(warn) && finding_wanted("warnings");
}

#define WARN_ON(cond)                                                    \
	({                                                               \
		bool __warn = !!(cond);                                  \
                                                                         \
		if (warn_seen(__warn))                                   \
			finding("warnings", __func__, #cond,             \
				"WARN_ON(%s) in %s()", #cond, __func__); \
		__warn;                                                  \
	})
#define WARN(cond, fmt, ...)                                    \
	({                                                      \
		bool __warn = !!(cond);                         \
                                                                \
		if (warn_seen(__warn))                          \
			finding("warnings", __func__, #cond,    \
				"WARN in %s(): " fmt, __func__, \
				##__VA_ARGS__);                 \
		__warn;                                         \
	})
#define WARN_ON_ONCE(cond)	  WARN_ON(cond)
#define WARN_ONCE(cond, fmt, ...) WARN(cond, fmt, ##__VA_ARGS__)
#define BUG_ON(cond)                                                    \
	do {                                                            \
		if (unlikely(cond))                                     \
			finding("warnings", __func__, #cond,            \
				"BUG_ON(%s) in %s()", #cond, __func__); \
	} while (0)
#define BUG()		   BUG_ON(true)
#define BUILD_BUG_ON(cond) _Static_assert(!(cond), #cond)

#endif
