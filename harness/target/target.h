/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What makes a fuzz target: one constant each, in fuzz_NAME.c. The rest, an
 * engine's entry points, is the same for all.
 */
#ifndef GROUPFUZZ_TARGET_H
#define GROUPFUZZ_TARGET_H

/* The most threads that a program of this target is given, from 1. */
extern const unsigned int target_threads;

#endif
