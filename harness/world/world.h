/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The world that a program runs in: buses, devices, groups, domains, built
 * through the core's own probe path, and the execution of its operations.
 */
#ifndef GROUPFUZZ_WORLD_H
#define GROUPFUZZ_WORLD_H

#include <harness/oracle/oracle.h>
#include <harness/program/program.h>
#include <harness/sched/sched.h>

/*
 * What an execution tells of itself as it goes, for coverage of the model and
 * for a trace. All members may be NULL.
 */
struct observer {
	/* @op is about to run, or to be skipped. */
	void (*before)(const struct model *m, const struct op *op);
	/* @op ran: @ret is what it returned, @skip why it did not run. */
	void (*op)(const struct model *m, const struct op *op, long ret,
		   const char *skip);
	/* The world stands, before the first operation. */
	void (*begin)(const struct model *m);
};

/*
 * Boot the core, once for each process; exits with status 2 if it fails, or if
 * no device gets an IOMMU: a tree that this harness drives wrongly would pass
 * every program.
 */
void world_boot(void);

/*
 * Run @p from an empty machine to an empty machine. Returns true if no promise
 * was broken that anybody wants to hear of; else @v says which. Deterministic: it depends on @p alone.
 */
bool world_run(const struct program *p, struct verdict *v,
	       const struct observer *observer);

/*
 * Whether this build reports defects that it has to report (canary.c). False after
 * one line; then that it finds nothing means nothing.
 */
bool world_canary(void);

/* --- between the files of this folder --- */

/* Exits with status 2 if a device of some driver does not get its IOMMU. */
void world_refuse_hollow(void);

/*
 * Contract: why a correct caller could not issue @op in state @m, NULL if it
 * could. See contract.c.
 */
const char *contract_forbids(const struct model *m, const struct op *op);

/*
 * calls.c, the contract between threads. call_wait() returns when @op may run
 * beside all calls in flight, and notes that it is about to: then either
 * call_begin() and call_end(), or call_cancel() if it does not run after all.
 */
void call_wait(const struct model *m, const struct op *op);
void call_begin(void);
void call_end(void);
void call_cancel(void);
bool call_in_flight(void);
void call_reset(void);

/* Carry out @op, which the contract allows; returns what the core returned. */
long op_execute(struct model *m, const struct op *op);

/*
 * build.c: the steps in which a world comes and goes; with several of them each
 * has a driver in common. world_describe() comes after model_init(), with
 * m->sid. world_settle() once the driver is registered, which comes before
 * world_add_devices() in a world that is WORLD_EARLY, and after it else.
 */
void world_describe(struct model *m);
void world_register(const struct model *m);
void world_add_devices(struct model *m);
void world_settle(struct model *m);
/* Everybody gives back what he has, in an order that the contract allows. */
void world_give_back(struct model *m);
void world_remove_devices(struct model *m);
void world_unregister(void);

/* Device @n is on its bus and the IOMMU registered: let them find together. */
void world_settle_device(struct model *m, unsigned int n);
/* Put device @n on its bus and have it probed; 0 or what device_add() says. */
int world_add_device(struct model *m, unsigned int n);
/* Take it off, as its driver and the bus do. */
void world_remove_device(struct model *m, unsigned int n);

#endif
