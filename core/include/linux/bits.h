/* SPDX-License-Identifier: GPL-2.0-only */
/* Bit masks, and the few bit operations that the core uses. */
#ifndef _SHIM_LINUX_BITS_H
#define _SHIM_LINUX_BITS_H

#include <limits.h>

#define BITS_PER_LONG 64
#define BIT(nr)	      (1UL << (nr))
#define GENMASK(h, l) ((~0UL << (l)) & (~0UL >> (BITS_PER_LONG - 1 - (h))))
#define __ffs(x)      ((unsigned int)__builtin_ctzl(x))
#define __fls(x)      ((unsigned int)(BITS_PER_LONG - 1 - __builtin_clzl(x)))

static inline bool test_and_set_bit(unsigned int nr, unsigned long *addr)
{
	unsigned long mask = BIT(nr % BITS_PER_LONG);
	unsigned long *word = addr + nr / BITS_PER_LONG;
	bool was = *word & mask;

	*word |= mask;
	return was;
}

#endif
