// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a deadlock is told by; see deadlock.h.
 */
#include <harness/sched/deadlock.h>
#include <harness/sched/run.h>
#include <finding.h>
#include <stdio.h>
#include <string.h>

static void describe_cycle(unsigned int first, const unsigned int *next)
{
	char text[512], cause[96];
	const char *low = NULL, *high = NULL;
	unsigned int t = first;
	size_t n = 0;

	do {
		const struct thread_state *s = &run.thread[t];

		if (!low || strcmp(s->name, low) < 0)
			low = s->name;
		if (!high || strcmp(s->name, high) > 0)
			high = s->name;
		if (n < sizeof(text))
			n += snprintf(
				text + n, sizeof(text) - n,
				"%s%s in %s() line %u waits for %s, which %s holds",
				n ? "; " : "",
				thread_names[run.program->thread[t].name],
				s->site->func, s->site->line, s->name,
				thread_names[run.program->thread[next[t]].name]);
		t = next[t];
	} while (t != first);
	snprintf(cause, sizeof(cause), "%s-%s", low, high);
	finding("locking", "deadlock", cause, "%s", text);
}

void deadlock_check(void)
{
	unsigned int next[NR_ALL], t = seam_thread, n;

	for (n = 0; n < run.nr_threads; n++) {
		const struct thread_state *s = &run.thread[t];

		/* Several readers: the first that waits is followed. */
		if (!(run.waiting & 1U << t) || !s->holders ||
		    __builtin_ctz(s->holders) >= (int)run.nr_threads)
			return;
		next[t] = __builtin_ctz(s->holders);
		t = next[t];
		if (t == seam_thread)
			describe_cycle(t, next);
	}
}

_Noreturn void deadlock_all(void)
{
	char text[512];
	const char *first = NULL;
	unsigned int t;
	size_t n = 0;

	for (t = 0; t < run.nr_threads; t++) {
		const struct thread_state *s = &run.thread[t];

		if (!(run.waiting & 1U << t))
			continue;
		if (!first || strcmp(s->name, first) < 0)
			first = s->name;
		if (n < sizeof(text))
			n += snprintf(text + n, sizeof(text) - n,
				      "%s%s in %s() line %u waits for %s",
				      n ? "; " : "",
				      thread_names[run.program->thread[t].name],
				      s->site->func, s->site->line, s->name);
	}
	finding("locking", "deadlock", first ? first : "nobody-runs", "%s",
		text);
}
