// SPDX-License-Identifier: GPL-2.0-only
/*
 * Takes down what AddressSanitizer and UndefinedBehaviorSanitizer report. See
 * sanitizers.h.
 */
#include <finding.h>
#include <slab.h>
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

void sanitizers_watch(void (*report)(const struct verdict *v, const char *text))
{
	watcher = report;
#ifdef USE_ASAN
	__asan_set_error_report_callback(asan_report);
#endif
}
