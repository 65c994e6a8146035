// SPDX-License-Identifier: GPL-2.0-only
/*
 * The names and ranges of everything a program can mention: the table of
 * operations made from ops.h, and the words of the text form.
 *
 * Only constant data and how to look it up; parsing, encoding and drawing
 * operands are in parse_op.c, print.c, binary.c and mutate.c.
 */
#include <harness/program/program.h>

#include <string.h>

/* A result takes the first operand's place and moves the others up. */
#define ARGS_NONE(a, b, c) { ARG_##a, ARG_##b, ARG_##c }
#define ARGS_DOM(a, b, c)  { ARG_DOM, ARG_##a, ARG_##b }
#define RESULT_NONE	   0
#define RESULT_DOM	   1

#define OP(name, spelling, res, a, b, c, w)                     \
	_Static_assert(RESULT_##res + (ARG_##a != ARG_NONE) +   \
				       (ARG_##b != ARG_NONE) +  \
				       (ARG_##c != ARG_NONE) <= \
			       3,                               \
		       "OP_" #name " has more than three operands");
#include "harness/program/ops.h"
#undef OP

const struct op_info op_info[NR_OPS] = {
#define OP(name, spelling, res, a, b, c, w)                               \
	[OP_##name] = {                                                   \
		.word = spelling,                                         \
		.nr_args = RESULT_##res + (ARG_##a != ARG_NONE) +         \
			   (ARG_##b != ARG_NONE) + (ARG_##c != ARG_NONE), \
		.arg = ARGS_##res(a, b, c),                               \
		.result = RESULT_##res,                                   \
		.weight = w,                                              \
	},
#include "harness/program/ops.h"
#undef OP
};

const char *const owner_names[MAX_OWNERS] = { "alice", "bob", "carol" };

const char *const type_words[NR_TYPES] = {
	[TYPE_IDENTITY] = "identity",
	[TYPE_DMA] = "DMA",
	[TYPE_DMA_FQ] = "DMA-FQ",
	[TYPE_AUTO] = "auto",
};

const char *const fault_names[NR_FAULTS] = {
	[FAULT_ALLOC] = "alloc",   [FAULT_ATTACH] = "attach",
	[FAULT_DOMAIN] = "domain", [FAULT_PROBE] = "probe",
	[FAULT_PASID] = "pasid",   [FAULT_SYSFS] = "sysfs",
};

const char *const thread_names[NR_THREAD_NAMES] = {
	"vfio",	   "kernel", "iommufd", "sysfs",
	"hotplug", "driver", "admin",	"dma",
};

/* The binary form holds the index: append only, never reorder. */
const char *const driver_names[NR_DRIVERS] = {
	"smmuv3",     "vtd",	    "amd",	  "legacy",	  "apple-dart",
	"qcom_iommu", "exynos",	    "ipmmu-vmsa", "mtk",	  "rockchip",
	"sprd",	      "sun50i",	    "arm-smmu",	  "virtio-iommu", "fsl_pamu",
	"omap",	      "tegra-gart", "tegra-smmu", "s390",
};

/* Bounds that are the same in every world; 0 stands for "ask the world". */
static const struct {
	uint8_t first, nr;
} fixed_range[] = {
	[ARG_NONE] = { 0, 1 },
	[ARG_GROUP] = { 0, 0 },
	[ARG_DEV] = { 0, 0 },
	[ARG_DOM] = { 0, MAX_DOMAINS },
	[ARG_OWNER] = { 0, MAX_OWNERS },
	[ARG_PASID] = { 1, MAX_PASID },
	[ARG_PAGE] = { 0, MAX_PAGES },
	[ARG_COUNT] = { 1, MAX_COUNT },
	[ARG_TYPE] = { 0, NR_TYPES },
	[ARG_FAULT] = { 0, NR_FAULTS },
};

void arg_range(const struct world_desc *w, enum arg_kind kind,
	       unsigned int *first, unsigned int *nr)
{
	*first = fixed_range[kind].first;
	*nr = fixed_range[kind].nr;
	if (kind == ARG_GROUP)
		*nr = w->nr_groups;
	else if (kind == ARG_DEV)
		*nr = w->nr_devices;
}

int driver_find(const char *name)
{
	unsigned int i;

	for (i = 0; i < NR_DRIVERS; i++)
		if (!strcmp(name, driver_names[i]))
			return i;
	return -1;
}
