// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which clock stamps are taken by: the processor's counter if it runs at one
 * speed whatever the processor does (CPUID says so), and is the same on all of
 * them, which is tried, as the kernel does (check_tsc_warp()): between two
 * processors that look at it in turn it never goes back. The kernel's choice is
 * not asked: in a virtual machine it takes the hypervisor's clock, which is made
 * of the same counter. Else CLOCK_MONOTONIC, which the kernel orders.
 */
#include <harness/stress/actor.h>
#include <harness/stress/stamp.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <time.h>

bool stamp_tsc;

uint64_t stamp_clock(void)
{
	struct timespec ts;

	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	clock_gettime(CLOCK_MONOTONIC, &ts);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	return ts.tv_sec * 1000000000ULL + ts.tv_nsec;
}

#if defined(__x86_64__)

#include <cpuid.h>

#define TURNS 1000  /* looks after one of the other's: enough */
#define LOOKS 10000 /* of one thread, with which they have to come to that */
#define SPINS 200   /* while which it waits for the other's, each time */

static bool is_invariant(void)
{
	unsigned int a, b, c, d;

	return __get_cpuid(0x80000007, &a, &b, &c, &d) && d >> 8 & 1;
}

/* Two threads, each on a processor of its own, and what both see. */
static struct {
	int locked;
	unsigned int last_by, turns;
	uint64_t last;
	bool back;
} seen;

struct looker {
	unsigned int nr;
	int cpu;
};

static void look_once(unsigned int nr)
{
	unsigned int i;
	uint64_t now;

	for (i = 0; i < SPINS; i++) {
		if (__atomic_load_n(&seen.last_by, __ATOMIC_RELAXED) != nr)
			break;
		__builtin_ia32_pause();
	}
	while (__atomic_exchange_n(&seen.locked, 1, __ATOMIC_ACQUIRE))
		__builtin_ia32_pause();
	now = stamp_counter();
	seen.back |= now < seen.last;
	seen.turns += seen.last_by != nr;
	seen.last_by = nr;
	seen.last = now;
	__atomic_store_n(&seen.locked, 0, __ATOMIC_RELEASE);
}

static void *look(void *arg)
{
	const struct looker *l = arg;
	unsigned int i;
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(l->cpu, &set);
	if (pthread_setaffinity_np(pthread_self(), sizeof(set), &set))
		return NULL;
	for (i = 0; i < LOOKS; i++) {
		look_once(l->nr);
		if (__atomic_load_n(&seen.turns, __ATOMIC_RELAXED) >= TURNS)
			break;
	}
	return NULL;
}

/* Whether @a and @b have the same time. */
static bool agree(int a, int b)
{
	struct looker lookers[] = { { 0, a }, { 1, b } };
	pthread_t thread[2];
	unsigned int i;

	seen.last_by = seen.turns = 0;
	seen.last = 0;
	seen.back = false;
	for (i = 0; i < 2; i++)
		if (pthread_create(&thread[i], NULL, look, &lookers[i]))
			stress_fail("no thread");
	for (i = 0; i < 2; i++)
		pthread_join(thread[i], NULL);
	return !seen.back && seen.turns >= TURNS;
}

static bool all_agree(void)
{
	int cpu, first = -1;
	cpu_set_t set;

	if (sched_getaffinity(0, sizeof(set), &set))
		return false;
	for (cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (!CPU_ISSET(cpu, &set))
			continue;
		if (first < 0)
			first = cpu;
		else if (!agree(first, cpu))
			return false;
	}
	return true;
}

void stamp_start(void)
{
	stamp_tsc = is_invariant() && all_agree();
}

#else

void stamp_start(void)
{
}

#endif
