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
#include <harness/oracle/history.h>
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
	const struct mock_entry *entry = &mock_table.dev[m->sid + n].entry;
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

/* What is wrong if @group is to be in state @s: a cause, and in words. */
struct wrong {
	const char *cause, *message;
};

static struct wrong domain_wrong(const struct model *m, const struct spec *s,
				 const struct iommu_group *group)
{
	const struct iommu_domain *domain = peek_domain(group);

	if (s->domain >= SPEC_CALLERS) {
		if (domain == m->dom[s->domain - SPEC_CALLERS].domain)
			return (struct wrong){ 0 };
		return (struct wrong){
			"domain",
			"the group is not on the domain that was attached",
		};
	}
	if (s->domain == SPEC_BLOCKING) {
		if (domain && domain == peek_blocking_domain(group))
			return (struct wrong){ 0 };
		return (struct wrong){
			"domain",
			"owned with no domain attached, but not on the blocking domain",
		};
	}
	if (domain == peek_default_domain(group))
		return (struct wrong){ 0 };
	return (struct wrong){
		"domain",
		"not owned, but not on the default domain",
	};
}

static struct wrong group_wrong(const struct model *m, const struct spec *s,
				const struct iommu_group *group)
{
	struct wrong w;

	if (!s->owner != !peek_owner(group))
		return (struct wrong){
			"owner",
			s->owner ? "claimed, but the group has no owner" :
				   "not claimed, but the group has an owner",
		};
	if (s->users != peek_owner_cnt(group))
		return (struct wrong){
			"owner_cnt",
			"owner_cnt is not the number of its users",
		};
	w = domain_wrong(m, s, group);
	if (w.cause)
		return w;
	if (!(s->types & spec_type_of(peek_default_domain(group))))
		return (struct wrong){
			"type",
			"the default domain is of another type",
		};
	return w;
}

/* One of the states that it may be in has to be the one that it is in. */
static void check_group(const struct model *m, unsigned int n)
{
	struct iommu_group *group = model_group(m, n);
	struct spec_states *s = history_states(n);
	struct wrong w = { 0 };
	unsigned int i, nr = 0;

	if (!group || !peek_device(group, 0) || !peek_device(group, 0)->iommu)
		return;
	for (i = 0; i < s->nr; i++) {
		w = group_wrong(m, &s->state[i], group);
		if (w.cause)
			continue;
		s->state[nr] = s->state[i];
		s->state[nr++].types = spec_type_of(peek_default_domain(group));
	}
	if (unlikely(!nr))
		state_finding(n, w.cause, w.message);
	s->nr = nr;
}

void agreement_check(const struct model *m)
{
	unsigned int n;

	if (!finding_wanted("agreement"))
		return;
	for (n = 0; n < m->world->nr_groups; n++)
		check_group(m, n);
	for (n = 0; n < m->world->nr_devices; n++)
		if (model_iommu(m, n))
			check_device(m, n);
}
