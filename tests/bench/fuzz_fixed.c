// SPDX-License-Identifier: GPL-2.0-only
/*
 * One program of 16 operations, the same in every execution, with world and
 * teardown and all oracles: what an execution costs.
 */
#include <harness/target/campaign.h>
#include <harness/world/world.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char text[] = "world driver=smmuv3 groups=1 devices=1\n"
			   "thread vfio\n"
			   "claim g0 alice\n"
			   "d0 = alloc dev0\n"
			   "attach d0 g0\n"
			   "map d0 0 4\n"
			   "dma dev0 1\n"
			   "unmap d0 0 4\n"
			   "detach d0 g0\n"
			   "free d0\n"
			   "d1 = alloc dev0\n"
			   "attach d1 g0\n"
			   "dma dev0 0\n"
			   "detach d1 g0\n"
			   "free d1\n"
			   "release g0\n"
			   "use dev0\n"
			   "unuse dev0\n";

static struct program program;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	char err[128];

	(void)argc;
	(void)argv;
	if (program_parse(&program, "fuzz_fixed", text, strlen(text), err,
			  sizeof(err))) {
		fprintf(stderr, "%s\n", err);
		exit(2);
	}
	world_boot();
	campaign_init();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	(void)data;
	(void)size;
	campaign_run(&program);
	return 0;
}
