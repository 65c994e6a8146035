/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the callers of the core know after the calls that they made, and nothing
 * more.
 *
 * A group is owned or not, has so many users, and is on one of the callers'
 * domains or not. The world keeps it up to date from what calls return, and the
 * contract asks it which calls a correct caller could make next. What the calls
 * promise is in spec.h.
 */
#ifndef GROUPFUZZ_MODEL_H
#define GROUPFUZZ_MODEL_H

#include <harness/oracle/spec.h>
#include <seam.h>

struct device;
struct iommu_domain;
struct iommu_group;

/* Slots of the domains that probe_finalize attached, after the program's. */
#define MODEL_FINALIZE MAX_DOMAINS
#define MODEL_DOMAINS  (MAX_DOMAINS + MAX_DEVICES)
#define MODEL_NONE     (-1)

struct model_group {
	uint8_t owner;	 /* 0 or SPEC_GROUP_OWNER(), SPEC_DEVICE_OWNER() */
	uint8_t users;	 /* owner_cnt: claims, or drivers bound */
	int8_t attached; /* slot of the callers' domain or MODEL_NONE */
	/* Slot or MODEL_NONE; the first is of one attached with a handle. */
	int8_t pasid[MAX_PASID + 1];
	uint8_t nr_pasids; /* others than the first */
	uint8_t nr_refs;   /* references that operations hold */
	struct iommu_group *ref[MAX_COUNT];
};

struct model_device {
	struct device *dev; /* NULL while it is not on its bus */
	struct device_desc desc;
	bool bound;   /* its driver called use_default_domain */
	bool counted; /* and it had a group to count that */
	bool claimed; /* by iommu_device_claim_dma_owner() */
	bool leaving; /* its bus is about to let it go */
	bool settled; /* its bus has it, probing is over, it is not leaving */
};

struct model_domain {
	struct iommu_domain *domain; /* NULL: the slot is empty */
	uint8_t groups;		     /* mask of the groups it is attached to */
	uint8_t nr_pasids; /* PASIDs of groups that it is attached to */
	uint64_t mapped;   /* pages */
	bool mapping;	   /* a call maps or unmaps some */
};

/* Domains that a thread's call is about to put on a group, or to take off it. */
struct model_motion {
	uint8_t group;
	uint16_t slots; /* mask */
};

/* A walk over the buses, that a thread is in. */
struct model_walk {
	bool begun;
	/* Mask of devices that it may put into groups, having none or come since. */
	uint8_t coming;
};

/*
 * With several threads: what a call takes is the caller's when the call has
 * returned, and what it gives back is not his any more once it has begun.
 */
struct model {
	const struct world_desc *world;
	unsigned int sid; /* of its first device in the driver's table */
	struct model_motion motion[SEAM_THREADS];
	struct model_walk walk[SEAM_THREADS];
	struct model_group group[MAX_GROUPS];
	struct model_device dev[MAX_DEVICES];
	struct model_domain dom[MODEL_DOMAINS];
	bool direct;   /* a device wants a 1:1 mapping, and gets it */
	bool second;   /* the second IOMMU instance is registered */
	bool unloaded; /* the driver module is gone */
};

/* An empty world of @world: no devices, no domains. */
void model_init(struct model *m, const struct world_desc *world);

/*
 * The group that gN names: that of its first settled device that has one, else
 * the one that an operation holds a reference on, else NULL.
 */
struct iommu_group *model_group(const struct model *m, unsigned int n);

/*
 * The same for user space, which sees a group in sysfs while its first device
 * is still being probed, and its last one is leaving.
 */
struct iommu_group *model_visible_group(const struct model *m, unsigned int n);

/* Whether device @n is there, in a group, and served by an IOMMU driver. */
bool model_iommu(const struct model *m, unsigned int n);

/* The number of devices that are in group @n, served by an IOMMU or not. */
unsigned int model_members(const struct model *m, unsigned int n);

/*
 * Whether a settled device other than @dev is in group @n, to stay: one that a
 * walk over its bus puts there may leave again when its probe fails.
 */
bool model_stays(const struct model *m, unsigned int n, unsigned int dev);

/*
 * Whether a walk in flight may put device @n into its group, and out again: it
 * had none when that began, or has come since.
 */
bool model_coming(const struct model *m, unsigned int n);

/* Whether a call in flight puts domain @slot on group @n or takes it off. */
bool model_moves(const struct model *m, unsigned int n, int slot);

/* Whether group @n counts a driver that uses the default domain. */
bool model_bound(const struct model *m, unsigned int n);

#endif
