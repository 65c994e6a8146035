// SPDX-License-Identifier: GPL-2.0-only
/*
 * groupfuzz export: write a program of one thread as a C file, with the calls
 * that it makes in their order, for a debugger. What that is built on is
 * harness/export/standalone.h.
 *
 * What the contract makes this tree skip is left out, and so is all that comes
 * after the finding. Programs that take more of the harness than calls are
 * refused: several threads (their interleaving is the scheduler's work), a
 * finding that comes when the world is taken down again, what only the model can
 * tell, whether a driver may refuse to attach, and the operations after OP_FAULT,
 * most of which keep something of their own.
 */
#include <drivers-mock/mock.h>
#include <harness/cmd/cmd.h>
#include <harness/oracle/sanitizers.h>
#include <harness/world/world.h>
#include <errno.h>

static FILE *file;
static const struct program *program;

/* --- expressions --- */

static const char *group(const struct model *m, unsigned int n)
{
	static char buf[48];
	const struct model_group *g = &m->group[n];
	unsigned int i;

	for (i = 0; i < m->world->nr_devices; i++)
		if (m->dev[i].dev && m->dev[i].desc.group == n &&
		    m->dev[i].dev->iommu_group) {
			snprintf(buf, sizeof(buf), "machine_group(%u)", n);
			return buf;
		}
	snprintf(buf, sizeof(buf), "ref[%u][%d]", n, g->nr_refs - 1);
	return buf;
}

/* Through which device a caller gets hold of the group. */
static unsigned int device_in(const struct model *m, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < m->world->nr_devices; i++)
		if (m->dev[i].settled && m->dev[i].desc.group == n &&
		    m->dev[i].dev->iommu_group)
			return i;
	return 0;
}

/* --- statements --- */

#define emit(...) fprintf(file, "\t" __VA_ARGS__)

static void emit_ownership(const struct model *m, const struct op *op)
{
	const uint8_t *arg = op->arg;

	if (op->code == OP_CLAIM)
		emit("CALL(iommu_group_claim_dma_owner(%s, &machine_owner[%u]));\n",
		     group(m, arg[0]), arg[1]);
	else if (op->code == OP_RELEASE)
		emit("DO(iommu_group_release_dma_owner(%s));\n",
		     group(m, arg[0]));
	else if (op->code == OP_CLAIM_DEV)
		emit("CALL(iommu_device_claim_dma_owner(machine_device(%u), &machine_owner[%u]));\n",
		     arg[0], MAX_OWNERS + arg[1]);
	else if (op->code == OP_RELEASE_DEV)
		emit("DO(iommu_device_release_dma_owner(machine_device(%u)));\n",
		     arg[0]);
	else
		emit("CALL(machine_%s(%u));\n",
		     op->code == OP_USE ? "use" : "unuse", arg[0]);
}

static void emit_alloc(const struct op *op)
{
#ifdef HAVE_IOMMU_PAGING_DOMAIN_ALLOC
	emit("POINTER(d%u, iommu_paging_domain_alloc(machine_device(%u)));\n",
	     op->arg[0], op->arg[1]);
#else
	emit("POINTER(d%u, iommu_domain_alloc(machine_device(%u)->bus));\n",
	     op->arg[0], op->arg[1]);
#endif
}

static void emit_pasid(const struct op *op)
{
	const uint8_t *arg = op->arg;

#if ARGS_IOMMU_ATTACH_DEVICE_PASID == 4
	const char *handle = ", NULL";
#else
	const char *handle = "";
#endif
	if (op->code == OP_ATTACH_PASID)
		emit("CALL(iommu_attach_device_pasid(d%u, machine_device(%u), %u%s));\n",
		     arg[0], arg[1], arg[2], handle);
	else
		emit("DO(iommu_detach_device_pasid(d%u, machine_device(%u), %u));\n",
		     arg[0], arg[1], arg[2]);
}

static void emit_map(const struct op *op)
{
	const uint8_t *arg = op->arg;

#if ARGS_IOMMU_MAP == 6
	const char *gfp = ", GFP_KERNEL";
#else
	const char *gfp = "";
#endif
	if (op->code == OP_MAP)
		emit("CALL(iommu_map(d%u, %#xUL, machine_phys(%u, %u), %#xUL, IOMMU_READ | IOMMU_WRITE%s));\n",
		     arg[0], arg[1] << MOCK_PAGE_SHIFT, arg[0], arg[1],
		     arg[2] << MOCK_PAGE_SHIFT, gfp);
	else
		emit("CALL((long)iommu_unmap(d%u, %#xUL, %#xUL));\n", arg[0],
		     arg[1] << MOCK_PAGE_SHIFT, arg[2] << MOCK_PAGE_SHIFT);
}

static void emit_domain(const struct model *m, const struct op *op)
{
	const uint8_t *arg = op->arg;

	switch (op->code) {
	case OP_ALLOC:
		emit_alloc(op);
		break;
	case OP_FREE:
		emit("DO(iommu_domain_free(d%u));\n", arg[0]);
		break;
	case OP_ATTACH:
		emit("CALL(iommu_attach_group(d%u, %s));\n", arg[0],
		     group(m, arg[1]));
		break;
	case OP_DETACH:
		emit("DO(iommu_detach_group(d%u, %s));\n", arg[0],
		     group(m, arg[1]));
		break;
	case OP_ATTACH_DEV:
		emit("CALL(iommu_attach_device(d%u, machine_device(%u)));\n",
		     arg[0], arg[1]);
		break;
	case OP_DETACH_DEV:
		emit("DO(iommu_detach_device(d%u, machine_device(%u)));\n",
		     arg[0], arg[1]);
		break;
	case OP_REPLACE:
		emit("CALL(iommu_group_replace_domain(%s, d%u));\n",
		     group(m, arg[1]), arg[0]);
		break;
	case OP_DEFERRED_ATTACH:
		emit("CALL(iommu_deferred_attach(machine_device(%u), iommu_get_dma_domain(machine_device(%u))));\n",
		     arg[0], arg[0]);
		break;
	case OP_MAP:
	case OP_UNMAP:
		emit_map(op);
		break;
	default:
		emit_pasid(op);
	}
}

static void emit_references(const struct model *m, const struct op *op)
{
	const unsigned int n = op->arg[0];

	if (op->code == OP_GET)
		emit("POINTER(ref[%u][%u], iommu_group_get(machine_device(%u)));\n",
		     n, m->group[n].nr_refs, device_in(m, n));
	else
		emit("DO(iommu_group_put(ref[%u][%d]));\n", n,
		     m->group[n].nr_refs - 1);
}

static void emit_rest(const struct model *m, const struct op *op)
{
	const uint8_t *arg = op->arg;

	switch (op->code) {
	case OP_DMA:
	case OP_DMA_PASID:
		emit("CALL(machine_dma(%u, %u, %u));\n", arg[0], arg[1],
		     op->code == OP_DMA ? 0 : arg[2]);
		break;
	case OP_GET:
	case OP_PUT:
		emit_references(m, op);
		break;
	case OP_REGISTER:
		emit("CALL(mock_register(1));\n");
		break;
	case OP_UNREGISTER:
		emit("DO(mock_unregister(1));\n");
		break;
	case OP_WRITE_TYPE:
		emit("CALL(machine_write(%s, \"type\", \"%s\"));\n",
		     group(m, arg[0]), type_words[arg[1]]);
		break;
	case OP_READ_TYPE:
	case OP_READ_RESV:
		emit("CALL(machine_read(%s, \"%s\"));\n", group(m, arg[0]),
		     op->code == OP_READ_TYPE ? "type" : "reserved_regions");
		break;
	case OP_FAULT:
		emit("DO(fault_arm(%u, %u)); /* %s */\n", arg[0], arg[1],
		     fault_names[arg[0]]);
		break;
	default: /* add, remove, load, unload */
		emit("CALL(machine_%s(", op_info[op->code].word);
		if (op_info[op->code].nr_args)
			fprintf(file, "%u", arg[0]);
		fprintf(file, "));\n");
	}
}

/* Before it runs: if it is the last, it may not return. */
static void emit_op(const struct model *m, const struct op *op)
{
	char text[128];

	op_format(op, text, sizeof(text));
	fprintf(file, "\n\t/* %td: %s", op - program->op, text);
	if (contract_forbids(m, op)) {
		fprintf(file, ": %s */\n", contract_forbids(m, op));
		return;
	}
	fprintf(file, " */\n");
	if (op->code <= OP_UNUSE)
		emit_ownership(m, op);
	else if (op->code <= OP_UNMAP)
		emit_domain(m, op);
	else
		emit_rest(m, op);
}

/* --- what stands before them --- */

static void emit_machine(const struct model *m)
{
	const struct world_desc *w = m->world;
	unsigned int n;

	fprintf(file,
		"static const struct machine machine = {\n"
		"\t.driver = %u, /* %s */\n"
		"\t.without = %#x,\n\t.default_type = %u,\n"
		"\t.early = %s,\n\t.locked = %s,\n"
		"\t.fault = { .nth = %u, .kind = %u },\n"
		"\t.nr_devices = %u,\n\t.dev = {\n",
		w->driver, driver_names[w->driver], w->without, w->default_type,
		w->flags & WORLD_EARLY ? "true" : "false",
		w->flags & WORLD_LOCKED ? "true" : "false", program->fault.nth,
		program->fault.kind, w->nr_devices);
	for (n = 0; n < w->nr_devices; n++)
		fprintf(file,
			"\t\t{ .group = %u, .pasids = %u, .flags = %#x },\n",
			m->dev[n].desc.group, m->dev[n].desc.pasids,
			m->dev[n].desc.flags);
	fprintf(file, "\t},\n};\n\n");
}

static void emit_begin(const struct model *m)
{
	unsigned int n;

	emit_machine(m);
	fprintf(file, "static struct iommu_domain *d0");
	for (n = 1; n < MAX_DOMAINS; n++)
		fprintf(file, ", *d%u", n);
	fprintf(file,
		";\nstatic struct iommu_group *ref[%u][%zu];\n\n"
		"int main(void)\n{\n\tmachine_begin(&machine);\n",
		MAX_GROUPS,
		sizeof(m->group[0].ref) / sizeof(m->group[0].ref[0]));
}

static void emit_header(const char *path, const char *core,
			const struct verdict *v)
{
	fprintf(file,
		"// SPDX-License-Identifier: GPL-2.0-only\n/*\n"
		" * %s, as calls.\n * %s%s%s\n *\n"
		" * In the top folder of groupfuzz, with this file as FILE.c:\n *\n"
		" *\tclang-19 -std=gnu11 -g -O1 -fno-inline -fno-strict-aliasing -fwrapv -w \\\n"
		" *\t\t-fsanitize=address,undefined -fno-sanitize=null \\\n"
		" *\t\t-D_GNU_SOURCE -DGROUPFUZZ_ASAN -I. -Icore/kernel -Icore \\\n"
		" *\t\t-Icore/include -I%s \\\n"
		" *\t\t-I%s/include \\\n"
		" *\t\t-I%s/drivers/iommu \\\n"
		" *\t\t-include linux/kconfig.h -o FILE FILE.c \\\n"
		" *\t\tharness/export/*.c harness/world/devices.c core/peek.c \\\n"
		" *\t\tcore/kernel/*.c drivers-mock/*.c\n"
		" *\tgdb -ex 'break standalone_finding' -ex run ./FILE\n */\n"
		"#include <harness/export/standalone.h>\n\n",
		path, *v->bucket ? v->bucket : "no finding",
		*v->bucket ? ": " : "", v->message, core, core, core);
}

/* --- the verb --- */

/* Why @p cannot be exported, NULL if it can. */
static const char *refused(const struct program *p)
{
	unsigned int i;

	if (p->nr_threads > 1)
		return "several threads: their interleaving is the scheduler's";
	for (i = 0; i < p->world.nr_devices; i++)
		if (p->world.dev[i].flags & (DEVICE_FINALIZE | DEVICE_NOIOMMU))
			return "a device with finalize or noiommu";
	if (p->fault.nth && p->fault.kind == FAULT_ATTACH)
		return "a fault of kind attach";
	for (i = 0; i < p->nr_ops; i++) {
		if (p->op[i].code > OP_FAULT)
			return op_info[p->op[i].code].word;
		if (p->op[i].code == OP_FAULT &&
		    p->op[i].arg[0] == FAULT_ATTACH)
			return "a fault of kind attach";
	}
	return NULL;
}

static int complain(const char *path, const char *what)
{
	fprintf(stderr, "%s: cannot be exported: %s\n", path, what);
	return 2;
}

/* Run @p for its verdict only, then again to write what it does on the way. */
static int export(const struct program *p, const char *path, const char *core)
{
	static const struct observer observer = {
		.before = emit_op,
		.begin = emit_begin,
	};
	struct verdict v = { 0 };

	program = p;
	if (!world_run(p, &v, NULL) && v.op < 0)
		return complain(path,
				"its finding is in no call of the program");
	emit_header(path, core, &v);
	world_run(p, &v, &observer);
	fprintf(file, "\treturn 0;\n}\n");
	return 0;
}

int cmd_export(int argc, char **argv)
{
	struct program p;
	int ret;

	cmd_take_options(&argc, &argv);
	if (argc != 4) {
		fprintf(stderr, "groupfuzz: export takes FILE, OUT and CORE\n");
		return 2;
	}
	if (cmd_load_to_run(&p, argv[1]))
		return 2;
	if (refused(&p))
		return complain(argv[1], refused(&p));
	file = fopen(argv[2], "w");
	if (!file) {
		fprintf(stderr, "%s: %s\n", argv[2], strerror(errno));
		return 2;
	}
	world_boot();
	ret = export(&p, argv[1], argv[3]);
	if (fclose(file) && !ret) {
		fprintf(stderr, "%s: %s\n", argv[2], strerror(errno));
		ret = 2;
	}
	if (ret)
		remove(argv[2]);
	return ret;
}
