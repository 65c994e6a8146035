// SPDX-License-Identifier: GPL-2.0-only
/*
 * The counters behind fault.h.
 */
#include <fault.h>
#include <linux/compiler.h>
#include <string.h>

void (*fault_watcher)(enum fault_kind kind, const struct site *site);
bool fault_watched; /* something is armed, or was in this execution */

static unsigned int countdown[SEAM_THREADS][NR_FAULTS];
static bool fired[SEAM_THREADS], spared[SEAM_THREADS];

static struct {
	enum fault_kind kind;
	unsigned int left;
	bool fired;
} any;

void fault_arm(enum fault_kind kind, unsigned int nth)
{
	countdown[seam_thread][kind] = nth;
	fault_watched = true;
}

void fault_arm_any(enum fault_kind kind, unsigned int nth)
{
	any.kind = kind;
	any.left = nth;
	fault_watched = true;
}

void fault_disarm(void)
{
	memset(countdown, 0, sizeof(countdown));
	any.left = 0;
	fault_watched = false;
}

void fault_reset(void)
{
	fault_disarm();
	memset(fired, 0, sizeof(fired));
	memset(spared, 0, sizeof(spared));
	any.fired = false;
}

void fault_begin(void)
{
	/* Threads' are side by side. */
	if (unlikely(fired[seam_thread]))
		fired[seam_thread] = false;
}

bool fault_fired(void)
{
	return fired[seam_thread];
}

bool fault_any_fired(void)
{
	return any.fired;
}

unsigned int fault_any_left(void)
{
	return any.left;
}

bool fault_armed(enum fault_kind kind)
{
	return countdown[seam_thread][kind];
}

void fault_spare(bool spare)
{
	spared[seam_thread] = spare;
}

bool fault_fire(enum fault_kind kind, const struct site *site)
{
	unsigned int *own = &countdown[seam_thread][kind];
	bool now = false;

	if (spared[seam_thread])
		return false;
	if (*own && !--*own)
		now = true;
	if (any.left && any.kind == kind && !--any.left)
		now = any.fired = true;
	fired[seam_thread] |= now;
	if (now && fault_watcher)
		fault_watcher(kind, site);
	return now;
}
