// SPDX-License-Identifier: GPL-2.0-only
/*
 * libFuzzer's entry points, and AFL++'s through its libFuzzer driver: a program
 * is run from an empty machine to an empty machine.
 */
#include <harness/target/campaign.h>
#include <harness/target/target.h>
#include <harness/world/world.h>
#include <string.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size,
			       unsigned int seed);
size_t LLVMFuzzerCustomCrossOver(const uint8_t *data1, size_t size1,
				 const uint8_t *data2, size_t size2,
				 uint8_t *out, size_t max_size,
				 unsigned int seed);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	world_boot();
	campaign_init();
	program_accesses = sched_has_accesses();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct program p;

	program_decode(&p, data, size);
	campaign_run(&p);
	return 0;
}

/* A corpus that is still empty is filled with whole programs. */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size,
			       unsigned int seed)
{
	uint64_t state = seed;
	struct program p;

	program_decode(&p, data, size);
	if (size < 8 || rnd(&state) % 16 == 0)
		program_random(&p, target_threads, &state);
	else
		program_mutate(&p, target_threads, &state);
	return program_encode(&p, data, max_size);
}

size_t LLVMFuzzerCustomCrossOver(const uint8_t *data1, size_t size1,
				 const uint8_t *data2, size_t size2,
				 uint8_t *out, size_t max_size,
				 unsigned int seed)
{
	uint64_t state = seed;
	struct program a, b, p;

	program_decode(&a, data1, size1);
	program_decode(&b, data2, size2);
	program_cross(&p, &a, &b, target_threads, &state);
	return program_encode(&p, out, max_size);
}
