// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs programs for the minimizer, each trial in a child: ThreadSanitizer reports a
 * race on a thread's stack once in a process. See trial.h.
 *
 * Whatever is taken away from a program, the points of its schedule shift. Most
 * of all they shift by the same number from some preemption on, which is where
 * something was taken away; where it was between two of them, or they belonged
 * to what is gone, one preemption has to be found anew. Faults only come earlier:
 * points that they counted are gone.
 */
#include <harness/cmd/children.h>
#include <harness/cmd/trial.h>
#include <harness/oracle/sanitizers.h>
#include <harness/target/finding.h>
#include <harness/world/trace.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* A child's finding, and the schedule that led to it. Shared with the child. */
static struct report {
	char bucket[TRIAL_BUCKET]; /* "" if nothing was found */
	bool running;
	struct program p; /* that runs, or ran */
} *report;

static const char *wanted; /* bucket, NULL for any */
static unsigned int nr_trials;
static unsigned int runs, max_runs; /* of a child */

/* --- in the child --- */

_Noreturn static void tell(const struct verdict *v)
{
	memcpy(report->bucket, v->bucket, sizeof(report->bucket));
	if (report->p.nr_threads > 1)
		sched_record(&report->p);
	_exit(0);
}

/* Run @p; does not return if that ends in what is wanted. */
static void run(const struct program *p)
{
	struct verdict v;
	bool clean;

	runs++;
	report->p = *p;
	report->running = true;
	clean = world_run(&report->p, &v, NULL);
	report->running = false;
	if (!clean && (!wanted || !strcmp(v.bucket, wanted)))
		tell(&v);
}

static bool may_run(void)
{
	return runs < max_runs;
}

/* All from preemption @first on comes earlier, by 1 to 63 points. */
static void try_earlier(const struct program *p, unsigned int first)
{
	struct program trial = *p;
	unsigned int by, i, after;

	after = first ? p->preemption[first - 1].point : 0;
	for (by = 1; by < 64 && may_run(); by++) {
		if (p->preemption[first].point <= after + by)
			return;
		for (i = first; i < p->nr_preemptions; i++)
			trial.preemption[i].point = p->preemption[i].point - by;
		run(&trial);
	}
}

/* One more preemption, anywhere from point @first on; @then more after it. */
static void try_one_more(const struct program *p, unsigned int first,
			 unsigned int points, unsigned int then)
{
	unsigned int point, thread;

	for (point = first; point < points; point++) {
		for (thread = 0; thread < p->nr_threads; thread++) {
			struct preemption new = { .point = point,
						  .thread = thread };
			struct program trial = *p;

			if (!may_run())
				return;
			if (!program_preempt(&trial, &new))
				continue;
			if (then)
				try_one_more(&trial, point + 1, points,
					     then - 1);
			else
				run(&trial);
		}
	}
}

static void try_none(const struct program *p, unsigned int points,
		     unsigned int nr)
{
	struct program none = *p;

	memset(none.preemption, 0, sizeof(none.preemption));
	none.nr_preemptions = 0;
	if (nr)
		try_one_more(&none, 0, points, nr - 1);
	else
		run(&none);
}

/* Each preemption in turn at another place, with the others where they are. */
static void try_moved(const struct program *p, unsigned int points)
{
	unsigned int i;

	for (i = 0; i < p->nr_preemptions && may_run(); i++) {
		struct program trial = *p;

		program_unpreempt(&trial, i);
		try_one_more(&trial, 0, points, 0);
	}
}

/* Each fault in turn, from the one at the first point on. */
static void try_faults(const struct program *p)
{
	struct program trial = *p;
	unsigned int i;

	for (trial.fault.nth = 1; trial.fault.nth < p->fault.nth;
	     trial.fault.nth++)
		run(&trial);
	trial.fault = p->fault;
	for (i = 0; i < p->nr_ops; i++) {
		uint8_t *nth = &trial.op[i].arg[1];

		if (p->op[i].code != OP_FAULT)
			continue;
		for (*nth = 1; *nth < p->op[i].arg[1]; ++*nth)
			run(&trial);
	}
}

/* Those that were found most often come first, and each has its share. */
static void search(const struct program *p, unsigned int max, bool thorough)
{
	unsigned int points, i;

	max_runs = 1;
	run(p);
	points = sched_points() + 1;
	if (wanted)
		try_faults(p);
	if (p->nr_threads == 1 || !max)
		return;
	max_runs = thorough ? 1500 : 200;
	for (i = 0; i < p->nr_preemptions; i++)
		try_earlier(p, i);
	if (!thorough)
		return;
	max_runs = 3000;
	try_none(p, points, 0);
	try_none(p, points, 1);
	if (p->nr_preemptions < max)
		try_one_more(p, 0, points, 0);
	max_runs = 4000;
	try_moved(p, points);
	max_runs = 6000;
	if (max > 1)
		try_none(p, points, 2);
}

/* --- in the parent --- */

_Noreturn static void no_process(void)
{
	fprintf(stderr, "groupfuzz: minimize: %s\n", strerror(errno));
	exit(2);
}

/* Start a child that does not return from where it is called. */
static pid_t start(void)
{
	const pid_t parent = getpid();
	pid_t pid;

	fflush(stdout);
	/* Without threads: what fork() does for their locks takes the longest. */
	pid = _Fork();
	if (pid < 0)
		no_process();
	if (pid)
		return pid;
	children_end_with(parent);
	/* A sanitizer's own words have been read, or will be, elsewhere. */
	sanitizers_quiet();
	oops_watch_time();
	return 0;
}

/* A child that ended in the middle of a program has found that. */
static void died(int status)
{
	struct verdict v;

	if (!report->running)
		return;
	finding_death(&v, status);
	if (!wanted || !strcmp(v.bucket, wanted))
		memcpy(report->bucket, v.bucket, sizeof(report->bucket));
}

static bool trial(struct program *p, char *bucket, unsigned int max,
		  bool thorough)
{
	int status;
	pid_t pid;

	nr_trials++;
	if (!report)
		report = children_memory(sizeof(*report));
	report->bucket[0] = '\0';
	report->running = false;
	pid = start();
	if (!pid) {
		search(p, max, thorough);
		_exit(0);
	}
	if (waitpid(pid, &status, 0) != pid)
		no_process();
	died(status);
	if (!report->bucket[0])
		return false;
	memcpy(bucket, report->bucket, sizeof(report->bucket));
	*p = report->p;
	return true;
}

bool trial_run(struct program *p, char *bucket)
{
	wanted = NULL;
	return trial(p, bucket, 0, false);
}

bool trial_search(struct program *p, const char *bucket, unsigned int max,
		  bool thorough)
{
	char found[TRIAL_BUCKET];

	wanted = bucket;
	return trial(p, found, max, thorough);
}

int trial_trace(const struct program *p, FILE *f)
{
	char line[1024];
	struct verdict v;
	int ends[2];
	FILE *in;
	pid_t pid;

	if (pipe(ends))
		no_process();
	pid = start();
	in = fdopen(ends[!pid], pid ? "r" : "w");
	close(ends[!!pid]);
	if (!pid) {
		if (in)
			trace_run(p, &v, in, false);
		_exit(0);
	}
	while (in && fgets(line, sizeof(line), in))
		fprintf(f, "#%s%s", *line == '\n' ? "" : " ", line);
	if (in)
		fclose(in);
	waitpid(pid, NULL, 0);
	return in && !fflush(f) && !ferror(f) ? 0 : -1;
}

unsigned int trial_count(void)
{
	return nr_trials;
}
