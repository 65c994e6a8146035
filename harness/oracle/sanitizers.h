/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Oracles that the compiler and the machine provide: AddressSanitizer
 * ("address"), UndefinedBehaviorSanitizer ("undefined"), ThreadSanitizer
 * ("race"), and faults of the processor, which are oopses in the kernel
 * ("oops").
 *
 * An oops is a finding at once. What else is reported is a finding a little
 * later, since it cannot be one from within the sanitizer: at the end of the
 * operation, or when the next promise is broken, which is then no news. So no
 * finding ends the process. A place with undefined behaviour is reported once in
 * each process.
 *
 * What counts as a race is what KCSAN takes for one: two accesses without an
 * order, at least one of them a write, and not both marked (READ_ONCE(),
 * WRITE_ONCE(), atomics); nothing in data_race(). Unlike KCSAN's default, a
 * write that does not change the value counts, and so does a plain access of a
 * word against a marked one.
 */
#ifndef GROUPFUZZ_SANITIZERS_H
#define GROUPFUZZ_SANITIZERS_H

#include <harness/oracle/oracle.h>

/*
 * Turn faults of the processor into findings, and loops that never end (oracle
 * "locking"). Once for each process.
 */
void oops_init(void);

/* The part of it about loops, in a child: timers are not inherited. */
void oops_watch_time(void);

/* To be counted up with each execution. */
extern unsigned long oops_execution;

/* Take down what sanitizers report. Once for each process. */
void sanitizers_init(void);

/* A finding if a sanitizer has reported something in this execution. */
void sanitizers_check(void);

/*
 * The first that a sanitizer has reported in this execution, NULL if there was
 * nothing; and in its own words, "" if it has none. Good until the next report.
 */
const struct verdict *sanitizers_first(void);
const char *sanitizers_text(void);

/* Told of each first report, from within the sanitizer; NULL for nobody. */
extern void (*sanitizers_watcher)(const struct verdict *v);

/* Forget what was reported, before an execution. */
void sanitizers_reset(void);

/*
 * Nothing goes to stderr from here on, nor in children of fork(). One of _Fork()
 * has to say so again: it would open a file, named after its number.
 */
void sanitizers_quiet(void);

/*
 * Whether this stack runs what no fiber runs beside: before and after a
 * program's threads, which are told so (harness/sched), and where an oracle looks
 * at the core. Nothing there can race, so ThreadSanitizer need not look. Calls
 * nest.
 */
void sanitizers_alone(bool alone);

#endif
