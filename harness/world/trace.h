/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A trace for humans: each operation, what it returned, and the state of the
 * groups after it.
 */
#ifndef GROUPFUZZ_TRACE_H
#define GROUPFUZZ_TRACE_H

#include <harness/world/world.h>

/*
 * As world_run(), with the trace and the verdict printed to @f. @messages: the
 * core's own messages go to stdout in between.
 */
bool trace_run(const struct program *p, struct verdict *v, FILE *f,
	       bool messages);

#endif
