// SPDX-License-Identifier: GPL-2.0-only
/*
 * groupfuzz stress: real threads. They run in a process of their own, which is
 * built with another seam (groupfuzz-stress, beside this program); here it is
 * started, and started again when a finding has ended it. What it found becomes a
 * program, with the order in which its calls were made as its schedule, and is
 * filed as a campaign's findings are. The fibers run it, and tell whether they
 * come to the same.
 */
#include <harness/cmd/cmd.h>
#include <harness/cmd/order.h>
#include <harness/cmd/trial.h>
#include <harness/stress/stress.h>
#include <harness/target/campaign.h>
#include <harness/target/finding.h>
#include <harness/target/input.h>
#include <harness/world/world.h>
#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static struct options {
	uint64_t seconds, rounds, threads, seed;
	int driver;
	const char *out;
	int nr_words;
	char **words; /* KEY=VALUE, for the summary */
} o = { .threads = 4, .seed = 1, .driver = -1 };

static struct stress_shared *shared;
static int shared_fd;
static struct campaign *campaign;
static char binary[4096];
static volatile sig_atomic_t interrupted;
static pid_t child;

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

static int complain(const char *what, const char *value)
{
	fprintf(stderr, "groupfuzz: stress: %s: %s\n", what, value);
	return -1;
}

/* --- a window as a program --- */

/* A name for thread @t that no other one has, if possible its role's. */
static uint8_t thread_name(const struct program *p, unsigned int name)
{
	unsigned int used = 0, t;

	for (t = 0; t < p->nr_threads; t++)
		used |= 1U << p->thread[t].name;
	return used >> name & 1 ? (unsigned int)__builtin_ctz(~used) : name;
}

struct begun {
	uint64_t at;
	uint8_t thread;
};

static struct begun order[MAX_OPS];
static unsigned int nr_order;

static void add_op(struct program *p, const struct op *op, unsigned int t,
		   uint64_t at)
{
	if (p->nr_ops == MAX_OPS)
		return;
	p->op[p->nr_ops++] = *op;
	p->thread[t].nr++;
	order[nr_order++] = (struct begun){ at, t };
}

static void add_thread(struct program *p, const struct stress_window *w,
		       unsigned int from)
{
	const struct stress_log *log = &w->log[from];
	const unsigned int t = p->nr_threads;
	unsigned int i;

	if (!log->nr && (t || !w->nr_before))
		return;
	p->thread[t].name = thread_name(p, log->name);
	p->thread[t].first = p->nr_ops;
	p->nr_threads++;
	for (i = 0; !t && i < w->nr_before; i++)
		add_op(p, &w->before[i], t, 0);
	for (i = 0; i < log->nr && i < LIN_CALLS; i++)
		add_op(p, &log->call[i].op, t, log->call[i].invoked);
}

static int compare_begun(const void *a, const void *b)
{
	const struct begun *x = a, *y = b;

	return x->at < y->at ? -1 : x->at > y->at;
}

static void make_program(struct program *p, const struct stress_window *w)
{
	uint8_t turns[MAX_OPS];
	unsigned int t, i;

	memset(p, 0, sizeof(*p));
	p->world = w->world;
	nr_order = 0;
	for (t = 0; t < w->nr_threads; t++)
		add_thread(p, w, t);
	if (!p->nr_threads) {
		p->nr_threads = 1;
		return;
	}
	qsort(order, nr_order, sizeof(order[0]), compare_begun);
	for (i = 0; i < nr_order; i++)
		turns[i] = order[i].thread;
	order_schedule(p, turns, nr_order);
}

/* --- what was found --- */

/* Whether fibers come to the same, and how; @bucket is what they call it. */
static const char *try_fibers(struct program *p, char *bucket,
			      const char *oracle)
{
	struct program same = *p;
	char again[TRIAL_BUCKET];

	if (trial_run(&same, again)) {
		if (!strcmp(again, bucket)) {
			*p = same;
			return "fibers come to the same, in the order that was seen";
		}
		/* Threads that have come to rest do not know which call it was. */
		if (!strcmp(oracle, "agreement") &&
		    !strncmp(again, "agreement-", 10)) {
			strcpy(bucket, again);
			*p = same;
			return "fibers come to the same, at this call, in the order that was seen";
		}
	}
	same = *p;
	/* Races are all that there is to see under some trees: not for minutes. */
	if (p->nr_threads > 1 &&
	    trial_search(&same, bucket, 2, strcmp(oracle, "race"))) {
		*p = same;
		return "fibers come to the same, in another order, which is the program's schedule";
	}
	return "fibers do not come to the same: the schedule is the order that was seen";
}

static void print_history(FILE *f, const struct stress_window *w)
{
	uint64_t first = -1ULL;
	unsigned int t, i;
	char text[64];

	for (t = 0; t < w->world.nr_groups; t++) {
		spec_format(&w->from[t], text, sizeof(text));
		fprintf(f, "g%u: %s, devices %#x, type %#x%s\n", t, text,
			w->from[t].members, w->from[t].types,
			w->checked >> t & 1 ? "" : " (not checked)");
	}
	for (t = 0; t < w->nr_threads; t++)
		if (w->log[t].nr && w->log[t].call[0].invoked < first)
			first = w->log[t].call[0].invoked;
	for (t = 0; t < w->nr_threads; t++) {
		fprintf(f, "thread %u, %s\n", t, thread_names[w->log[t].name]);
		for (i = 0; i < w->log[t].nr && i < LIN_CALLS; i++) {
			const struct stress_call *c = &w->log[t].call[i];

			op_format(&c->op, text, sizeof(text));
			fprintf(f, "  %8lu ",
				(unsigned long)(c->invoked - first));
			if (c->done)
				fprintf(f, "%8lu  %s = %ld%s\n",
					(unsigned long)(c->returned - first),
					text, (long)c->ret,
					c->faulted ? ", faulted" : "");
			else
				fprintf(f, "       -  %s\n", text);
		}
	}
}

/* Beside the program: the window's times, and what the fibers made of it. */
static void save_history(const char *bucket, const char *how,
			 const struct stress_window *w)
{
	char *parent = input_path("%s/findings", o.out);
	char *dir = input_path("%s/%s", parent, bucket);
	char *path = input_path("%s/stress.txt", dir);
	char *tmp = input_path("%s/stress.tmp", dir);
	FILE *f;

	mkdir(parent, 0777);
	mkdir(dir, 0777);
	f = fopen(tmp, "w");
	if (f) {
		fprintf(f, "%s\n%s\n\n", shared->verdict.message, how);
		print_history(f, w);
		if (*shared->text)
			fprintf(f, "\n%s", shared->text);
	}
	if (!f || fflush(f) || fsync(fileno(f)) || fclose(f) ||
	    rename(tmp, path))
		complain(path, strerror(errno));
	free(parent);
	free(dir);
	free(path);
	free(tmp);
}

static bool is_counted(const char *id)
{
	unsigned int i;

	for (i = 0; i < campaign->nr_buckets; i++)
		if (!strcmp(campaign->bucket[i].id, id))
			return true;
	return false;
}

/* How many there are of those until one of which it goes on. */
static unsigned int nr_sought(void)
{
	unsigned int i, nr = 0;

	for (i = 0; i < campaign->nr_buckets; i++) {
		const struct campaign_bucket *b = &campaign->bucket[i];

		nr += b->kept && !b->hidden && input_until(b->id);
	}
	return nr;
}

/* A race that was found, or is known, ends no process any more. */
static void pass_over(const char *id)
{
	unsigned int i;

	for (i = 0; i < shared->nr_seen; i++)
		if (!strcmp(shared->seen[i].id, id))
			return;
	if (i == STRESS_SEEN)
		return;
	snprintf(shared->seen[i].id, sizeof(shared->seen[i].id), "%s", id);
	shared->nr_seen++;
}

static void file_finding(void)
{
	static struct stress_window w;
	struct verdict v = shared->verdict;
	static struct program p;
	char bucket[TRIAL_BUCKET];
	const char *how;

	w = shared->window;
	snprintf(bucket, sizeof(bucket), "%s", v.bucket);
	if (!strcmp(v.oracle, "race"))
		pass_over(v.bucket);
	if (!is_counted(bucket) && !campaign_knows(bucket)) {
		make_program(&p, &w);
		how = try_fibers(&p, bucket, v.oracle);
		snprintf(v.bucket, sizeof(v.bucket), "%s", bucket);
	}
	if (is_counted(bucket) || campaign_knows(bucket)) {
		campaign_count(&v);
		return;
	}
	/* First: a race may get another name, and takes all that there is along. */
	save_history(bucket, how, &w);
	campaign_report(&p, &v);
}

/* What ended it without a word of its own. */
static void file_crash(int status)
{
	finding_death(&shared->verdict, status);
	shared->window = shared->live[0];
	file_finding();
}

/* --- the process of the threads --- */

static void interrupt(int sig)
{
	interrupted = sig;
	if (child > 0)
		kill(child, SIGKILL);
}

static int start(double seconds, unsigned long rounds, unsigned int nth)
{
	char fd[16], threads[24], seed[24], limit[24], time[32], driver[16];
	char *argv[] = { binary, fd, threads, seed, limit, time, driver, NULL };

	snprintf(fd, sizeof(fd), "%d", shared_fd);
	snprintf(threads, sizeof(threads), "%lu", o.threads);
	snprintf(seed, sizeof(seed), "%lu", o.seed + nth * 1000003UL);
	snprintf(limit, sizeof(limit), "%lu", rounds);
	snprintf(time, sizeof(time), "%f", seconds);
	snprintf(driver, sizeof(driver), "%d", o.driver);
	shared->posted = 0;
	shared->calls = 0;
	*shared->text = '\0';
	if (posix_spawn(&child, binary, NULL, NULL, argv, environ)) {
		fprintf(stderr, "groupfuzz: %s: %s\n", binary, strerror(errno));
		return -1;
	}
	return 0;
}

/* Races that were passed over, since the last time. */
static void count_races(void)
{
	unsigned int i;

	for (i = 0; i < shared->nr_seen; i++) {
		struct verdict v = { .oracle = "race" };

		snprintf(v.bucket, sizeof(v.bucket), "%s", shared->seen[i].id);
		while (shared->seen[i].count) {
			shared->seen[i].count--;
			campaign_count(&v);
		}
	}
}

/* Returns the number of calls that were made, or -1. */
static long run(void)
{
	const double end = now() + o.seconds;
	const unsigned int before = nr_sought();
	unsigned int nth;
	long calls = 0;
	int status;

	for (nth = 0; !interrupted && nr_sought() == before; nth++) {
		double left = o.seconds ? end - now() : 1e9;

		if (left <= 0 || (o.rounds && shared->rounds >= o.rounds))
			break;
		if (start(left, o.rounds ? o.rounds - shared->rounds : 0, nth))
			return -1;
		waitpid(child, &status, 0);
		child = 0;
		campaign->executions = shared->rounds;
		campaign->last = campaign_now();
		calls += shared->calls;
		count_races();
		/* It has said why it cannot go on. */
		if (WIFEXITED(status) && WEXITSTATUS(status) == 2)
			return -1;
		if (shared->posted)
			file_finding();
		else if (status && !interrupted)
			file_crash(status);
		else
			break;
		/* It ran nothing: it would not the next time either. */
		if (!shared->rounds && nth > 20) {
			fprintf(stderr,
				"groupfuzz: stress: the threads do not start\n");
			return -1;
		}
	}
	return calls;
}

/* --- the command line --- */

static int parse_option(const char *name, const char *value)
{
	uint64_t *to = NULL;

	if (!strcmp(name, "--driver")) {
		o.driver = value ? driver_find(value) : -1;
		return o.driver < 0 ?
			       complain("no such driver", value ? value : "") :
			       0;
	}
	if (!strcmp(name, "--seconds"))
		to = &o.seconds;
	else if (!strcmp(name, "--rounds"))
		to = &o.rounds;
	else if (!strcmp(name, "--threads"))
		to = &o.threads;
	else if (!strcmp(name, "--seed"))
		to = &o.seed;
	if (!to)
		return complain("bad option", name);
	return input_number(value, UINT64_MAX, to) ?
		       0 :
		       complain("not a number", name);
}

static int parse_options(int argc, char **argv)
{
	int i;

	for (i = 1; i < argc && argv[i][0] == '-'; i += 2) {
		if (!strcmp(argv[i], "--")) {
			i++;
			break;
		}
		if (parse_option(argv[i], argv[i + 1]))
			return -1;
	}
	if (i >= argc)
		return complain("no folder given", "OUT");
	if (!o.seconds && !o.rounds)
		return complain("an end is missing", "--seconds or --rounds");
	if (!o.threads || o.threads > STRESS_THREADS)
		return complain("none, or too many", "--threads");
	o.out = argv[i];
	o.words = argv + i + 1;
	o.nr_words = argc - i - 1;
	return 0;
}

/* The program beside this one, as git has it. */
static int find_binary(void)
{
	ssize_t n = readlink("/proc/self/exe", binary, sizeof(binary) - 8);

	if (n < 0)
		return complain("/proc/self/exe", strerror(errno));
	strcpy(binary + n, "-stress");
	return access(binary, X_OK) ? complain("is not built", binary) : 0;
}

/* A process of threads that cannot report anything is not started. */
static int check_canary(void)
{
	char *argv[] = { binary, "canary", NULL };
	int status;

	errno = posix_spawn(&child, binary, NULL, NULL, argv, environ);
	if (errno)
		return complain(binary, strerror(errno));
	if (waitpid(child, &status, 0) != child)
		return complain(binary, strerror(errno));
	child = 0;
	if (WIFEXITED(status))
		return WEXITSTATUS(status) ? -1 : 0;
	return complain(binary, "cannot start");
}

static int share(void)
{
	shared_fd = memfd_create("groupfuzz-stress", 0);
	if (shared_fd < 0 || ftruncate(shared_fd, sizeof(*shared)))
		return complain("memory", strerror(errno));
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED,
		      shared_fd, 0);
	if (shared == MAP_FAILED)
		return complain("memory", strerror(errno));
	shared->magic = STRESS_MAGIC;
	shared->parent = getpid();
	return 0;
}

static int summarize(long calls)
{
	char **argv = calloc(o.nr_words + 3, sizeof(*argv));
	int argc = 0;

	if (!argv)
		return 2;
	argv[argc++] = "summary";
	argv[argc++] = (char *)o.out;
	memcpy(argv + argc, o.words, o.nr_words * sizeof(*argv));
	argc += o.nr_words;
	printf("%lu rounds of %lu threads, %ld calls, %lu histories checked\n",
	       (unsigned long)shared->rounds, o.threads, calls,
	       (unsigned long)shared->windows);
	return cmd_summary(argc, argv);
}

int cmd_stress(int argc, char **argv)
{
	struct sigaction sa = { .sa_handler = interrupt };
	long calls;

	if (parse_options(argc, argv) || find_binary() || share())
		return 2;
	if (mkdir(o.out, 0777) && errno != EEXIST) {
		complain("cannot be written", o.out);
		return 2;
	}
	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
	if (check_canary())
		return 2;
	world_boot();
	campaign = campaign_begin(o.out);
	/* A program is replayed as a user would. */
	input_check_until();
	setenv("GROUPFUZZ_RUN", "/proc/self/exe", 0);
	calls = run();
	return calls < 0 ? 2 : summarize(calls);
}
