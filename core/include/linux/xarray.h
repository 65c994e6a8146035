/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An xarray for the few entries that a group's PASIDs need: a sorted list;
 * see kernel/xarray.c. A reserved index is an entry of NULL, and so is what the
 * kernel's own makes of XA_ZERO_ENTRY.
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
void *xa_cmpxchg(struct xarray *xa, unsigned long index, void *old, void *entry,
		 gfp_t gfp);
/* The first entry from *@index on; NULL if there is none. */
void *xa_find_from(struct xarray *xa, unsigned long *index);

#define XA_ZERO_ENTRY ((void *)((257UL << 2) | 2))

#define xa_for_each_start(xa, index, entry, start)                   \
	for (index = start, entry = xa_find_from(xa, &index); entry; \
	     index++, entry = xa_find_from(xa, &index))

/* The two lowest bits of a pointer belong to the caller that stores it. */
static inline void *xa_tag_pointer(void *p, unsigned long tag)
{
	return (void *)((unsigned long)p | tag);
}

static inline void *xa_untag_pointer(void *entry)
{
	return (void *)((unsigned long)entry & ~3UL);
}

static inline unsigned int xa_pointer_tag(void *entry)
{
	return (unsigned long)entry & 3UL;
}

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
