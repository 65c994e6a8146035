/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Read-only views of the core's private structures, for the oracles and the
 * trace, and the few things around a core's life in a process: booting it,
 * and putting its static variables back.
 *
 * None takes a lock: call them at rest, or from where the group's mutex is
 * held already.
 */
#ifndef GROUPFUZZ_PEEK_H
#define GROUPFUZZ_PEEK_H

#include <stdbool.h>

struct device;
struct iommu_domain;
struct iommu_group;
struct kobject;

/*
 * Run the core's init calls, then remember its static variables. Once for each
 * process. Returns 0 or the init call's errno.
 */
int core_boot(void);

/* Put the core's static variables back to what they were after boot. */
void core_restore(void);

/* Which default domain type the kernel command line asks for from here on. */
void core_set_default(bool passthrough, bool strict);

/* Ids that groups hold now. */
unsigned int peek_group_ids(void);

struct iommu_domain *peek_domain(const struct iommu_group *group);
struct iommu_domain *peek_default_domain(const struct iommu_group *group);
struct iommu_domain *peek_blocking_domain(const struct iommu_group *group);
void *peek_owner(const struct iommu_group *group);
unsigned int peek_owner_cnt(const struct iommu_group *group);
struct kobject *peek_kobj(struct iommu_group *group);

/* Whether this thread holds the group's mutex. */
bool peek_mine(const struct iommu_group *group);

/* The @n-th device in the group's list, NULL beyond its end. */
struct device *peek_device(const struct iommu_group *group, unsigned int n);

/* Whether @dev is in the group's list. */
bool peek_is_member(const struct iommu_group *group, const struct device *dev);

/* Who holds the group's lock: its number + 1, 0 if nobody does. */
unsigned int peek_holder(const struct iommu_group *group);

/* Whether the core has put off attaching the default domain to @dev. */
bool peek_attach_deferred(struct device *dev);

#endif
