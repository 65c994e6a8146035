/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Init calls become functions that can be called by their level; the core has
 * one of each. Early parameters are never parsed.
 */
#ifndef _SHIM_LINUX_INIT_H
#define _SHIM_LINUX_INIT_H

#define core_initcall(fn)       \
	int initcall_core(void) \
	{                       \
		return fn();    \
	}
#define subsys_initcall(fn)       \
	int initcall_subsys(void) \
	{                         \
		return fn();      \
	}
#define early_param(name, fn) \
	static int (*const __setup_##fn)(char *) __maybe_unused = fn

int initcall_core(void);
int initcall_subsys(void);

#endif
