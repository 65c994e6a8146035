/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An xarray for the few entries that a group's PASIDs need: a sorted list;
 * see kernel/xarray.c. A reserved index is an entry of NULL.
 */
#ifndef _SHIM_LINUX_XARRAY_H
#define _SHIM_LINUX_XARRAY_H

#include <linux/spinlock.h>
#include <linux/gfp.h>
#include <linux/err.h>

struct xa_node;

struct xarray {
	spinlock_t xa_lock;
	struct xa_node *head;
};

void xa_init(struct xarray *xa);
void *xa_load(struct xarray *xa, unsigned long index);
void *xa_store(struct xarray *xa, unsigned long index, void *entry, gfp_t gfp);
void *xa_erase(struct xarray *xa, unsigned long index);
int xa_insert(struct xarray *xa, unsigned long index, void *entry, gfp_t gfp);
int xa_reserve(struct xarray *xa, unsigned long index, gfp_t gfp);
void xa_release(struct xarray *xa, unsigned long index);

#define xa_lock(xa)   spin_lock(&(xa)->xa_lock)
#define xa_unlock(xa) spin_unlock(&(xa)->xa_lock)

static inline bool xa_empty(const struct xarray *xa)
{
	return !xa->head;
}

/* Errors of xa_store() come as pointers that no object can have. */
static inline bool xa_is_err(const void *entry)
{
	return IS_ERR_VALUE(entry);
}

static inline int xa_err(void *entry)
{
	return xa_is_err(entry) ? (int)(long)entry : 0;
}

#endif
