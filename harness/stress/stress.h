/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Real threads: what "groupfuzz stress" (harness/cmd/stress.c) and the process
 * in which the threads run, groupfuzz-stress, have in common. The latter may end
 * at any time and in any way, so all that it has to tell lies in memory that it
 * shares with the former, which writes it down and starts it again.
 *
 * Threads work in rounds: each makes a few calls, gives back what it has, and
 * waits for the others. So the calls of a round, by those that share a world's
 * devices, are a program; and a window of the history that begins and ends with
 * nobody in a call and nobody holding anything.
 */
#ifndef GROUPFUZZ_STRESS_H
#define GROUPFUZZ_STRESS_H

#include <harness/oracle/linearizable.h>
#include <harness/oracle/oracle.h>
#include <harness/program/program.h>

#define STRESS_MAGIC   0x67667332 /* "gfs2" */
#define STRESS_SHARDS  16	  /* worlds side by side */
#define STRESS_THREADS (STRESS_SHARDS * MAX_THREADS)
#define STRESS_SEEN    256

/* A call, as its thread has logged it. */
struct stress_call {
	struct op op;
	bool faulted;
	bool done; /* it has returned */
	/* Of a device that is added or removed: it was, or is, in its group. */
	bool joined;
	int64_t ret;
	uint64_t invoked, returned; /* see history.c */
};

struct stress_log {
	uint8_t name; /* index into thread_names[] */
	uint8_t nr;
	struct stress_call call[LIN_CALLS];
};

/* A round of those that share a world's devices. */
struct stress_window {
	struct world_desc world; /* as it was when it began */
	uint8_t nr_threads;
	uint8_t nr_before;
	struct op before[MAX_GROUPS]; /* what brings the world there */
	uint8_t checked; /* mask of the groups of which all calls are here */
	struct spec from[MAX_GROUPS];
	struct spec_world spec;
	struct stress_log log[MAX_THREADS];
};

struct stress_shared {
	uint32_t magic;
	int32_t parent;	 /* the process ends with it */
	uint32_t posted; /* verdict and window are there */
	uint64_t rounds, calls, windows;
	struct verdict verdict;
	struct stress_window window;
	char text[16384]; /* the sanitizer's words */
	/* Of shards as they run, for one that ends without a word. */
	struct stress_window live[STRESS_SHARDS];
	/* Races to be passed over, and how often they were since the start. */
	uint32_t nr_seen;
	struct {
		char id[128];
		uint64_t count;
	} seen[STRESS_SEEN];
};

#endif
