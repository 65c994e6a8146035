// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs random programs of up to so many threads one after the other in one
 * process: memory must not grow, and a program must end as it ended before.
 *
 * usage: test_soak EXECUTIONS THREADS
 */
#include <harness/oracle/sanitizers.h>
#include <harness/world/world.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* By then every abandoned stack frame of the sanitizer has been needed. */
#define WARM_UP	   200000
#define MAX_GROWTH (1UL << 20)

static unsigned long resident(void)
{
	unsigned long pages = 0;
	FILE *f = fopen("/proc/self/statm", "r");

	if (!f || fscanf(f, "%*u %lu", &pages) != 1) {
		perror("/proc/self/statm");
		exit(2);
	}
	fclose(f);
	return pages * sysconf(_SC_PAGESIZE);
}

/* The bucket of @p's finding, "" if there is none. */
static void run(const struct program *p, struct verdict *v)
{
	memset(v, 0, sizeof(*v));
	if (world_run(p, v, NULL))
		v->bucket[0] = '\0';
}

/* Every 16th program runs a second time, after others in between. */
static int check_again(const struct program *p, const struct verdict *v)
{
	static struct program kept;
	static struct verdict expected;
	static unsigned int turn;
	struct verdict again;

	if (turn++ % 16 == 0) {
		kept = *p;
		expected = *v;
		return 0;
	}
	if (turn % 16)
		return 0;
	run(&kept, &again);
	if (!strcmp(again.bucket, expected.bucket) && again.op == expected.op)
		return 0;
	printf("'%s' at %d, but '%s' at %d when run again:\n", expected.bucket,
	       expected.op, again.bucket, again.op);
	program_print(&kept, stdout);
	return -1;
}

int main(int argc, char **argv)
{
	unsigned long executions = argc == 3 ? strtoul(argv[1], NULL, 10) : 0;
	unsigned long threads = argc == 3 ? strtoul(argv[2], NULL, 10) : 0;
	unsigned long i, before = 0, after, findings = 0;
	uint64_t state = 1;
	struct program p;
	struct verdict v;

	if (executions <= WARM_UP || !threads || threads > MAX_THREADS) {
		fprintf(stderr,
			"usage: test_soak EXECUTIONS (above %d) THREADS\n",
			WARM_UP);
		return 2;
	}
	world_boot();
	sanitizers_quiet();
	for (i = 0; i < executions; i++) {
		if (i == WARM_UP)
			before = resident();
		program_random(&p, threads, &state);
		run(&p, &v);
		findings += v.bucket[0] != '\0';
		if (check_again(&p, &v))
			return 1;
	}
	after = resident();
	printf("%lu executions, %lu findings, resident %lu KiB, grown by %ld KiB\n",
	       executions, findings, after >> 10,
	       (long)(after - before) / 1024);
	return after > before + MAX_GROWTH;
}
