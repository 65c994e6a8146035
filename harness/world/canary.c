// SPDX-License-Identifier: GPL-2.0-only
/*
 * The canary: executions with a defect in them, one for each kind of report of
 * this build. A build that does not report them finds nothing, and its "no
 * finding" is no verdict. Real threads have a canary of their own, in
 * harness/stress/canary.c.
 */
#include <drivers-mock/canary.h>
#include <drivers-mock/mock.h>
#include <harness/oracle/sanitizers.h>
#include <harness/world/world.h>
#include <stdlib.h>
#include <string.h>

/* The hardware no longer does what the group says. */
static void bypass(const struct model *m, const struct op *op, long ret,
		   const char *skip)
{
	(void)op;
	(void)ret;
	(void)skip;
	mock_table.dev[m->sid].entry.state = MOCK_BYPASS;
}

#ifdef GROUPFUZZ_ASAN
static void use_after_free(const struct model *m, const struct op *op)
{
	(void)m;
	(void)op;
	canary_use_after_free();
}

static void undefined(const struct model *m, const struct op *op)
{
	(void)m;
	(void)op;
	canary_shift(31 + m->world->nr_devices);
}
#endif

#ifdef GROUPFUZZ_TSAN
static void race(const struct model *m, const struct op *op)
{
	(void)m;
	(void)op;
	canary_race();
}
#endif

#define WORLD "world driver=smmuv3 groups=1 devices=1\n"
#define ALONE WORLD "thread vfio\nclaim g0 alice\n"
#define TWO   ALONE "thread kernel\nread_type g0\n"

static const struct {
	const char *bucket;
	const char *program;
	struct observer observer;
} canaries[] = {
	{ "agreement-claim-device", ALONE, { .op = bypass } },
#ifdef GROUPFUZZ_ASAN
	{ "address-canary_use_after_free-use-after-free",
	  ALONE,
	  { .before = use_after_free } },
	{ "undefined-canary-c-invalid-shift-exponent",
	  ALONE,
	  { .before = undefined } },
#endif
#ifdef GROUPFUZZ_TSAN
	{ "race-canary_race-canary_race", TWO, { .before = race } },
#endif
};

static bool fires(unsigned int n)
{
	const char *text = canaries[n].program;
	struct verdict v = { 0 };
	struct program p;
	char err[256];

	if (program_parse(&p, "canary", text, strlen(text), err, sizeof(err))) {
		fprintf(stderr, "%s\n", err);
		exit(2);
	}
	if (!world_run(&p, &v, &canaries[n].observer) &&
	    !strcmp(v.bucket, canaries[n].bucket))
		return true;
	/* A core that fails in so small a program is reported for that instead. */
	if (!world_run(&p, &v, NULL))
		return true;
	fprintf(stderr,
		"canary: %s was not reported: this build finds nothing\n",
		canaries[n].bucket);
	return false;
}

bool world_canary(void)
{
	unsigned int n;

	sanitizers_quiet();
	for (n = 0; n < sizeof(canaries) / sizeof(canaries[0]); n++)
		if (!fires(n))
			return false;
	return true;
}
