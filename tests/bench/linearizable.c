// SPDX-License-Identifier: GPL-2.0-only
/*
 * How long the search for an order takes, in microseconds: the median over
 * histories of four threads with ten calls each, half of them with a result
 * changed so that as a rule there is none.
 *
 * usage: linearizable N
 */
#include "../histories.h"
#include <stdio.h>
#include <time.h>

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1e6 + ts.tv_nsec / 1e3;
}

static int ascending(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

int main(int argc, char **argv)
{
	const unsigned long nr = argc == 2 ? strtoul(argv[1], NULL, 10) : 0;
	double *took = nr ? calloc(nr, sizeof(*took)) : NULL;
	static struct lin_result r;
	uint64_t seed = 1;
	struct history h;
	unsigned long i;

	if (!took) {
		fprintf(stderr, "usage: linearizable N\n");
		return 2;
	}
	for (i = 0; i < nr; i++) {
		histories_random(&h, 4, 10, &seed);
		if (i % 2)
			h.call[rnd(&seed) % h.nr].ret = -EBUSY;
		took[i] = now();
		lin_check(&histories_world, h.call, h.nr, &h.from, &r);
		took[i] = now() - took[i];
	}
	qsort(took, nr, sizeof(*took), ascending);
	printf("%.1f\n", took[nr / 2]);
	free(took);
	return 0;
}
