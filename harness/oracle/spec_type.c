// SPDX-License-Identifier: GPL-2.0-only
/*
 * The rules of a group's type: when a write of it changes the default domain,
 * and to what. Two kinds of tree: those that change it for groups of one device
 * only, and those that do so for all.
 */
#include <harness/oracle/spec.h>

static uint8_t bit(unsigned int n)
{
	return 1U << n;
}

/*
 * The type that the members leave no choice about, SPEC_TYPES if they do: see
 * iommu_get_default_domain_type() and iommu_get_def_domain_type(). Untrusted
 * devices are translated. Another type that a driver asks for is then a
 * contradiction; in some trees only if it asks for another device's sake.
 */
static int forced_type(const struct spec_world *w, const struct spec *s)
{
	bool identity = s->members & w->identity;

	if (!w->tree.untrusted_conflicts)
		identity = s->members & w->identity & ~w->untrusted;
	if (!(s->members & w->untrusted)) {
		if (w->fixed)
			return SPEC_OTHER;
		return identity ? TYPE_IDENTITY : SPEC_TYPES;
	}
	if (identity || w->fixed)
		return SPEC_NO_CHANGE;
	return TYPE_DMA;
}

/* The type of the domain that is made when @want is asked for. */
static int made_type(const struct spec_world *w, int now, int want,
		     bool falls_back)
{
	if (want == now || w->offered & bit(want))
		return want;
	return falls_back && w->offered & bit(TYPE_DMA) ? TYPE_DMA :
							  SPEC_NO_CHANGE;
}

/*
 * iommu_change_dev_def_domain(), and Documentation/ABI/testing/
 * sysfs-kernel-iommu_groups: "The default domain type of a group may be
 * modified only when the group has only one device [and] the device in the
 * group is not bound to any device driver"; and only from the default domain.
 * "except for a DMA -> DMA-FQ transition", as far as the driver goes.
 */
static int changed_alone(const struct spec_world *w, const struct spec *s,
			 int now, int word)
{
	int forced = forced_type(w, s), want = word;

	if (!spec_alone(s->members) || s->domain != SPEC_DEFAULT)
		return SPEC_NO_CHANGE;
	if (s->bound & s->members && !(word == TYPE_DMA_FQ && now == TYPE_DMA))
		return SPEC_NO_CHANGE;
	if (word == TYPE_AUTO)
		want = forced == SPEC_TYPES ? w->boot : forced;
	else if (forced != SPEC_TYPES && forced != word)
		return SPEC_NO_CHANGE;
	if (want == TYPE_DMA_FQ && now == TYPE_DMA)
		return TYPE_DMA_FQ;
	return made_type(w, now, want, w->tree.type_falls_back);
}

/*
 * iommu_group_store_type(): "We can bring up a flush queue without tearing down
 * the domain. Otherwise, ensure that device exists and no driver is bound",
 * which is that the group has no users. "auto" falls back to DMA.
 */
static int changed(const struct spec_world *w, const struct spec *s, int now,
		   int word)
{
	int forced = forced_type(w, s), want = word;

	if (word == TYPE_DMA_FQ && now == TYPE_DMA)
		return TYPE_DMA_FQ;
	/* "requires type %s - using default" */
	if (word == TYPE_AUTO && forced == SPEC_NO_CHANGE &&
	    !w->tree.untrusted_conflicts)
		forced = SPEC_TYPES;
	if (s->users || forced == SPEC_NO_CHANGE)
		return SPEC_NO_CHANGE;
	if (word != TYPE_AUTO && forced != SPEC_TYPES && forced != word)
		return SPEC_NO_CHANGE;
	if (word == TYPE_AUTO)
		want = forced == SPEC_TYPES ? w->boot : forced;
	if (w->fixed)
		return want == SPEC_OTHER ? want : SPEC_NO_CHANGE;
	return made_type(w, now, want,
			 w->tree.type_falls_back ||
				 (word == TYPE_AUTO && forced == SPEC_TYPES));
}

/* A group without members or without a default domain: -EINVAL. */
int spec_type_after(const struct spec_world *w, const struct spec *s,
		    const struct op *op)
{
	int now = __builtin_ctz(s->types | 1 << SPEC_TYPES);

	if (!s->members || now >= SPEC_NO_DEFAULT)
		return SPEC_NO_CHANGE;
	if (w->tree.type_of_one_device)
		return changed_alone(w, s, now, op->arg[1]);
	return changed(w, s, now, op->arg[1]);
}

/* Without memory for the type that was asked for, a domain of another may do. */
uint8_t spec_types_after(const struct spec_world *w, const struct spec *s,
			 const struct op *op, bool faulted)
{
	bool falls_back = w->tree.type_falls_back || op->arg[1] == TYPE_AUTO;
	uint8_t type = bit(spec_type_after(w, s, op));

	return faulted && falls_back ? type | bit(TYPE_DMA) : type;
}
