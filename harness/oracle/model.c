// SPDX-License-Identifier: GPL-2.0-only
/*
 * What callers know, and names for it: see model.h.
 */
#include <drivers-mock/mock.h>
#include <peek.h>
#include <harness/oracle/oracle.h>

SEAM_LOCAL const struct model *oracle_model;
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
		    m->dev[i].dev->iommu_group && m->dev[i].settled &&
		    !model_coming(m, i))
			return true;
	return false;
}

bool model_coming(const struct model *m, unsigned int n)
{
	const struct model_walk *w;

	for (w = m->walk; w < m->walk + SEAM_THREADS; w++)
		if (w->coming >> n & 1)
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
