// SPDX-License-Identifier: GPL-2.0-only
/*
 * groupfuzz canary: whether this build reports defects that it has to report.
 * See harness/world/canary.c.
 */
#include <harness/cmd/cmd.h>
#include <harness/world/world.h>

int cmd_canary(int argc, char **argv)
{
	(void)argv;
	if (argc > 1) {
		fprintf(stderr, "groupfuzz: canary takes no argument\n");
		return 2;
	}
	world_boot();
	return world_canary() ? 0 : 2;
}
