/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A campaign: what a search has done and found so far, in a folder.
 *
 * The counters live in one file that all fuzzing processes map, so that they
 * survive forks, restarts and kill -9; findings are written to a temporary
 * name and renamed. A bucket that has a program in the folder GROUPFUZZ_KNOWN
 * (ci/known) is counted and passed over. Without a folder (GROUPFUZZ_OUT not
 * set) a finding is printed and the process aborts, as engines expect of a
 * target.
 */
#ifndef GROUPFUZZ_CAMPAIGN_H
#define GROUPFUZZ_CAMPAIGN_H

#include <harness/oracle/oracle.h>
#include <harness/program/program.h>

#define CAMPAIGN_MAGIC	     0x67667a31 /* "gfz1" */
#define CAMPAIGN_MAX_BUCKETS 256

struct campaign_bucket {
	char id[128]; /* empty: the first free slot */
	char oracle[24];
	uint64_t count;
	uint64_t first_execution;
	double first_seconds; /* since the campaign began */
	uint8_t known;	      /* the tree's own: counted, and passed over */
	uint8_t unstable;     /* did not come back when run again */
	uint8_t hidden;	      /* goes by another name: count is no number */
};

struct campaign {
	uint32_t magic;
	uint32_t nr_buckets;
	uint64_t executions;
	double began; /* CLOCK_REALTIME, seconds */
	struct campaign_bucket bucket[CAMPAIGN_MAX_BUCKETS];
};

/*
 * Map the campaign of folder @dir, made if need be when @create. NULL with one
 * line on stderr if that fails, or if the file is none of ours.
 */
struct campaign *campaign_open(const char *dir, bool create);

/*
 * Keep what is found from here on in the campaign of folder @dir. Exits with
 * status 2 and one line if that cannot be.
 */
struct campaign *campaign_use(const char *dir);

/* The same for a new campaign: what an earlier one counted there is gone. */
struct campaign *campaign_begin(const char *dir);

/*
 * The finding @v of @p, whose schedule is the one that was followed: count it,
 * and if it is new, run it again in a process of its own and keep program and
 * trace. Aborts if there is no campaign.
 */
void campaign_report(const struct program *p, const struct verdict *v);

/*
 * For targets: open the campaign that GROUPFUZZ_OUT names, if any, and let all
 * programs run on the driver that GROUPFUZZ_DRIVER names, if any, and be
 * scheduled by the strategy that GROUPFUZZ_STRATEGY names, or by all in turn.
 * The engine is told to end when a finding has come back whose bucket matches
 * one of the patterns (fnmatch(3)) in GROUPFUZZ_UNTIL, if any, spaces between.
 * Oracles that GROUPFUZZ_WITHOUT lists are left out. Exits with status 2 and one
 * line if one of these cannot be.
 */
void campaign_init(void);

/*
 * Whether this is that process; and if so, once the world is booted: run the
 * program, print its trace, return the exit status.
 */
bool campaign_replays(void);
int campaign_replay(void);

/*
 * For targets: run @p, count it, keep what it finds. Aborts on a finding if
 * there is no campaign. @p's schedule is then the one that was followed.
 */
void campaign_run(struct program *p);

#endif
