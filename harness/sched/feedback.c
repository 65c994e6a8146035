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

struct feedback_last feedback_last[FEEDBACK_LAST];
uint32_t feedback_run;

void feedback_begin(void)
{
	feedback_run++;
}
