// SPDX-License-Identifier: GPL-2.0-only
/*
 * The rules, each with its source: what an operation returns, and what it
 * changes. A rule that holds in some trees only asks struct spec_tree.
 * Functions named are those of drivers/iommu/iommu.c, quotes are from their
 * comments unless something else is said. "The thread" is that of 0286300e6045,
 * "iommu: iommu_group_claim_dma_owner() must always assign a domain".
 */
#include <harness/oracle/spec.h>
#include <linux/compiler.h>
#include <linux/errno.h>

#define ANY	((struct spec_result){ .any = true })
#define IS(v)	((struct spec_result){ .value = (v) })
/* Which error is nowhere promised. */
#define REFUSED ((struct spec_result){ .refused = true })

struct spec_tree spec_tree(void)
{
	return (struct spec_tree){
	/* "the device requires IOMMU_RESV_DIRECT": a48ce36e2786 */
#ifdef HAVE_DEV_IOMMU_REQUIRE_DIRECT
		.direct_excludes_owner = true,
#endif
	/* -EPROBE_DEFER in iommu_device_use_default_domain() */
#ifdef HAVE_USE_DEFERS
		.use_waits_for_default = true,
#endif
	/* "The group has only one device", sysfs-kernel-iommu_groups */
#ifdef HAVE_TYPE_OF_ONE_DEVICE
		.type_of_one_device = true,
#endif
	/* iommu_group_alloc_default_domain() tries DMA after any type */
#if ARGS_IOMMU_GROUP_ALLOC_DEFAULT_DOMAIN == 3
		.type_falls_back = true,
#endif
	/* iommu_probe_device() takes group->mutex anew for each step */
#ifdef HAVE_IOMMU_ALLOC_DEFAULT_DOMAIN
		.probe_in_steps = true,
#endif
	/* "Device is not trusted, but driver is overriding group" */
#ifdef HAVE_UNTRUSTED_CONFLICT
		.untrusted_conflicts = true,
#endif
	/* -EINVAL in iommu_attach_device_pasid(), where it looks at max_pasids */
#ifdef HAVE_PASID_LIMIT
		.pasid_limit = true,
#endif
	/* "Skip PASID validation for devices without PASID support" */
#ifdef HAVE_PASID_EXEMPTION
		.pasid_exemption = true,
#endif
	};
}

static uint8_t bit(unsigned int n)
{
	return 1U << n;
}

/* --- what it is about --- */

unsigned int spec_object(const struct spec_world *w, const struct op *op)
{
	switch (op->code) {
	case OP_CLAIM:
	case OP_RELEASE:
	case OP_WRITE_TYPE:
	case OP_REGISTER:
	case OP_CLAIMED:
	case OP_VISIT:
		return op->arg[0];
	case OP_ATTACH:
	case OP_DETACH:
	case OP_REPLACE:
	case OP_ATTACH_HANDLE:
	case OP_DETACH_HANDLE:
	case OP_REPLACE_HANDLE:
		return op->arg[1];
	case OP_CLAIM_DEV:
	case OP_RELEASE_DEV:
	case OP_USE:
	case OP_UNUSE:
	case OP_ADD:
	case OP_REMOVE:
		return w->group[op->arg[0]];
	case OP_ATTACH_DEV:
	case OP_DETACH_DEV:
	case OP_ATTACH_PASID:
	case OP_DETACH_PASID:
		return w->group[op->arg[1]];
	case OP_ALLOC:
	case OP_ALLOC_BUS:
	case OP_FREE:
	case OP_MAP:
	case OP_UNMAP:
		return MAX_GROUPS + op->arg[0];
	default:
		return SPEC_NOTHING;
	}
}

/* --- ownership: what is returned --- */

/*
 * __iommu_take_dma_ownership(): -EBUSY unless the group is on its default
 * domain and no PASID is attached; then it goes to the blocking domain, which a
 * device that firmware wants mapped 1:1 refuses (a48ce36e2786), and a driver
 * that has none of its own gets an unmanaged one, which it may refuse.
 */
static struct spec_result expect_take(const struct spec_world *w,
				      const struct spec *s)
{
	if (s->domain != SPEC_DEFAULT || s->pasids)
		return IS(-EBUSY);
	if (w->tree.direct_excludes_owner && s->members & w->direct)
		return IS(-EINVAL);
	return s->members & w->refuses ? IS(-EPERM) : IS(0);
}

/* "Only a single owner may exist for a group": -EPERM. */
static struct spec_result expect_claim(const struct spec_world *w,
				       const struct spec *s)
{
	return s->users ? IS(-EPERM) : expect_take(w, s);
}

/*
 * "Multiple devices in the same group may concurrently claim ownership if they
 * present the same owner value."
 */
static struct spec_result expect_claim_dev(const struct spec_world *w,
					   const struct spec *s,
					   const struct op *op)
{
	if (!(s->members & bit(op->arg[0])))
		return IS(-ENODEV);
	if (!s->users)
		return expect_take(w, s);
	return s->owner == SPEC_DEVICE_OWNER(op->arg[1]) ? IS(0) : IS(-EPERM);
}

/*
 * iommu_device_use_default_domain(): 0 without a group; -EBUSY if the group
 * has users and an owner, or another domain than the default one, or PASIDs. A
 * group without users is not asked for its domain. "We may race against
 * bus_iommu_probe() finalising groups here": without a default domain the
 * driver is put off.
 */
static struct spec_result expect_use(const struct spec_world *w,
				     const struct spec *s, const struct op *op)
{
	if (!(s->members & bit(op->arg[0])))
		return IS(0);
	if (w->tree.use_waits_for_default && s->types == bit(SPEC_NO_DEFAULT))
		return IS(-EPROBE_DEFER);
	if (s->users && (s->owner || s->domain != SPEC_DEFAULT || s->pasids))
		return IS(-EBUSY);
	return IS(0);
}

/* --- domains: what is returned --- */

/*
 * __iommu_attach_group(): only from the default or the blocking domain. An
 * owned group is on the latter, so that its owner may attach: the thread's draft
 * had -EBUSY here.
 */
static struct spec_result expect_attach(const struct spec_world *w,
					const struct spec *s)
{
	if (s->domain >= SPEC_CALLERS)
		return IS(-EBUSY);
	return s->members & w->refuses ? IS(-EPERM) : IS(0);
}

/* iommu_attach_device(): -EINVAL unless the device is alone. */
static struct spec_result expect_attach_dev(const struct spec_world *w,
					    const struct spec *s,
					    const struct op *op)
{
	if (!(s->members & bit(op->arg[1])))
		return IS(-ENODEV);
	return spec_alone(s->members) ? expect_attach(w, s) : IS(-EINVAL);
}

/*
 * iommu_attach_device_pasid(): the driver must know how, the PASID must be
 * below the limit of every device (in most trees, that has any), and free.
 */
static struct spec_result expect_pasid(const struct spec_world *w,
				       const struct spec *s,
				       const struct op *op)
{
	const unsigned int pasid = op->arg[2];
	unsigned int i;

	if (!w->pasid)
		return IS(-EOPNOTSUPP);
	for (i = 0; i < MAX_DEVICES && w->tree.pasid_limit; i++)
		if (s->members & bit(i) && pasid >= w->pasids[i] &&
		    (w->pasids[i] || !w->tree.pasid_exemption))
			return IS(-EINVAL);
	return s->pasids & bit(pasid) ? IS(-EBUSY) : IS(0);
}

/* iommu_unmap() returns the bytes up to the first page that is not mapped. */
static struct spec_result expect_unmap(const struct spec *s,
				       const struct op *op)
{
	uint64_t mapped = s->mapped >> op->arg[1];
	unsigned int n = 0;

	while (n < op->arg[2] && mapped >> n & 1)
		n++;
	return IS((long)n << 12);
}

/* --- what every operation returns --- */

/*
 * A device that has to be mapped 1:1 cannot be blocked (a48ce36e2786), and so
 * cannot join a group that is: its probe attaches the group's domain to it.
 */
static bool may_join(const struct spec_world *w, const struct spec *s,
		     unsigned int dev)
{
	return !(w->tree.direct_excludes_owner && w->direct & bit(dev) &&
		 s->domain == SPEC_BLOCKING);
}

/* In a state with one type. */
static struct spec_result expect_one(const struct spec_world *w,
				     const struct spec *s, const struct op *op)
{
	switch (op->code) {
	case OP_CLAIM:
		return expect_claim(w, s);
	case OP_CLAIM_DEV:
		return expect_claim_dev(w, s, op);
	case OP_USE:
		return expect_use(w, s, op);
	/* A handle takes its place first, which is free where this is. */
	case OP_ATTACH:
	case OP_ATTACH_HANDLE:
		return expect_attach(w, s);
	case OP_ATTACH_DEV:
		return expect_attach_dev(w, s, op);
	case OP_ATTACH_PASID:
		return expect_pasid(w, s, op);
	case OP_UNMAP:
		return expect_unmap(s, op);
	case OP_WRITE_TYPE:
		return spec_type_after(w, s, op) == SPEC_NO_CHANGE ? REFUSED :
								     IS(0);
	case OP_ADD:
		return may_join(w, s, op->arg[0]) ? ANY : REFUSED;
	/* "This provides status on whether a group is already claimed" */
	case OP_CLAIMED:
		return IS(s->users != 0);
	/* "iterate over each device in the group" */
	case OP_VISIT:
		return IS(__builtin_popcount(s->members));
	/* What is in a file of a group that may be going is not promised. */
	case OP_READ_TYPE:
	case OP_READ_RESV:
	case OP_READ_NAME:
	case OP_DMA:
	case OP_DMA_PASID:
	/* A walk of the bus may fail as any device's probe may. */
	case OP_REGISTER:
	case OP_LOAD:
		return ANY;
	default:
		return IS(0);
	}
}

/* Whether it depends on the default domain's type, of which there are several. */
static bool asks_type(const struct spec_world *w, const struct spec *s,
		      const struct op *op)
{
	return s->types & (s->types - 1) &&
	       (op->code == OP_WRITE_TYPE ||
		(op->code == OP_USE && w->tree.use_waits_for_default));
}

struct spec_result spec_expect(const struct spec_world *w, const struct spec *s,
			       const struct op *op)
{
	struct spec_result result = { .any = true }, r;
	struct spec one = *s;
	unsigned int left;

	if (!asks_type(w, s, op))
		return expect_one(w, s, op);
	for (left = s->types; left; left &= left - 1) {
		one.types = left & -left;
		r = expect_one(w, &one, op);
		if (left != s->types &&
		    (r.refused != result.refused || r.value != result.value))
			return ANY;
		result = r;
	}
	return result;
}

/* --- what changes --- */

static void release(struct spec *s)
{
	s->owner = 0;
	s->users = 0;
	s->domain = SPEC_DEFAULT;
}

/* The group is on a caller's domain, for which it has his handle or none. */
static bool put_on(struct spec *s, unsigned int slot, bool handle)
{
	s->domain = SPEC_SLOT(slot);
	s->pasids = (s->pasids & ~bit(0)) | handle;
	return true;
}

/* "detach will set the group back to the blocking domain" if owned. */
static bool take_off(struct spec *s, unsigned int slot, bool handle)
{
	if (s->domain != SPEC_SLOT(slot) || (s->pasids & bit(0)) != handle)
		return false;
	s->domain = s->owner ? SPEC_BLOCKING : SPEC_DEFAULT;
	s->pasids &= ~bit(0);
	return true;
}

/* The first member makes the group; the default domain may come with any. */
static void join(const struct spec_world *w, struct spec *s, unsigned int dev)
{
	if (w->noiommu & bit(dev))
		s->types = bit(SPEC_NO_DEFAULT);
	else if (!s->members || s->types & bit(SPEC_NO_DEFAULT))
		s->types = SPEC_ANY_TYPE;
	s->members |= bit(dev);
}

/* The group goes with its last member; drivers stay bound to other devices. */
static void leave(struct spec *s, unsigned int dev)
{
	s->members &= ~bit(dev);
	if (!s->members)
		*s = (struct spec){ .bound = s->bound };
}

static uint64_t pages(const uint8_t *arg, unsigned int nr)
{
	return ((1ULL << nr) - 1) << arg[1];
}

/*
 * @op has returned @ret, which is no error. Returns false, and leaves *@s, if
 * nobody could have made that call in this state, so that it came at another
 * time: a release or a detach of what is not there, a device that joins twice.
 */
static bool effect(const struct spec_world *w, struct spec *s,
		   const struct op *op, long ret, bool faulted)
{
	const uint8_t *arg = op->arg;

	switch (op->code) {
	case OP_CLAIM:
		s->owner = SPEC_GROUP_OWNER(arg[1]);
		s->users++;
		s->domain = SPEC_BLOCKING;
		return true;
	case OP_CLAIM_DEV:
		if (!s->users++)
			s->domain = SPEC_BLOCKING;
		s->owner = SPEC_DEVICE_OWNER(arg[1]);
		return true;
	case OP_RELEASE:
		if (!s->owner || s->owner >= SPEC_DEVICE_OWNER(0))
			return false;
		release(s);
		return true;
	case OP_RELEASE_DEV:
		if (s->owner < SPEC_DEVICE_OWNER(0))
			return false;
		if (s->users > 1)
			s->users--;
		else
			release(s);
		return true;
	case OP_USE:
		s->bound |= bit(arg[0]);
		s->users += !!(s->members & bit(arg[0]));
		return true;
	case OP_UNUSE:
		if (!(s->bound & bit(arg[0])))
			return false;
		s->bound &= ~bit(arg[0]);
		s->users -= !!(s->members & bit(arg[0]));
		return true;
	case OP_ATTACH:
	case OP_ATTACH_DEV:
		return put_on(s, arg[0], false);
	case OP_ATTACH_HANDLE:
		return put_on(s, arg[0], true);
	/* iommu_group_replace_domain(): for an owner with a domain attached. */
	case OP_REPLACE:
	case OP_REPLACE_HANDLE:
		return s->domain >= SPEC_CALLERS &&
		       put_on(s, arg[0], op->code == OP_REPLACE_HANDLE);
	case OP_DETACH:
	case OP_DETACH_DEV:
		return take_off(s, arg[0], false);
	/* "must be used in conjunction with iommu_attach_group_handle()" */
	case OP_DETACH_HANDLE:
		return take_off(s, arg[0], true);
	case OP_ATTACH_PASID:
		s->pasids |= bit(arg[2]);
		return true;
	case OP_DETACH_PASID:
		if (!(s->pasids & bit(arg[2])))
			return false;
		s->pasids &= ~bit(arg[2]);
		return true;
	case OP_WRITE_TYPE:
		s->types = spec_types_after(w, s, op, faulted);
		return true;
	case OP_ADD:
		if (s->members & bit(arg[0]))
			return false;
		join(w, s, arg[0]);
		return true;
	case OP_REMOVE:
		if (!(s->members & bit(arg[0])))
			return false;
		leave(s, arg[0]);
		return true;
	case OP_REGISTER:
		if (s->types & bit(SPEC_NO_DEFAULT) &&
		    !(s->members & w->noiommu))
			s->types = SPEC_ANY_TYPE;
		return true;
	case OP_ALLOC:
	case OP_ALLOC_BUS:
	case OP_FREE:
		s->mapped = 0;
		return true;
	case OP_MAP:
		s->mapped |= pages(arg, arg[2]);
		return true;
	case OP_UNMAP:
		s->mapped &= ~pages(arg, ret >> 12);
		return true;
	default:
		return true;
	}
}

static bool allowed(struct spec_result r, long ret, bool faulted)
{
	if (ret < 0 && (faulted || r.refused))
		return true;
	return r.any || (!r.refused && ret == r.value);
}

/*
 * A group whose default domain has yet to come has nothing to go back to, nor has
 * one to which the first device has yet to come. That such a one can be had is
 * nowhere promised; a driver that binds is put off
 * (iommu_device_use_default_domain()).
 */
static bool put_off(const struct spec *s, const struct op *op, long ret)
{
	return (op->code == OP_CLAIM || op->code == OP_CLAIM_DEV ||
		op->code == OP_ATTACH || op->code == OP_ATTACH_DEV ||
		op->code == OP_ATTACH_HANDLE) &&
	       (!s->members || s->types & bit(SPEC_NO_DEFAULT)) &&
	       (ret == -EBUSY || ret == -EPROBE_DEFER);
}

static bool apply_one(const struct spec_world *w, struct spec *s,
		      const struct op *op, long ret, bool faulted)
{
	faulted |= put_off(s, op, ret);
	return allowed(expect_one(w, s, op), ret, faulted) &&
	       (ret < 0 || effect(w, s, op, ret, faulted));
}

/*
 * What was returned tells which types it may have been. By itself: variables
 * whose address is taken cost every call, with AddressSanitizer.
 */
static noinline bool apply_types(const struct spec_world *w, struct spec *s,
				 const struct op *op, long ret, bool faulted)
{
	struct spec after = *s, one;
	unsigned int left, types = 0;

	for (left = s->types; left; left &= left - 1) {
		one = *s;
		one.types = left & -left;
		if (!apply_one(w, &one, op, ret, faulted))
			continue;
		types |= one.types;
		after = one;
	}
	if (!types)
		return false;
	*s = after;
	s->types = types;
	return true;
}

bool spec_apply(const struct spec_world *w, struct spec *s, const struct op *op,
		long ret, bool faulted)
{
	return asks_type(w, s, op) ? apply_types(w, s, op, ret, faulted) :
				     apply_one(w, s, op, ret, faulted);
}

/* --- for a reader --- */

void spec_format(const struct spec *s, char *buf, size_t len)
{
	char domain[16];

	if (!s->members) {
		snprintf(buf, len, "no members");
		return;
	}
	if (s->domain < SPEC_CALLERS)
		snprintf(domain, sizeof(domain), "%s",
			 s->domain == SPEC_BLOCKING ? "blocking" : "default");
	else
		snprintf(domain, sizeof(domain), "d%u",
			 s->domain - SPEC_CALLERS);
	if (s->owner)
		snprintf(buf, len, "owner %s (%u), on %s",
			 owner_names[(s->owner - 1) % MAX_OWNERS], s->users,
			 domain);
	else
		snprintf(buf, len, "users %u, on %s", s->users, domain);
}
