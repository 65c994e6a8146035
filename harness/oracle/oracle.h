/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The promises, one file each; a promise that is broken ends in finding().
 * Some are checked by the world at rest, some speak up by themselves when a
 * mock driver tells of an event (mock_event_*()), some are built into
 * core/kernel (locking, warnings).
 */
#ifndef GROUPFUZZ_ORACLE_H
#define GROUPFUZZ_ORACLE_H

#include <harness/oracle/model.h>
#include <seam.h>

struct mock_access;

/* A broken promise, as finding() was told of it. */
struct verdict {
	/* oracle-place-cause: a valid file name; "" of what is left out */
	char bucket[128];
	char oracle[24];
	char message[256]; /* one line */
	int op;		   /* index of the operation, -1 outside of all */
};

/*
 * Where finding() goes: fills in *@v and calls @leave, which does not return.
 * Set before an execution begins, NULL after it has ended.
 */
void verdict_arm(void (*leave)(void), struct verdict *v);

/* Whether an execution runs that finding() would leave. */
bool verdict_armed(void);

/*
 * Leave oracles out, a list with commas ("" for none), to see what the others
 * make of a bug; or all but one. What breaks a promise then passes unnoticed:
 * the execution goes on, or, where it cannot, ends with no finding (a deadlock,
 * an oops). Returns -1 if one is no oracle.
 */
int verdict_without(const char *oracles);
int verdict_only(const char *oracle);

/* The names, and NULL. */
extern const char *const verdict_oracles[];

/* The bucket's name from its three parts. */
void verdict_bucket(char *buf, size_t len, const char *oracle,
		    const char *place, const char *cause);

/*
 * The state against which the oracles hold events; set by the world. Where
 * threads are real each has its own, what it knows as a caller.
 */
extern SEAM_LOCAL const struct model *oracle_model;

/* What a thread is at; the world's to keep up to date. */
struct oracle_thread {
	const char *place;   /* the word of its operation, for a finding */
	const struct op *op; /* NULL outside of all */
	int index;	     /* of it in the program, -1 outside of all */
} SEAM_APART;
extern struct oracle_thread oracle_threads[SEAM_THREADS];

/* The operation of the thread that runs, and its word. */
#define oracle_place (oracle_threads[seam_thread].place)

/* Oracle "agreement": every device is where its group says. At rest. */
void agreement_check(const struct model *m);

/* Oracles "isolation" and "lifetime": an access of device @n to @iova. */
void isolation_check(const struct model *m, unsigned int n, unsigned int pasid,
		     uint64_t iova);

/* Oracle "lifetime": how that access of device @n went. */
void lifetime_check(unsigned int n, const struct mock_access *access);

/* Oracle "isolation": devices with a 1:1 region reach it. At rest. */
void isolation_check_direct(const struct model *m);

/* Oracle "balance": after teardown nothing is left. */
void balance_check(void);

/* Oracle "locking": no lock is held at return. */
void locking_check(void);

/* "EBUSY" for -EBUSY: the name of a negative errno. */
const char *errno_name(long ret);

/*
 * A name for @domain as a developer would call it: "d0", "blocking", ...
 * Static buffers: the last two names are good.
 */
const char *domain_name(const struct model *m, const struct iommu_group *group,
			const struct iommu_domain *domain);

#endif
