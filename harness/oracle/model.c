// SPDX-License-Identifier: GPL-2.0-only
/*
 * Oracle "model": every operation returns what the abstract model of ownership
 * allows, errno included. See model.h for the state; here are the rules, each
 * with its source. A rule that holds in some trees only asks the probe.
 */
#include <drivers-mock/mock.h>
#include <finding.h>
#include <peek.h>
#include <harness/oracle/oracle.h>

const struct model *oracle_model;
struct oracle_thread oracle_threads[SEAM_THREADS];

void model_init(struct model *m, const struct world_desc *world)
{
	unsigned int n;

	memset(m, 0, sizeof(*m));
	m->world = world;
	for (n = 0; n < MAX_GROUPS; n++) {
		m->group[n].attached = MODEL_NONE;
		memset(m->group[n].pasid, MODEL_NONE,
		       sizeof(m->group[n].pasid));
	}
}

static struct iommu_group *find_group(const struct model *m, unsigned int n,
				      bool settled)
{
	const struct model_group *g = &m->group[n];
	unsigned int i;

	for (i = 0; i < m->world->nr_devices; i++)
		if (m->dev[i].dev && m->dev[i].desc.group == n &&
		    m->dev[i].dev->iommu_group &&
		    (m->dev[i].settled || !settled))
			return m->dev[i].dev->iommu_group;
	return g->nr_refs ? g->ref[g->nr_refs - 1] : NULL;
}

struct iommu_group *model_group(const struct model *m, unsigned int n)
{
	return find_group(m, n, true);
}

struct iommu_group *model_visible_group(const struct model *m, unsigned int n)
{
	return find_group(m, n, false);
}

bool model_iommu(const struct model *m, unsigned int n)
{
	const struct model_device *d = &m->dev[n];

	return d->dev && d->dev->iommu_group &&
	       !(d->desc.flags & DEVICE_NOIOMMU);
}

unsigned int model_members(const struct model *m, unsigned int n)
{
	unsigned int i, members = 0;

	for (i = 0; i < m->world->nr_devices; i++)
		if (m->dev[i].settled && m->dev[i].desc.group == n &&
		    m->dev[i].dev->iommu_group)
			members++;
	return members;
}

bool model_stays(const struct model *m, unsigned int n, unsigned int dev)
{
	unsigned int i;

	for (i = 0; i < m->world->nr_devices; i++)
		if (i != dev && m->dev[i].dev && m->dev[i].desc.group == n &&
		    m->dev[i].dev->iommu_group && m->dev[i].settled)
			return true;
	return false;
}

bool model_moves(const struct model *m, unsigned int n, int slot)
{
	unsigned int t;

	for (t = 0; t < SEAM_THREADS; t++)
		if (m->motion[t].group == n && m->motion[t].slots & 1 << slot)
			return true;
	return false;
}

bool model_bound(const struct model *m, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < m->world->nr_devices; i++)
		if (m->dev[i].desc.group == n && m->dev[i].counted)
			return true;
	return false;
}

const char *domain_name(const struct model *m, const struct iommu_group *group,
			const struct iommu_domain *domain)
{
	static char bufs[2][32];
	static unsigned int turn;
	char *buf = bufs[turn++ % 2];
	const size_t len = sizeof(bufs[0]);
	unsigned int n;

	if (!domain)
		return "NULL";
	for (n = 0; n < MAX_DOMAINS; n++) {
		if (m->dom[n].domain == domain) {
			snprintf(buf, len, "d%u", n);
			return buf;
		}
	}
	for (n = 0; n < MAX_DEVICES; n++) {
		if (m->dom[MODEL_FINALIZE + n].domain == domain) {
			snprintf(buf, len, "dev%u's own", n);
			return buf;
		}
	}
	if (group && domain == peek_blocking_domain(group))
		return "blocking";
	if (group && domain == peek_default_domain(group))
		return "default";
	return "unknown";
}

/* strerrorname_np() does not know the kernel's own ones. */
const char *errno_name(long ret)
{
	const char *name = strerrorname_np(-ret);

	if (ret == -EPROBE_DEFER)
		return "EPROBE_DEFER";
	if (ret == -ENOTSUPP)
		return "ENOTSUPP";
	return name ? name : "unknown";
}

#define ANY   ((struct model_result){ .any = true })
#define IS(v) ((struct model_result){ .value = (v) })

/* Whether a member needs a 1:1 mapping that a blocked device would lose. */
static bool group_direct(const struct model *m, unsigned int n)
{
	unsigned int i;

	if (m->world->without & WITHOUT_RESV)
		return false;
	for (i = 0; i < m->world->nr_devices; i++)
		if (model_iommu(m, i) && m->dev[i].desc.group == n &&
		    m->dev[i].desc.flags & DEVICE_DIRECT)
			return true;
	return false;
}

/* VT-d's own answer to an unmanaged domain, where domain_alloc makes all. */
static bool rmrr_refused(const struct model *m, unsigned int n)
{
#ifdef HAVE_IOMMU_OPS_BLOCKED_DOMAIN
	(void)n;
	(void)m;
	return false;
#else
	unsigned int i;

	for (i = 0; i < m->world->nr_devices; i++)
		if (model_iommu(m, i) && m->dev[i].desc.group == n &&
		    m->dev[i].desc.flags & DEVICE_DIRECT)
			return !strcmp(mock_driver->name, "intel-iommu");
	return false;
#endif
}

/*
 * __iommu_take_dma_ownership(): -EBUSY unless the group is on its default
 * domain and no PASID is attached; then it goes to the blocking domain, which a
 * device that firmware wants mapped 1:1 refuses (a48ce36e2786).
 */
static struct model_result expect_take(const struct model *m, unsigned int n)
{
	const struct model_group *g = &m->group[n];

	if (g->attached != MODEL_NONE || g->nr_pasids)
		return IS(-EBUSY);
#ifdef HAVE_DEV_IOMMU_REQUIRE_DIRECT
	if (group_direct(m, n))
		return IS(-EINVAL);
#else
	(void)group_direct;
#endif
	if (rmrr_refused(m, n))
		return IS(-EPERM);
	return IS(0);
}

/* "Only a single owner may exist for a group": -EPERM. */
static struct model_result expect_claim(const struct model *m, unsigned int n)
{
	return m->group[n].users ? IS(-EPERM) : expect_take(m, n);
}

/*
 * "Multiple devices in the same group may concurrently claim ownership if they
 * present the same owner value."
 */
static struct model_result
expect_claim_dev(const struct model *m, unsigned int dev, unsigned int owner)
{
	const struct model_device *d = &m->dev[dev];
	const struct model_group *g = &m->group[d->desc.group];

	if (!d->dev->iommu_group)
		return IS(-ENODEV);
	if (g->users)
		return g->owner == MODEL_DEVICE_OWNER(owner) ? IS(0) :
							       IS(-EPERM);
	return expect_take(m, d->desc.group);
}

/*
 * iommu_device_use_default_domain(): 0 without a group; -EBUSY if the group
 * has users and an owner, or another domain than the default one, or PASIDs.
 * A group without users is not asked for its domain.
 */
static struct model_result expect_use(const struct model *m, unsigned int dev)
{
	const struct model_device *d = &m->dev[dev];
	const struct model_group *g = &m->group[d->desc.group];

	if (!d->dev->iommu_group)
		return IS(0);
#ifdef HAVE_FIRST_ATTACH_RULE
	/*
	 * "We may race against bus_iommu_probe() finalising groups here": without
	 * a default domain the driver is put off.
	 */
	if (!peek_default_domain(d->dev->iommu_group))
		return IS(-EPROBE_DEFER);
#endif
	if (g->users && (g->owner || g->attached != MODEL_NONE || g->nr_pasids))
		return IS(-EBUSY);
	return IS(0);
}

/*
 * iommu_attach_group(): only from the default or the blocking domain. An owned
 * group is on the latter, so that its owner may attach: the thread's draft had
 * -EBUSY here.
 */
static struct model_result expect_attach(const struct model *m, unsigned int n)
{
	if (m->group[n].attached != MODEL_NONE)
		return IS(-EBUSY);
	return rmrr_refused(m, n) ? IS(-EPERM) : IS(0);
}

/* iommu_attach_device(): "-EINVAL" unless the device is alone. */
static struct model_result expect_attach_dev(const struct model *m,
					     unsigned int dev)
{
	const struct model_device *d = &m->dev[dev];

	if (!d->dev->iommu_group)
		return IS(-ENODEV);
	if (model_members(m, d->desc.group) != 1)
		return IS(-EINVAL);
	return expect_attach(m, d->desc.group);
}

/*
 * iommu_attach_device_pasid(): the driver must know how, the PASID must be
 * below the limit of every device that has any, and free.
 */
static struct model_result expect_pasid(const struct model *m,
					const struct op *op)
{
#ifdef HAVE_IOMMU_DOMAIN_OPS_SET_DEV_PASID
	const struct model_device *d = &m->dev[op->arg[1]];
	unsigned int n = d->desc.group, pasid = op->arg[2], i;

	if (!mock_ops.default_domain_ops->set_dev_pasid)
		return IS(-EOPNOTSUPP);
	for (i = 0; i < m->world->nr_devices; i++) {
		const struct model_device *e = &m->dev[i];

		if (model_iommu(m, i) && e->desc.group == n && e->desc.pasids &&
		    pasid >= e->desc.pasids)
			return IS(-EINVAL);
	}
	return m->group[n].pasid[pasid] != MODEL_NONE ? IS(-EBUSY) : IS(0);
#else
	(void)m;
	(void)op;
	return ANY;
#endif
}

/* iommu_unmap() returns the bytes up to the first page that is not mapped. */
static struct model_result expect_unmap(const struct model *m,
					const struct op *op)
{
	uint64_t mapped = m->dom[op->arg[0]].mapped >> op->arg[1];
	unsigned int n = 0;

	while (n < op->arg[2] && mapped >> n & 1)
		n++;
	return IS((long)n << MOCK_PAGE_SHIFT);
}

/* A type cannot change under an owner or a bound driver: it must fail. */
static bool type_forbidden(const struct model *m, const struct op *op)
{
	const struct model_group *g = &m->group[op->arg[0]];

	/* DMA -> DMA-FQ needs no new domain, and so no idle group. */
	return g->owner && op->arg[1] != TYPE_DMA_FQ;
}

struct model_result model_expect(const struct model *m, const struct op *op)
{
	switch (op->code) {
	case OP_CLAIM:
		return expect_claim(m, op->arg[0]);
	case OP_CLAIM_DEV:
		return expect_claim_dev(m, op->arg[0], op->arg[1]);
	case OP_USE:
		return expect_use(m, op->arg[0]);
	case OP_ATTACH:
		return expect_attach(m, op->arg[1]);
	case OP_ATTACH_DEV:
		return expect_attach_dev(m, op->arg[1]);
	case OP_ATTACH_PASID:
		return expect_pasid(m, op);
	case OP_UNMAP:
		return expect_unmap(m, op);
	case OP_WRITE_TYPE:
		return type_forbidden(m, op) ? IS(-EPERM) : ANY;
	case OP_READ_TYPE:
	case OP_READ_RESV:
	case OP_DMA:
	case OP_DMA_PASID:
	case OP_ADD:
	/* A walk of the bus may fail as any device's probe may. */
	case OP_REGISTER:
	case OP_LOAD:
		return ANY;
	default:
		return IS(0);
	}
}

void model_check(const struct op *op, struct model_result expect, long ret,
		 bool faulted)
{
	char cause[48];

	if (likely(expect.any || ret == expect.value) || (faulted && ret < 0) ||
	    !verdict_wants("model"))
		return;
	/* Any refusal of a type will do; only the errno's sign is promised. */
	if (op->code == OP_WRITE_TYPE && ret < 0)
		return;
	snprintf(cause, sizeof(cause), "%s-not-%s",
		 ret < 0 ? errno_name(ret) : "success",
		 expect.value < 0 ? errno_name(expect.value) : "success");
	finding("model", op_info[op->code].word, cause,
		"%s returned %ld, the model says %ld", op_info[op->code].word,
		ret, expect.value);
}
