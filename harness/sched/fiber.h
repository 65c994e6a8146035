/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Fibers: stacks that one OS thread goes on and off. They know nothing of
 * schedules, and ThreadSanitizer takes each for a thread.
 */
#ifndef GROUPFUZZ_FIBER_H
#define GROUPFUZZ_FIBER_H

#include <stddef.h>

struct fiber {
	void *sp; /* where it goes on, while it is off */
	void (*entry)(void);
	char *stack; /* lowest usable address, above a guard page */
	size_t size;
	void *fake_stack; /* AddressSanitizer's */
	void *tsan;	  /* ThreadSanitizer's */
};

/* Make @f stand for the stack that is used now. */
void fiber_main(struct fiber *f);

/*
 * Prepare @f to begin in @entry, which never returns, when it is switched to;
 * whatever it did before is forgotten. Its stack is made the first time and
 * then kept. Exits with status 2 if there is no memory.
 */
void fiber_prepare(struct fiber *f, void (*entry)(void));

/*
 * Leave @from, which is running, for @to. Returns when somebody switches back,
 * never if @from is prepared anew before. ThreadSanitizer sees no order in that.
 */
void fiber_switch(struct fiber *from, struct fiber *to);

/*
 * @f does not go on, and ThreadSanitizer is told that all it did comes before
 * what the caller does from here on.
 */
void fiber_join(struct fiber *f);

/* To be called first in an entry. */
void fiber_begin(struct fiber *self);

#endif
