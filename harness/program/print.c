// SPDX-License-Identifier: GPL-2.0-only
/*
 * Printing the text form of a program. It is canonical: what is not written is
 * a default, so equal programs are equal files.
 */
#include <harness/program/lex.h>

#define OP_TEXT 64 /* more than the longest operation */

static int format_arg(char *buf, size_t len, enum arg_kind kind,
		      unsigned int value)
{
	switch (kind) {
	case ARG_GROUP:
		return snprintf(buf, len, "g%u", value);
	case ARG_DEV:
		return snprintf(buf, len, "dev%u", value);
	case ARG_DOM:
		return snprintf(buf, len, "d%u", value);
	case ARG_OWNER:
		return snprintf(buf, len, "%s", owner_names[value]);
	case ARG_TYPE:
		return snprintf(buf, len, "%s", type_words[value]);
	case ARG_FAULT:
		return snprintf(buf, len, "%s", fault_names[value]);
	default:
		return snprintf(buf, len, "%u", value);
	}
}

int op_format(const struct op *op, char *buf, size_t len)
{
	const struct op_info *info = &op_info[op->code];
	char text[OP_TEXT];
	unsigned int i, n = 0;

	if (info->result)
		n += snprintf(text, sizeof(text), "d%u = ", op->arg[0]);
	n += snprintf(text + n, sizeof(text) - n, "%s", info->word);
	for (i = info->result; i < info->nr_args; i++) {
		text[n++] = ' ';
		n += format_arg(text + n, sizeof(text) - n, info->arg[i],
				op->arg[i]);
	}
	return snprintf(buf, len, "%s", text);
}

/* The names of the bits in @flags, each after a separator. */
static void print_flags(FILE *f, unsigned int flags, const char *const *names,
			const char *first, const char *next)
{
	const char *sep = first;
	unsigned int i;

	for (i = 0; flags >> i; i++) {
		if (!(flags & 1U << i))
			continue;
		fprintf(f, "%s%s", sep, names[i]);
		sep = next;
	}
}

static void print_world(const struct world_desc *w, FILE *f)
{
	fprintf(f, "world driver=%s groups=%u devices=%u",
		driver_names[w->driver], w->nr_groups, w->nr_devices);
	if (w->default_type != DEFAULT_DMA_FQ)
		fprintf(f, " default=%s", default_words[w->default_type]);
	print_flags(f, w->without, without_words, " without=", ",");
	print_flags(f, w->flags, world_words, " ", " ");
	fputc('\n', f);
}

static void print_device(const struct world_desc *w, unsigned int i, FILE *f)
{
	const struct device_desc *dev = &w->dev[i];
	const bool moved = dev->group != default_group(w, i);

	if (!moved && !dev->pasids && !dev->flags)
		return;
	fprintf(f, "device dev%u", i);
	if (moved)
		fprintf(f, " g%u", dev->group);
	if (dev->pasids)
		fprintf(f, " pasids=%u", dev->pasids);
	print_flags(f, dev->flags, device_words, " ", " ");
	fputc('\n', f);
}

static void print_fault(const struct first_fault *fault, FILE *f)
{
	if (fault->nth)
		fprintf(f, "fault %s %u\n", fault_names[fault->kind],
			fault->nth);
}

static void print_thread(const struct program *p, const struct thread *t,
			 FILE *f)
{
	char buf[OP_TEXT];
	unsigned int i;

	fprintf(f, "thread %s\n", thread_names[t->name]);
	for (i = 0; i < t->nr; i++) {
		op_format(&p->op[t->first + i], buf, sizeof(buf));
		fputc('\t', f);
		fputs(buf, f);
		fputc('\n', f);
	}
}

const char *program_thread_name(const struct program *p, unsigned int t)
{
	return t == THREAD_RCU ? RCU_WORD : thread_names[p->thread[t].name];
}

static void print_schedule(const struct program *p, FILE *f)
{
	unsigned int i;

	if (p->strategy == STRATEGY_PCT)
		fprintf(f, "schedule pct:%u %u\n", p->depth, p->seed);
	else if (p->strategy != STRATEGY_LIST)
		fprintf(f, "schedule %s %u\n", strategy_names[p->strategy],
			p->seed);
	if (p->nr_preemptions)
		fputs("schedule\n", f);
	for (i = 0; i < p->nr_preemptions; i++) {
		const struct preemption *e = &p->preemption[i];

		fprintf(f, "\tat %u", e->point);
		if (e->access)
			fprintf(f, ".%u", e->access);
		fprintf(f, " run %s\n", program_thread_name(p, e->thread));
	}
}

int program_print(const struct program *p, FILE *f)
{
	unsigned int i;

	print_world(&p->world, f);
	for (i = 0; i < p->world.nr_devices; i++)
		print_device(&p->world, i, f);
	print_fault(&p->fault, f);
	for (i = 0; i < p->nr_threads; i++)
		print_thread(p, &p->thread[i], f);
	print_schedule(p, f);
	/* A full disk shows only now. */
	return fflush(f) || ferror(f) ? -1 : 0;
}
