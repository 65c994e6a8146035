// SPDX-License-Identifier: GPL-2.0-only
/*
 * A finding with real threads ends the process: other threads are anywhere. What
 * was found, and the window in which, is left in shared memory for whoever
 * started this process. Races are the exception: those that are passed over are
 * counted, and the threads go on.
 */
#include <harness/stress/actor.h>
#include <harness/oracle/sanitizers.h>
#include <finding.h>
#include <linux/compiler.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

struct stress_shared *shared;
__thread const struct stress_window *finding_window;

static struct verdict verdict;

/* Handlers and other threads have no say in this. */
_Noreturn static void end(void)
{
	for (;;)
		syscall(SYS_exit_group, 1);
}

static void leave(void)
{
	const struct stress_window *w = finding_window;

	if (!w)
		w = &shared->live[seam_thread / MAX_THREADS % STRESS_SHARDS];
	shared->verdict = verdict;
	shared->window = *w;
	snprintf(shared->text, sizeof(shared->text), "%s", sanitizers_text());
	__atomic_store_n(&shared->posted, 1, __ATOMIC_RELEASE);
	end();
}

static bool passed_over(const char *bucket)
{
	unsigned int i;

	for (i = 0; i < shared->nr_seen; i++) {
		if (strcmp(shared->seen[i].id, bucket))
			continue;
		__atomic_fetch_add(&shared->seen[i].count, 1, __ATOMIC_RELAXED);
		return true;
	}
	return false;
}

/* Within the sanitizer, which reports one thing at a time. */
static void reported(const struct verdict *v)
{
	if (!strcmp(v->oracle, "race") && passed_over(v->bucket)) {
		sanitizers_reset();
		return;
	}
	sanitizers_check();
}

void stress_fail(const char *what)
{
	fprintf(stderr, "groupfuzz: stress: %s\n", what);
	_exit(2);
}

void finding_start(void)
{
	oops_catch();
	sanitizers_watcher = reported;
	verdict_arm(leave, &verdict);
}
