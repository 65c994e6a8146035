// SPDX-License-Identifier: GPL-2.0-only
/*
 * An xarray as a list sorted by index: see linux/xarray.h. Returns and the
 * meaning of a NULL entry follow Documentation/core-api/xarray.rst.
 */
#include <linux/xarray.h>
#include <linux/slab.h>
#include <linux/err.h>

struct xa_node {
	struct xa_node *next;
	unsigned long index;
	void *entry; /* NULL: reserved */
};

void xa_init(struct xarray *xa)
{
	spin_lock_init(&xa->xa_lock);
	xa->head = NULL;
}

/* Where the node of @index is, or would have to be linked in. */
static struct xa_node **xa_find(struct xarray *xa, unsigned long index)
{
	struct xa_node **at = &xa->head;

	while (*at && (*at)->index < index)
		at = &(*at)->next;
	return at;
}

static struct xa_node *xa_at(struct xarray *xa, unsigned long index)
{
	struct xa_node *node = *xa_find(xa, index);

	return node && node->index == index ? node : NULL;
}

/* -EBUSY if @index is taken, maybe since the caller looked. */
static int xa_link(struct xarray *xa, unsigned long index, void *entry,
		   gfp_t gfp)
{
	struct xa_node *node = kmalloc(sizeof(*node), gfp);
	struct xa_node **at;
	bool busy;

	if (!node)
		return -ENOMEM;
	node->index = index;
	node->entry = entry;
	seam_enter(xa);
	at = xa_find(xa, index);
	busy = *at && (*at)->index == index;
	if (!busy) {
		node->next = *at;
		*at = node;
	}
	seam_leave(xa);
	if (!busy)
		return 0;
	kfree(node);
	return -EBUSY;
}

/* Take out the node of @index, NULL if there is none. */
static struct xa_node *xa_unlink(struct xarray *xa, unsigned long index)
{
	struct xa_node **at, *node;

	seam_enter(xa);
	at = xa_find(xa, index);
	node = *at;
	if (node && node->index != index)
		node = NULL;
	if (node)
		*at = node->next;
	seam_leave(xa);
	return node;
}

void *xa_load(struct xarray *xa, unsigned long index)
{
	struct xa_node *node;
	void *entry;

	seam_point(SEAM_ATOMIC, xa, HERE);
	seam_enter(xa);
	node = xa_at(xa, index);
	entry = node ? node->entry : NULL;
	seam_leave(xa);
	return entry;
}

void *xa_erase(struct xarray *xa, unsigned long index)
{
	struct xa_node *node;
	void *entry;

	seam_point(SEAM_ATOMIC, xa, HERE);
	node = xa_unlink(xa, index);
	if (!node)
		return NULL;
	entry = node->entry;
	kfree(node);
	return entry;
}

/* Storing NULL erases. */
void *xa_store(struct xarray *xa, unsigned long index, void *entry, gfp_t gfp)
{
	struct xa_node *node;
	void *old;
	int ret;

	if (!entry)
		return xa_erase(xa, index);
	do {
		seam_point(SEAM_ATOMIC, xa, HERE);
		seam_enter(xa);
		node = xa_at(xa, index);
		if (node) {
			old = node->entry;
			node->entry = entry;
		}
		seam_leave(xa);
		if (node)
			return old;
		ret = xa_link(xa, index, entry, gfp);
	} while (ret == -EBUSY);
	return ret ? ERR_PTR(ret) : NULL;
}

/* Inserting NULL reserves the index. */
int xa_insert(struct xarray *xa, unsigned long index, void *entry, gfp_t gfp)
{
	bool busy;

	if (entry == XA_ZERO_ENTRY)
		entry = NULL;

	seam_point(SEAM_ATOMIC, xa, HERE);
	seam_enter(xa);
	busy = xa_at(xa, index);
	seam_leave(xa);
	return busy ? -EBUSY : xa_link(xa, index, entry, gfp);
}

int xa_reserve(struct xarray *xa, unsigned long index, gfp_t gfp)
{
	int ret = xa_insert(xa, index, NULL, gfp);

	return ret == -EBUSY ? 0 : ret;
}

/* Gives back a reservation; an index that holds an entry keeps it. */
void xa_release(struct xarray *xa, unsigned long index)
{
	struct xa_node *node;
	bool reserved;

	seam_point(SEAM_ATOMIC, xa, HERE);
	seam_enter(xa);
	node = xa_at(xa, index);
	reserved = node && !node->entry;
	seam_leave(xa);
	if (reserved)
		xa_erase(xa, index);
}

/* Storing goes by what is read, so a reserved index is never @old. */
void *xa_cmpxchg(struct xarray *xa, unsigned long index, void *old, void *entry,
		 gfp_t gfp)
{
	struct xa_node *node;
	void *curr;
	int ret;

	if (entry == XA_ZERO_ENTRY)
		entry = NULL;
	do {
		seam_point(SEAM_ATOMIC, xa, HERE);
		seam_enter(xa);
		node = xa_at(xa, index);
		curr = node ? node->entry : NULL;
		if (node && curr && curr == old)
			node->entry = entry;
		seam_leave(xa);
		if (node || old)
			return curr;
		ret = xa_link(xa, index, entry, gfp);
	} while (ret == -EBUSY);
	return ret ? ERR_PTR(ret) : NULL;
}

void *xa_find_from(struct xarray *xa, unsigned long *index)
{
	struct xa_node *node;
	void *entry = NULL;

	seam_point(SEAM_ATOMIC, xa, HERE);
	seam_enter(xa);
	for (node = *xa_find(xa, *index); node && !node->entry;)
		node = node->next;
	if (node) {
		*index = node->index;
		entry = node->entry;
	}
	seam_leave(xa);
	return entry;
}
