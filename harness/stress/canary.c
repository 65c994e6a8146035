// SPDX-License-Identifier: GPL-2.0-only
/*
 * The canary of real threads: as in harness/world/canary.c, but a finding ends
 * the process here, so each defect has a child of its own.
 */
#include <drivers-mock/canary.h>
#include <harness/oracle/sanitizers.h>
#include <harness/stress/actor.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef GROUPFUZZ_ASAN
static void shift(void)
{
	canary_shift(31 + getpid() / getpid());
}
#endif

#ifdef GROUPFUZZ_TSAN
static void *race_thread(void *number)
{
	seam_thread = (unsigned long)number;
	slab_thread_begin();
	canary_race();
	return NULL;
}

static void race(void)
{
	pthread_t thread[2];
	unsigned long i;

	for (i = 0; i < 2; i++)
		if (pthread_create(&thread[i], NULL, race_thread, (void *)i))
			stress_fail("no thread");
	for (i = 0; i < 2; i++)
		pthread_join(thread[i], NULL);
}
#endif

static const struct {
	const char *bucket;
	void (*defect)(void);
} canaries[] = {
	{ "lifetime-canary_bad_free-bad-free", canary_bad_free },
#ifdef GROUPFUZZ_ASAN
	{ "address-canary_use_after_free-use-after-free",
	  canary_use_after_free },
	{ "undefined-canary-c-invalid-shift-exponent", shift },
#endif
#ifdef GROUPFUZZ_TSAN
	{ "race-canary_race-canary_race", race },
#endif
};

static bool fires(unsigned int n)
{
	pid_t pid;

	memset(&shared->verdict, 0, sizeof(shared->verdict));
	pid = fork();
	if (!pid) {
		canaries[n].defect();
		_exit(0);
	}
	if (pid < 0 || waitpid(pid, NULL, 0) < 0)
		stress_fail("no process");
	if (!strcmp(shared->verdict.bucket, canaries[n].bucket))
		return true;
	fprintf(stderr,
		"canary: %s was not reported: this build finds nothing\n",
		canaries[n].bucket);
	return false;
}

bool stress_canary(void)
{
	unsigned int n;

	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		stress_fail("no memory");
	slab_thread_begin();
	oops_init();
	sanitizers_init();
	sanitizers_quiet();
	finding_start();
	for (n = 0; n < sizeof(canaries) / sizeof(canaries[0]); n++)
		if (!fires(n))
			return false;
	return true;
}
