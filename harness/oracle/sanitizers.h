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
 * finding ends the process, and each place is reported in each execution.
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
 * Once for each process: read its own symbols, and turn loops that never end into
 * findings (oracle "locking"). Exits with status 2 and one line without /proc.
 */
void oops_init(void);

/*
 * From the first execution on: turn signals into findings (oracle "oops"). Outside
 * an execution they go to the handlers that were there before, an engine's; the
 * default is status 2 and one line.
 */
void oops_catch(void);

/* For each further thread: its stack may overflow, too. */
void oops_thread_begin(void);

/* Signals end the process again, and engines see them. */
void oops_release(void);

/* The part of it about loops, in a child: timers are not inherited. */
void oops_watch_time(void);

/* To be counted up with each execution. */
extern unsigned long oops_execution;

/* Take down what sanitizers report. Once for each process. */
void sanitizers_init(void);

/* Part of it: how the runtime ends this process, see runtime.c. */
void runtime_init(void);

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
