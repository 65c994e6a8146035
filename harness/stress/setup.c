// SPDX-License-Identifier: GPL-2.0-only
/*
 * Worlds of real threads: drawn, built and taken down when nobody runs. A shard
 * is a program's world. Hot ones have a single group; some live for a few rounds,
 * so that what goes wrong in them has a short history, some for many.
 */
#include <drivers-mock/mock.h>
#include <fault.h>
#include <lock.h>
#include <peek.h>
#include <slab.h>
#include <linux/pci.h>
#include <linux/platform_device.h>
#include <harness/oracle/history.h>
#include <harness/stress/actor.h>

struct shard shards[STRESS_SHARDS];
unsigned int nr_shards;

static uint64_t draws;
static int fixed_driver;
static struct world_desc common; /* what all shards share of a world */

void setup_seed(uint64_t seed, int driver)
{
	draws = seed;
	fixed_driver = driver;
}

/*
 * A program's world, but for what needs a lock of its caller's (a group of its
 * own) or makes calls of its own (probe_finalize).
 */
static void draw_world(struct world_desc *w, bool hot)
{
	static struct program p;
	unsigned int n;

	program_random(&p, 1, &draws);
	*w = p.world;
	w->driver = common.driver;
	w->default_type = common.default_type;
	w->without = common.without;
	w->flags = common.flags;
	for (n = 0; n < w->nr_devices; n++) {
		w->dev[n].flags &= ~(DEVICE_FINALIZE | DEVICE_NOIOMMU);
		if (hot)
			w->dev[n].group = 0;
	}
	if (hot)
		w->nr_groups = 1;
}

static void draw_common(void)
{
	static struct program p;

	program_random(&p, 1, &draws);
	common = p.world;
	common.flags &= WORLD_CONTRACT;
	if (fixed_driver >= 0)
		common.driver = fixed_driver;
}

static void reset(void)
{
	fault_reset();
	lock_reset();
	slab_reset();
	core_restore();
	core_set_default(common.default_type == DEFAULT_IDENTITY,
			 common.default_type == DEFAULT_DMA);
	bus_reset(&platform_bus_type);
	bus_reset(&pci_bus_type);
	mock_reset(common.driver, common.without);
}

static void note_types(struct shard *s)
{
	unsigned int n;

	for (n = 0; n < s->world.nr_groups; n++) {
		struct iommu_group *group = model_group(&s->m, n);

		s->types[n] = group ? spec_type_of(peek_default_domain(group)) :
				      0;
	}
}

/* The worlds of all shards are described. */
static void make(void)
{
	const bool early = common.flags & WORLD_EARLY;
	unsigned int i;

	oracle_model = &shards[0].m;
	if (early)
		world_register(&shards[0].m);
	for (i = 0; i < nr_shards; i++) {
		oracle_model = &shards[i].m;
		world_add_devices(&shards[i].m);
	}
	if (!early)
		world_register(&shards[0].m);
	for (i = 0; i < nr_shards; i++) {
		oracle_model = &shards[i].m;
		world_settle(&shards[i].m);
		note_types(&shards[i]);
		spec_describe(&shards[i].window->spec, &shards[i].m);
	}
}

static void begin_shard(struct shard *s)
{
	model_init(&s->m, &s->world);
	s->m.sid = s->nr * MAX_DEVICES;
	world_describe(&s->m);
}

static void begin(void)
{
	struct oracle_thread *o = &oracle_threads[seam_thread];

	*o = (struct oracle_thread){ .place = "setup", .index = -1 };
	reset();
}

void setup_build(void)
{
	unsigned int i;
	bool admin;

	draw_common();
	begin();
	/* Shards are at rest at different times, and a walk is in all of them. */
	admin = nr_shards == 1 && rnd(&draws) % 8 == 0;
	seam_noise = rnd(&draws) % 3 ? 16U << rnd(&draws) % 6 : 0;
	for (i = 0; i < nr_shards; i++) {
		struct shard *s = &shards[i];

		draw_world(&s->world, rnd(&draws) % 2);
		begin_shard(s);
		s->rnd = draws ^ (i + 1) * 0x9e3779b97f4a7c15ULL;
		s->walks = admin;
		roles_draw(s);
	}
	make();
}

void setup_make(const struct world_desc *w)
{
	unsigned int i;

	common = *w;
	begin();
	seam_noise = 0;
	for (i = 0; i < nr_shards; i++) {
		shards[i].world = *w;
		begin_shard(&shards[i]);
	}
	make();
}

void setup_take_down(void)
{
	struct oracle_thread *o = &oracle_threads[seam_thread];
	unsigned int i;

	*o = (struct oracle_thread){ .place = "teardown", .index = -1 };
	history_flush();
	for (i = 0; i < nr_shards; i++) {
		oracle_model = &shards[i].m;
		world_remove_devices(&shards[i].m);
	}
	world_unregister();
	locking_check();
	balance_check();
}
