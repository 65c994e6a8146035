/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The one table of operations. The text form, the binary form, the mutator,
 * the contract and the executor are all generated from it or indexed by it,
 * so an operation is added here and given a function in harness/world/exec.c.
 *
 * OP(name, word, result, arg0, arg1, arg2, weight)
 *
 * @name:   enumerator OP_<name>, and the executor's function
 * @word:   how the text form spells it; several operations may share a word
 *          and then differ in the kinds of their operands
 * @result: DOM if the text form is "dN = word ...", else NONE. The domain
 *          slot that is assigned is operand 0 in the struct.
 * @arg*:   kinds of the operands that follow the word, see enum arg_kind
 * @weight: how often the mutator draws it, relative to the others
 *
 * This file is included several times, so it has no include guard.
 */
// clang-format off
/* ownership */
OP(CLAIM,		"claim",	NONE,	GROUP,	OWNER,	NONE,	8)
OP(RELEASE,		"release",	NONE,	GROUP,	NONE,	NONE,	8)
OP(CLAIM_DEV,		"claim",	NONE,	DEV,	OWNER,	NONE,	6)
OP(RELEASE_DEV,		"release",	NONE,	DEV,	NONE,	NONE,	6)
OP(USE,			"use",		NONE,	DEV,	NONE,	NONE,	5)
OP(UNUSE,		"unuse",	NONE,	DEV,	NONE,	NONE,	4)
/* domains */
OP(ALLOC,		"alloc",	DOM,	DEV,	NONE,	NONE,	9)
OP(FREE,		"free",		NONE,	DOM,	NONE,	NONE,	7)
OP(ATTACH,		"attach",	NONE,	DOM,	GROUP,	NONE,	9)
OP(DETACH,		"detach",	NONE,	DOM,	GROUP,	NONE,	8)
OP(ATTACH_DEV,		"attach",	NONE,	DOM,	DEV,	NONE,	5)
OP(DETACH_DEV,		"detach",	NONE,	DOM,	DEV,	NONE,	5)
OP(REPLACE,		"replace",	NONE,	DOM,	GROUP,	NONE,	4)
OP(ATTACH_PASID,	"attach_pasid",	NONE,	DOM,	DEV,	PASID,	3)
OP(DETACH_PASID,	"detach_pasid",	NONE,	DOM,	DEV,	PASID,	3)
OP(DEFERRED_ATTACH,	"deferred_attach", NONE, DEV,	NONE,	NONE,	2)
/* mappings and the device's own accesses */
OP(MAP,			"map",		NONE,	DOM,	PAGE,	COUNT,	4)
OP(UNMAP,		"unmap",	NONE,	DOM,	PAGE,	COUNT,	3)
OP(DMA,			"dma",		NONE,	DEV,	PAGE,	NONE,	6)
OP(DMA_PASID,		"dma",		NONE,	DEV,	PAGE,	PASID,	2)
/* topology */
OP(ADD,			"add",		NONE,	DEV,	NONE,	NONE,	4)
OP(REMOVE,		"remove",	NONE,	DEV,	NONE,	NONE,	4)
OP(GET,			"get",		NONE,	GROUP,	NONE,	NONE,	2)
OP(PUT,			"put",		NONE,	GROUP,	NONE,	NONE,	2)
OP(REGISTER,		"register",	NONE,	NONE,	NONE,	NONE,	1)
OP(UNREGISTER,		"unregister",	NONE,	NONE,	NONE,	NONE,	1)
OP(UNLOAD,		"unload",	NONE,	NONE,	NONE,	NONE,	1)
OP(LOAD,		"load",		NONE,	NONE,	NONE,	NONE,	1)
/* sysfs */
OP(WRITE_TYPE,		"write_type",	NONE,	GROUP,	TYPE,	NONE,	3)
OP(READ_TYPE,		"read_type",	NONE,	GROUP,	NONE,	NONE,	1)
OP(READ_RESV,		"read_reserved_regions", NONE, GROUP, NONE, NONE, 1)
/* the next fault, armed from here on; fires once */
OP(FAULT,		"fault",	NONE,	FAULT,	COUNT,	NONE,	3)
/*
 * From version 4 of the binary form on (OPS_BEFORE_4). A handle is what
 * iommufd finds again when the device faults: one for each group.
 */
OP(ATTACH_HANDLE,	"attach_handle", NONE,	DOM,	GROUP,	NONE,	2)
OP(DETACH_HANDLE,	"detach_handle", NONE,	DOM,	GROUP,	NONE,	2)
OP(REPLACE_HANDLE,	"replace_handle", NONE,	DOM,	GROUP,	NONE,	2)
OP(ALLOC_BUS,		"alloc_bus",	DOM,	DEV,	NONE,	NONE,	1)
/* what a caller asks of a group */
OP(CLAIMED,		"claimed",	NONE,	GROUP,	NONE,	NONE,	1)
OP(VISIT,		"visit",	NONE,	GROUP,	NONE,	NONE,	1)
OP(READ_NAME,		"read_name",	NONE,	GROUP,	NONE,	NONE,	1)
// clang-format on
