/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Oracles that the compiler and the machine provide: AddressSanitizer
 * ("address"), UndefinedBehaviorSanitizer ("undefined"), and faults of the
 * processor, which are oopses in the kernel ("oops").
 *
 * An oops is a finding like any other. A sanitizer ends the process, since it
 * reports a place only once; whoever wants to keep what it found watches it.
 */
#ifndef GROUPFUZZ_SANITIZERS_H
#define GROUPFUZZ_SANITIZERS_H

#include <harness/oracle/oracle.h>

/* Turn faults of the processor into findings. Once for each process. */
void oops_init(void);

/*
 * Call @report when a sanitizer is about to end the process: @text is what it
 * printed. The verdict's op is that of the execution that runs, if any.
 */
void sanitizers_watch(void (*report)(const struct verdict *v,
				     const char *text));

#endif
