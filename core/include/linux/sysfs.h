/* SPDX-License-Identifier: GPL-2.0-only */
/* Attributes and links below a kobject; see kernel/kobject.c. */
#ifndef _SHIM_LINUX_SYSFS_H
#define _SHIM_LINUX_SYSFS_H

#include <linux/types.h>

#define PAGE_SIZE 4096UL
#define S_IRUGO	  0444

struct kobject;

struct attribute {
	const char *name;
	umode_t mode;
};

struct attribute_group;

struct sysfs_ops {
	ssize_t (*show)(struct kobject *kobj, struct attribute *attr,
			char *buf);
	ssize_t (*store)(struct kobject *kobj, struct attribute *attr,
			 const char *buf, size_t count);
};

#define __ATTR(_name, _mode, _show, _store)                \
	{                                                  \
		.attr = { .name = #_name, .mode = _mode }, \
		.show = _show,                             \
		.store = _store,                           \
	}

int sysfs_create_file(struct kobject *kobj, const struct attribute *attr);
void sysfs_remove_file(struct kobject *kobj, const struct attribute *attr);
int sysfs_create_link(struct kobject *kobj, struct kobject *target,
		      const char *name);
int sysfs_create_link_nowarn(struct kobject *kobj, struct kobject *target,
			     const char *name);
void sysfs_remove_link(struct kobject *kobj, const char *name);
__printf(2, 3) int sysfs_emit(char *buf, const char *fmt, ...);
__printf(3, 4) int sysfs_emit_at(char *buf, int at, const char *fmt, ...);

/*
 * What user space does with /sys: read attribute @name of @kobj into @buf
 * (PAGE_SIZE bytes), or write @count bytes to it. Returns the number of bytes
 * or a negative errno; -ENOENT if there is no such file. The caller holds a
 * reference, as an open file does.
 */
ssize_t sysfs_read(struct kobject *kobj, const char *name, char *buf);
ssize_t sysfs_write(struct kobject *kobj, const char *name, const char *buf,
		    size_t count);

#endif
