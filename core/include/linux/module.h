/* SPDX-License-Identifier: GPL-2.0-only */
/* Module references: taken and put, counted by kernel/module.c. */
#ifndef _SHIM_LINUX_MODULE_H
#define _SHIM_LINUX_MODULE_H

#include <linux/export.h>

struct module {
	const char *name;
	int refs;
	bool gone; /* unloaded, or on its way out */
};

bool try_module_get(struct module *module);
void module_put(struct module *module);
bool is_module_address(unsigned long addr);

#define THIS_MODULE NULL

#endif
