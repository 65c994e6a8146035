// SPDX-License-Identifier: GPL-2.0-only
/*
 * Schedules per second of processor time, each drawn by a strategy: random, if
 * no other is named.
 *
 * usage: schedules sections N [STRATEGY]
 *		three threads with five critical sections each
 *        schedules programs N [STRATEGY]
 *		a program of 16 operations in three threads, with world and
 *		teardown and all oracles
 */
#include <harness/world/world.h>
#include <linux/mutex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char text[] = "world driver=smmuv3 groups=1 devices=2\n"
			   "thread vfio\n"
			   "claim g0 alice\n"
			   "d0 = alloc dev0\n"
			   "attach d0 g0\n"
			   "map d0 0 4\n"
			   "detach d0 g0\n"
			   "free d0\n"
			   "release g0\n"
			   "thread kernel\n"
			   "use dev0\n"
			   "dma dev0 1\n"
			   "unuse dev0\n"
			   "claim g0 bob\n"
			   "release g0\n"
			   "thread iommufd\n"
			   "d1 = alloc dev1\n"
			   "map d1 0 1\n"
			   "dma dev1 0\n"
			   "free d1\n";

static struct program program;
static enum strategy strategy = STRATEGY_RANDOM;
static DEFINE_MUTEX(mutex);

static void sections(unsigned int thread)
{
	int i;

	(void)thread;
	for (i = 0; i < 5; i++) {
		mutex_lock(&mutex);
		mutex_unlock(&mutex);
	}
}

static void run_sections(unsigned long i)
{
	program_schedule(&program, strategy, DEFAULT_DEPTH, i + 1);
	lock_reset();
	sched_run(&program, 3, sections);
}

static void run_program(unsigned long i)
{
	struct verdict v;

	program_schedule(&program, strategy, DEFAULT_DEPTH, i + 1);
	if (world_run(&program, &v, NULL))
		return;
	fprintf(stderr, "schedules: %s: %s\n", v.bucket, v.message);
	exit(2);
}

static bool choose(const char *name)
{
	for (strategy = 0; strategy < NR_STRATEGIES; strategy++)
		if (!strcmp(strategy_names[strategy], name))
			return true;
	return false;
}

int main(int argc, char **argv)
{
	const unsigned long nr = argc >= 3 ? strtoul(argv[2], NULL, 10) : 0;
	void (*run)(unsigned long i) = NULL;
	char err[128];
	unsigned long i;
	clock_t begin;

	if (argc >= 3 && !strcmp(argv[1], "sections"))
		run = run_sections;
	if (argc >= 3 && !strcmp(argv[1], "programs"))
		run = run_program;
	if (!nr || !run || argc > 4 || (argc == 4 && !choose(argv[3]))) {
		fprintf(stderr,
			"usage: schedules sections|programs N [STRATEGY]\n");
		return 2;
	}
	if (program_parse(&program, "schedules", text, strlen(text), err,
			  sizeof(err))) {
		fprintf(stderr, "%s\n", err);
		return 2;
	}
	world_boot();
	begin = clock();
	for (i = 0; i < nr; i++)
		run(i);
	printf("%.0f\n", nr * (double)CLOCKS_PER_SEC / (clock() - begin));
	return 0;
}
