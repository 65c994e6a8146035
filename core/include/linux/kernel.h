/* SPDX-License-Identifier: GPL-2.0-only */
/* Arithmetic and strings that come from linux/kernel.h. */
#ifndef _SHIM_LINUX_KERNEL_H
#define _SHIM_LINUX_KERNEL_H

#include <linux/container_of.h>
#include <linux/printk.h>
#include <linux/bits.h>
#include <stdio.h>
#include <string.h>

#define ARRAY_SIZE(a)		    (sizeof(a) / sizeof((a)[0]))
#define ALIGN(x, a)		    (((x) + (a) - 1) & ~((__typeof__(x))(a) - 1))
#define IS_ALIGNED(x, a)	    (((x) & ((__typeof__(x))(a) - 1)) == 0)
#define min_t(t, a, b)		    ((t)(a) < (t)(b) ? (t)(a) : (t)(b))
#define max_t(t, a, b)		    ((t)(a) > (t)(b) ? (t)(a) : (t)(b))
#define min(a, b)		    ((a) < (b) ? (a) : (b))
#define max(a, b)		    ((a) > (b) ? (a) : (b))
#define struct_size(p, member, n)   (sizeof(*(p)) + (n) * sizeof((p)->member[0]))
#define check_add_overflow(a, b, d) __builtin_add_overflow(a, b, d)
#define might_sleep() \
	do {          \
	} while (0)
#define might_sleep_if(cond) \
	do {                 \
	} while (0)
#define typeof __typeof__

extern struct kobject *kernel_kobj;

int kstrtobool(const char *s, bool *res);
bool sysfs_streq(const char *s1, const char *s2);

#endif
