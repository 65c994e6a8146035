// SPDX-License-Identifier: GPL-2.0-only
/*
 * The callers' contract between threads: which calls a correct caller makes at
 * the same time. A call that has to wait for another one's end waits as its
 * caller would for a lock of its own; it is not skipped. What is not said here
 * may run beside anything, and that is most of what there is.
 */
#include <drivers-mock/mock.h>
#include <harness/world/world.h>
#include <string.h>

/* What calls hold; a call waits for those that hold what it excludes. */
#define DOM(n)	  (1ULL << (n))
#define MAP(n)	  (1ULL << (MAX_DOMAINS + (n)))
#define DEV(n)	  (1ULL << (2 * MAX_DOMAINS + (n)))
#define GROUP(n)  (1ULL << (2 * MAX_DOMAINS + MAX_DEVICES + (n)))
#define CALLER(n) (GROUP(n) << MAX_GROUPS)
#define MEMBERS	  GROUP(2 * MAX_GROUPS)
#define INSTANCE  GROUP(2 * MAX_GROUPS + 1)
#define DRIVER	  GROUP(2 * MAX_GROUPS + 2)
#define CLAIM(n)  (GROUP(2 * MAX_GROUPS + 3 + (n)))
#define NOTHING	  0ULL

_Static_assert(2 * MAX_DOMAINS + MAX_DEVICES + 3 * MAX_GROUPS + 3 <= 64,
	       "a bit for each");

struct call {
	uint64_t holds, excludes;
};

static struct call calls[SEAM_THREADS];
static unsigned int in_flight;
/* What waits for a call to end waits for this. */
static char ended;

static unsigned int group_of(const struct model *m, unsigned int dev)
{
	return m->dev[dev].desc.group;
}

/* The caller's domain that group @n is on, as long as it is one of his. */
static uint64_t attached(const struct model *m, unsigned int n)
{
	int slot = m->group[n].attached;

	return slot != MODEL_NONE && slot < MODEL_FINALIZE ? DOM(slot) :
							     NOTHING;
}

static struct call both(uint64_t shared, uint64_t exclusive)
{
	return (struct call){
		.holds = shared | exclusive | DRIVER,
		.excludes = exclusive,
	};
}

/*
 * An owner's calls on his group come one after the other: VFIO makes them under
 * its container's lock, iommufd under that of its group. Drivers that share a
 * group without owning it know nothing of each other.
 */
static struct call attaching(const struct model *m, unsigned int slot,
			     unsigned int n, uint64_t more)
{
	uint64_t shared = DOM(slot) | GROUP(n) | attached(m, n) | more;

	if (m->group[n].owner)
		return both(shared, CALLER(n));
	return both(shared | CALLER(n), NOTHING);
}

/* Whoever detaches is whoever attached. */
static struct call detaching(unsigned int slot, unsigned int n, uint64_t more)
{
	return both(DOM(slot) | GROUP(n) | more, CALLER(n));
}

/* Whoever makes a group for its devices does so under a lock. */
static uint64_t made_group(const struct model *m, unsigned int dev)
{
	return m->dev[dev].desc.flags & DEVICE_NOIOMMU ?
		       GROUP(group_of(m, dev)) :
		       NOTHING;
}

/*
 * Whoever calls for a group has a device in it, as VFIO has, so that its last
 * device does not go meanwhile (vfio_unregister_group_dev() waits).
 */
static struct call removing(const struct model *m, unsigned int dev)
{
	unsigned int n = group_of(m, dev);

	return both(MEMBERS | made_group(m, dev),
		    DEV(dev) | (model_stays(m, n, dev) ? NOTHING : GROUP(n)));
}

/*
 * A device that is alone in its group is not joined by another while its
 * domain is detached, nor is another one still about to leave:
 * iommu_detach_device() warns.
 */
static struct call detaching_alone(const struct model *m, const struct op *op)
{
	struct call c =
		detaching(op->arg[0], group_of(m, op->arg[1]), DEV(op->arg[1]));

	c.excludes |= MEMBERS;
	return c;
}

/*
 * A walk over the bus may find groups for devices: until then nobody has one
 * to call for.
 */
static struct call walking(const struct model *m)
{
	uint64_t exclusive = INSTANCE;
	unsigned int i;

	for (i = 0; i < m->world->nr_devices; i++) {
		if (!m->dev[i].settled || m->dev[i].dev->iommu_group)
			continue;
		exclusive |= DEV(i);
		if (!model_stays(m, group_of(m, i), i))
			exclusive |= GROUP(group_of(m, i));
	}
	return both(MEMBERS, exclusive);
}

/* The device through which group @n is found. */
static uint64_t found_by(const struct model *m, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < m->world->nr_devices; i++)
		if (m->dev[i].settled && group_of(m, i) == n)
			return DEV(i);
	return NOTHING;
}

/*
 * Whether the last user's release ends the ownership, and with it what is
 * attached, or another device's claim comes before that, the caller knows.
 */
static struct call releasing_dev(const struct model *m, unsigned int dev)
{
	const unsigned int n = group_of(m, dev);
	const uint64_t domain = attached(m, n);
	struct call c = both(GROUP(n) | CALLER(n) | domain, DEV(dev));

	if (domain || m->group[n].nr_pasids)
		c.excludes |= CLAIM(n);
	return c;
}

static struct call needs(const struct model *m, const struct op *op)
{
	const uint8_t *arg = op->arg;

	switch (op->code) {
	case OP_CLAIM:
		return both(GROUP(arg[0]), NOTHING);
	case OP_GET:
	case OP_CLAIMED:
	case OP_VISIT:
		return both(GROUP(arg[0]) | found_by(m, arg[0]), NOTHING);
	case OP_RELEASE:
		return both(GROUP(arg[0]) | attached(m, arg[0]),
			    CALLER(arg[0]));
	/* A driver binds to a device and unbinds under its device_lock. */
	case OP_CLAIM_DEV:
		return both(GROUP(group_of(m, arg[0])) |
				    CLAIM(group_of(m, arg[0])),
			    DEV(arg[0]));
	case OP_RELEASE_DEV:
		return releasing_dev(m, arg[0]);
	/* It does not bind while its bus is walked for a new IOMMU. */
	case OP_USE:
		return both(m->dev[arg[0]].dev &&
					    m->dev[arg[0]].dev->iommu_group ?
				    NOTHING :
				    INSTANCE,
			    DEV(arg[0]));
	/* And what it attached it has detached. */
	case OP_UNUSE:
		return both(NOTHING, DEV(arg[0]) | CALLER(group_of(m, arg[0])));
	case OP_ALLOC:
	case OP_ALLOC_BUS:
		return both(DEV(arg[1]), DOM(arg[0]));
	case OP_FREE:
		return both(NOTHING, DOM(arg[0]));
	case OP_ATTACH:
	case OP_REPLACE:
	case OP_ATTACH_HANDLE:
	case OP_REPLACE_HANDLE:
		return attaching(m, arg[0], arg[1], NOTHING);
	case OP_ATTACH_DEV:
		return attaching(m, arg[0], group_of(m, arg[1]), DEV(arg[1]));
	case OP_DETACH:
	case OP_DETACH_HANDLE:
		return detaching(arg[0], arg[1], NOTHING);
	case OP_DETACH_DEV:
		return detaching_alone(m, op);
	case OP_ATTACH_PASID:
	case OP_DETACH_PASID:
		return detaching(arg[0], group_of(m, arg[1]), DEV(arg[1]));
	case OP_DEFERRED_ATTACH:
		return both(DEV(arg[0]), NOTHING);
	/* Callers do not map and unmap the same range at the same time. */
	case OP_MAP:
	case OP_UNMAP:
		return both(DOM(arg[0]), MAP(arg[0]));
	case OP_ADD:
		return both(MEMBERS, DEV(arg[0]) | made_group(m, arg[0]));
	case OP_REMOVE:
		return removing(m, arg[0]);
	case OP_REGISTER:
		return walking(m);
	case OP_UNREGISTER:
		return both(NOTHING, INSTANCE);
	/* No module comes or goes while it is called. */
	case OP_LOAD:
	case OP_UNLOAD:
		return both(NOTHING, DRIVER);
	default:
		return both(NOTHING, NOTHING);
	}
}

/* The threads whose calls @c has to wait for. */
static unsigned int conflicts(const struct call *c)
{
	unsigned int t, mask = 0;

	for (t = 0; t < SEAM_THREADS; t++)
		if (calls[t].holds & c->excludes ||
		    c->holds & calls[t].excludes)
			mask |= 1U << t;
	return mask;
}

/*
 * For ThreadSanitizer the callers' own locks: one for each thing, shared or
 * exclusive. Who waited for nobody is ordered with nobody; but who calls for a
 * group knows of the devices in it, and so that they have been added.
 */
#ifdef GROUPFUZZ_TSAN
static char written[64], read[64];

static uint64_t known(const struct model *m, const struct call *c)
{
	uint64_t devices = NOTHING;
	unsigned int i;

	for (i = 0; i < m->world->nr_devices; i++)
		if (m->dev[i].settled && c->holds & GROUP(group_of(m, i)))
			devices |= DEV(i);
	return devices;
}

static void locked(const struct model *m, const struct call *c)
{
	uint64_t left;

	for (left = c->holds | known(m, c); left; left &= left - 1) {
		int bit = __builtin_ctzll(left);

		seam_acquire(&written[bit]);
		if (c->excludes >> bit & 1)
			seam_acquire(&read[bit]);
	}
}

static void unlocked(const struct call *c)
{
	uint64_t left;

	for (left = c->holds; left; left &= left - 1) {
		int bit = __builtin_ctzll(left);

		seam_release(c->excludes >> bit & 1 ? &written[bit] :
						      &read[bit]);
	}
}
#else
static void locked(const struct model *m, const struct call *c)
{
	(void)m;
	(void)c;
}

static void unlocked(const struct call *c)
{
	(void)c;
}
#endif

void call_wait(const struct model *m, const struct op *op)
{
	struct call c = needs(m, op);
	unsigned int others;

	while ((others = conflicts(&c))) {
		seam_wait(&ended, "another caller", others, HERE);
		c = needs(m, op);
	}
	seam_touch(m, true);
	locked(m, &c);
	calls[seam_thread] = c;
}

void call_begin(void)
{
	in_flight++;
}

void call_end(void)
{
	in_flight--;
	call_cancel();
}

void call_cancel(void)
{
	unlocked(&calls[seam_thread]);
	memset(&calls[seam_thread], 0, sizeof(calls[seam_thread]));
	if (seam_concurrent)
		seam_wake(&ended);
}

bool call_in_flight(void)
{
	return in_flight;
}

void call_reset(void)
{
	memset(calls, 0, sizeof(calls));
	in_flight = 0;
}
