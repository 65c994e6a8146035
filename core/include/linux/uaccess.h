/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Every caller may do everything; copying structures from user space is not
 * driven by any operation, and aborts.
 */
#ifndef _SHIM_LINUX_UACCESS_H
#define _SHIM_LINUX_UACCESS_H

#include <unsupported.h>

#define CAP_SYS_RAWIO 17
#define CAP_SYS_ADMIN 21

static inline bool capable(int cap)
{
	(void)cap;
	return true;
}

static inline int copy_struct_from_user(void *dst, size_t ksize,
					const void *src, size_t usize)
{
	(void)dst;
	(void)ksize;
	(void)src;
	(void)usize;
	unsupported("copies from user space");
}

static inline unsigned long copy_from_user(void *to, const void *from,
					   unsigned long n)
{
	(void)to;
	(void)from;
	(void)n;
	unsupported("copies from user space");
}

static inline int copy_struct_to_user(void *dst, size_t usize, const void *src,
				      size_t ksize, bool *ignored_trailing)
{
	(void)dst;
	(void)usize;
	(void)src;
	(void)ksize;
	(void)ignored_trailing;
	unsupported("copies to user space");
}

#endif
