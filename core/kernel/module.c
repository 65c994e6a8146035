// SPDX-License-Identifier: GPL-2.0-only
/*
 * Module references, firmware nodes and printk: the rest of the surroundings.
 */
#include <linux/module.h>
#include <linux/property.h>
#include <linux/device.h>
#include <linux/kernel.h>
#include <stdarg.h>

bool printk_enabled;

void printk(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fputs("\t  kernel: ", stdout);
	vprintf(fmt, ap);
	va_end(ap);
	if (fmt[strlen(fmt) - 1] != '\n')
		putchar('\n');
}

bool try_module_get(struct module *module)
{
	bool there;

	if (!module)
		return true;
	seam_point(SEAM_ATOMIC, module, HERE);
	seam_enter(module);
	there = !module->gone;
	module->refs += there;
	seam_leave(module);
	return there;
}

void module_put(struct module *module)
{
	int left;

	if (!module)
		return;
	seam_point(SEAM_ATOMIC, module, HERE);
	seam_enter(module);
	left = --module->refs;
	seam_leave(module);
	if (unlikely(left < 0) && finding_wanted("warnings"))
		finding("warnings", "module_put", "underflow",
			"module_put() of %s without a reference", module->name);
}

/* No driver is built in, but none lies in a module's memory either. */
bool is_module_address(unsigned long addr)
{
	(void)addr;
	return false;
}

struct fwnode_handle *fwnode_handle_get(struct fwnode_handle *fwnode)
{
	if (!fwnode)
		return NULL;
	seam_enter(fwnode);
	fwnode->refs++;
	seam_leave(fwnode);
	return fwnode;
}

void fwnode_handle_put(struct fwnode_handle *fwnode)
{
	int left;

	if (!fwnode)
		return;
	seam_enter(fwnode);
	left = --fwnode->refs;
	seam_leave(fwnode);
	if (unlikely(left < 0) && finding_wanted("warnings"))
		finding("warnings", "fwnode_handle_put", "underflow",
			"fwnode_handle_put() without a reference");
}

struct fwnode_handle *dev_fwnode(const struct device *dev)
{
	return dev->fwnode;
}

/* There is one property of firmware, which platform devices may have. */
int device_property_read_u32(const struct device *dev, const char *name,
			     u32 *val)
{
	if (strcmp(name, "pasid-num-bits") || !dev->pasid_num_bits)
		return -EINVAL;
	*val = dev->pasid_num_bits;
	return 0;
}
