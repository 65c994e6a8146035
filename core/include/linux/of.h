/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Device tree nodes, as far as a firmware node is one: a reference on the one
 * is a reference on the other.
 */
#ifndef _SHIM_LINUX_OF_H
#define _SHIM_LINUX_OF_H

#include <linux/property.h>

struct of_phandle_args;

#define to_of_node(fwnode) (fwnode)
#define of_node_get(node)  fwnode_handle_get(node)

#endif
