/* SPDX-License-Identifier: GPL-2.0-only */
/* Firmware nodes, as far as the core asks for them. */
#ifndef _SHIM_LINUX_PROPERTY_H
#define _SHIM_LINUX_PROPERTY_H

struct device;

struct fwnode_handle {
	int refs;
};

struct fwnode_handle *fwnode_handle_get(struct fwnode_handle *fwnode);
void fwnode_handle_put(struct fwnode_handle *fwnode);
struct fwnode_handle *dev_fwnode(const struct device *dev);
int device_property_read_u32(const struct device *dev, const char *name,
			     u32 *val);

#endif
