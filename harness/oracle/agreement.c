// SPDX-License-Identifier: GPL-2.0-only
/*
 * Oracle "agreement": at rest, every device of a group is on the domain that
 * the group names, and the group's owner, count and domain are what its callers
 * were told.
 *
 * From the thread: "Once the group enters 'owned' mode it can never be
 * assigned back to the default_domain or to a NULL domain".
 */
#include <drivers-mock/mock.h>
#include <finding.h>
#include <peek.h>
#include <harness/oracle/oracle.h>

static const char *const state_names[] = {
	[MOCK_BLOCKED] = "blocked",
	[MOCK_BYPASS] = "bypass",
	[MOCK_TRANSLATED] = "on ",
};

/* Whether @entry is what a driver makes of @domain. */
static bool entry_agrees(const struct mock_entry *entry,
			 const struct iommu_domain *domain)
{
	if (!domain)
		return entry->state != MOCK_TRANSLATED;
	if (entry->state == MOCK_TRANSLATED)
		return &entry->domain->domain == domain;
	switch (domain->type) {
	case IOMMU_DOMAIN_BLOCKED:
		return entry->state == MOCK_BLOCKED;
	case IOMMU_DOMAIN_IDENTITY:
#ifdef HAVE_IOMMU_DOMAIN_PLATFORM
	case IOMMU_DOMAIN_PLATFORM:
#endif
		return entry->state == MOCK_BYPASS;
	default:
		return false;
	}
}

static void check_device(const struct model *m, unsigned int n)
{
	struct device *dev = m->dev[n].dev;
	const struct mock_entry *entry = &mock_table.dev[n].entry;
	struct iommu_group *group = dev->iommu_group;
	struct iommu_domain *domain;

	if (peek_attach_deferred(dev))
		return;
	domain = peek_domain(group);
	if (likely(entry_agrees(entry, domain)))
		return;
	finding("agreement", oracle_place, "device",
		"dev%u is %s%s, its group is on %s", n,
		state_names[entry->state],
		entry->state == MOCK_TRANSLATED ?
			domain_name(m, group, &entry->domain->domain) :
			"",
		domain_name(m, group, domain));
}

static void state_finding(unsigned int n, const char *cause,
			  const char *message)
{
	finding("agreement", oracle_place, cause, "g%u: %s", n, message);
}

static void check_group(const struct model *m, unsigned int n)
{
	const struct model_group *g = &m->group[n];
	struct iommu_group *group = model_group(m, n);
	struct iommu_domain *domain;

	if (!group || !peek_device(group, 0) || !peek_device(group, 0)->iommu)
		return;
	domain = peek_domain(group);
	if (!g->owner != !peek_owner(group))
		state_finding(
			n, "owner",
			g->owner ? "claimed, but the group has no owner" :
				   "not claimed, but the group has an owner");
	if (g->users != peek_owner_cnt(group))
		state_finding(n, "owner_cnt",
			      "owner_cnt is not the number of its users");
	if (g->attached != MODEL_NONE) {
		if (domain != m->dom[g->attached].domain)
			state_finding(
				n, "domain",
				"the group is not on the domain that was attached");
	} else if (g->owner) {
		if (!domain || domain != peek_blocking_domain(group))
			state_finding(
				n, "domain",
				"owned with no domain attached, but not on the blocking domain");
	} else if (domain != peek_default_domain(group)) {
		state_finding(n, "domain",
			      "not owned, but not on the default domain");
	}
}

void agreement_check(const struct model *m)
{
	unsigned int n;

	if (!verdict_wants("agreement"))
		return;
	for (n = 0; n < m->world->nr_groups; n++)
		check_group(m, n);
	for (n = 0; n < m->world->nr_devices; n++)
		if (model_iommu(m, n))
			check_device(m, n);
}
