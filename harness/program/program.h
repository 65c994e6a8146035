/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A program: the world it runs in, for each thread an ordered list of
 * operations, and the schedule by which threads take turns. This is the
 * vocabulary that every layer above the core shares.
 *
 * It knows nothing of how an operation is carried out. Operands are small
 * numbers (slots), never pointers; each is always within its kind's range, so
 * that whoever reads a program need not check it again.
 */
#ifndef GROUPFUZZ_PROGRAM_H
#define GROUPFUZZ_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define MAX_GROUPS	4
#define MAX_DEVICES	8
#define MAX_DOMAINS	8 /* slots d0..d7 */
#define MAX_OWNERS	3
#define MAX_PASID	7  /* operands 1..7; 0 is IOMMU_NO_PASID */
#define MAX_PAGES	16 /* iova pages 0..15 a program can name */
#define MAX_COUNT	16 /* operands 1..16 */
#define MAX_THREADS	4
#define MAX_OPS		64 /* in all threads together */
#define MAX_PREEMPTIONS 512
#define MAX_POINT	65535 /* number of a decision point, or of an access */
#define MAX_DEPTH	16    /* PCT's d */

enum op_code {
#define OP(name, ...) OP_##name,
#include "ops.h"
#undef OP
	NR_OPS
};

/* How many there were before version 4 of the binary form. */
#define OPS_BEFORE_4 (OP_FAULT + 1)

/* What an operand names. The value range of each is arg_range(). */
enum arg_kind {
	ARG_NONE,
	ARG_GROUP, /* g0.. below world.nr_groups */
	ARG_DEV,   /* dev0.. below world.nr_devices */
	ARG_DOM,   /* d0..d7 */
	ARG_OWNER, /* alice, bob, carol */
	ARG_PASID, /* 1..MAX_PASID */
	ARG_PAGE,  /* 0..MAX_PAGES - 1, in units of 4 KiB */
	ARG_COUNT, /* 1..MAX_COUNT */
	ARG_TYPE,  /* enum type_word */
	ARG_FAULT, /* enum fault_kind */
};

/* What can be written to a group's sysfs attribute "type". */
enum type_word { TYPE_IDENTITY, TYPE_DMA, TYPE_DMA_FQ, TYPE_AUTO, NR_TYPES };

/* Where "fault KIND N" makes the Nth occurrence from now on fail. */
enum fault_kind {
	FAULT_ALLOC,  /* kmalloc and its relatives: NULL */
	FAULT_ATTACH, /* the driver's attach_dev: -ENOMEM */
	FAULT_DOMAIN, /* the driver's domain_alloc: NULL */
	FAULT_PROBE,  /* the driver's probe_device: -ENODEV */
	FAULT_PASID,  /* the driver's set_dev_pasid: -ENOMEM */
	FAULT_SYSFS,  /* kobject_add, sysfs file and link creation: -ENOMEM */
	NR_FAULTS
};

/* world without=...: optional abilities that the driver is made to lack */
#define WITHOUT_BLOCKED	 0x01 /* IOMMU_DOMAIN_BLOCKED */
#define WITHOUT_IDENTITY 0x02 /* IOMMU_DOMAIN_IDENTITY */
#define WITHOUT_RELEASE	 0x04 /* the release_device op */
#define WITHOUT_RESV	 0x08 /* the get_resv_regions op */
#define WITHOUT_PASID	 0x10 /* set_dev_pasid, remove_dev_pasid */
#define WITHOUT_DMA	 0x20 /* IOMMU_DOMAIN_DMA */
#define WITHOUT_ALL	 0x3f

/* device properties */
#define DEVICE_DIRECT	 0x001 /* firmware wants a 1:1 mapping */
#define DEVICE_RELAXABLE 0x002 /* the same, but relaxable */
#define DEVICE_MSI	 0x004 /* a reserved MSI window */
#define DEVICE_DEFERRED	 0x008 /* attach deferred (kdump) */
#define DEVICE_FINALIZE	 0x010 /* probe_finalize attaches a domain */
#define DEVICE_UNTRUSTED 0x020 /* external facing PCI */
#define DEVICE_IDENTITY	 0x040 /* def_domain_type: identity */
#define DEVICE_NOIOMMU	 0x080 /* no IOMMU; its caller made the group */
#define DEVICE_ABSENT	 0x100 /* not there until "add" */
#define DEVICE_PLATFORM	 0x200 /* platform bus; else PCI */
#define DEVICE_ALL	 0x3ff

/* IOMMU instances register before the devices are on the bus */
#define WORLD_EARLY	 0x01
/* an IOMMU driver registers while the driver core holds a device lock */
#define WORLD_LOCKED	 0x02
/* drivers may fail to attach a domain that they had attached before */
#define WORLD_REATTACH	 0x04
#define WORLD_ALL	 0x07
#define WORLD_CONTRACT	 0x03 /* what the contract allows, for the mutator */

/* Default domain type of the kernel command line (iommu.passthrough/strict) */
enum default_type {
	DEFAULT_DMA_FQ,
	DEFAULT_DMA,
	DEFAULT_IDENTITY,
	NR_DEFAULTS
};

struct device_desc {
	uint8_t group;	/* below nr_groups */
	uint8_t pasids; /* PASID table size, 0..MAX_PASID + 1 */
	uint16_t flags; /* DEVICE_* */
};

struct world_desc {
	uint8_t driver;	      /* index into mock_drivers[] (mock.h) */
	uint8_t nr_groups;    /* 1..MAX_GROUPS */
	uint8_t nr_devices;   /* 1..MAX_DEVICES, at least nr_groups */
	uint8_t default_type; /* enum default_type */
	uint8_t without;      /* WITHOUT_* */
	uint8_t flags;	      /* WORLD_* */
	struct device_desc dev[MAX_DEVICES];
};

/*
 * The fault that the program begins with: of all that its threads do, with the
 * world's being set up and before any is taken down, the @nth pass over a point
 * of @kind fails. An @nth of 0 is none.
 */
struct first_fault {
	uint16_t nth;
	uint8_t kind; /* enum fault_kind */
	uint8_t zero;
};

#define MAX_NTH 65535

struct op {
	uint8_t code;	/* enum op_code */
	uint8_t arg[3]; /* a result's slot comes first */
};

struct thread {
	uint8_t name;	   /* index into thread_names[] */
	uint8_t first, nr; /* its part of program.op */
};

/* The thread that runs RCU callbacks: every program has it, none lists it. */
#define THREAD_RCU MAX_THREADS

/* "at POINT[.ACCESS] run THREAD": who runs on from a decision point. */
struct preemption {
	uint16_t point;	 /* number of the decision point, from 0 */
	uint16_t access; /* 0: the point itself, N: the Nth memory access on */
	uint8_t thread;	 /* index into program.thread[], or THREAD_RCU */
	uint8_t zero;	 /* no padding: programs are compared with memcmp */
};

/* How the scheduler decides which thread runs on. */
enum strategy {
	STRATEGY_LIST,	 /* by the list of preemptions, which may be empty */
	STRATEGY_RANDOM, /* any thread, at each point */
	STRATEGY_PCT,	 /* Burckhardt et al., ASPLOS 2010 */
	STRATEGY_POS,	 /* Yuan, Yang, Gu: partial order sampling, CAV 2018 */
	NR_STRATEGIES
};
extern const char *const strategy_names[NR_STRATEGIES];

struct program {
	struct world_desc world;
	struct first_fault fault;
	uint8_t nr_threads; /* 1..MAX_THREADS */
	uint8_t nr_ops;
	struct thread thread[MAX_THREADS];
	struct op op[MAX_OPS];
	/*
	 * The schedule: a list, strictly ascending by point and access, or
	 * drawn from @seed by another strategy. A drawn schedule lists no
	 * preemptions, a list has no seed, and a program of one thread has
	 * neither. Unused members are zero, as everywhere.
	 */
	uint32_t seed;
	uint8_t strategy; /* enum strategy */
	uint8_t depth;	  /* PCT's d, 1..MAX_DEPTH; 0 for the others */
	uint16_t nr_preemptions;
	struct preemption preemption[MAX_PREEMPTIONS];
};

struct op_info {
	const char *word;
	uint8_t nr_args; /* result included */
	uint8_t arg[3];	 /* enum arg_kind; result first */
	uint8_t result;	 /* 1 if arg[0] is assigned */
	uint8_t weight;
};

extern const struct op_info op_info[NR_OPS];
extern const char *const owner_names[MAX_OWNERS];
extern const char *const type_words[NR_TYPES];
extern const char *const fault_names[NR_FAULTS];

/* The thread names of the text form; a binary program holds the index. */
#define NR_THREAD_NAMES 8
extern const char *const thread_names[NR_THREAD_NAMES];

/* The drivers of the text form, in the order of the binary form. */
#define NR_DRIVERS 19
extern const char *const driver_names[NR_DRIVERS];

/* The index of driver @name, -1 if there is none. */
int driver_find(const char *name);

/* First value and number of values that an operand of @kind has in @w. */
void arg_range(const struct world_desc *w, enum arg_kind kind,
	       unsigned int *first, unsigned int *nr);

/* The group that devN is in when the text form does not say: N % groups. */
static inline unsigned int default_group(const struct world_desc *w,
					 unsigned int dev)
{
	return dev % w->nr_groups;
}

/* --- schedule.c --- */

#define DEFAULT_DEPTH 3

/*
 * Read the name of a strategy, @len characters: "list", "random", "pct",
 * "pct:DEPTH" or "pos". Returns 0, or -1 if it is none.
 */
int strategy_parse(const char *word, size_t len, uint8_t *strategy,
		   uint8_t *depth);

/*
 * Give @p, which has several threads, another schedule: drawn by @strategy from
 * @seed, or an empty list. @depth counts for PCT only.
 */
void program_schedule(struct program *p, enum strategy strategy,
		      unsigned int depth, uint32_t seed);

/* A seed that depends on all of @p, its schedule included. */
uint32_t program_seed(const struct program *p);

/*
 * Put @new in its place in the list; @p's schedule is one. Returns false, and
 * does nothing, if there is one at the same point and access, or no room.
 */
bool program_preempt(struct program *p, const struct preemption *new);

/* Take preemption @i away. */
void program_unpreempt(struct program *p, unsigned int i);

#define THREAD_GONE 0xff

/*
 * After threads changed places: @to[T] is the number that thread T has now, or
 * THREAD_GONE, and then its preemptions go too. All go if only one is left.
 */
void program_renumber(struct program *p, const uint8_t to[MAX_THREADS]);

/* --- binary.c: the form that engines mutate --- */

#define PROGRAM_MAGIC	  "\x89gfz"
#define PROGRAM_VERSION	  5
#define PROGRAM_MAX_BYTES 3072

/*
 * Decode any @size bytes into a valid program; never fails. Missing bytes read
 * as zero, operands are taken modulo their range, surplus bytes are ignored.
 */
void program_decode(struct program *p, const uint8_t *data, size_t size);

/*
 * Encode @p into @buf of @max bytes, decode's inverse on valid programs.
 * Returns the number of bytes, 0 if they do not fit.
 */
size_t program_encode(const struct program *p, uint8_t *buf, size_t max);

/*
 * Decode the @size bytes of a file, of this version or an earlier one. Returns
 * 0, or -1 if they are not a program, with the reason in @wrong: bytes without
 * the magic are one only if an earlier version encoded them.
 */
int program_decode_file(struct program *p, const uint8_t *data, size_t size,
			const char **wrong);

/* --- parse.c, parse_schedule.c, print.c, load.c: the text form --- */

/*
 * Parse text of @len bytes named @name (for messages). Returns 0, or -1 with
 * "name:line: what is wrong" in @err (one line, no newline).
 */
int program_parse(struct program *p, const char *name, const char *text,
		  size_t len, char *err, size_t errlen);

/* Write the canonical text of @p. Returns 0, or -1 on an output error. */
int program_print(const struct program *p, FILE *f);

/* The name of thread @t of @p, which may be THREAD_RCU. */
const char *program_thread_name(const struct program *p, unsigned int t);

/* Print one operation without indentation or newline; returns its length. */
int op_format(const struct op *op, char *buf, size_t len);

/*
 * Read a program of either form from the regular file @path, "-" for stdin.
 * Returns 0, or -1 with a one-line message in @err.
 */
int program_load(struct program *p, const char *path, char *err, size_t errlen);

/* The same for the input of a fuzz target: any bytes are a program. */
int program_load_raw(struct program *p, const char *path, char *err,
		     size_t errlen);

/* --- mutate.c, mutate_threads.c, mutate_schedule.c --- */

/*
 * The mutator adds no thread to a program that has @max_threads, and with 1 it
 * draws no preemptions: from programs of one thread it makes such programs.
 * Threads and preemptions that are there stay, unless they come to nothing.
 */

/* A random stream; the state may be any value. xorshift64*, Vigna 2016. */
static inline uint32_t rnd(uint64_t *state)
{
	/* Zero is the one state that xorshift never leaves. */
	uint64_t x = *state ? *state : 0x9e3779b97f4a7c15ULL;

	x ^= x >> 12;
	x ^= x << 25;
	x ^= x >> 27;
	*state = x;
	return (x * 0x2545f4914f6cdd1dULL) >> 32;
}

/* A whole random program, with @state as the source of randomness. */
void program_random(struct program *p, unsigned int max_threads,
		    uint64_t *state);

/* Change @p in one to four places, keeping it valid. */
void program_mutate(struct program *p, unsigned int max_threads,
		    uint64_t *state);

/* Make @p a mixture of @a and @b: @a's world, operations of both. */
void program_cross(struct program *p, const struct program *a,
		   const struct program *b, unsigned int max_threads,
		   uint64_t *state);

/* Whether the mutator draws preemptions at memory accesses. */
extern bool program_accesses;

/* Whether the mutator draws schedules of all strategies, or lists alone. */
extern bool program_draws;

/*
 * How many decision points the last run had, for preemptions to be drawn among
 * them; 0 if nobody knows. Whoever runs programs sets it.
 */
extern unsigned int program_points;

#endif
