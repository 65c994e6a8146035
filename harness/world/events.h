/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What happens in an execution, one event after the other, as told by the
 * world, the scheduler and the locks: what traces are made of, whatever they
 * look like. It only looks.
 */
#ifndef GROUPFUZZ_EVENTS_H
#define GROUPFUZZ_EVENTS_H

#include <harness/world/world.h>

enum event_kind {
	EVENT_BEGIN,  /* the world stands */
	EVENT_OP,     /* @thread begins @text, operation @index, -1: none */
	EVENT_RETURN, /* which returned @text, NULL: nothing */
	EVENT_LOCK,   /* @thread has taken @lock, called @text, at @site */
	EVENT_UNLOCK, /* @thread has released it */
	EVENT_WAIT, /* @thread waits for @text; @other took it at @site, or -1 */
	EVENT_FAULT,   /* the fault @text fired in @thread, at @site */
	EVENT_SWITCH,  /* @thread goes on where it was, @other does not */
	EVENT_FINDING, /* @thread broke the promise that @verdict tells of */
	EVENT_END,     /* nothing was found */
};

struct event {
	enum event_kind kind;
	unsigned int thread;
	unsigned int point, access; /* where the execution is; see sched.h */
	const struct model *model;
	const char *text;
	const struct op *op;
	int index;
	int other;
	const struct lock *lock; /* to tell it apart */
	const struct site *site;
	/* EVENT_SWITCH: the schedule wanted it, nobody had to. */
	bool decided;
	/* EVENT_RETURN: it did not run; no other is in flight. */
	bool skipped, at_rest;
	const struct verdict *verdict;
};

#define EVENT_MAX_HELD 16

/* What is known of a thread when an event comes. */
struct event_thread {
	const char *name;
	bool begun; /* it ran */
	bool in_op; /* in an operation */
	/* The last point that it was at, what it was about to do, and where. */
	unsigned int point;
	enum seam_kind kind;
	const struct site *site;
	bool past;    /* and went on from there, to memory accesses */
	bool stopped; /* and could not go on */
	const char *waits_for;
	/* The last place in the code under test in this operation, or NULL. */
	const struct site *core;
	/* What it holds, from the outermost. */
	unsigned int nr_held;
	struct event_held {
		const struct lock *lock;
		const char *name;
		const struct site *site;
	} held[EVENT_MAX_HELD];
};
const struct event_thread *event_thread(unsigned int thread);

/*
 * As world_run(), and @first and then @second, NULL for nobody, are told of
 * each event. Waits and switches come only from programs of several threads.
 */
bool events_run(const struct program *p, struct verdict *v,
		void (*first)(const struct event *e),
		void (*second)(const struct event *e));

/* Whether @site is in the code under test; and "func() file:line" for it. */
bool event_in_core(const struct site *site);
void event_place(const struct site *site, char *buf, size_t len);

/* What EVENT_END says: "no finding", and what was left out that ended it. */
void event_print_end(const struct event *e, FILE *f);

/* Where @thread was last: "before mutex_lock(&m), func() iommu.c:12". */
void event_point(unsigned int thread, char *buf, size_t len);

#endif
