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

static int xa_link(struct xarray *xa, unsigned long index, void *entry,
		   gfp_t gfp)
{
	struct xa_node **at = xa_find(xa, index);
	struct xa_node *node = kmalloc(sizeof(*node), gfp);

	if (!node)
		return -ENOMEM;
	node->index = index;
	node->entry = entry;
	node->next = *at;
	*at = node;
	return 0;
}

void *xa_load(struct xarray *xa, unsigned long index)
{
	struct xa_node *node = xa_at(xa, index);

	return node ? node->entry : NULL;
}

void *xa_erase(struct xarray *xa, unsigned long index)
{
	struct xa_node **at = xa_find(xa, index);
	struct xa_node *node = *at;
	void *entry;

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
	struct xa_node *node = xa_at(xa, index);
	void *old;
	int ret;

	if (!entry)
		return xa_erase(xa, index);
	if (node) {
		old = node->entry;
		node->entry = entry;
		return old;
	}
	ret = xa_link(xa, index, entry, gfp);
	return ret ? ERR_PTR(ret) : NULL;
}

/* Inserting NULL reserves the index. */
int xa_insert(struct xarray *xa, unsigned long index, void *entry, gfp_t gfp)
{
	if (xa_at(xa, index))
		return -EBUSY;
	return xa_link(xa, index, entry, gfp);
}

int xa_reserve(struct xarray *xa, unsigned long index, gfp_t gfp)
{
	if (xa_at(xa, index))
		return 0;
	return xa_link(xa, index, NULL, gfp);
}

/* Gives back a reservation; an index that holds an entry keeps it. */
void xa_release(struct xarray *xa, unsigned long index)
{
	struct xa_node *node = xa_at(xa, index);

	if (node && !node->entry)
		xa_erase(xa, index);
}
