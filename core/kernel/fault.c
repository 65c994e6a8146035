// SPDX-License-Identifier: GPL-2.0-only
/*
 * The counters behind fault.h.
 */
#include <fault.h>
#include <string.h>

unsigned int fault_countdown[SEAM_THREADS][NR_FAULTS];
static bool fired[SEAM_THREADS];

void fault_arm(enum fault_kind kind, unsigned int nth)
{
	fault_countdown[seam_thread][kind] = nth;
}

unsigned int fault_armed(enum fault_kind kind)
{
	return fault_countdown[seam_thread][kind];
}

void fault_reset(void)
{
	memset(fault_countdown, 0, sizeof(fault_countdown));
	memset(fired, 0, sizeof(fired));
}

void fault_begin(void)
{
	fired[seam_thread] = false;
}

bool fault_fired(void)
{
	return fired[seam_thread];
}

bool fault_fire(enum fault_kind kind)
{
	if (--fault_countdown[seam_thread][kind])
		return false;
	fired[seam_thread] = true;
	return true;
}
