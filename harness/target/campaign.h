/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A campaign: what a search has done and found so far, in a folder.
 *
 * The counters live in one file that all fuzzing processes map, so that they
 * survive forks, restarts and kill -9, and several may search at once; a finding
 * is kept by one of them (finding.h). A bucket that has a program in the folder
 * GROUPFUZZ_KNOWN (ci/known) is counted and passed over. Without a folder
 * (GROUPFUZZ_OUT not set) a finding is printed and the process aborts, as
 * engines expect of a target.
 */
#ifndef GROUPFUZZ_CAMPAIGN_H
#define GROUPFUZZ_CAMPAIGN_H

#include <harness/oracle/oracle.h>
#include <harness/program/program.h>
#include <harness/sched/feedback.h>
#include <sys/types.h>

#define CAMPAIGN_MAGIC	     0x67667a33 /* "gfz3" */
#define CAMPAIGN_MAX_BUCKETS 1024
#define CAMPAIGN_MAX_EDGES   8192
#define CAMPAIGN_SLOTS	     128 /* processes at once */
#define CAMPAIGN_DEADLY	     64

struct campaign_bucket {
	uint32_t sum; /* of the three names, see is_whole() */
	char id[128];
	char oracle[24];
	char sanitizer[12]; /* of the build that found it */
	uint64_t count;
	uint64_t first_execution;
	double first_seconds; /* see campaign_seconds() */
	uint32_t tried;	      /* the last turn in which it was to be kept */
	uint8_t known;	      /* the tree's own: counted, and passed over */
	uint8_t kept;	      /* its program is, and was run again */
	uint8_t unstable;     /* did not come back when run again */
	uint8_t hidden;	      /* goes by another name: count is no number */
};

/*
 * A process that executes programs. What it runs is here, since it may end in any
 * way, and others then have to tell. Of AFL++ all children of a fork server, one
 * after the other, have one slot.
 */
struct campaign_slot {
	int32_t pid; /* 0: free */
	bool running;
	uint64_t done; /* executions that came to an end */
	struct program program;
};

struct campaign {
	uint32_t magic;
	uint32_t nr_buckets; /* those below it are whole, and stay */
	uint64_t executions;
	char what[64]; /* is searched; another one needs another campaign */
	uint32_t what_sum;
	uint32_t turns; /* begun */
	double seconds; /* of turns that are over */
	double began;	/* the turn that goes on: CLOCK_REALTIME, seconds */
	double last;	/* when it was last seen going on */
	/* Seen in this turn, by any of its processes, which are of one build. */
	uint8_t edges[CAMPAIGN_MAX_EDGES];
	uint8_t pairs[FEEDBACK_SEEN];
	struct campaign_bucket bucket[CAMPAIGN_MAX_BUCKETS];
	struct campaign_slot slot[CAMPAIGN_SLOTS];
	/* Programs that have ended a process: they are not run again in this turn. */
	uint32_t nr_deadly;
	uint64_t deadly[CAMPAIGN_DEADLY]; /* hashes */
	uint32_t idle_deaths; /* of processes that ran nothing, in a row */
};

/*
 * Map the campaign of folder @dir, made if need be when @create. A file that is
 * damaged is rebuilt from the folders of its findings, after one line. NULL with one
 * line on stderr if that fails.
 */
struct campaign *campaign_open(const char *dir, bool create);

/* Seconds for which it went on until @now, CLOCK_REALTIME; all turns together. */
double campaign_seconds(const struct campaign *c, double now);
double campaign_now(void);

/*
 * A turn of the campaign of folder @dir begins, of a search for @what. If what is
 * there is of another, a new campaign begins; else its counts and findings stay,
 * whatever ended it, and what is known is looked up again.
 * Returns NULL as campaign_open() does.
 */
struct campaign *campaign_turn(const char *dir, const char *what);

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
 * trace. What could not be kept, for a full disk, or because its process was
 * killed, is when it is found again. Aborts if there is no campaign.
 */
void campaign_report(const struct program *p, const struct verdict *v);

/*
 * A process runs @p between these two. If it ends there, campaign_died() is for its
 * parent, which began the campaign before it forked; campaign_lost() for a process
 * that was not its parent. @status is what waitpid() says. Both report the finding
 * and return whether it was one. campaign_lost() returns -1 if it makes no sense to
 * start another process: this one has said why (status 2), or, after one line, three
 * in a row have died and completed nothing. A process that was asked to end (SIGINT,
 * SIGTERM) did not die of its program.
 */
void campaign_enter(const struct program *p);
void campaign_leave(void);
bool campaign_died(int status);
int campaign_lost(pid_t pid, int status);

/* Whether bucket @id is known of the tree: GROUPFUZZ_KNOWN. */
bool campaign_knows(const char *id);

/* Count the finding @v, and no more. */
void campaign_count(const struct verdict *v);

/*
 * For targets: open the campaign that GROUPFUZZ_OUT names, if any, and let all
 * programs run on the driver that GROUPFUZZ_DRIVER names, if any, and be
 * scheduled by the strategy that GROUPFUZZ_STRATEGY names, or as they say.
 * The engine is told to end when a finding has come back that input_until()
 * is about, and after execution GROUPFUZZ_LAST of the campaign, if that is set. With
 * GROUPFUZZ_UNCOUNTED no execution counts. Oracles that GROUPFUZZ_WITHOUT lists
 * are left out. With GROUPFUZZ_CANARY nothing is fuzzed: the process exits with 0 if
 * the canary was reported (world_canary()), else 2. Exits with status 2 and one line
 * if one of these cannot be.
 */
void campaign_init(void);

/*
 * For targets: run @p, count it, keep what it finds. Aborts on a finding if
 * there is no campaign. @p's schedule is then the one that was followed.
 */
void campaign_run(struct program *p);

/* --- between the files of this folder --- */

/* The file of the campaign of folder @dir, the caller's to free. */
char *campaign_path(const char *dir);

/*
 * One more bucket, of @sanitizer, NULL for this build's; NULL when all slots are
 * taken. No other process may add one.
 */
struct campaign_bucket *campaign_add_bucket(struct campaign *c, const char *id,
					    const char *oracle,
					    const char *sanitizer);

#endif
