// SPDX-License-Identifier: GPL-2.0-only
/*
 * groupfuzz run --faults: run a program once for each fault that it can meet,
 * as the kernel's fail-nth does for a system call: the first point fails, then
 * the second, until there is none that would (Documentation/fault-injection).
 * What they find is kept as a campaign keeps it.
 *
 * Points count from the beginning of the world's being set up, which is the
 * core's own probe path, to the end of the last thread. Then everybody gives
 * back what he has, and no fault comes any more: most of that cannot fail, and
 * what can is for programs to do.
 */
#include <harness/cmd/children.h>
#include <harness/cmd/faults.h>
#include <harness/target/campaign.h>
#include <harness/target/finding.h>
#include <harness/world/world.h>
#include <fault.h>
#include <string.h>

#define MAX_BUCKETS 256
#define LOST	    0xffff

/* Of one program; shared with children. */
static struct sweep {
	unsigned int kind,
		nth; /* of the run that runs; no fault if @nth is 0 */
	unsigned int points[NR_FAULTS];
	unsigned int nr_buckets;
	char bucket[MAX_BUCKETS][sizeof(((struct verdict *)0)->bucket)];
	/* What each run ended in: nothing, 1 + the number of a bucket, LOST. */
	uint16_t end[NR_FAULTS][MAX_NTH + 1];
} *sweep;

static struct campaign *campaign;
static const struct faults_options *options;

/* --- in a child: the runs --- */

static struct program program; /* that runs, with its fault */

/* The operation that ran last before the fault fired. */
static struct {
	int index;	  /* -1: the world was being set up */
	unsigned int nth; /* passes left at its beginning */
	bool armed;	  /* a fault that the program has itself */
} last;

static void before(const struct model *m, const struct op *op)
{
	(void)m;
	if (!fault_any_left())
		return;
	last.index = op - program.op;
	last.nth = fault_any_left();
	last.armed = fault_armed(program.fault.kind);
}

/*
 * Write the fault as an operation, right before the one in which it fired. Not
 * where that would not say the same: it fired before the first one, comes later
 * than an operation can count, would take the place of another one, or, with
 * several threads, move the points of the schedule.
 */
static void write_as_operation(struct program *p)
{
	struct op *op;

	if (!p->fault.nth || last.index < 0 || last.nth > MAX_COUNT ||
	    last.armed || p->nr_threads > 1 || p->nr_ops == MAX_OPS)
		return;
	op = &p->op[last.index];
	memmove(op + 1, op, (p->nr_ops - last.index) * sizeof(*op));
	*op = (struct op){ .code = OP_FAULT, { p->fault.kind, last.nth } };
	p->nr_ops++;
	p->thread[0].nr++;
	memset(&p->fault, 0, sizeof(p->fault));
}

/* 1 + the number of bucket @id; what finds no room is the last one. */
static uint16_t bucket_number(const char *id)
{
	unsigned int i;

	for (i = 0; i < sweep->nr_buckets; i++)
		if (!strcmp(sweep->bucket[i], id))
			return i + 1;
	if (i == MAX_BUCKETS)
		return i;
	snprintf(sweep->bucket[i], sizeof(sweep->bucket[i]), "%s", id);
	return ++sweep->nr_buckets;
}

/* Returns false if there is no such point. */
static bool run(void)
{
	static const struct observer observer = { .before = before };
	struct verdict v;
	bool clean;

	program.fault =
		(struct first_fault){ .kind = sweep->kind, .nth = sweep->nth };
	last.index = -1;
	campaign->executions++;
	campaign_enter(&program);
	clean = world_run(&program, &v, &observer);
	campaign_leave();
	if (sweep->nth && !fault_any_fired())
		return false;
	if (!clean) {
		struct program found = program;

		if (found.strategy != STRATEGY_LIST)
			sched_record(&found);
		write_as_operation(&found);
		campaign_report(&found, &v);
		sweep->end[sweep->kind][sweep->nth] = bucket_number(v.bucket);
	}
	return true;
}

static void work(void)
{
	for (; sweep->kind < NR_FAULTS; sweep->kind++, sweep->nth = 1) {
		if (!(options->kinds & 1U << sweep->kind))
			continue;
		while (!children_interrupted() && sweep->nth <= MAX_NTH &&
		       run())
			sweep->nth++;
		if (children_interrupted())
			return;
		sweep->points[sweep->kind] = sweep->nth - 1;
	}
}

/* --- in the parent: what came of them --- */

static unsigned int nr_lost; /* of one program */

/* Without a fault it would be each run that has none any more. */
static void lost(int status)
{
	struct verdict v;

	sweep->end[sweep->kind][sweep->nth] = LOST;
	if (campaign_died(status)) {
		finding_death(&v, status);
		sweep->end[sweep->kind][sweep->nth] = bucket_number(v.bucket);
	} else {
		nr_lost++;
	}
	if (!sweep->nth++)
		sweep->kind = NR_FAULTS;
}

static void print_points(const unsigned int *points)
{
	const char *sep = ":";
	unsigned int kind;

	for (kind = 0; kind < NR_FAULTS; kind++) {
		if (!(options->kinds & 1U << kind))
			continue;
		printf("%s %s %u", sep, fault_names[kind], points[kind]);
		sep = ",";
	}
}

static void print_count(unsigned int nr)
{
	if (nr)
		printf(": %u finding%s\n", nr, nr == 1 ? "" : "s");
	else
		printf(": no finding\n");
}

/* "alloc 3, alloc 7-9": the faults with which runs ended in @what. */
static void print_faults(uint16_t what)
{
	unsigned int kind, nth, first;
	const char *sep = ":";

	for (kind = 0; kind < NR_FAULTS; kind++) {
		const uint16_t *end = sweep->end[kind];

		for (nth = 0; nth <= sweep->points[kind]; nth++) {
			if (end[nth] != what)
				continue;
			first = nth;
			while (first && end[nth + 1] == what)
				nth++;
			if (!first)
				printf("%s none", sep);
			else if (first == nth)
				printf("%s %s %u", sep, fault_names[kind], nth);
			else
				printf("%s %s %u-%u", sep, fault_names[kind],
				       first, nth);
			sep = ",";
		}
	}
	putchar('\n');
}

static bool is_unstable(const char *id)
{
	unsigned int i;

	for (i = 0; i < campaign->nr_buckets; i++)
		if (!strcmp(campaign->bucket[i].id, id))
			return campaign->bucket[i].unstable;
	return false;
}

static void summarise(const char *path)
{
	unsigned int i;

	printf("%s", path);
	print_points(sweep->points);
	print_count(sweep->nr_buckets);
	for (i = 0; i < sweep->nr_buckets; i++) {
		printf("finding %s", sweep->bucket[i]);
		print_faults(1 + i);
		printf("\t%s/findings/%s/program.prog%s\n", options->out,
		       sweep->bucket[i],
		       is_unstable(sweep->bucket[i]) ? " (unstable)" : "");
	}
	if (nr_lost) {
		printf("no verdict");
		print_faults(LOST);
	}
}

/*
 * Sweep @p; its points come on top of @total. Returns how many runs told
 * nothing, or -1 if it does not end.
 */
static int sweep_one(const struct program *p, const char *path,
		     unsigned int *total)
{
	unsigned int kind;

	program = *p;
	nr_lost = 0;
	memset(sweep, 0, sizeof(*sweep));
	while (!(options->kinds & 1U << sweep->kind))
		sweep->kind++;
	if (children_run(options->out, work, lost))
		return -1;
	if (children_interrupted()) {
		fprintf(stderr, "%s: interrupted\n", path);
		return -1;
	}
	summarise(path);
	for (kind = 0; kind < NR_FAULTS; kind++)
		total[kind] += sweep->points[kind];
	return nr_lost;
}

static unsigned int found(void)
{
	unsigned int i, nr = 0;

	for (i = 0; i < campaign->nr_buckets; i++)
		nr += !campaign->bucket[i].hidden;
	return nr;
}

int faults_run(const struct faults_options *o, const struct program *p,
	       char *const *path, unsigned int nr)
{
	unsigned int i, total[NR_FAULTS] = { 0 };
	int n, nothing = 0;

	options = o;
	campaign = campaign_begin(o->out);
	sweep = children_memory(sizeof(*sweep));
	for (i = 0; i < nr; i++) {
		n = sweep_one(&p[i], path[i], total);
		if (n < 0)
			return 2;
		nothing += n;
	}
	if (nr > 1) {
		printf("%u programs", nr);
		print_points(total);
		print_count(found());
	}
	if (nothing)
		return 2;
	return campaign->nr_buckets ? 1 : 0;
}
