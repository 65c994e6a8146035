// SPDX-License-Identifier: GPL-2.0-only
/*
 * groupfuzz-stress: the process in which real threads run. "groupfuzz stress"
 * starts it, and starts it again when a finding has ended it. See stress.h.
 *
 * usage: groupfuzz-stress canary
 *	  groupfuzz-stress FD THREADS SEED ROUNDS SECONDS [DRIVER]
 *	FD is the shared memory; until there were ROUNDS (0: no end) or SECONDS
 */
#include <harness/oracle/sanitizers.h>
#include <harness/stress/actor.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

__thread struct actor *self;

static struct actor actors[STRESS_THREADS];
static unsigned int nr_actors;
static struct barrier everybody;
static uint64_t max_rounds, first_rounds;
static double end_time;
static unsigned int rounds; /* of this world */
static bool over;

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

/* --- the threads --- */

static void begin_round(void *arg)
{
	round_begin(arg);
}

static void end_round(void *arg)
{
	round_end(arg);
}

/* Alone: the old world goes and the next one comes. */
static void next_world(void *arg)
{
	static bool any;
	uint64_t done = shared->rounds - first_rounds;
	unsigned int i;

	(void)arg;
	if (any)
		setup_take_down();
	any = true;
	over = now() >= end_time || (max_rounds && done >= max_rounds);
	if (over)
		return;
	for (i = 0, shared->calls = 0; i < nr_actors; i++)
		shared->calls += actors[i].calls;
	setup_build();
	rounds = 1U << 2 * (shards[0].rnd % 4);
}

static void *thread(void *arg)
{
	struct actor *a = arg;
	struct shard *s = a->shard;
	unsigned int i;

	self = a;
	seam_thread = a->thread;
	slab_thread_begin();
	oops_thread_begin();
	rcu_thread_begin();
	noise_seed(a->rnd);
	for (;;) {
		barrier_wait(&everybody, next_world, NULL);
		if (over)
			break;
		oracle_model = &a->m;
		for (i = 0; i < rounds; i++) {
			barrier_wait(&s->barrier, begin_round, s);
			round_run(a);
			rcu_flush();
			barrier_wait(&s->barrier, end_round, s);
		}
	}
	rcu_thread_end();
	return NULL;
}

static void start(unsigned int threads, uint64_t seed)
{
	unsigned int i;

	nr_actors = threads;
	everybody.nr = threads;
	for (i = 0; i < threads; i++) {
		struct actor *a = &actors[i];
		struct shard *s = &shards[i / MAX_THREADS];

		a->thread = i;
		a->nr = i % MAX_THREADS;
		a->shard = s;
		a->rnd = seed * 0x9e3779b97f4a7c15ULL + i + 1;
		s->nr = i / MAX_THREADS;
		s->window = &shared->live[s->nr];
		s->actor[a->nr] = a;
		s->nr_actors = s->barrier.nr = a->nr + 1;
		nr_shards = s->nr + 1;
		a->log = &s->window->log[a->nr];
	}
	for (i = 0; i < threads; i++)
		if (pthread_create(&actors[i].pthread, NULL, thread,
				   &actors[i]))
			stress_fail("no thread");
}

/* --- the process --- */

#define STUCK 5 /* seconds in which nothing is done */

/* Until the threads have ended, or have not come any further for a while. */
static void watch(void)
{
	struct timespec wait;
	uint64_t calls, last = 0;
	unsigned int i, still = 0;

	for (i = 0; i < nr_actors;) {
		clock_gettime(CLOCK_REALTIME, &wait);
		wait.tv_sec++;
		if (!pthread_timedjoin_np(actors[i].pthread, NULL, &wait)) {
			i++;
			continue;
		}
		for (calls = 0, i = 0; i < nr_actors; i++)
			calls += actors[i].calls;
		i = 0;
		still = calls == last ? still + 1 : 0;
		last = calls;
		if (still >= STUCK)
			deadlock_look();
	}
}

static int usage(void)
{
	fprintf(stderr, "usage: groupfuzz stress, which starts this\n");
	return 2;
}

static bool map(int fd)
{
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED,
		      fd, 0);
	return shared != MAP_FAILED && shared->magic == STRESS_MAGIC;
}

int main(int argc, char **argv)
{
	unsigned int threads;
	uint64_t seed;

	if (argc == 2 && !strcmp(argv[1], "canary"))
		return stress_canary() ? 0 : 2;
	if (argc < 6 || !map(atoi(argv[1])))
		return usage();
	threads = strtoul(argv[2], NULL, 10);
	seed = strtoull(argv[3], NULL, 10);
	max_rounds = strtoull(argv[4], NULL, 10);
	end_time = now() + atof(argv[5]);
	if (!threads || threads > STRESS_THREADS)
		return usage();
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* It may have ended before. */
	if (getppid() != shared->parent)
		return 2;
	first_rounds = shared->rounds;
	seam_thread = STRESS_THREADS + 1;
	slab_thread_begin();
	rcu_thread_begin();
	world_boot();
	sanitizers_quiet();
	finding_start();
	handles_init();
	history_start();
	setup_seed(seed, argc > 6 ? atoi(argv[6]) : -1);
	start(threads, seed);
	rcu_sleep_begin();
	watch();
	rcu_sleep_end();
	rcu_wait();
	return 0;
}
