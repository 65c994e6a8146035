// SPDX-License-Identifier: GPL-2.0-only
/*
 * The counters behind fault.h.
 */
#include <fault.h>
#include <string.h>

unsigned int fault_countdown[NR_FAULTS];
static bool fired;

void fault_arm(enum fault_kind kind, unsigned int nth)
{
	fault_countdown[kind] = nth;
}

void fault_reset(void)
{
	memset(fault_countdown, 0, sizeof(fault_countdown));
	fired = false;
}

void fault_begin(void)
{
	fired = false;
}

bool fault_fired(void)
{
	return fired;
}

bool fault_fire(enum fault_kind kind)
{
	if (--fault_countdown[kind])
		return false;
	fired = true;
	return true;
}
