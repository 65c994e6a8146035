// SPDX-License-Identifier: GPL-2.0-only
/*
 * groupfuzz explore: run a program under all schedules of up to so many
 * preemptions. What they find is kept as a campaign keeps it.
 *
 * A program of one thread is set beside itself: a second thread does the same
 * with other domains, for another owner.
 */
#include <harness/cmd/children.h>
#include <harness/cmd/cmd.h>
#include <harness/sched/explore.h>
#include <harness/target/campaign.h>
#include <harness/target/input.h>
#include <harness/world/world.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static struct campaign *campaign;

/* Returns the index of FILE, or -1 after one line of complaint. */
static int parse_options(struct explore_options *o, int argc, char **argv)
{
	uint64_t bound;
	int i;

	for (i = 1; i < argc && argv[i][0] == '-' && argv[i][1]; i++) {
		if (!strcmp(argv[i], "--")) {
			i++;
			break;
		} else if (!strcmp(argv[i], "--accesses")) {
			o->accesses = true;
		} else if (!strcmp(argv[i], "--all")) {
			o->all = true;
		} else if (!strcmp(argv[i], "--bound") && i + 1 < argc) {
			if (input_number(argv[++i], EXPLORE_MAX_BOUND,
					 &bound)) {
				o->bound = bound;
				continue;
			}
			fprintf(stderr,
				"groupfuzz: explore: --bound %s: must be 0 to %u\n",
				argv[i], EXPLORE_MAX_BOUND);
			return -1;
		} else {
			fprintf(stderr, "groupfuzz: explore: bad option: %s\n",
				argv[i]);
			return -1;
		}
	}
	if (argc - i != 2) {
		fprintf(stderr, "groupfuzz: explore takes FILE OUT\n");
		return -1;
	}
	return i;
}

/* Another owner's, and other slots: half of those that there are. */
static void other_operand(enum arg_kind kind, uint8_t *arg)
{
	if (kind == ARG_DOM)
		*arg = (*arg + MAX_DOMAINS / 2) % MAX_DOMAINS;
	else if (kind == ARG_OWNER)
		*arg = (*arg + 1) % MAX_OWNERS;
}

/* Returns -1 if there is no room. */
static int set_beside_itself(struct program *p)
{
	struct thread *t = p->thread;
	unsigned int i, n;

	if (2 * p->nr_ops > MAX_OPS)
		return -1;
	for (i = 0; i < p->nr_ops; i++) {
		struct op *op = &p->op[p->nr_ops + i];

		*op = p->op[i];
		for (n = 0; n < op_info[op->code].nr_args; n++)
			other_operand(op_info[op->code].arg[n], &op->arg[n]);
	}
	t[1].name = (t[0].name + 1) % NR_THREAD_NAMES;
	t[1].first = t[1].nr = p->nr_ops;
	p->nr_ops *= 2;
	p->nr_threads = 2;
	return 0;
}

static void run(struct program *p)
{
	struct verdict v;
	bool clean;

	__atomic_fetch_add(&campaign->executions, 1, __ATOMIC_RELAXED);
	campaign_enter(p);
	clean = world_run(p, &v, NULL);
	campaign_leave();
	if (!clean && !explore_cut())
		campaign_report(p, &v);
}

/* Once a second, on a terminal. */
static void progress(void)
{
	const struct explore_state s = explore_state();
	static time_t last;
	const time_t now = time(NULL);

	if (now == last || !isatty(STDOUT_FILENO))
		return;
	last = now;
	printf("\r%lu run, %lu cut short, %lu begun, %u findings ",
	       (unsigned long)s.schedules, (unsigned long)s.cut,
	       (unsigned long)s.left, campaign->nr_buckets);
	fflush(stdout);
}

static void lost(int status)
{
	campaign_died(status);
	explore_lost();
}

static struct program program;

static void work(void)
{
	unsigned int n = 0;

	while (!children_interrupted() && explore_next(&program, run))
		if (++n % 1024 == 0)
			progress();
}

static int summarise(const struct explore_options *o, const char *file,
		     const char *out)
{
	const struct explore_state s = explore_state();
	unsigned int i;

	if (isatty(STDOUT_FILENO))
		printf("\r\033[K");
	printf("%s: at most %u preemptions, at %s\n", file, o->bound,
	       o->accesses ? "yield points and memory accesses" :
			     "yield points");
	printf("%lu schedules run, %lu cut short, %lu states\n",
	       (unsigned long)s.schedules, (unsigned long)s.cut,
	       (unsigned long)s.states);
	for (i = 0; i < campaign->nr_buckets; i++)
		if (!campaign->bucket[i].hidden)
			printf("finding %s: %lu schedules\n\t%s/findings/%s/program.prog\n",
			       campaign->bucket[i].id,
			       (unsigned long)campaign->bucket[i].count, out,
			       campaign->bucket[i].id);
	if (!campaign->nr_buckets)
		printf("no finding\n");
	if (s.left) {
		printf("not exhausted: %lu schedules were begun and not run\n",
		       (unsigned long)s.left);
		return 2;
	}
	printf("exhausted: %s schedule of at most %u preemptions %s these %lu\n",
	       o->all ? "there is no" : "any", o->bound,
	       o->all ? "but" : "is equivalent to one of",
	       (unsigned long)s.schedules);
	return campaign->nr_buckets ? 1 : 0;
}

int cmd_explore(int argc, char **argv)
{
	struct explore_options o = { .bound = 2 };
	int i = parse_options(&o, argc, argv);
	struct program *p = &program;

	if (i < 0 || cmd_load(p, argv[i]))
		return 2;
	if (!sched_has_accesses() && !o.all) {
		fprintf(stderr,
			"groupfuzz: explore: this build does not see memory accesses: it takes ACCESS=1\n");
		return 2;
	}
	if (p->nr_threads == 1 && set_beside_itself(p)) {
		fprintf(stderr, "%s: too long to be set beside itself\n",
			argv[i]);
		return 2;
	}
	world_boot();
	campaign = campaign_begin(argv[i + 1]);
	explore_begin(p, &o);
	if (children_run(argv[i + 1], work, lost))
		return 2;
	return summarise(&o, argv[i], argv[i + 1]);
}
