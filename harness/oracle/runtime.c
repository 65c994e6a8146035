// SPDX-License-Identifier: GPL-2.0-only
/*
 * How a sanitizer's runtime starts and ends. Its options are here. A runtime that
 * cannot start, or that gives up, never ends the process with status 0 or 1:
 * those are verdicts (0 nothing found, 1 a finding). What a runtime reports and
 * survives is taken down in sanitizers.c.
 */
#include <harness/oracle/oracle.h>
#include <harness/oracle/sanitizers.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(GROUPFUZZ_ASAN) || defined(GROUPFUZZ_TSAN)

#include <sanitizer/common_interface_defs.h>

#ifdef GROUPFUZZ_ASAN
#define RUNTIME "AddressSanitizer"
#else
#define RUNTIME "ThreadSanitizer"
#endif

/*
 * The runtime asks for its options before it has its shadow memory and its
 * interceptors. Until then only uninstrumented code may run, and system calls.
 */
#define EARLY __attribute__((no_sanitize("address", "thread")))

#define CANNOT_START(why)                                                  \
	({                                                                 \
		static const char line[] = "groupfuzz: " RUNTIME           \
					   " cannot start" why "\n";       \
                                                                           \
		syscall(SYS_write, STDERR_FILENO, line, sizeof(line) - 1); \
		syscall(SYS_exit_group, 2);                                \
	})

/* The runtime aborts where it does not get its memory. */
EARLY static void cannot_start(int sig)
{
	(void)sig;
	CANNOT_START("");
}

/*
 * Common reasons, in one line; the runtime itself would print a page. Both runtimes
 * reserve terabytes of address space. ThreadSanitizer raises a soft limit by itself.
 */
EARLY static void check_start(void)
{
	struct rlimit limit;

	if (!syscall(SYS_prlimit64, 0, RLIMIT_AS, NULL, &limit)) {
#ifdef GROUPFUZZ_TSAN
		limit.rlim_cur = limit.rlim_max;
#endif
		if (limit.rlim_cur != RLIM_INFINITY)
			CANNOT_START(
				": the address space is limited (ulimit -v)");
	}
#if defined(GROUPFUZZ_TSAN) && defined(__x86_64__)
	if (syscall(SYS_personality, 0xffffffff) & ADDR_COMPAT_LAYOUT)
		CANNOT_START(
			": the legacy memory layout (setarch -L) is in its way");
#endif
	/* sigaction() and signal() are the runtime's, which is not there yet. */
	sysv_signal(SIGABRT, cannot_start);
}

/* It has started. What aborts from here on is for others. */
__attribute__((constructor)) static void has_started(void)
{
	signal(SIGABRT, SIG_DFL);
}

/*
 * The runtime gives up: a failed check of its own, no memory, an error after which
 * it cannot go on. In an execution that is a death, which the parent files as a
 * finding; else the status is 2 (exitcode).
 */
static void gives_up(void)
{
	if (!verdict_armed())
		return;
	oops_release();
	abort();
}

#if defined(GROUPFUZZ_TSAN) && !defined(GROUPFUZZ_POSIX)
/*
 * An oops within one of the runtime's own functions leaves accesses ignored on that
 * stack. At the end of the process the runtime takes that for an error of ours, and
 * would put its exit code in place of @status.
 */
static void end_at_once(int status, void *unused)
{
	(void)unused;
	if (verdict_armed())
		return;
	fflush(NULL);
	/* The runtime's _exit() would come to the same. */
	syscall(SYS_exit_group, status);
}
#endif

void runtime_init(void)
{
	__sanitizer_set_death_callback(gives_up);
#if defined(GROUPFUZZ_TSAN) && !defined(GROUPFUZZ_POSIX)
	on_exit(end_at_once, NULL);
#endif
}

#else

void runtime_init(void)
{
}

#endif

#ifdef GROUPFUZZ_ASAN

/*
 * Leaks are the balance oracle's, at each teardown, and blocks of the code under
 * test are slab.c's, which never uses one twice.
 */
const char *__asan_default_options(void);
EARLY const char *__asan_default_options(void)
{
	check_start();
	return "exitcode=2:detect_leaks=0:halt_on_error=0:suppress_equal_pcs=0:"
	       "quarantine_size_mb=1:"
	       "handle_segv=0:handle_sigbus=0:handle_sigill=0:handle_sigfpe=0";
}

const char *__ubsan_default_options(void);
EARLY const char *__ubsan_default_options(void)
{
	return "print_stacktrace=1";
}

#endif

#ifdef GROUPFUZZ_TSAN

const char *__tsan_default_options(void);
EARLY const char *__tsan_default_options(void)
{
	check_start();
	/*
	 * A race is reported each time, or a replay would not show it; with real
	 * threads it would be all that they do. What the harness does with the C
	 * library is no access of the code under test. The process does not sleep
	 * for a second before it ends: no other thread may still report.
	 */
	return "exitcode=2:ignore_interceptors_accesses=1:"
#ifndef GROUPFUZZ_POSIX
	       "suppress_equal_stacks=0:suppress_equal_addresses=0:"
#endif
	       "symbolize=0:report_thread_leaks=0:report_signal_unsafe=0:"
	       "detect_deadlocks=0:report_mutex_bugs=0:atexit_sleep_ms=0:"
	       "handle_segv=0:handle_sigbus=0:handle_sigill=0:handle_sigfpe=0";
}

#endif
