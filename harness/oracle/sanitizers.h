/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Oracles that the compiler and the machine provide: AddressSanitizer
 * ("address"), UndefinedBehaviorSanitizer ("undefined"), ThreadSanitizer
 * ("race"), and faults of the processor, which are oopses in the kernel
 * ("oops").
 *
 * An oops and a race are findings like any other. The other sanitizers end the
 * process, since they report a place only once; whoever wants to keep what was
 * found watches them.
 *
 * What counts as a race is what KCSAN takes for one: two accesses without an
 * order, at least one of them a write, and not both marked (READ_ONCE(),
 * WRITE_ONCE(), atomics); nothing in data_race(). Unlike KCSAN's default, a
 * write that does not change the value counts, and so does a plain access of a
 * word against a marked one.
 */
#ifndef GROUPFUZZ_SANITIZERS_H
#define GROUPFUZZ_SANITIZERS_H

#include <harness/oracle/oracle.h>

/* Turn faults of the processor into findings. Once for each process. */
void oops_init(void);

/*
 * A finding if a race was seen since the last call: it cannot be one at once,
 * from within the sanitizer. At the end of each operation.
 */
#ifdef GROUPFUZZ_TSAN
void race_check(void);
#else
static inline void race_check(void)
{
}
#endif

/* Forget what was seen. */
void race_reset(void);

/*
 * Call @report when a sanitizer is about to end the process: @text is what it
 * printed. The verdict's op is that of the execution that runs, if any.
 */
void sanitizers_watch(void (*report)(const struct verdict *v,
				     const char *text));

#endif
