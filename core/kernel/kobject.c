// SPDX-License-Identifier: GPL-2.0-only
/*
 * kobjects and the sysfs entries below them.
 *
 * Reference counts, parents, sets and the release callback behave as the
 * kernel's (Documentation/core-api/kobject.rst). Files and links are kept as a
 * list on their kobject, so that an attribute can be read and written and a
 * name clash gives -EEXIST. There is no uevent and no path.
 */
#include <linux/kobject.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/err.h>
#include <fault.h>
#include <stdarg.h>

/* A file (attr) or a link (target), by name, on its kobject's list. */
struct dirent {
	struct list_head list;
	const struct attribute *attr;
	struct kobject *target;
	unsigned int nr_active; /* threads that read or write it */
	unsigned int active;	/* and their mask */
	char name[];
};

/* What all lists of entries and sets are touched under: kernfs_rwsem. */
static char kernfs;

static struct kset *the_kset; /* the core makes one */

static struct kset kernel_kset = { .list = LIST_HEAD_INIT(kernel_kset.list) };
struct kobject *kernel_kobj = &kernel_kset.kobj;

void kobject_init(struct kobject *kobj, const struct kobj_type *ktype)
{
	INIT_LIST_HEAD(&kobj->entry);
	INIT_LIST_HEAD(&kobj->dirents);
	refcount_set(&kobj->refs, 1);
	kobj->ktype = ktype;
	kobj->in_sysfs = false;
}

static int kobject_add_named(struct kobject *kobj, struct kobject *parent)
{
	if (fault_point(FAULT_SYSFS, HERE))
		return -ENOMEM;
	/* Without a parent of its own, an object stands below its set. */
	if (!parent && kobj->kset)
		parent = &kobj->kset->kobj;
	kobj->parent = parent;
	if (parent && parent != kernel_kobj)
		kobject_get(parent);
	if (kobj->kset) {
		seam_point(SEAM_ATOMIC, kobj->kset, HERE);
		seam_enter(&kernfs);
		list_add_tail(&kobj->entry, &kobj->kset->list);
		seam_leave(&kernfs);
	}
	kobj->in_sysfs = true;
	return 0;
}

static int kobject_add_va(struct kobject *kobj, struct kobject *parent,
			  const char *fmt, va_list ap)
{
	/* For reports this is the function that the core calls. */
	static const struct site site = {
		.func = "kobject_add",
		.file = __FILE__,
		.line = __LINE__,
	};

	kobj->name = slab_vasprintf(GFP_KERNEL, &site, fmt, ap);
	if (!kobj->name)
		return -ENOMEM;
	return kobject_add_named(kobj, parent);
}

int kobject_add(struct kobject *kobj, struct kobject *parent, const char *fmt,
		...)
{
	va_list ap;
	int ret;

	va_start(ap, fmt);
	ret = kobject_add_va(kobj, parent, fmt, ap);
	va_end(ap);
	return ret;
}

int kobject_init_and_add(struct kobject *kobj, const struct kobj_type *ktype,
			 struct kobject *parent, const char *fmt, ...)
{
	va_list ap;
	int ret;

	kobject_init(kobj, ktype);
	va_start(ap, fmt);
	ret = kobject_add_va(kobj, parent, fmt, ap);
	va_end(ap);
	return ret;
}

static void dynamic_release(struct kobject *kobj)
{
	kfree(kobj);
}

static const struct kobj_type dynamic_ktype = { .release = dynamic_release };

struct kobject *kobject_create_and_add(const char *name, struct kobject *parent)
{
	struct kobject *kobj = kzalloc(sizeof(*kobj), GFP_KERNEL);

	if (!kobj)
		return NULL;
	if (kobject_init_and_add(kobj, &dynamic_ktype, parent, "%s", name)) {
		kobject_put(kobj);
		return NULL;
	}
	return kobj;
}

/*
 * Nobody finds @d any more, and whoever has found it is waited for, as
 * kernfs_drain() does: a callback that removes its own file waits for itself.
 * Within seam_enter(), which this leaves.
 */
static void dirent_drop(struct dirent *d)
{
	list_del(&d->list);
	while (d->nr_active)
		seam_wait(&d->active, "kernfs_drain()", d->active, HERE);
	seam_acquire(&d->active);
	seam_touch(&d->active, true);
	seam_leave(&kernfs);
	kfree(d);
}

/* Removing a directory removes the files in it, as sysfs does. */
static void dirents_remove(struct kobject *kobj)
{
	seam_point(SEAM_ATOMIC, &kobj->dirents, HERE);
	seam_enter(&kernfs);
	while (!list_empty(&kobj->dirents)) {
		dirent_drop(
			list_first_entry(&kobj->dirents, struct dirent, list));
		seam_enter(&kernfs);
	}
	seam_leave(&kernfs);
}

void kobject_del(struct kobject *kobj)
{
	struct kobject *parent = kobj->parent;

	if (!kobj->in_sysfs)
		return;
	kobj->in_sysfs = false;
	dirents_remove(kobj);
	if (kobj->kset)
		seam_point(SEAM_ATOMIC, kobj->kset, HERE);
	seam_enter(&kernfs);
	list_del_init(&kobj->entry);
	seam_leave(&kernfs);
	kobj->parent = NULL;
	if (parent && parent != kernel_kobj)
		kobject_put(parent);
}

struct kobject *kobject_get(struct kobject *kobj)
{
	if (kobj)
		refcount_inc(&kobj->refs);
	return kobj;
}

/* The name outlives the release callback, which may free @kobj. */
void kobject_put(struct kobject *kobj)
{
	const char *name;

	if (!kobj || !refcount_dec_and_test(&kobj->refs))
		return;
	name = kobj->name;
	kobject_del(kobj);
	kobj->ktype->release(kobj);
	kfree(name);
}

struct kset *kset_create_and_add(const char *name, const void *uevent_ops,
				 struct kobject *parent)
{
	struct kset *kset = kzalloc(sizeof(*kset), GFP_KERNEL);

	(void)uevent_ops;
	if (!kset)
		return NULL;
	INIT_LIST_HEAD(&kset->list);
	if (kobject_init_and_add(&kset->kobj, &dynamic_ktype, parent, "%s",
				 name)) {
		kfree(kset->kobj.name);
		kfree(kset);
		return NULL;
	}
	the_kset = kset;
	return kset;
}

struct kobject *kset_find_obj(struct kset *kset, const char *name)
{
	struct kobject *kobj, *found = NULL;

	seam_point(SEAM_ATOMIC, kset, HERE);
	seam_enter(&kernfs);
	list_for_each_entry(kobj, &kset->list, entry) {
		if (strcmp(kobj->name, name) || !refcount_read(&kobj->refs))
			continue;
		found = kobj;
		break;
	}
	kobject_get(found);
	seam_leave(&kernfs);
	return found;
}

/* strcmp(), which engines watch, would be a tenth of an execution's time. */
static bool same_name(const char *a, const char *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	return *a == *b;
}

/* Findings are named after it. */
static noinline struct dirent *dirent_find(struct kobject *kobj,
					   const char *name)
{
	struct dirent *d;

	list_for_each_entry(d, &kobj->dirents, list)
		if (same_name(d->name, name))
			return d;
	return NULL;
}

static int dirent_create(struct kobject *kobj, const char *name,
			 const struct attribute *attr, struct kobject *target)
{
	size_t len = strlen(name) + 1;
	struct dirent *d;
	bool exists;

	if (fault_point(FAULT_SYSFS, HERE))
		return -ENOMEM;
	d = kmalloc(struct_size(d, name, len), GFP_KERNEL);
	if (!d)
		return -ENOMEM;
	d->attr = attr;
	d->target = target;
	d->nr_active = d->active = 0;
	memcpy(d->name, name, len);
	/* Another thread may have been here meanwhile, but not from here on. */
	seam_point(SEAM_ATOMIC, &kobj->dirents, HERE);
	seam_enter(&kernfs);
	exists = dirent_find(kobj, name);
	if (!exists)
		list_add_tail(&d->list, &kobj->dirents);
	seam_release(&kobj->dirents);
	seam_leave(&kernfs);
	if (!exists)
		return 0;
	kfree(d);
	return -EEXIST;
}

static void dirent_remove(struct kobject *kobj, const char *name)
{
	struct dirent *d;

	seam_point(SEAM_ATOMIC, &kobj->dirents, HERE);
	seam_enter(&kernfs);
	d = dirent_find(kobj, name);
	/* The kernel only warns of a missing name, and so must this. */
	if (d)
		dirent_drop(d);
	else
		seam_leave(&kernfs);
}

int sysfs_create_file(struct kobject *kobj, const struct attribute *attr)
{
	return dirent_create(kobj, attr->name, attr, NULL);
}

void sysfs_remove_file(struct kobject *kobj, const struct attribute *attr)
{
	dirent_remove(kobj, attr->name);
}

int sysfs_create_link_nowarn(struct kobject *kobj, struct kobject *target,
			     const char *name)
{
	return dirent_create(kobj, name, NULL, target);
}

/* A duplicate name makes the kernel print a stack: it is a caller's bug. */
int sysfs_create_link(struct kobject *kobj, struct kobject *target,
		      const char *name)
{
	int ret = dirent_create(kobj, name, NULL, target);

	if (unlikely(ret == -EEXIST) && finding_wanted("warnings"))
		finding("warnings", "sysfs_create_link", name,
			"sysfs: cannot create duplicate filename '%s/%s'",
			kobj->name, name);
	return ret;
}

void sysfs_remove_link(struct kobject *kobj, const char *name)
{
	dirent_remove(kobj, name);
}

static int emit_at(char *buf, int at, const char *fmt, va_list ap)
{
	int room = (int)PAGE_SIZE - at;
	int n;

	if (unlikely(at < 0 || room <= 0)) {
		if (finding_wanted("warnings"))
			finding("warnings", "sysfs_emit_at", "range",
				"sysfs_emit_at() at %d", at);
		return 0;
	}
	n = vsnprintf(buf + at, room, fmt, ap);
	return n < room ? n : room - 1;
}

int sysfs_emit(char *buf, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = emit_at(buf, 0, fmt, ap);
	va_end(ap);
	return n;
}

int sysfs_emit_at(char *buf, int at, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = emit_at(buf, at, fmt, ap);
	va_end(ap);
	return n;
}

/* A trailing newline, or its absence, makes no difference. */
bool sysfs_streq(const char *s1, const char *s2)
{
	size_t n1 = strcspn(s1, "\n"), n2 = strcspn(s2, "\n");

	return n1 == n2 && !memcmp(s1, s2, n1);
}

int kstrtobool(const char *s, bool *res)
{
	if (*s != '0' && *s != '1')
		return -EINVAL;
	*res = *s == '1';
	return 0;
}

#ifdef GROUPFUZZ_POSIX
/*
 * Others have run since the caller looked for @kobj, and it may be gone: then
 * it is in no set. The caller has entered what minds those.
 */
static bool path_leads_to(const struct kobject *kobj)
{
	const struct kobject *other;

	list_for_each_entry(other, &the_kset->list, entry)
		if (other == kobj)
			return true;
	return false;
}
#else
/* Nobody runs between the caller's look for @kobj and this. */
static bool path_leads_to(const struct kobject *kobj)
{
	(void)kobj;
	return true;
}
#endif

/*
 * From here to dirent_put() the entry, and so its object, does not go: it is
 * one walk of a path.
 */
static struct dirent *dirent_get(struct kobject *kobj, const char *name)
{
	struct dirent *d = NULL;

	seam_enter(&kernfs);
	if (path_leads_to(kobj))
		d = dirent_find(kobj, name);
	seam_acquire(&kobj->dirents);
	seam_touch(&kobj->dirents, true);
	if (d && !d->attr)
		d = NULL;
	if (d) {
		d->nr_active++;
		d->active |= 1U << seam_thread % 32;
		seam_touch(&d->active, true);
	}
	seam_leave(&kernfs);
	return d;
}

static void dirent_put(struct dirent *d)
{
	seam_enter(&kernfs);
	d->nr_active--;
	d->active &= ~(1U << seam_thread % 32);
	seam_release(&d->active);
	seam_touch(&d->active, true);
	seam_wake(&d->active);
	seam_leave(&kernfs);
}

ssize_t sysfs_read(struct kobject *kobj, const char *name, char *buf)
{
	struct dirent *d = dirent_get(kobj, name);
	ssize_t ret;

	if (!d)
		return -ENOENT;
	/* A kernel reader gets a zeroed page. */
	memset(buf, 0, PAGE_SIZE);
	ret = kobj->ktype->sysfs_ops->show(kobj, (struct attribute *)d->attr,
					   buf);
	dirent_put(d);
	return ret;
}

ssize_t sysfs_write(struct kobject *kobj, const char *name, const char *buf,
		    size_t count)
{
	struct dirent *d = dirent_get(kobj, name);
	ssize_t ret;

	if (!d)
		return -ENOENT;
	ret = kobj->ktype->sysfs_ops->store(kobj, (struct attribute *)d->attr,
					    buf, count);
	dirent_put(d);
	return ret;
}
