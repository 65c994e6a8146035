/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * kobjects with true reference counts and the sysfs entries below them; see
 * kernel/kobject.c.
 */
#ifndef _SHIM_LINUX_KOBJECT_H
#define _SHIM_LINUX_KOBJECT_H

#include <linux/list.h>
#include <linux/refcount.h>
#include <linux/sysfs.h>

struct kobject;

struct kobj_type {
	void (*release)(struct kobject *kobj);
	const struct sysfs_ops *sysfs_ops;
};

struct kset;

struct kobject {
	const char *name;
	struct list_head entry; /* in kset->list */
	struct kobject *parent; /* holds a reference */
	struct kset *kset;
	const struct kobj_type *ktype;
	struct list_head dirents; /* sysfs files and links */
	refcount_t refs;
	bool in_sysfs;
};

struct kset {
	struct list_head list;
	struct kobject kobj;
};

void kobject_init(struct kobject *kobj, const struct kobj_type *ktype);
__printf(3, 4) int kobject_add(struct kobject *kobj, struct kobject *parent,
			       const char *fmt, ...);
__printf(4, 5) int kobject_init_and_add(struct kobject *kobj,
					const struct kobj_type *ktype,
					struct kobject *parent, const char *fmt,
					...);
struct kobject *kobject_create_and_add(const char *name,
				       struct kobject *parent);
void kobject_del(struct kobject *kobj);
struct kobject *kobject_get(struct kobject *kobj);
void kobject_put(struct kobject *kobj);
struct kset *kset_create_and_add(const char *name, const void *uevent_ops,
				 struct kobject *parent);
struct kobject *kset_find_obj(struct kset *kset, const char *name);

static inline const char *kobject_name(const struct kobject *kobj)
{
	return kobj->name;
}

#endif
