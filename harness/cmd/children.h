/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Work that is done in child processes: what a bad access has done to a process
 * may end it, and then another one goes on. What they know they keep in memory
 * that they share.
 */
#ifndef GROUPFUZZ_CHILDREN_H
#define GROUPFUZZ_CHILDREN_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Zeroed memory that is shared with children; exits if there is none. */
void *children_memory(size_t size);

/*
 * Let children do @work, one after the other, until one has come back from it.
 * @lost is told how each of the others ended, as of waitpid(): the next one goes on
 * from what it is at then. Their stderr goes to OUT/engine.log. Returns 0, or -1 if there can be no
 * child, after one line of complaint.
 */
int children_run(const char *out, void (*work)(void), void (*lost)(int status));

/* A child of @parent ends with it, however it ends. */
void children_end_with(pid_t parent);

/* Whether somebody wants it to end; from the first children_run() on. */
bool children_interrupted(void);

#endif
