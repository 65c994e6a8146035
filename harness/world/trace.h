/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A trace for humans: of a program of one thread each operation, what it
 * returned, and the state of the groups after it; of one of several threads a
 * column for each, with what the interleaving is made of (columns.c).
 */
#ifndef GROUPFUZZ_TRACE_H
#define GROUPFUZZ_TRACE_H

#include <harness/world/events.h>

/*
 * As world_run(), with the trace and the verdict printed to @f, line by line,
 * so that a crash is seen to be where it is; NULL for no trace. @messages: the
 * core's own messages go to stdout in between.
 */
bool trace_run(const struct program *p, struct verdict *v, FILE *f,
	       bool messages);

/*
 * Until trace_chrome_end(), write the execution that trace_run() runs to @f as
 * well, which is the caller's: Chrome trace events in JSON, for Perfetto. One
 * execution. Returns 0, or -1 on an output error.
 */
void trace_chrome(FILE *f);
int trace_chrome_end(void);

/* --- between the files of this folder --- */

/* The sinks of events_run(). */
void columns_event(const struct event *e);
void chrome_event(const struct event *e);

/* Whether it has somewhere to write to. */
bool chrome_wanted(void);

/* Where columns_event() prints. */
void columns_begin(const struct program *p, FILE *f);

/* What the core says of group @n, and the table of its devices; no newline. */
void trace_group(const struct model *m, unsigned int n, FILE *f);

#endif
