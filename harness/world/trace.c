// SPDX-License-Identifier: GPL-2.0-only
/*
 * Prints an execution; see trace.h. It only looks.
 */
#include <drivers-mock/mock.h>
#include <peek.h>
#include <harness/world/trace.h>

#define OP_COLUMN     28
#define RESULT_COLUMN 16

static FILE *out;

static const char *owner_name(unsigned int owner)
{
	if (!owner)
		return "nobody";
	return owner_names[(owner - 1) % MAX_OWNERS];
}

/* What the hardware does with the device's accesses. */
static void print_device(const struct model *m, unsigned int n,
			 const struct iommu_group *group)
{
	const struct mock_entry *entry = &mock_table.dev[n];

	fprintf(out, " dev%u:", n);
	switch (entry->state) {
	case MOCK_BLOCKED:
		fputs("blocked", out);
		break;
	case MOCK_BYPASS:
		fputs("bypass", out);
		break;
	case MOCK_TRANSLATED:
		fputs(domain_name(m, group, &entry->domain->domain), out);
		break;
	}
}

static void print_group(const struct model *m, unsigned int n)
{
	struct iommu_group *group = model_group(m, n);
	unsigned int i;

	fprintf(out, "g%u: ", n);
	if (!group) {
		fputs("none", out);
		return;
	}
	if (peek_owner(group))
		fprintf(out, "owner %s (%u)", owner_name(m->group[n].owner),
			peek_owner_cnt(group));
	else
		fprintf(out, "users %u", peek_owner_cnt(group));
	fprintf(out, ", on %s;", domain_name(m, group, peek_domain(group)));
	for (i = 0; i < m->world->nr_devices; i++)
		if (m->dev[i].dev && m->dev[i].dev->iommu_group == group)
			print_device(m, i, group);
}

static void print_groups(const struct model *m)
{
	unsigned int n;

	for (n = 0; n < m->world->nr_groups; n++) {
		if (n)
			fprintf(out, "\n%*s", 4 + OP_COLUMN + RESULT_COLUMN,
				"");
		print_group(m, n);
	}
	fputc('\n', out);
}

static void format_result(const struct op *op, long ret, char *buf, size_t len)
{
	bool dma = op->code == OP_DMA || op->code == OP_DMA_PASID;

	if (dma && ret == -EFAULT)
		snprintf(buf, len, "= fault");
	else if (dma)
		snprintf(buf, len, "= 0x%lx", ret);
	else if (ret < 0)
		snprintf(buf, len, "= -%s", errno_name(ret));
	else
		snprintf(buf, len, "= %ld", ret);
}

static void trace_begin(const struct model *m)
{
	fprintf(out, "%-*s", 4 + OP_COLUMN + RESULT_COLUMN, mock_driver->name);
	print_groups(m);
}

/* Before the operation, so that a crash in it is seen to be in it. */
static void trace_before(const struct model *m, const struct op *op)
{
	char text[64];

	(void)m;
	op_format(op, text, sizeof(text));
	fprintf(out, "%3d %-*s", oracle_threads[seam_thread].index, OP_COLUMN,
		text);
	fflush(out);
}

static void trace_op(const struct model *m, const struct op *op, long ret,
		     const char *skip)
{
	char result[32];

	if (skip) {
		fprintf(out, "skipped: %s\n", skip);
		return;
	}
	format_result(op, ret, result, sizeof(result));
	fprintf(out, "%-*s", RESULT_COLUMN, result);
	print_groups(m);
}

bool trace_run(const struct program *p, struct verdict *v, FILE *f,
	       bool messages)
{
	static const struct observer observer = {
		.begin = trace_begin,
		.before = trace_before,
		.op = trace_op,
	};
	bool clean;

	out = f;
	printk_enabled = messages;
	clean = world_run(p, v, &observer);
	printk_enabled = false;
	if (clean) {
		fprintf(f, "no finding\n");
		return true;
	}
	if (v->op < 0)
		fprintf(f, "%s\nfinding: %s\n", v->message, v->bucket);
	else
		fprintf(f, "\noperation %d: %s\nfinding: %s\n", v->op,
			v->message, v->bucket);
	return false;
}
