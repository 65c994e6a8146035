// SPDX-License-Identifier: GPL-2.0-only
/*
 * Real threads: calls per second from one thread to twice as many as there are
 * processors, on one group and with a group for each thread. A thread's calls are
 * a caller's life: claim, alloc, attach, detach, free, release, each logged and
 * stamped as in "make stress"; on one group a claim fails while another thread
 * owns it, which is a call too.
 *
 * Critical sections are the locks that are taken, whosever they are: the core's,
 * the drivers', those of the table's entries, which writers of one wait for. RCU
 * readers and grace periods are not counted. "of bare" is how many of them there
 * are beside those of two threads that do nothing but take one pthread mutex, of
 * which there are mostly as many as one thread can make while the other one
 * sleeps. With a group for each thread little is contended, on one group nearly
 * all: there each of two threads takes the lock out of the other's cache, and a
 * life is longer than its locks.
 *
 * "scales" is to be seen beside "alone": how the bare loop scales with a mutex for
 * each thread, which have nothing in common but the machine.
 *
 * usage: stress MILLISECONDS [THREADS]	of each measurement, 2000 at most, of which the
 *				median of five counts, taken in turn with the bare loop;
 *				up to THREADS, twice the processors if not given
 */
#include <drivers-mock/mock.h>
#include <lock.h>
#include <harness/oracle/sanitizers.h>
#include <harness/stress/actor.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define TIMES	    5
/* On each processor: oops_watch_time() waits for 5 in all. */
#define MAX_SECONDS 2

__thread struct actor *self;

static struct actor actors[STRESS_THREADS];
static unsigned int nr_threads;
static bool one_group;
static struct barrier begin;
static volatile bool stop;

struct figures {
	double calls, lives, sections; /* per second */
};

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

/* --- a caller's life --- */

/* Whether it was whole. */
static bool live(struct actor *a, unsigned int group)
{
	const struct op life[] = {
		{ OP_CLAIM, { group, 0 } },  { OP_ALLOC, { 0, group } },
		{ OP_ATTACH, { 0, group } }, { OP_DETACH, { 0, group } },
		{ OP_FREE, { 0 } },	     { OP_RELEASE, { group } },
	};
	unsigned int i;

	a->log->nr = 0;
	for (i = 0; i < ARRAY_SIZE(life); i++)
		if (round_call(a, &life[i]))
			return false;
	return true;
}

static void nothing(void *arg)
{
	(void)arg;
}

static uint64_t lives[STRESS_THREADS][16]; /* a cache line each */

static void *caller(void *arg)
{
	struct actor *a = arg;
	const unsigned int group = one_group ? 0 : a->nr;
	uint64_t n = 0;

	self = a;
	seam_thread = a->thread;
	slab_thread_begin();
	rcu_thread_begin();
	oracle_model = &a->m;
	barrier_wait(&begin, nothing, NULL);
	while (!stop)
		n += live(a, group);
	lives[a->thread][0] = n;
	rcu_thread_end();
	return NULL;
}

/* --- the world --- */

static void set_up(void)
{
	struct world_desc w = {
		.driver = 0,
		.nr_groups = MAX_GROUPS,
		.nr_devices = MAX_GROUPS,
		.flags = WORLD_EARLY,
	};
	unsigned int i;

	for (i = 0; i < MAX_GROUPS; i++)
		w.dev[i].group = i;
	nr_shards = (nr_threads + MAX_THREADS - 1) / MAX_THREADS;
	for (i = 0; i < nr_shards; i++) {
		shards[i].nr = i;
		shards[i].nr_actors = 0;
		shards[i].window = &shared->live[i];
	}
	setup_make(&w);
	for (i = 0; i < nr_threads; i++) {
		struct actor *a = &actors[i];
		struct shard *s = &shards[one_group ? 0 : i / MAX_THREADS];

		a->thread = i;
		a->nr = i % MAX_THREADS;
		a->shard = s;
		a->m = s->m;
		a->log = &shards[i / MAX_THREADS].window->log[a->nr];
		a->calls = 0;
	}
	begin.nr = nr_threads + 1;
}

static unsigned long taken(void)
{
	unsigned long n = 0;
	unsigned int i;

	for (i = 0; i < nr_threads; i++)
		n += lock_taken(i) + sections_entered(i);
	return n;
}

/* An execution of its own each time, or "endless-loop" ends the bench. */
static void wait(double seconds)
{
	oops_execution++;
	usleep(seconds * 1e6);
	stop = true;
}

static struct figures measure(double seconds)
{
	struct figures f = { 0 };
	unsigned long before;
	double began, spent;
	unsigned int i;

	set_up();
	before = taken();
	stop = false;
	for (i = 0; i < nr_threads; i++)
		pthread_create(&actors[i].pthread, NULL, caller, &actors[i]);
	barrier_wait(&begin, nothing, NULL);
	began = now();
	rcu_sleep_begin();
	wait(seconds);
	for (i = 0; i < nr_threads; i++)
		pthread_join(actors[i].pthread, NULL);
	rcu_sleep_end();
	spent = now() - began;
	for (i = 0; i < nr_threads; i++) {
		f.calls += actors[i].calls / spent;
		f.lives += lives[i][0] / spent;
	}
	f.sections = (taken() - before) / spent;
	setup_take_down();
	rcu_wait();
	return f;
}

/* --- the bare loop --- */

static struct bare {
	pthread_mutex_t mutex;
	unsigned long guarded;
} SEAM_APART bare[STRESS_THREADS];

static void *locker(void *arg)
{
	struct bare *b = arg;

	barrier_wait(&begin, nothing, NULL);
	while (!stop) {
		pthread_mutex_lock(&b->mutex);
		b->guarded++;
		pthread_mutex_unlock(&b->mutex);
	}
	return NULL;
}

/* @nr threads, that take one mutex, or one each. */
static double measure_bare(double seconds, unsigned int nr, bool alone)
{
	pthread_t thread[STRESS_THREADS];
	unsigned long sum = 0;
	unsigned int i;
	double began;

	begin.nr = nr + 1;
	stop = false;
	for (i = 0; i < nr; i++) {
		bare[i].guarded = 0;
		pthread_create(&thread[i], NULL, locker, &bare[alone ? i : 0]);
	}
	barrier_wait(&begin, nothing, NULL);
	began = now();
	wait(seconds);
	for (i = 0; i < nr; i++) {
		pthread_join(thread[i], NULL);
		sum += bare[i].guarded;
	}
	return sum / (now() - began);
}

/* --- the table --- */

static int compare(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static double median(double *v)
{
	qsort(v, TIMES, sizeof(*v), compare);
	return v[TIMES / 2];
}

/* In turn with the bare loops, so that the machine's mood is in all. */
static double line(double seconds, double of_one)
{
	double calls[TIMES], whole[TIMES], sections[TIMES], loop[TIMES];
	double ratio[TIMES], alone[TIMES];
	unsigned int i;

	for (i = 0; i < TIMES; i++) {
		struct figures f = measure(seconds);

		loop[i] = measure_bare(seconds, 2, false);
		calls[i] = f.calls;
		whole[i] = f.lives;
		sections[i] = f.sections;
		ratio[i] = f.sections / loop[i];
		if (one_group || nr_threads == 1)
			continue;
		alone[i] = measure_bare(seconds, nr_threads, true) /
			   measure_bare(seconds, 1, true);
	}
	printf("%7u %-12s %11.0f %11.0f %11.0f %11.0f %6.0f%%", nr_threads,
	       one_group ? "one group" : "one each", median(calls),
	       median(whole), median(sections), median(loop),
	       100 * median(ratio));
	if (of_one > 0)
		printf(" %6.2f", calls[TIMES / 2] / of_one);
	if (!one_group && nr_threads > 1)
		printf(" %6.2f", median(alone));
	putchar('\n');
	fflush(stdout);
	return calls[TIMES / 2];
}

int main(int argc, char **argv)
{
	unsigned int max = 2 * sysconf(_SC_NPROCESSORS_ONLN);
	const double seconds = argc > 1 ? atof(argv[1]) / 1000 : 0;
	double of_one = 0;

	if (argc > 2)
		max = strtoul(argv[2], NULL, 10);
	if (seconds <= 0 || seconds > MAX_SECONDS || !max || argc > 3) {
		fprintf(stderr, "usage: stress MILLISECONDS [THREADS]\n");
		return 2;
	}
	if (max > STRESS_THREADS)
		max = STRESS_THREADS;
	shared = calloc(1, sizeof(*shared));
	seam_thread = STRESS_THREADS + 1;
	slab_thread_begin();
	rcu_thread_begin();
	world_boot();
	finding_start();
	handles_init();
	history_start();
	printf("%7s %-12s %11s %11s %11s %11s %7s %6s %6s\n", "threads",
	       "groups", "calls/s", "lives/s", "sections/s", "bare/s",
	       "of bare", "scales", "alone");
	for (one_group = false;; one_group = true) {
		for (nr_threads = 1; nr_threads <= max; nr_threads++) {
			double calls =
				line(seconds, nr_threads == 1 ? 0 : of_one);

			if (nr_threads == 1)
				of_one = calls;
		}
		if (one_group)
			break;
	}
	return 0;
}
