// SPDX-License-Identifier: GPL-2.0-only
/*
 * The counters, and who was last at what; see feedback.h.
 */
#include <harness/sched/feedback.h>

#ifdef GROUPFUZZ_AFL
uint32_t feedback_guards[FEEDBACK_COUNTERS]
	__attribute__((section("__sancov_guards")));
#else
uint8_t feedback_counters[FEEDBACK_COUNTERS]
	__attribute__((section("__libfuzzer_extra_counters")));
#endif

uint8_t feedback_seen[FEEDBACK_SEEN];
struct feedback_last feedback_last[FEEDBACK_LAST];
uint32_t feedback_run;

void feedback_begin(void)
{
	feedback_run++;
}

#ifdef GROUPFUZZ_AFL
extern uint32_t __start___sancov_guards[] __attribute__((weak));
extern uint32_t __stop___sancov_guards[] __attribute__((weak));

static bool is_pair(const uint32_t *guard)
{
	return guard >= feedback_guards &&
	       guard < feedback_guards + FEEDBACK_COUNTERS;
}

void feedback_edges(uint8_t *edges, unsigned int max)
{
	const uint32_t *guard;
	unsigned int i = 0;

	for (guard = __start___sancov_guards;
	     guard < __stop___sancov_guards && i < max; guard++)
		if (!is_pair(guard))
			edges[i++] |= !!__afl_area_ptr[*guard];
}
#else
extern uint8_t __start___sancov_cntrs[] __attribute__((weak));
extern uint8_t __stop___sancov_cntrs[] __attribute__((weak));

void feedback_edges(uint8_t *edges, unsigned int max)
{
	unsigned int i, nr = __stop___sancov_cntrs - __start___sancov_cntrs;

	for (i = 0; i < nr && i < max; i++)
		edges[i] |= __start___sancov_cntrs[i];
}
#endif
