/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Allocation. Every one is a fault point, is known to the balance oracle with
 * the function that made it, and is poisoned when freed; see kernel/slab.c.
 */
#ifndef _SHIM_LINUX_SLAB_H
#define _SHIM_LINUX_SLAB_H

#include <linux/gfp.h>
#include <seam.h>
#include <stdarg.h>

void *slab_alloc(size_t size, gfp_t gfp, const struct site *site);
void *slab_realloc(void *p, size_t size, gfp_t gfp, const struct site *site);
char *slab_vasprintf(gfp_t gfp, const struct site *site, const char *fmt,
		     va_list ap);
__printf(3, 4) char *slab_asprintf(gfp_t gfp, const struct site *site,
				   const char *fmt, ...);
void *slab_memdup(const void *p, size_t len, gfp_t gfp,
		  const struct site *site);
char *slab_strdup(const char *s, gfp_t gfp, const struct site *site);
void slab_free(const void *p, const struct site *site);

/*
 * Free what hardware may be walking through: it may be read until whoever reads
 * it now under RCU has left. An arena that uses nothing twice need not mind.
 */
#ifdef GROUPFUZZ_POSIX
void slab_free_walked(const void *p, const struct site *site);
#else
#define slab_free_walked slab_free
#endif

#define kfree(p)	   slab_free(p, HERE_CALL("kfree(" #p ")"))
#define kfree_walked(p)	   slab_free_walked(p, HERE_CALL("kfree(" #p ")"))
#define kmalloc(size, gfp) slab_alloc(size, gfp, HERE_CALL("kmalloc()"))
#define kzalloc(size, gfp) \
	slab_alloc(size, (gfp) | __GFP_ZERO, HERE_CALL("kzalloc()"))
#define kcalloc(n, size, gfp)                                \
	slab_alloc((size_t)(n) * (size), (gfp) | __GFP_ZERO, \
		   HERE_CALL("kcalloc()"))
#define krealloc(p, size, gfp) \
	slab_realloc(p, size, gfp, HERE_CALL("krealloc()"))

/* For a type or the type of a variable; GFP_KERNEL unless flags are given. */
#define _SHIM_GFP(gfp, ...) (gfp)
#define default_gfp(...)    _SHIM_GFP(__VA_ARGS__ __VA_OPT__(, ) GFP_KERNEL)
#define kmalloc_obj(p, ...)                                    \
	((__typeof__(p) *)slab_alloc(sizeof(__typeof__(p)),    \
				     default_gfp(__VA_ARGS__), \
				     HERE_CALL("kmalloc_obj()")))
#define kzalloc_obj(p, ...)                                                 \
	((__typeof__(p) *)slab_alloc(sizeof(__typeof__(p)),                 \
				     default_gfp(__VA_ARGS__) | __GFP_ZERO, \
				     HERE_CALL("kzalloc_obj()")))
#define kzalloc_objs(p, n, ...)                                             \
	((__typeof__(p) *)slab_alloc(sizeof(__typeof__(p)) * (size_t)(n),   \
				     default_gfp(__VA_ARGS__) | __GFP_ZERO, \
				     HERE_CALL("kzalloc_objs()")))
#define kzalloc_flex(p, member, n, ...)                                     \
	((__typeof__(p) *)slab_alloc(struct_size((__typeof__(p) *)NULL,     \
						 member, n),                \
				     default_gfp(__VA_ARGS__) | __GFP_ZERO, \
				     HERE_CALL("kzalloc_flex()")))

#define kasprintf(gfp, fmt, ...) \
	slab_asprintf(gfp, HERE_CALL("kasprintf()"), fmt, ##__VA_ARGS__)
#define kmemdup(p, len, gfp) slab_memdup(p, len, gfp, HERE_CALL("kmemdup()"))
#define kstrdup(s, gfp)	     slab_strdup(s, gfp, HERE_CALL("kstrdup()"))

#endif
