// SPDX-License-Identifier: GPL-2.0-only
/*
 * Prints an execution of several threads as one draws an interleaving in a
 * mail: a column for each thread, time goes down, a line is an event.
 *
 * What is told: operations, waits, and each switch with the places that both
 * threads are at. Locks matter only while another thread is in the middle of
 * something, those of the driver do not, nor does the same one a second time in
 * a row; what a thread holds is told where it is preempted. The state of the
 * groups comes when nothing is in flight, if it has changed.
 */
#include <harness/world/trace.h>
#include <drivers-mock/mock.h>
#include <harness/oracle/history.h>
#include <stdarg.h>
#include <string.h>

#define LIMIT	  112 /* of a line */
#define MIN_WIDTH 36  /* of a column's text, beyond that if need be */

static FILE *out;
static const struct program *program;
static unsigned int width, nr_columns; /* without that of the RCU thread */
static char state[MAX_GROUPS][256];    /* as printed */

#define NR_SAID 16

static struct column {
	bool lock;	    /* the next lock that it takes is told of */
	unsigned int point; /* the last one that was told of */
	/* Locks that were told of since it began or went on. */
	const struct site *said[NR_SAID];
	unsigned int nr_said;
} columns[SEAM_THREADS];

/* --- lines --- */

/* The length of what of @text fits @room, up to a space. */
static size_t fitting(const char *text, size_t room)
{
	size_t n = strlen(text), i;

	if (n <= room)
		return n;
	for (i = room; i; i--)
		if (text[i] == ' ')
			return i;
	return strcspn(text, " ");
}

/* A line of @thread's column, or several if it is too long for one. */
__attribute__((format(printf, 3, 4))) static void
say(unsigned int thread, unsigned int indent, const char *fmt, ...)
{
	unsigned int at =
		indent + width * (thread == THREAD_RCU ? nr_columns : thread);
	char buf[768], *text = buf;
	size_t n, room;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(buf, sizeof(buf), fmt, ap);
	va_end(ap);
	room = at + MIN_WIDTH > LIMIT ? MIN_WIDTH : LIMIT - at;
	for (;;) {
		n = fitting(text, room);
		fprintf(out, "%*s%.*s\n", (int)at, "", (int)n, text);
		text += n;
		if (!*text++)
			break;
		if (text == buf + n + 1) {
			at += 2;
			room -= 2;
		}
	}
}

static void say_state(const struct model *m)
{
	char now[sizeof(state[0])];
	unsigned int n;
	FILE *f;

	for (n = 0; n < m->world->nr_groups; n++) {
		memset(now, 0, sizeof(now));
		f = fmemopen(now, sizeof(now) - 1, "w");
		if (!f)
			return;
		trace_group(m, n, f);
		fclose(f);
		if (!strcmp(now, state[n]))
			continue;
		memcpy(state[n], now, sizeof(now));
		fprintf(out, "-- %s\n", now);
	}
}

/* --- events --- */

static void say_begin(const struct event *e)
{
	unsigned int t;

	fprintf(out, "%s\n", mock_driver->name);
	say_state(e->model);
	fputc('\n', out);
	for (t = 0; t < nr_columns; t++)
		fprintf(out, "%-*s", t + 1 < nr_columns ? (int)width : 0,
			event_thread(t)->name);
	fputc('\n', out);
}

static bool others_in_op(unsigned int thread)
{
	unsigned int t;

	for (t = 0; t < SEAM_THREADS; t++)
		if (t != thread && event_thread(t)->in_op)
			return true;
	return false;
}

static bool in_driver(const struct site *site)
{
	return !strncmp(site->file, "drivers-mock/", 13);
}

static bool said(const struct column *c, const struct site *site)
{
	unsigned int i;

	for (i = 0; i < c->nr_said && i < NR_SAID; i++)
		if (c->said[i] == site)
			return true;
	return false;
}

static void say_lock(const struct event *e)
{
	struct column *c = &columns[e->thread];
	char place[128];

	if (!c->lock && (!others_in_op(e->thread) || in_driver(e->site) ||
			 said(c, e->site)))
		return;
	c->lock = false;
	c->point = event_thread(e->thread)->point;
	c->said[c->nr_said++ % NR_SAID] = e->site;
	event_place(e->site, place, sizeof(place));
	if (e->site->call)
		say(e->thread, 2, "%s, %s", e->site->call, place);
	else
		say(e->thread, 2, "takes %s, %s", e->text, place);
}

static void say_wait(const struct event *e)
{
	const struct event_thread *t = event_thread(e->thread);
	char place[128], held[128];

	event_place(event_in_core(t->site) || !t->core ? t->site : t->core,
		    place, sizeof(place));
	columns[e->thread].point = e->point;
	columns[e->thread].lock = e->other >= 0;
	if (e->other >= 0) {
		event_place(e->site, held, sizeof(held));
		say(e->thread, 2, "waits at %u for %s, %s; %s has it from %s",
		    e->point, e->text, place, event_thread(e->other)->name,
		    held);
	} else if (t->core) {
		say(e->thread, 2, "waits at %u for %s, %s", e->point, e->text,
		    place);
	} else {
		say(e->thread, 2, "waits at %u for %s", e->point, e->text);
	}
}

/* What thread @t holds, each after a separator. */
static void format_held(const struct event_thread *t, char *buf, size_t len)
{
	unsigned int i;
	size_t n = 0;

	buf[0] = '\0';
	for (i = 0; i < t->nr_held && n < len; i++)
		n += snprintf(buf + n, len - n, "%s%s", i ? ", " : "; holds ",
			      t->held[i].name);
}

static void say_left(const struct event *e, unsigned int from)
{
	const struct event_thread *t = event_thread(from);
	const char *to = event_thread(e->thread)->name;
	char where[256], held[256], access[16] = "";

	if (t->stopped) {
		if (t->kind == SEAM_END)
			say(from, 0, "ends at %u", e->point);
		if (e->decided)
			say(from, 0, "the schedule runs %s", to);
		return;
	}
	if (e->access)
		snprintf(access, sizeof(access), ".%u", e->access);
	event_point(from, where, sizeof(where));
	format_held(t, held, sizeof(held));
	say(from, t->in_op ? 2 : 0, "preempted at %u%s %s%s", e->point, access,
	    where, held);
	columns[from].point = t->point;
}

static void say_switch(const struct event *e)
{
	const struct event_thread *t = event_thread(e->thread);
	struct column *c = &columns[e->thread];
	char where[256];

	if (e->other == (int)e->thread) {
		if (e->decided)
			say(e->thread, 0, "at 0 the schedule runs %s", t->name);
		return;
	}
	say_left(e, e->other);
	c->nr_said = 0;
	if (e->thread == THREAD_RCU && !t->begun)
		say(e->thread, 0, "%s", t->name);
	if (!t->begun || !t->in_op)
		return;
	/* What it goes on with is told when it has it. */
	c->lock |= t->kind == SEAM_LOCK && t->site->call && !t->past;
	if (c->lock)
		return;
	event_point(e->thread, where, sizeof(where));
	if (t->stopped)
		say(e->thread, 2, "goes on");
	else
		say(e->thread, 2, "goes on %s", where);
}

static void say_fault(const struct event *e)
{
	char place[128];

	event_place(e->site, place, sizeof(place));
	if (event_thread(e->thread)->in_op)
		say(e->thread, 2, "%s fault in %s", e->text, place);
	else
		fprintf(out, "%s fault in %s\n", e->text, place);
}

static void say_finding(const struct event *e)
{
	const struct event_thread *t = event_thread(e->thread);
	char where[256];

	if (t->in_op && columns[e->thread].point != t->point) {
		event_point(e->thread, where, sizeof(where));
		say(e->thread, 2, "last at %u, %s", t->point, where);
	}
	/* In the setup and the teardown nobody is in an operation. */
	if (t->in_op || e->verdict->op >= 0)
		say(e->thread, 2, "*** %s", e->verdict->message);
	else
		fprintf(out, "*** %s\n", e->verdict->message);
	history_print(program, out);
	fprintf(out, "\nfinding: %s\n", e->verdict->bucket);
}

void columns_event(const struct event *e)
{
	switch (e->kind) {
	case EVENT_BEGIN:
		say_begin(e);
		break;
	case EVENT_OP:
		columns[e->thread].nr_said = 0;
		if (e->index < 0)
			say(e->thread, 0, "%s", e->text);
		else
			say(e->thread, 0, "%d %s", e->index, e->text);
		break;
	case EVENT_RETURN:
		if (e->text)
			say(e->thread, 2, "%s", e->text);
		columns[e->thread].lock = false;
		if (e->text && e->at_rest)
			say_state(e->model);
		break;
	case EVENT_LOCK:
		say_lock(e);
		break;
	case EVENT_WAIT:
		say_wait(e);
		break;
	case EVENT_FAULT:
		say_fault(e);
		break;
	case EVENT_SWITCH:
		say_switch(e);
		break;
	case EVENT_FINDING:
		say_finding(e);
		break;
	case EVENT_END:
		fputc('\n', out);
		event_print_end(e, out);
		break;
	default:
		return;
	}
	fflush(out);
}

void columns_begin(const struct program *p, FILE *f)
{
	out = f;
	program = p;
	nr_columns = p->nr_threads;
	width = nr_columns < 3 ? 40 : nr_columns == 3 ? 32 : 24;
	memset(state, 0, sizeof(state));
	memset(columns, 0, sizeof(columns));
}
