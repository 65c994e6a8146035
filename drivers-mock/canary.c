// SPDX-License-Identifier: GPL-2.0-only
/*
 * Defects for the canary (harness/world/canary.c, harness/stress/canary.c). They
 * are here because drivers are instrumented as the core is: what a sanitizer does
 * not report here it would not report there.
 */
#include <drivers-mock/canary.h>
#include <linux/kernel.h>
#include <linux/slab.h>

noinline void canary_use_after_free(void)
{
	unsigned long *p = kzalloc(sizeof(*p), GFP_ATOMIC);

	if (!p)
		return;
	kfree(p);
	WRITE_ONCE(*p, 1);
}

noinline void canary_shift(unsigned int by)
{
	static int result;

	WRITE_ONCE(result, 1 << by);
}

static unsigned long counter;

noinline void canary_race(void)
{
	counter++;
}

noinline void canary_bad_free(void)
{
	char *p = kzalloc(256, GFP_ATOMIC);

	if (p)
		kfree(p + 128);
}
