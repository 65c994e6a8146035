/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Allocation. Every one is a fault point, is known to the balance oracle with
 * the function that made it, and is poisoned when freed; see kernel/slab.c.
 */
#ifndef _SHIM_LINUX_SLAB_H
#define _SHIM_LINUX_SLAB_H

#include <linux/gfp.h>
#include <stdarg.h>

void *slab_alloc(size_t size, gfp_t gfp, const char *site);
void *slab_realloc(void *p, size_t size, gfp_t gfp, const char *site);
char *slab_vasprintf(gfp_t gfp, const char *site, const char *fmt, va_list ap);
__printf(3, 4) char *slab_asprintf(gfp_t gfp, const char *site, const char *fmt,
				   ...);
void *slab_memdup(const void *p, size_t len, gfp_t gfp, const char *site);
char *slab_strdup(const char *s, gfp_t gfp, const char *site);
void slab_free(const void *p, const char *site);

#define kfree(p)	       slab_free(p, __func__)
#define kmalloc(size, gfp)     slab_alloc(size, gfp, __func__)
#define kzalloc(size, gfp)     slab_alloc(size, (gfp) | __GFP_ZERO, __func__)
#define kcalloc(n, size, gfp)  kzalloc((size_t)(n) * (size), gfp)
#define krealloc(p, size, gfp) slab_realloc(p, size, gfp, __func__)
#define kasprintf(gfp, fmt, ...) \
	slab_asprintf(gfp, __func__, fmt, ##__VA_ARGS__)
#define kmemdup(p, len, gfp) slab_memdup(p, len, gfp, __func__)
#define kstrdup(s, gfp)	     slab_strdup(s, gfp, __func__)

#endif
