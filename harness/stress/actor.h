/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * groupfuzz-stress between its own files: actors, which are threads with what
 * they know and hold, and shards, which are a program's world each, with up to
 * MAX_THREADS actors in it. All shards have the driver and the buses in common.
 */
#ifndef GROUPFUZZ_ACTOR_H
#define GROUPFUZZ_ACTOR_H

#include <harness/stress/stress.h>
#include <harness/world/world.h>
#include <pthread.h>

enum role {
	ROLE_VFIO,    /* a container: claims groups */
	ROLE_IOMMUFD, /* claims devices, replaces domains, uses PASIDs */
	ROLE_KERNEL,  /* binds drivers */
	ROLE_SYSFS,   /* reads and writes attributes */
	ROLE_HOTPLUG, /* removes and adds devices */
	ROLE_DMA,     /* is the devices */
	ROLE_ADMIN,   /* a second IOMMU comes and goes */
	NR_ROLES
};

/*
 * What the owner of a group lets its devices do, for whoever sees them do it.
 * Written by the owner only, who has the group to himself between a claim that
 * succeeds and his release.
 */
struct owned {
	unsigned int version;
	bool is;
	const struct iommu_domain *domain[2]; /* attached, about to be */
} SEAM_APART;

/* Those that wait for each other; the last one to come does something first. */
struct barrier {
	unsigned int nr, here, generation;
};

struct shard {
	unsigned int nr; /* of it */
	struct world_desc world;
	struct model m; /* the devices that are there at rest */
	unsigned int nr_actors;
	struct actor *actor[MAX_THREADS];
	struct barrier barrier;
	struct stress_window *window;
	uint64_t rnd;
	bool walks; /* somebody registers an IOMMU in this world */
	/* For this round: */
	uint8_t stay;			       /* devices that nobody removes */
	uint8_t quiet;			       /* groups of these only */
	struct iommu_group *group[MAX_GROUPS]; /* that stay */
	uint8_t types[MAX_GROUPS];	       /* when the world was made */
	struct owned owned[MAX_GROUPS];
} SEAM_APART;

struct actor {
	struct model m;	     /* what it knows, as a caller */
	unsigned int thread; /* seam_thread */
	unsigned int nr;     /* in its shard */
	struct shard *shard;
	struct stress_log *log;
	enum role role;
	uint16_t weight[NR_OPS], total;
	uint64_t rnd;
	uint8_t mine;	     /* devices that it may remove */
	uint8_t binds;	     /* devices that it may bind a driver to */
	unsigned int budget; /* calls in a round */
	uint64_t calls;	     /* so far */
	uint64_t stamp;	     /* when its last call returned; 0: not lately */
	pthread_t pthread;
} SEAM_APART;

/* The actor that runs, NULL in the threads that are none. */
extern __thread struct actor *self;

/* --- roles.c --- */

/* Draw roles and weights for a world. */
void roles_draw(struct shard *s);

/* The next call of @a, which a correct caller makes; false: none comes to mind. */
bool roles_next(struct actor *a, struct op *op);

/* The next thing that @a has to give back; false: nothing. */
bool roles_give_back(struct actor *a, struct op *op);

/* How many calls roles_give_back() would take. */
unsigned int roles_held(const struct actor *a);

/* --- setup.c --- */

extern struct shard shards[STRESS_SHARDS];
extern unsigned int nr_shards;

/* Which world comes next: of @seed and the driver, -1: any. */
void setup_seed(uint64_t seed, int driver);

/* Alone: build the next world of all shards, and take it down. */
void setup_build(void);
void setup_take_down(void);

/* As setup_build(), but all shards are a world as @w says, and without pauses. */
void setup_make(const struct world_desc *w);

/* --- round.c --- */

/* Carry out @op as @a's next call, with all that has to be kept of it. */
long round_call(struct actor *a, const struct op *op);

/* A round of @a, between two barriers. */
void round_run(struct actor *a);

/* At rest, alone: close the last window of @s, and get the next round ready. */
void round_end(struct shard *s);
void round_begin(struct shard *s);

/* --- history.c --- */

/* A window is over: check a copy of it, some time. Waits for room. */
void history_check_later(const struct stress_window *w);
/* The windows that were left are checked. */
void history_flush(void);
void history_start(void);
/*
 * @a makes call @c, and it has returned. A call is taken to begin when the last
 * one of @a ended: what can be explained so could be if it began later.
 */
void history_invoked(struct actor *a, struct stress_call *c,
		     const struct op *op);
void history_returned(struct actor *a, struct stress_call *c, long ret);

/* --- isolation.c --- */

void owned_set(struct owned *o, bool is, const struct iommu_domain *attached,
	       const struct iommu_domain *next);
void handle_add(const struct iommu_domain *domain);
void handle_remove(const struct iommu_domain *domain);
void handle_map(const struct iommu_domain *domain, bool begin, uint64_t mapped);
void handles_init(void);

/* --- rcu.c --- */

/*
 * Every thread, before it is a reader or frees, and after. In between it is a
 * reader, but for when it says that it has nothing in its hands.
 */
void rcu_thread_begin(void);
void rcu_thread_end(void);
/* It has nothing in its hands now; what it is to free it may free here. */
void rcu_between_calls(void);
/* It sleeps in between; no reader, unless within rcu_read_lock(). */
void rcu_sleep_begin(void);
void rcu_sleep_end(void);
/*
 * Free @p, by @free, when all that read now have left: between two calls of this
 * thread, when there are many.
 */
void rcu_free_later(void *p, void (*free)(void *p));
/* All that this thread has to free is freed; and what the core has, too. */
void rcu_flush(void);
void rcu_wait(void);

/* --- posix.c --- */

/*
 * Wait for the others of @b; the last to come runs @last(@arg) first. Whatever
 * was done before is seen after.
 */
void barrier_wait(struct barrier *b, void (*last)(void *arg), void *arg);

/* Sleep while *@word is @value; and rouse all that do. */
void futex_sleep(const void *word, unsigned int value);
void futex_rouse(const void *word);

/* How often @thread has been between seam_enter() and seam_leave(). */
unsigned long sections_entered(unsigned int thread);

/* The threads wait for each other, or for nobody: a finding, if so. */
void deadlock_look(void);

/* What a thread draws its pauses from. */
void noise_seed(uint64_t seed);

/* --- finding.c --- */

extern struct stress_shared *shared;

/* The window that a finding of this thread is about, NULL for its shard's. */
extern __thread const struct stress_window *finding_window;

void finding_start(void);

/* One line, and status 2: the harness cannot go on, which is no finding. */
_Noreturn void stress_fail(const char *what);

/* --- canary.c --- */

/* As world_canary(). */
bool stress_canary(void);

/* --- slab.c --- */

void slab_thread_begin(void);

#endif
