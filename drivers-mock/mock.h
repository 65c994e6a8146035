/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The mock IOMMU: a table with one entry for each device, page tables, and the
 * walk that a device's DMA takes through both. Entries and page tables are
 * memory that the driver writes word by word while devices go on reading, and
 * what the hardware has read it may use until it is told to forget it.
 *
 * What is common to all drivers is in mock.c. A driver (smmuv3.c, vtd.c, ...)
 * owns its private data of devices and domains and decides, as its real
 * counterpart does, when a domain lets go of a device, in which order the
 * table is written, and what can fail. A driver never looks at the core's
 * private structures; the oracles look at the table.
 */
#ifndef GROUPFUZZ_MOCK_H
#define GROUPFUZZ_MOCK_H

#include <linux/kernel.h>
#include <linux/device.h>
#include <linux/iommu.h>
#include <linux/module.h>
#include <linux/property.h>
#if __has_include(<iommu-priv.h>)
#include <iommu-priv.h>
#endif
#include <harness/program/program.h>

/*
 * Drivers have their blocked and identity domains as static objects where both
 * can be named in the ops, and make all domains by domain_alloc where not.
 */
#if defined(HAVE_IOMMU_OPS_BLOCKED_DOMAIN) &&      \
	defined(HAVE_IOMMU_OPS_IDENTITY_DOMAIN) && \
	defined(HAVE_IOMMU_OPS_DOMAIN_ALLOC_PAGING)
#define MOCK_STATIC_DOMAINS
#endif

/* attach_dev, where it is given the domain that the device leaves, and not. */
#if ARGS_IOMMU_DOMAIN_OPS_ATTACH_DEV == 3
#define MOCK_ATTACH_ARGS                                                \
	struct iommu_domain *domain __maybe_unused, struct device *dev, \
		struct iommu_domain *old __maybe_unused
#else
#define MOCK_ATTACH_ARGS \
	struct iommu_domain *domain __maybe_unused, struct device *dev
#endif

/* Pages of iova space, 4 KiB each: a program's, then the direct mappings. */
#define MOCK_PAGE_SHIFT	 12
#define MOCK_PAGES	 64
#define MOCK_DIRECT_PAGE 40 /* + 2 * device: 2 pages, 1:1 */
#define MOCK_MSI_PAGE	 60

/* What a table entry makes of a device's accesses. */
enum mock_state {
	MOCK_BLOCKED,	 /* abort them */
	MOCK_BYPASS,	 /* pass them on untranslated */
	MOCK_TRANSLATED, /* walk the domain's page table */
};

struct mock_entry {
	enum mock_state state;
	struct mock_domain *domain; /* if translated */
};

/*
 * An entry as it lies in memory: two words, each of which is stored at once.
 * Word 0 is what makes it valid, and half of what names a domain (a page
 * table's root in context entries and DTEs, the ASID in a context descriptor);
 * word 1 is the other half, and of no use to an entry that names none. Here
 * both halves are the domain's address, so that a mix of two entries shows.
 *
 * The hardware reads an entry at once. It may have read a valid one at any time
 * since the last flush, and go by that until the next.
 */
#define MOCK_WORDS 2
#define MOCK_STATE 3UL /* bits of word 0: enum mock_state; blocked: not valid */
struct mock_slot {
	u64 word[MOCK_WORDS];
	u64 cached[MOCK_WORDS];	 /* the first replaced since the last flush */
	struct mock_entry entry; /* what the driver has written */
	u64 next[MOCK_WORDS];	 /* what it is about to write, if any */
	unsigned int writer;	 /* thread + 1, 0: none */
	unsigned int version;	 /* odd while it changes: see seam.h */
} SEAM_APART;

/*
 * With real threads a program's world may be there several times, for there to
 * be as many groups as threads.
 */
#ifdef GROUPFUZZ_POSIX
#define MOCK_WORLDS 16
#else
#define MOCK_WORLDS 1
#endif
#define MOCK_DEVICES	 (MOCK_WORLDS * MAX_DEVICES)
#define MOCK_DEVICE(sid) ((sid) % MAX_DEVICES) /* its number in its world */

/* The device (or context, or stream) table. */
struct mock_table {
	struct mock_slot dev[MOCK_DEVICES];
	struct mock_slot pasid[MOCK_DEVICES][MAX_PASID + 1];
	bool pasids; /* any was written in this execution */
};
extern struct mock_table mock_table;

/* A domain of any of the drivers. Owned by whoever allocated it. */
struct mock_domain {
	struct iommu_domain domain;
	struct list_head devices; /* struct mock_master, domain_head */
	spinlock_t lock;	  /* protects devices */
	/* Marked accesses: a domain may be attached to two groups at once. */
	bool finalised;	     /* has its id and page table */
	u16 attached;	     /* devices that took it once */
	u16 named;	     /* devices of which an entry was written with it */
	u32 pte[MOCK_PAGES]; /* physical page + 1, 0 if unmapped */
	/* Pages whose pte is clear in memory, and perhaps still in the IOTLB. */
	u64 unmapped;
	u8 poison; /* of the page table: not 0 once it is freed */
};

/* A driver's data of a device that it probed: dev_iommu_priv_get(). */
struct mock_master {
	struct device *dev;
	unsigned int sid;	      /* index into the table */
	struct mock_domain *domain;   /* what the driver believes attached */
	struct list_head domain_head; /* in domain->devices */
	struct mock_domain *pasid[MAX_PASID + 1];
};

/* What firmware says of a device; the device's drvdata. Owned by the world. */
struct mock_firmware {
	unsigned int sid;
	const struct device_desc *desc;
};

/* A driver: templates of its ops, and what the world must know. */
struct mock_driver {
	const char *name;
	const struct iommu_ops *ops;
	/* Devices need a fwspec that names the instance (of_xlate, IORT). */
	bool fwspec;
	/* Has identity domains, static or not; for a profile, its row says. */
	bool identity;
	/* Writes an entry's words; NULL for mock_write_words(). */
	void (*write)(struct mock_slot *slot, const u64 *word);
	/* How profiles.c fills in its ops; NULL for the others. */
	const struct mock_profile *profile;
};

/*
 * Fill @ops and @domain_ops of a driver that is a row of a table, after the
 * templates were copied; and whether the row has identity domains.
 */
bool mock_profile_identity(const struct mock_profile *profile);
/* The group that the driver makes for @dev, a platform device, or an error. */
struct iommu_group *mock_profile_new_group(const struct mock_profile *profile,
					   struct device *dev);
/* What it does with each that a device gets: @group, or an error if it is put. */
struct iommu_group *mock_profile_group(const struct mock_profile *profile,
				       struct iommu_group *group);
void mock_profile_setup(const struct mock_profile *profile,
			struct iommu_ops *ops,
			struct iommu_domain_ops *domain_ops);

/* In the order of driver_names[]. */
extern const struct mock_driver *const mock_drivers[NR_DRIVERS];

/* The driver of this world, its ops as the core sees them. */
extern const struct mock_driver *mock_driver;
extern struct iommu_ops mock_ops;
extern struct module mock_module;

/* Two instances of the IOMMU; the second comes and goes by operations. */
#define MOCK_INSTANCES 2
struct mock_instance {
	struct iommu_device iommu;
	struct device dev;
	struct fwnode_handle fwnode;
	bool registered;
};
extern struct mock_instance mock_instance[MOCK_INSTANCES];

/*
 * Prepare driver @nr for a world that lacks WITHOUT_* @without: tables empty,
 * module loaded, nothing registered.
 */
void mock_reset(unsigned int nr, u8 without);

/* Clear the table, whatever it was. */
void mock_table_reset(void);

/* Register and unregister instance @n. Returns 0 or the core's errno. */
int mock_register(unsigned int n);
void mock_unregister(unsigned int n);

/* --- for drivers --- */

static inline struct mock_domain *to_mock_domain(struct iommu_domain *domain)
{
	return container_of(domain, struct mock_domain, domain);
}

static inline const struct mock_firmware *mock_firmware(struct device *dev)
{
	return dev_get_drvdata(dev);
}

static inline struct mock_master *to_master(struct device *dev)
{
	return dev_iommu_priv_get(dev);
}

/* Whether this world's driver is made to lack one of WITHOUT_* @without. */
bool mock_lacks(u8 without);

/* Whether a default domain of @type can be made for this world's devices. */
bool mock_offers(unsigned int type);

/* A zeroed domain, NULL without memory or when a fault says so. */
struct iommu_domain *mock_domain_alloc(void);

/*
 * domain_alloc of drivers that take any of @types, a mask of BIT(type): NULL
 * for another one, and for one that the world lacks.
 */
struct iommu_domain *mock_domain_alloc_type(unsigned int type,
					    unsigned long types);

/* domain_alloc_paging of drivers that give a domain its page table later. */
struct iommu_domain *mock_domain_alloc_paging(struct device *dev);
#define MOCK_PAGING_TYPES                                      \
	(BIT(IOMMU_DOMAIN_UNMANAGED) | BIT(IOMMU_DOMAIN_DMA) | \
	 BIT(IOMMU_DOMAIN_DMA_FQ))

/*
 * A domain that is one of the driver's globals. They lie in a section of their
 * own, so that mock_reset() finds and resets them all.
 */
#define MOCK_STATIC_DOMAIN(_name, _type, _ops)                                \
	struct mock_domain _name __attribute__((section("mock_domains"))) = { \
		.domain = { .type = _type, .ops = _ops },                     \
	}

/*
 * Tell the oracles that @domain is about to go and free it. The driver has
 * let go of what its real counterpart lets go of.
 */
void mock_domain_free(struct iommu_domain *domain);

/*
 * The page table of @dom goes, after the last invalidation: whoever walks it
 * from here on is found out (struct mock_access, freed).
 */
void mock_pgtable_free(struct mock_domain *dom);

/* Give @dom its page table, once. Returns 0 or -ENOMEM. */
int mock_domain_finalise(struct mock_domain *dom);

/* Let @dom translate device @sid, or bypass if it is an identity domain. */
void mock_write_domain(unsigned int sid, struct mock_domain *dom);

/*
 * The rest of an attach_dev that fails before anything has changed, and then moves the
 * device from its old domain, if it still has one, to the new one in one write
 * of its entry. Returns 0 or -ENOMEM.
 */
int mock_attach_dev(struct iommu_domain *domain, struct device *dev);

/*
 * Put @master on @dom's list and remember it as its domain, and take it off
 * again. The list's lock is taken inside.
 */
void mock_link(struct mock_domain *dom, struct mock_master *master);
void mock_unlink(struct mock_master *master);

/*
 * The steps in which a driver writes an entry, each a yield point: store a word
 * of it, and have the hardware forget what it read before, waiting until it
 * has (CFGI and SYNC, context cache invalidation, INVALIDATE_DEVTAB_ENTRY).
 */
static inline void mock_store(struct mock_slot *slot, unsigned int n, u64 word)
{
	seam_point(SEAM_DRIVER, slot, HERE);
	seam_change(&slot->version);
	if (!(slot->cached[0] & MOCK_STATE)) {
		slot->cached[0] = slot->word[0];
		slot->cached[1] = slot->word[1];
	}
	slot->word[n] = word;
	seam_changed(&slot->version);
}

static inline void mock_flush(struct mock_slot *slot)
{
	seam_point(SEAM_DRIVER, slot, HERE);
	seam_change(&slot->version);
	slot->cached[0] = 0;
	seam_changed(&slot->version);
}

/* Whether an entry of word 0 @word uses word 1. */
static inline bool mock_uses_both(u64 word)
{
	return (word & MOCK_STATE) == MOCK_TRANSLATED;
}

/*
 * Write a device's entry, or that of one of its PASIDs, in the order of the
 * driver; tells the oracles.
 */
void mock_write_entry(unsigned int sid, enum mock_state state,
		      struct mock_domain *dom);
void mock_write_pasid(unsigned int sid, unsigned int pasid,
		      enum mock_state state, struct mock_domain *dom);

/*
 * The whole of probe_device: allocate the master and return instance 0, or
 * ERR_PTR: -ENODEV for a device that this IOMMU does not serve, or without a
 * fwspec where the driver needs one, or if a fault says so; -ENOMEM.
 */
struct iommu_device *mock_probe_device(struct device *dev);

/*
 * The end of release_device: free the master and its PASID table; its entry in
 * the device table stays.
 */
void mock_master_free(struct mock_master *master);

/*
 * set_dev_pasid and its counterpart, alike enough in all drivers: the op
 * remove_dev_pasid, or where there is none the blocked domain's set_dev_pasid.
 */
#ifdef HAVE_IOMMU_DOMAIN_OPS_SET_DEV_PASID
#if ARGS_IOMMU_DOMAIN_OPS_SET_DEV_PASID == 4
int mock_set_dev_pasid(struct iommu_domain *domain, struct device *dev,
		       ioasid_t pasid, struct iommu_domain *old);
#else
int mock_set_dev_pasid(struct iommu_domain *domain, struct device *dev,
		       ioasid_t pasid);
#endif
#if ARGS_IOMMU_OPS_REMOVE_DEV_PASID == 3
void mock_remove_dev_pasid(struct device *dev, ioasid_t pasid,
			   struct iommu_domain *domain);
#elif !defined(HAVE_IOMMU_OPS_REMOVE_DEV_PASID)
#define MOCK_BLOCKS_PASIDS
int mock_block_dev_pasid(struct iommu_domain *domain, struct device *dev,
			 ioasid_t pasid, struct iommu_domain *old);
#else
void mock_remove_dev_pasid(struct device *dev, ioasid_t pasid);
#endif
#endif

/* Page tables, reserved regions, groups: alike enough in all drivers. */
int mock_map_pages(struct iommu_domain *domain, unsigned long iova,
		   phys_addr_t paddr, size_t pgsize, size_t pgcount, int prot,
		   gfp_t gfp, size_t *mapped);
size_t mock_unmap_pages(struct iommu_domain *domain, unsigned long iova,
			size_t pgsize, size_t pgcount,
			struct iommu_iotlb_gather *gather);
void mock_iotlb_sync(struct iommu_domain *domain,
		     struct iommu_iotlb_gather *gather);
void mock_flush_iotlb_all(struct iommu_domain *domain);
phys_addr_t mock_iova_to_phys(struct iommu_domain *domain, dma_addr_t iova);
void mock_get_resv_regions(struct device *dev, struct list_head *list);
struct iommu_group *mock_device_group(struct device *dev);
#if ARGS_IOMMU_OPS_CAPABLE == 2
bool mock_capable(struct device *dev, enum iommu_cap cap);
#else
bool mock_capable(enum iommu_cap cap);
#endif
int mock_def_domain_type(struct device *dev);
bool mock_is_attach_deferred(struct device *dev);

/* The members that every driver's ops share. */
// clang-format off
#ifdef HAVE_IOMMU_OPS_PGSIZE_BITMAP
#define MOCK_PGSIZE_BITMAP .pgsize_bitmap = BIT(MOCK_PAGE_SHIFT),
#else
#define MOCK_PGSIZE_BITMAP
#endif
#ifdef HAVE_IOMMU_OPS_PUT_RESV_REGIONS
#define MOCK_PUT_RESV_REGIONS					\
	.put_resv_regions = generic_iommu_put_resv_regions,
#else
#define MOCK_PUT_RESV_REGIONS
#endif
#define MOCK_COMMON_OPS							\
	.capable = mock_capable,					\
	.probe_finalize = mock_event_finalize,				\
	.device_group = mock_device_group,				\
	.get_resv_regions = mock_get_resv_regions,			\
	MOCK_PGSIZE_BITMAP						\
	MOCK_PUT_RESV_REGIONS						\
	.def_domain_type = mock_def_domain_type
#define MOCK_COMMON_DOMAIN_OPS						\
	.map_pages = mock_map_pages,					\
	.unmap_pages = mock_unmap_pages,				\
	.iotlb_sync = mock_iotlb_sync,					\
	.flush_iotlb_all = mock_flush_iotlb_all,			\
	.iova_to_phys = mock_iova_to_phys
// clang-format on

/* --- for the harness --- */

enum mock_dma { MOCK_DMA_FAULT, MOCK_DMA_UNTRANSLATED, MOCK_DMA_TRANSLATED };

/* What an access met on its way. */
struct mock_access {
	struct mock_entry entry;
	bool torn;  /* its two words do not belong together */
	bool freed; /* its page table has been freed */
	u64 phys;
};

/*
 * An access of device @sid (with @pasid, 0 for none) to @iova: what becomes of
 * it, and by which way. @cached: the hardware goes by what it may have read
 * before, if there is any; else it reads all of it now.
 */
enum mock_dma mock_dma(unsigned int sid, unsigned int pasid, u64 iova,
		       bool cached, struct mock_access *access);

/* Whether hardware may go through @slot to @dom now. */
static inline bool mock_refers(const struct mock_slot *slot,
			       const struct mock_domain *dom)
{
	const u64 word = (unsigned long)dom | MOCK_TRANSLATED;

	return slot->word[0] == word || slot->cached[0] == word;
}

/* Events of a driver, declared here and implemented by the oracles. */
void mock_event_write(unsigned int sid, unsigned int pasid,
		      const struct mock_entry *new);
void mock_event_free(const struct mock_domain *dom);

/*
 * probe_finalize, declared here and implemented by the world: 32-bit ARM's
 * drivers attach a domain of their own from it (arm_iommu_attach_device()).
 */
void mock_event_finalize(struct device *dev);

/*
 * Whether @dev may refuse @domain now, which it took before if @again; the
 * contract decides.
 */
bool mock_attach_fault_allowed(const struct iommu_domain *domain,
			       struct device *dev, bool again);

#endif
