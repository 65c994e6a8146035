// SPDX-License-Identifier: GPL-2.0-only
/*
 * What schedules.c is compared to: three threads with five critical sections
 * each, under the random scheduler of Relacy (1024cores.net). Prints schedules
 * per second of processor time.
 *
 * usage: relacy SCHEDULES
 */
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <sstream>

#include <relacy/relacy.hpp>

struct sections : rl::test_suite<sections, 3> {
	rl::mutex mutex;

	void thread(unsigned)
	{
		for (int i = 0; i < 5; i++) {
			mutex.lock($);
			mutex.unlock($);
		}
	}
};

int main(int argc, char **argv)
{
	std::ostringstream quiet;
	rl::test_params params;

	params.iteration_count = argc == 2 ? strtoul(argv[1], NULL, 10) : 0;
	params.search_type = rl::random_scheduler_type;
	params.progress_stream = &quiet;
	params.output_stream = &quiet;
	if (!params.iteration_count || !rl::simulate<sections>(params)) {
		fprintf(stderr, "usage: relacy SCHEDULES\n");
		return 2;
	}
	printf("%.0f\n", params.iteration_count * (double)CLOCKS_PER_SEC /
				 clock());
	return 0;
}
