// SPDX-License-Identifier: GPL-2.0-only
/*
 * AFL++'s front end of the mutator (docs/custom_mutators.md): a shared object
 * that afl-fuzz loads. libFuzzer's front end is in libfuzzer.c.
 */
#include <harness/program/program.h>
#include <harness/target/target.h>
#include <stdlib.h>
#include <string.h>

struct afl_state {
	uint64_t rnd;
	uint8_t buf[PROGRAM_MAX_BYTES];
};

void *afl_custom_init(void *afl, unsigned int seed);
void afl_custom_deinit(void *data);
size_t afl_custom_fuzz(void *data, uint8_t *buf, size_t buf_size,
		       uint8_t **out_buf, uint8_t *add_buf, size_t add_buf_size,
		       size_t max_size);

void *afl_custom_init(void *afl, unsigned int seed)
{
	const char *strategy = getenv("GROUPFUZZ_STRATEGY");
	struct afl_state *s = calloc(1, sizeof(*s));

	(void)afl;
	/* The target complains about a strategy that it does not know. */
	program_draws = !strategy || !*strategy || !strcmp(strategy, "mix");
	if (s)
		s->rnd = seed;
	return s;
}

void afl_custom_deinit(void *data)
{
	free(data);
}

/* Half of the time mixed with the second program, if there is one. */
size_t afl_custom_fuzz(void *data, uint8_t *buf, size_t buf_size,
		       uint8_t **out_buf, uint8_t *add_buf, size_t add_buf_size,
		       size_t max_size)
{
	struct afl_state *s = data;
	struct program a, b, p;

	program_decode(&a, buf, buf_size);
	if (rnd(&s->rnd) % 16 == 0) {
		program_random(&p, target_threads, &s->rnd);
	} else if (add_buf && rnd(&s->rnd) % 2) {
		program_decode(&b, add_buf, add_buf_size);
		program_cross(&p, &a, &b, target_threads, &s->rnd);
	} else {
		p = a;
		program_mutate(&p, target_threads, &s->rnd);
	}
	*out_buf = s->buf;
	return program_encode(&p, s->buf,
			      max_size < sizeof(s->buf) ? max_size :
							  sizeof(s->buf));
}
