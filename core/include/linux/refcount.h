/* SPDX-License-Identifier: GPL-2.0-only */
/* Reference counts; saturation and use after zero are findings. */
#ifndef _SHIM_LINUX_REFCOUNT_H
#define _SHIM_LINUX_REFCOUNT_H

#include <linux/bug.h>
#include <seam.h>

typedef struct {
	int refs;
} refcount_t;

static inline void refcount_set(refcount_t *r, int n)
{
	__atomic_store_n(&r->refs, n, __ATOMIC_RELAXED);
}

static inline int refcount_read(const refcount_t *r)
{
	return __atomic_load_n(&r->refs, __ATOMIC_RELAXED);
}

static inline void refcount_inc(refcount_t *r)
{
	int old = __atomic_fetch_add(&r->refs, 1, __ATOMIC_RELAXED);

	if (unlikely(old <= 0) && finding_wanted("warnings"))
		finding("warnings", "refcount_inc", "use-after-zero",
			"refcount_t: addition on %d; use-after-free", old);
	/* After it: whoever may take a reference has one, or a lock. */
	seam_point(SEAM_ATOMIC, r, HERE);
}

static inline bool refcount_dec_and_test(refcount_t *r)
{
	int old;

	seam_point(SEAM_ATOMIC, r, HERE);
	seam_release(r);
	old = __atomic_fetch_sub(&r->refs, 1, __ATOMIC_ACQ_REL);

	if (unlikely(old <= 0) && finding_wanted("warnings"))
		finding("warnings", "refcount_dec", "underflow",
			"refcount_t: underflow from %d; use-after-free", old);
	if (old == 1)
		seam_acquire(r);
	return old == 1;
}

#endif
