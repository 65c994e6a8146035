// SPDX-License-Identifier: GPL-2.0-only
/*
 * Each step has a hash of its thread, of the step before it in that thread, and
 * of the steps of others that it comes after; what has happened is the sum over
 * all steps. See hb.h.
 */
#include <harness/sched/hb.h>
#include <seam.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GRANULE	   8 /* bytes that are told apart */
#define NR_OBJECTS (1U << 18)

/* By address, in an open table; those of earlier runs count as free. */
static struct object {
	uintptr_t granule;
	uint64_t writer;  /* hash of the last step that wrote */
	uint64_t readers; /* sum over the steps that have read since */
	uint32_t run;
} *objects;
static unsigned int nr_objects;
static uint32_t run;

static uint64_t last[SEAM_THREADS]; /* step of each thread */
static uint64_t sum;

/* Steele, Lea, Flood: "Fast Splittable Pseudorandom Number Generators", 2014. */
static uint64_t mix(uint64_t x)
{
	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9ULL;
	x = (x ^ x >> 27) * 0x94d049bb133111ebULL;
	return x ^ x >> 31;
}

static struct object *find(uintptr_t granule)
{
	unsigned int i = mix(granule) % NR_OBJECTS;
	struct object *o;

	for (;; i = (i + 1) % NR_OBJECTS) {
		o = &objects[i];
		if (o->run != run)
			break;
		if (o->granule == granule)
			return o;
	}
	if (++nr_objects > NR_OBJECTS / 2) {
		fprintf(stderr,
			"groupfuzz: a run touches more than %u things\n",
			NR_OBJECTS / 2);
		exit(2);
	}
	*o = (struct object){ .granule = granule, .run = run };
	return o;
}

void hb_begin(void)
{
	unsigned int t;

	if (!objects)
		objects = calloc(NR_OBJECTS, sizeof(*objects));
	if (!objects) {
		fprintf(stderr, "groupfuzz: out of memory\n");
		exit(2);
	}
	run++;
	nr_objects = 0;
	sum = 0;
	for (t = 0; t < SEAM_THREADS; t++)
		last[t] = t + 1;
}

static uint64_t step(unsigned int thread, uint64_t after)
{
	const uint64_t hash = mix(mix(last[thread]) + after);

	last[thread] = hash;
	sum += hash;
	return hash;
}

void hb_step(unsigned int thread)
{
	step(thread, 0);
}

void hb_touch(unsigned int thread, const void *object, size_t size, bool write)
{
	uintptr_t granule = (uintptr_t)object / GRANULE;
	const uintptr_t end = ((uintptr_t)object + size - 1) / GRANULE;

	for (; granule <= end; granule++) {
		struct object *o = find(granule);

		if (write) {
			o->writer =
				step(thread, mix(o->writer + 1) + o->readers);
			o->readers = 0;
		} else {
			o->readers += step(thread, mix(o->writer + 2));
		}
	}
}

uint64_t hb_state(void)
{
	return sum;
}
