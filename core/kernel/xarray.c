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

	if (!node)
		return -ENOMEM;
	at = xa_find(xa, index);
	if (*at && (*at)->index == index) {
		kfree(node);
		return -EBUSY;
	}
	node->index = index;
	node->entry = entry;
	node->next = *at;
	*at = node;
	return 0;
}

void *xa_load(struct xarray *xa, unsigned long index)
{
	struct xa_node *node;

	seam_point(SEAM_ATOMIC, xa, HERE);
	node = xa_at(xa, index);
	return node ? node->entry : NULL;
}

void *xa_erase(struct xarray *xa, unsigned long index)
{
	struct xa_node **at, *node;
	void *entry;

	seam_point(SEAM_ATOMIC, xa, HERE);
	at = xa_find(xa, index);
	node = *at;
	if (!node || node->index != index)
		return NULL;
	entry = node->entry;
	*at = node->next;
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
		node = xa_at(xa, index);
		if (node) {
			old = node->entry;
			node->entry = entry;
			return old;
		}
		ret = xa_link(xa, index, entry, gfp);
	} while (ret == -EBUSY);
	return ret ? ERR_PTR(ret) : NULL;
}

/* Inserting NULL reserves the index. */
int xa_insert(struct xarray *xa, unsigned long index, void *entry, gfp_t gfp)
{
	seam_point(SEAM_ATOMIC, xa, HERE);
	if (xa_at(xa, index))
		return -EBUSY;
	return xa_link(xa, index, entry, gfp);
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

	seam_point(SEAM_ATOMIC, xa, HERE);
	node = xa_at(xa, index);
	if (node && !node->entry)
		xa_erase(xa, index);
}
