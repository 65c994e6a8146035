// SPDX-License-Identifier: GPL-2.0-only
/*
 * Takes down what AddressSanitizer and UndefinedBehaviorSanitizer report. See
 * sanitizers.h.
 */
#include <finding.h>
#include <slab.h>
#include <linux/compiler.h>
#include <harness/oracle/sanitizers.h>
#include <stdio.h>
#include <string.h>

static void (*watcher)(const struct verdict *v, const char *text);

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define USE_ASAN 1
#endif
#if __has_feature(undefined_behavior_sanitizer)
#define USE_UBSAN 1
#endif
#endif

#if defined(USE_ASAN) || defined(USE_UBSAN)

static void tell(const char *oracle, const char *place, const char *cause,
		 const char *text)
{
	struct verdict v = { .op = -1 };

	if (!watcher)
		return;
	snprintf(v.oracle, sizeof(v.oracle), "%s", oracle);
	snprintf(v.message, sizeof(v.message), "%s in %s()", cause, place);
	verdict_bucket(v.bucket, sizeof(v.bucket), oracle, place, cause);
	watcher(&v, text);
}

#endif

#ifdef USE_ASAN
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>

/* Leaks are the balance oracle's, at each teardown. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "detect_leaks=0:exitcode=1:"
	       "handle_segv=0:handle_sigbus=0:handle_sigill=0:handle_sigfpe=0";
}

/* What the sanitizer sees as poison has a better name: see slab.c. */
static void asan_report(const char *text)
{
	unsigned long address = (unsigned long)__asan_get_report_address();
	const char *cause = slab_fault(address);

	slab_describe(address, stderr);
	tell("address", symbol_name((unsigned long)__asan_get_report_pc()),
	     cause ? cause : __asan_get_report_description(), text);
}
#endif

#ifdef USE_UBSAN

/* From the runtime (compiler-rt/lib/ubsan/ubsan_monitor.h). */
void __ubsan_get_current_report_data(const char **kind, const char **message,
				     const char **file, unsigned int *line,
				     unsigned int *column, char **address);
void __ubsan_on_report(void);

const char *__ubsan_default_options(void);
const char *__ubsan_default_options(void)
{
	return "print_stacktrace=1:exitcode=1";
}

/* The place is a file: the runtime does not tell the function. */
void __ubsan_on_report(void)
{
	const char *kind, *message, *file, *base;
	unsigned int line, column;
	char *address;

	__ubsan_get_current_report_data(&kind, &message, &file, &line, &column,
					&address);
	base = strrchr(file, '/');
	tell("undefined", base ? base + 1 : file, kind, message);
}
#endif

#ifdef GROUPFUZZ_TSAN

/* From the runtime (sanitizer/tsan_interface.h, tsan_debugging.cpp). */
int __tsan_get_report_mop(void *report, unsigned long i, int *tid, void **addr,
			  int *size, int *write, int *atomic, void **trace,
			  unsigned long trace_size);

const char *__tsan_default_options(void);
const char *__tsan_default_options(void)
{
	/*
	 * A race is reported each time, or a replay would not show it. What the
	 * harness does with the C library is no access of the code under test.
	 */
	return "ignore_interceptors_accesses=1:suppress_equal_stacks=0:suppress_equal_addresses=0:"
	       "symbolize=0:report_thread_leaks=0:report_signal_unsafe=0:"
	       "detect_deadlocks=0:report_mutex_bugs=0:exitcode=0:"
	       "handle_segv=0:handle_sigbus=0:handle_sigill=0:handle_sigfpe=0";
}

#define RACE_FRAMES 8

static struct side {
	char place[64];
	const char *what;
	int size;
	void *trace[RACE_FRAMES];
} sides[2];
static bool raced;

/* What the allocator does to a block it does for the function that frees it. */
static bool is_allocator(const char *name)
{
	return !strncmp(name, "slab_", 5);
}

static void read_side(void *report, unsigned int i)
{
	struct side *s = &sides[i];
	int tid, write = 0, atomic = 0;
	const char *name = "unknown";
	unsigned int n;
	void *addr;

	memset(s, 0, sizeof(*s));
	__tsan_get_report_mop(report, i, &tid, &addr, &s->size, &write, &atomic,
			      s->trace, RACE_FRAMES);
	for (n = 0; n < RACE_FRAMES && s->trace[n]; n++) {
		name = symbol_name((unsigned long)s->trace[n] - 1);
		if (!is_allocator(name))
			break;
	}
	s->what = n && n < RACE_FRAMES ? "free" :
		  atomic	       ? "marked access" :
		  write		       ? "write" :
					 "read";
	snprintf(s->place, sizeof(s->place), "%s", name);
}

/*
 * The runtime's own hook, weak there: false lets it print, which for us is done
 * by race_check(). It must not call into the core or switch.
 */
bool race_seen(void *report, bool suppressed) __asm__(
	"_ZN6__tsan8OnReportEPKNS_10ReportDescEb");
bool race_seen(void *report, bool suppressed)
{
	(void)suppressed;
	if (!raced) {
		read_side(report, 0);
		read_side(report, 1);
		raced = true;
	}
	return true;
}

/* The first in the alphabet is the place, so that both orders are one bucket. */
void race_check(void)
{
	const struct side *a = &sides[0], *b = &sides[1];

	if (likely(!raced))
		return;
	raced = false;
	if (strcmp(a->place, b->place) > 0) {
		a = &sides[1];
		b = &sides[0];
	}
	finding("race", a->place, b->place,
		"data race: %s of %d bytes in %s() against %s of %d bytes in %s()",
		a->what, a->size, a->place, b->what, b->size, b->place);
}

void race_reset(void)
{
	raced = false;
}

#else

void race_reset(void)
{
}

#endif

void sanitizers_watch(void (*report)(const struct verdict *v, const char *text))
{
	watcher = report;
#ifdef USE_ASAN
	__asan_set_error_report_callback(asan_report);
#endif
}
