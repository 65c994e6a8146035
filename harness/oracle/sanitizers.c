// SPDX-License-Identifier: GPL-2.0-only
/*
 * Takes down what the sanitizers report. See sanitizers.h.
 */
#include <finding.h>
#include <slab.h>
#include <linux/compiler.h>
#include <harness/oracle/sanitizers.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct verdict first;
static bool reported;
static char words[16384];
static bool quiet;

void (*sanitizers_watcher)(const struct verdict *v);

const struct verdict *sanitizers_first(void)
{
	return unlikely(reported) ? &first : NULL;
}

const char *sanitizers_text(void)
{
	return words;
}

void sanitizers_check(void)
{
	if (unlikely(reported))
		finding(first.oracle, first.oracle, first.oracle, "%s",
			first.message);
}

/* Real threads have other addresses each time, and more races than one wants. */
#if defined(GROUPFUZZ_TSAN) && !defined(GROUPFUZZ_POSIX)

#define MAX_RACES 64
#define GRANULE	  8UL /* bytes that the runtime remembers as one */

/* Where there were races since races_reset(). */
static unsigned long races[MAX_RACES];
static unsigned int nr_races;

/* For who has a heap of his own: sanitizer/tsan_interface_java.h. */
void __tsan_java_init(unsigned long begin, unsigned long size);
void __tsan_java_alloc(unsigned long address, unsigned long size);

extern char __executable_start[], _end[];

/*
 * The runtime remembers four accesses of each granule, and it drops one of them
 * when there are more. Which races it sees would depend on what earlier
 * executions did there, so the heap is allocated anew for each.
 */
static void heap_reset(void)
{
	size_t size;
	void *used = slab_used(&size);

	if (size)
		__tsan_java_alloc((unsigned long)used, size);
}

/*
 * The runtime does not look again at what it has reported (DoReportRace(): "this
 * prevents trapping on this address in future"), unless that is allocated anew.
 * Addresses are the same in each execution, so that a process would see each race
 * once.
 */
static void races_reset(void)
{
	const unsigned long begin = (unsigned long)__executable_start;
	const unsigned long size = (unsigned long)_end - begin;
	static bool told;

	if (!told)
		__tsan_java_init(begin, size & -GRANULE);
	told = true;
	heap_reset();
	if (nr_races == MAX_RACES)
		__tsan_java_alloc(begin, size & -GRANULE);
	while (nr_races) {
		const unsigned long at = races[--nr_races] & -GRANULE;

		if (at - begin < size)
			__tsan_java_alloc(at, GRANULE);
	}
}

static void races_add(void *at)
{
	if (nr_races < MAX_RACES)
		races[nr_races++] = (unsigned long)at;
}

#else

static void races_reset(void)
{
}

#ifdef GROUPFUZZ_TSAN
static void races_add(void *at)
{
	(void)at;
}
#endif

#endif

void sanitizers_reset(void)
{
	reported = false;
	words[0] = '\0';
	races_reset();
}

#if defined(GROUPFUZZ_ASAN) || defined(GROUPFUZZ_TSAN)
static void tell(void)
{
	if (sanitizers_watcher)
		sanitizers_watcher(&first);
}
#endif

#ifdef GROUPFUZZ_ASAN

/* The harness's own fault: no finding, and no verdict. */
_Noreturn static void not_in_an_execution(void)
{
	fprintf(stderr,
		"groupfuzz: a sanitizer reports outside any execution\n");
	_exit(2);
}

static void report(const char *oracle, const char *place, const char *cause)
{
	first = (struct verdict){ .op = oracle_threads[seam_thread].index };
	snprintf(first.oracle, sizeof(first.oracle), "%s", oracle);
	/* A function, or a file. */
	snprintf(first.message, sizeof(first.message), "%s in %s%s", cause,
		 place, strchr(place, '.') ? "" : "()");
	verdict_bucket(first.bucket, sizeof(first.bucket), oracle, place,
		       cause);
	reported = true;
}

#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>

/* What the sanitizer sees as poison has a better name: see slab.c. */
static void asan_report(const char *text)
{
	unsigned long address = (unsigned long)__asan_get_report_address();
	const char *cause = slab_fault(address);
	FILE *f;

	if (!verdict_armed())
		not_in_an_execution();
	if (reported || !finding_wanted("address"))
		return;
	report("address", symbol_name((unsigned long)__asan_get_report_pc()),
	       cause ? cause : __asan_get_report_description());
	f = fmemopen(words, sizeof(words), "w");
	if (f) {
		fputs(text, f);
		slab_describe(address, f);
		fclose(f);
	}
	if (!quiet)
		slab_describe(address, stderr);
	tell();
}

/* From the runtime (compiler-rt/lib/ubsan/ubsan_monitor.h). */
void __ubsan_get_current_report_data(const char **kind, const char **message,
				     const char **file, unsigned int *line,
				     unsigned int *column, char **address);
void __ubsan_on_report(void);

/* What a check tells its handler of its place (compiler-rt/lib/ubsan/ubsan_value.h). */
struct place {
	const char *file;
	uint32_t line, column;
};

extern char __data_start[], _edata[];

/*
 * The runtime reports each place once in a process, and marks it by its column
 * (SourceLocation::acquire()). It gets that back.
 */
__attribute__((no_sanitize("address"))) static void
report_again(struct place was)
{
	unsigned long at = (unsigned long)__data_start & -sizeof(void *);
	struct place *p;

	for (; at + sizeof(*p) <= (unsigned long)_edata; at += sizeof(void *)) {
		p = (struct place *)at;
		if (p->file == was.file && p->line == was.line &&
		    p->column == UINT32_MAX)
			p->column = was.column;
	}
}

/* The place is a file: the runtime does not tell the function. */
void __ubsan_on_report(void)
{
	const char *kind, *message, *file, *base;
	unsigned int line, column;
	char *address;

	if (!verdict_armed())
		not_in_an_execution();
	__ubsan_get_current_report_data(&kind, &message, &file, &line, &column,
					&address);
	report_again((struct place){ file, line, column });
	if (reported || !finding_wanted("undefined"))
		return;
	base = strrchr(file, '/');
	report("undefined", base ? base + 1 : file, kind);
	snprintf(words, sizeof(words), "%s:%u: %s\n", file, line, message);
	tell();
}
#endif

#ifdef GROUPFUZZ_TSAN

/* From the runtime (sanitizer/tsan_interface.h, tsan_debugging.cpp). */
int __tsan_get_report_mop(void *report, unsigned long i, int *tid, void **addr,
			  int *size, int *write, int *atomic, void **trace,
			  unsigned long trace_size);

void AnnotateIgnoreReadsBegin(const char *file, int line);
void AnnotateIgnoreReadsEnd(const char *file, int line);
void AnnotateIgnoreWritesBegin(const char *file, int line);
void AnnotateIgnoreWritesEnd(const char *file, int line);

void sanitizers_alone(bool alone)
{
	if (alone) {
		AnnotateIgnoreReadsBegin(__FILE__, __LINE__);
		AnnotateIgnoreWritesBegin(__FILE__, __LINE__);
	} else {
		AnnotateIgnoreWritesEnd(__FILE__, __LINE__);
		AnnotateIgnoreReadsEnd(__FILE__, __LINE__);
	}
}

#define RACE_FRAMES 8

struct side {
	char place[64];
	const char *what;
	int size;
};

/* What the allocator does to a block it does for the function that frees it. */
static bool is_allocator(const char *name)
{
	return !strncmp(name, "slab_", 5);
}

static void *read_side(void *report, unsigned int i, struct side *s)
{
	void *trace[RACE_FRAMES] = { NULL };
	int tid, write = 0, atomic = 0;
	const char *name = "unknown";
	unsigned int n;
	void *addr;

	__tsan_get_report_mop(report, i, &tid, &addr, &s->size, &write, &atomic,
			      trace, RACE_FRAMES);
	for (n = 0; n < RACE_FRAMES && trace[n]; n++) {
		name = symbol_name((unsigned long)trace[n] - 1);
		if (!is_allocator(name))
			break;
	}
	s->what = n && n < RACE_FRAMES ? "free" :
		  atomic	       ? "marked access" :
		  write		       ? "write" :
					 "read";
	snprintf(s->place, sizeof(s->place), "%s", name);
	return addr;
}

/*
 * The runtime's own hook, weak there: true keeps it from printing. It must not
 * call into the core or switch. The first in the alphabet is the place, so that
 * both orders are one bucket.
 */
bool race_seen(void *report, bool suppressed) __asm__(
	"_ZN6__tsan8OnReportEPKNS_10ReportDescEb");
bool race_seen(void *report, bool suppressed)
{
	struct side a, b, t;
	void *at = read_side(report, 0, &a);

	(void)suppressed;
	races_add(at);
	if (reported || !verdict_armed() || !finding_wanted("race"))
		return true;
	read_side(report, 1, &b);
	if (strcmp(a.place, b.place) > 0) {
		t = a;
		a = b;
		b = t;
	}
	first = (struct verdict){ .op = oracle_threads[seam_thread].index };
	snprintf(first.oracle, sizeof(first.oracle), "race");
	snprintf(
		first.message, sizeof(first.message),
		"data race: %s of %d bytes in %s() against %s of %d bytes in %s()",
		a.what, a.size, a.place, b.what, b.size, b.place);
	verdict_bucket(first.bucket, sizeof(first.bucket), "race", a.place,
		       b.place);
	reported = true;
	tell();
	return true;
}

#else

void sanitizers_alone(bool alone)
{
	(void)alone;
}

#endif

#ifdef GROUPFUZZ_ASAN
static int null_fd = -1;

/* A child would open a file of its own otherwise, named after its number. */
static void report_to_null(void)
{
	__sanitizer_set_report_fd((void *)(long)null_fd);
}
#endif

void sanitizers_quiet(void)
{
	quiet = true;
#ifdef GROUPFUZZ_ASAN
	/* Its own words come with the callback. */
	if (null_fd < 0) {
		null_fd = open("/dev/null", O_WRONLY);
		pthread_atfork(NULL, NULL, report_to_null);
	}
	report_to_null();
#endif
}

void sanitizers_init(void)
{
#ifdef GROUPFUZZ_ASAN
	__asan_set_error_report_callback(asan_report);
#endif
}
