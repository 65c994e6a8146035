// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is made of kmalloc() and kfree(), whoever implements those.
 */
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/bug.h>
#include <slab.h>

void *slab_realloc(void *p, size_t size, gfp_t gfp, const struct site *site)
{
	void *new = slab_alloc(size, gfp, site);

	if (new && p) {
		memcpy(new, p, min(size, slab_size(p)));
		slab_free(p, site);
	}
	return new;
}

void *slab_memdup(const void *p, size_t len, gfp_t gfp, const struct site *site)
{
	void *copy = slab_alloc(len, gfp, site);

	return copy ? memcpy(copy, p, len) : NULL;
}

char *slab_strdup(const char *s, gfp_t gfp, const struct site *site)
{
	return slab_memdup(s, strlen(s) + 1, gfp, site);
}

/*
 * The core formats "%d" and "%s" several times in each execution; the C
 * library's general printf() would be a tenth of the execution's time.
 */
static size_t format_simple(char *buf, size_t len, const char *fmt, va_list ap)
{
	const char *s;
	size_t n;
	int v;

	if (fmt[0] != '%' || !fmt[1] || fmt[2])
		return vsnprintf(buf, len, fmt, ap);
	if (fmt[1] == 's') {
		s = va_arg(ap, const char *);
		n = strlen(s);
		if (n < len)
			memcpy(buf, s, n + 1);
		return n;
	}
	if (fmt[1] != 'd')
		return vsnprintf(buf, len, fmt, ap);
	v = va_arg(ap, int);
	if (v < 0 || v > 9)
		return snprintf(buf, len, "%d", v);
	buf[0] = '0' + v;
	buf[1] = '\0';
	return 1;
}

char *slab_vasprintf(gfp_t gfp, const struct site *site, const char *fmt,
		     va_list ap)
{
	char buf[128];
	size_t n = format_simple(buf, sizeof(buf), fmt, ap);

	if (n >= sizeof(buf))
		finding("warnings", site->func, "name-too-long",
			"%s() makes a name of %zu bytes", site->func, n);
	return slab_memdup(buf, n + 1, gfp, site);
}

char *slab_asprintf(gfp_t gfp, const struct site *site, const char *fmt, ...)
{
	va_list ap;
	char *p;

	va_start(ap, fmt);
	p = slab_vasprintf(gfp, site, fmt, ap);
	va_end(ap);
	return p;
}
