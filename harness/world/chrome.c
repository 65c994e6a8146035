// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writes an execution as Chrome trace events, the JSON that Perfetto
 * (ui.perfetto.dev) and chrome://tracing open: a track for each thread, on
 * which operations, the locks held, and the times at which the thread does not
 * run are nested slices; preemptions and the finding are instants.
 *
 * Time is the number of the decision point, as microseconds; what happens
 * between two of them is a thousandth later each. A program of one thread has
 * no such points, and there it is the number of the operation.
 */
#include <harness/world/trace.h>
#include <string.h>

#define MAX_SLICES 32

enum slice_kind { SLICE_OP, SLICE_LOCK, SLICE_OFF };

static struct track {
	struct slice {
		enum slice_kind kind;
		const struct lock *lock;
		char name[128];
	} slice[MAX_SLICES]; /* that are open, from the outermost */
	unsigned int nr;
} tracks[SEAM_THREADS];

static FILE *out;
static bool any;
static unsigned int point, since; /* events since that point */

static void put_string(const char *s)
{
	fputc('"', out);
	for (; *s; s++) {
		if (*s == '"' || *s == '\\')
			fputc('\\', out);
		if ((unsigned char)*s < ' ')
			fprintf(out, "\\u%04x", *s);
		else
			fputc(*s, out);
	}
	fputc('"', out);
}

/* Begin an event of @thread; the caller writes its arguments, and "}". */
static void put_head(char phase, unsigned int thread)
{
	fprintf(out, "%s\n{\"ph\":\"%c\",\"pid\":1,\"tid\":%u", any ? "," : "",
		phase, thread + 1); /* 0 is the idle thread's */
	any = true;
}

/* The same, of one that has a time. */
static void put(char phase, unsigned int thread, const char *name)
{
	put_head(phase, thread);
	fprintf(out, ",\"ts\":%u.%03u", point, since);
	if (since < 999)
		since++;
	if (name) {
		fputs(",\"name\":", out);
		put_string(name);
	}
}

static void put_arg(const char *key, const char *value)
{
	fprintf(out, ",\"args\":{\"%s\":", key);
	put_string(value);
	fputc('}', out);
}

static void put_meta(unsigned int thread, const char *what, const char *name)
{
	put_head('M', thread);
	fprintf(out, ",\"name\":\"%s\"", what);
	put_arg("name", name);
	fputc('}', out);
}

static void put_instant(unsigned int thread, const char *name, const char *key,
			const char *value)
{
	put('i', thread, name);
	fputs(",\"s\":\"t\"", out);
	put_arg(key, value);
	fputc('}', out);
}

/* --- slices --- */

static void open_slice(unsigned int thread, enum slice_kind kind,
		       const char *name, const struct lock *lock,
		       const char *place)
{
	static const char *const categories[] = { "operation", "lock", "off" };
	struct track *t = &tracks[thread];
	struct slice *s = &t->slice[t->nr];

	if (t->nr == MAX_SLICES)
		return;
	t->nr++;
	s->kind = kind;
	s->lock = lock;
	snprintf(s->name, sizeof(s->name), "%s", name);
	put('B', thread, name);
	fprintf(out, ",\"cat\":\"%s\"", categories[kind]);
	if (place)
		put_arg("at", place);
	fputc('}', out);
}

/* Close the innermost one; @result, or NULL. */
static void close_slice(unsigned int thread, const char *result)
{
	tracks[thread].nr--;
	put('E', thread, NULL);
	if (result)
		put_arg("returned", result);
	fputc('}', out);
}

/* Slices nest and locks need not: what was taken later is opened again. */
static void close_lock(unsigned int thread, const struct lock *lock)
{
	struct track *t = &tracks[thread];
	struct slice again[MAX_SLICES];
	unsigned int i, nr;

	for (i = t->nr; i-- > 0;)
		if (t->slice[i].kind == SLICE_LOCK && t->slice[i].lock == lock)
			break;
	if (i >= t->nr)
		return;
	nr = t->nr - i - 1;
	memcpy(again, &t->slice[i + 1], nr * sizeof(again[0]));
	while (t->nr > i)
		close_slice(thread, NULL);
	for (i = 0; i < nr; i++)
		open_slice(thread, again[i].kind, again[i].name, again[i].lock,
			   NULL);
}

/* An operation ends, and with it whatever is still open in it. */
static void close_op(unsigned int thread, const char *result)
{
	struct track *t = &tracks[thread];

	while (t->nr > 1)
		close_slice(thread, NULL);
	if (t->nr)
		close_slice(thread, result);
}

static void close_off(unsigned int thread)
{
	struct track *t = &tracks[thread];

	if (t->nr && t->slice[t->nr - 1].kind == SLICE_OFF)
		close_slice(thread, NULL);
}

/* --- events --- */

static void put_begin(void)
{
	unsigned int t;

	put_meta(0, "process_name", "groupfuzz");
	for (t = 0; t < SEAM_THREADS; t++)
		if (event_thread(t)->name)
			put_meta(t, "thread_name", event_thread(t)->name);
}

static void put_switch(const struct event *e)
{
	const struct event_thread *from = event_thread(e->other);
	char name[64], where[256];

	if (e->decided) {
		snprintf(name, sizeof(name), "at %u%s%.0u run %s", e->point,
			 e->access ? "." : "", e->access,
			 event_thread(e->thread)->name);
		event_point(e->other, where, sizeof(where));
		put_instant(e->other, name, "at", where);
	}
	if (from->in_op && !from->stopped) {
		event_point(e->other, where, sizeof(where));
		open_slice(e->other, SLICE_OFF, "preempted", NULL, where);
	}
	close_off(e->thread);
}

static void put_end(void)
{
	unsigned int t;

	for (t = 0; t < SEAM_THREADS; t++)
		close_op(t, NULL);
}

void chrome_event(const struct event *e)
{
	char place[160], name[32];

	if (e->point != point) {
		point = e->point;
		since = 0;
	}
	if (e->site)
		event_place(e->site, place, sizeof(place));
	switch (e->kind) {
	case EVENT_BEGIN:
		put_begin();
		break;
	case EVENT_OP:
		open_slice(e->thread, SLICE_OP, e->text, NULL, NULL);
		break;
	case EVENT_RETURN:
		close_op(e->thread, e->text);
		break;
	case EVENT_LOCK:
		open_slice(e->thread, SLICE_LOCK, e->text, e->lock, place);
		break;
	case EVENT_UNLOCK:
		close_lock(e->thread, e->lock);
		break;
	case EVENT_WAIT:
		snprintf(place, sizeof(place), "waits for %s", e->text);
		open_slice(e->thread, SLICE_OFF, place, NULL, NULL);
		break;
	case EVENT_FAULT:
		snprintf(name, sizeof(name), "%s fault", e->text);
		put_instant(e->thread, name, "in", place);
		break;
	case EVENT_SWITCH:
		put_switch(e);
		break;
	case EVENT_FINDING:
		put_instant(e->thread, e->verdict->bucket, "message",
			    e->verdict->message);
		put_end();
		break;
	case EVENT_END:
		put_end();
		break;
	}
}

void trace_chrome(FILE *f)
{
	out = f;
	any = false;
	point = since = 0;
	memset(tracks, 0, sizeof(tracks));
	fputs("{\"displayTimeUnit\":\"ns\",\"traceEvents\":[", out);
}

bool chrome_wanted(void)
{
	return out;
}

int trace_chrome_end(void)
{
	FILE *f = out;

	out = NULL;
	fputs("\n]}\n", f);
	return fflush(f) || ferror(f) ? -1 : 0;
}
