// SPDX-License-Identifier: GPL-2.0-only
/*
 * Prints an execution, a line for each operation; see trace.h. It only looks.
 */
#include <drivers-mock/mock.h>
#include <peek.h>
#include <harness/world/trace.h>
#include <string.h>

#define OP_COLUMN     28
#define RESULT_COLUMN 16

static FILE *out;
static char faults[512]; /* that fired in the operation that runs, a line each */

static const char *owner_name(unsigned int owner)
{
	if (!owner)
		return "nobody";
	return owner_names[(owner - 1) % MAX_OWNERS];
}

/* What the driver has the hardware do with the device's accesses. */
static void print_device(const struct model *m, unsigned int n,
			 const struct iommu_group *group, FILE *f)
{
	const struct mock_entry *entry = &mock_table.dev[n].entry;

	fprintf(f, " dev%u:", n);
	switch (entry->state) {
	case MOCK_BLOCKED:
		fputs("blocked", f);
		break;
	case MOCK_BYPASS:
		fputs("bypass", f);
		break;
	case MOCK_TRANSLATED:
		fputs(domain_name(m, group, &entry->domain->domain), f);
		break;
	}
}

void trace_group(const struct model *m, unsigned int n, FILE *f)
{
	struct iommu_group *group = model_group(m, n);
	unsigned int i;

	fprintf(f, "g%u: ", n);
	if (!group) {
		fputs("none", f);
		return;
	}
	if (peek_owner(group))
		fprintf(f, "owner %s (%u)", owner_name(m->group[n].owner),
			peek_owner_cnt(group));
	else
		fprintf(f, "users %u", peek_owner_cnt(group));
	fprintf(f, ", on %s;", domain_name(m, group, peek_domain(group)));
	for (i = 0; i < m->world->nr_devices; i++)
		if (m->dev[i].dev && m->dev[i].dev->iommu_group == group)
			print_device(m, i, group, f);
}

static void print_groups(const struct model *m)
{
	unsigned int n;

	for (n = 0; n < m->world->nr_groups; n++) {
		if (n)
			fprintf(out, "\n%*s", 4 + OP_COLUMN + RESULT_COLUMN,
				"");
		trace_group(m, n, out);
	}
	fputc('\n', out);
}

/* An operation has its line to itself. */
static void note_fault(const struct event *e)
{
	size_t len = strlen(faults);
	char place[128];

	event_place(e->site, place, sizeof(place));
	if (event_thread(e->thread)->in_op)
		snprintf(faults + len, sizeof(faults) - len,
			 "    %s fault in %s\n", e->text, place);
	else
		fprintf(out, "%s fault in %s\n", e->text, place);
}

static void print_faults(void)
{
	fputs(faults, out);
	faults[0] = '\0';
}

static void print_finding(const struct event *e)
{
	const struct verdict *v = e->verdict;

	/* Within an operation nothing has ended its line yet. */
	if (faults[0])
		fputc('\n', out);
	print_faults();
	if (v->op < 0)
		fprintf(out, "%s\n", v->message);
	else
		fprintf(out, "\noperation %d: %s\n", v->op, v->message);
	fprintf(out, "finding: %s\n", v->bucket);
}

static void lines_event(const struct event *e)
{
	switch (e->kind) {
	case EVENT_BEGIN:
		fprintf(out, "%-*s", 4 + OP_COLUMN + RESULT_COLUMN,
			mock_driver->name);
		print_groups(e->model);
		break;
	case EVENT_OP:
		/* Before it runs, so that a crash in it is seen to be in it. */
		fprintf(out, "%3d %-*s", e->index, OP_COLUMN, e->text);
		break;
	case EVENT_RETURN:
		if (e->skipped) {
			fprintf(out, "%s\n", e->text);
			break;
		}
		fprintf(out, "%-*s", RESULT_COLUMN, e->text);
		print_groups(e->model);
		print_faults();
		break;
	case EVENT_FAULT:
		note_fault(e);
		break;
	case EVENT_FINDING:
		print_finding(e);
		break;
	case EVENT_END:
		event_print_end(e, out);
		break;
	default:
		return;
	}
	fflush(out);
}

bool trace_run(const struct program *p, struct verdict *v, FILE *f,
	       bool messages)
{
	void (*sink)(const struct event *e) = NULL;
	bool clean;

	out = f;
	faults[0] = '\0';
	if (f && p->nr_threads == 1) {
		sink = lines_event;
	} else if (f) {
		columns_begin(p, f);
		sink = columns_event;
	}
	printk_enabled = messages;
	clean = events_run(p, v, sink, chrome_wanted() ? chrome_event : NULL);
	printk_enabled = false;
	return clean;
}
