/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The specification: what a group, and a caller's domain, promise to callers
 * that come one after the other. Pure: plain values, no pointer into the core;
 * a state is a word, to be compared and hashed as one. Whatever is said of a
 * result is said here, once; spec.c cites the source of each rule.
 *
 * What struct model (model.h) holds is something else: what callers know, and
 * so what they may do next.
 */
#ifndef GROUPFUZZ_SPEC_H
#define GROUPFUZZ_SPEC_H

#include <harness/program/program.h>

/* A group's owner is 0 for nobody, else one of these two kinds. */
#define SPEC_GROUP_OWNER(n)  (1 + (n))
#define SPEC_DEVICE_OWNER(n) (1 + MAX_OWNERS + (n))

/* What a group is on. A group without a default domain is on none instead. */
enum { SPEC_DEFAULT, SPEC_BLOCKING, SPEC_CALLERS };
#define SPEC_SLOT(n) (SPEC_CALLERS + (n))

/* What a default domain may be, beyond what can be written (enum type_word). */
enum { SPEC_OTHER = TYPE_AUTO, SPEC_NO_DEFAULT = NR_TYPES, SPEC_TYPES };
#define SPEC_ANY_TYPE ((1 << SPEC_TYPES) - 1)

struct spec {
	union {
		struct {
			uint8_t owner;
			uint8_t users;	/* owner_cnt: claims, drivers bound */
			uint8_t domain; /* SPEC_DEFAULT, ... */
			/* Mask: one of these is the default domain's type. */
			uint8_t types;
			uint8_t members; /* mask of devices */
			uint8_t bound;	 /* mask of devices with a driver */
			/* Mask of those attached; 0: the group, by a handle. */
			uint8_t pasids;
			uint8_t zero;
		};
		uint64_t mapped; /* of a domain: mask of pages */
		uint64_t word;
	};
};
_Static_assert(sizeof(struct spec) == sizeof(uint64_t), "a state is a word");

/* What an object may be in, one of them as a rule. */
#define SPEC_STATES 16
struct spec_states {
	unsigned int nr;
	struct spec state[SPEC_STATES];
};

/* Where trees differ on purpose. */
struct spec_tree {
	bool direct_excludes_owner;
	bool use_waits_for_default;
	bool type_of_one_device;
	bool type_falls_back;
	bool probe_in_steps;
	bool untrusted_conflicts; /* with a driver that wants another type */
	bool pasid_limit;	  /* a PASID has to be below max_pasids */
	bool pasid_exemption;	  /* unless that is 0 */
};

/* What does not change while a program runs. Devices are masks. */
struct spec_world {
	struct spec_tree tree;
	uint8_t group[MAX_DEVICES];  /* that a device is in */
	uint8_t pasids[MAX_DEVICES]; /* its limit, 0: it has none */
	uint8_t direct;	 /* firmware wants a 1:1 mapping, and says */
	uint8_t refuses; /* its driver refuses domains of callers: -EPERM */
	uint8_t identity, untrusted; /* asks for that default domain, or DMA */
	uint8_t noiommu;	     /* the group is its caller's own */
	uint8_t offered; /* mask of types that the driver can make */
	uint8_t boot;	 /* type on the kernel command line */
	bool fixed;	 /* the driver has one default domain for all */
	bool pasid;	 /* the driver attaches domains to PASIDs */
};

/* The differences of the tree that this is built for, from its probe. */
struct spec_tree spec_tree(void);

/* The objects: groups, the callers' domains, and one that has no state. */
#define SPEC_NOTHING (MAX_GROUPS + MAX_DOMAINS)
#define SPEC_OBJECTS (SPEC_NOTHING + 1)

/*
 * The one object whose state @op reads and changes. Objects are independent, so
 * a history is linearizable if that of each object is (Herlihy and Wing 1990,
 * theorem 1).
 */
unsigned int spec_object(const struct spec_world *w, const struct op *op);

/* What an operation may return. */
struct spec_result {
	bool any;     /* the specification does not say */
	bool refused; /* any error */
	long value;   /* else exactly this */
};

/*
 * What @op returns in state @s if no fault fires in it. @op is one that the
 * contract allows.
 */
struct spec_result spec_expect(const struct spec_world *w, const struct spec *s,
			       const struct op *op);

/*
 * May @op return @ret in state *@s? Then *@s becomes the state after it, else it
 * stays. @faulted: a fault fired in it, so that a failure is as good.
 *
 * Devices join and leave groups by OP_ADD and OP_REMOVE, whoever made them do
 * so; OP_REGISTER with a group as its first operand is a walk over the bus that
 * gives that group its default domain.
 */
bool spec_apply(const struct spec_world *w, struct spec *s, const struct op *op,
		long ret, bool faulted);

/* --- spec_type.c --- */

#define SPEC_NO_CHANGE (-1)

/*
 * The type after @op, a write of it, in a state that has one; SPEC_NO_CHANGE if
 * it is refused. And the mask of those that it may be after it has succeeded.
 */
int spec_type_after(const struct spec_world *w, const struct spec *s,
		    const struct op *op);
uint8_t spec_types_after(const struct spec_world *w, const struct spec *s,
			 const struct op *op, bool faulted);

/* Whether there is one device in @mask. */
static inline bool spec_alone(uint8_t mask)
{
	return mask && !(mask & (mask - 1));
}

/* "owner alice (1), on d0": a group's state for a reader. */
void spec_format(const struct spec *s, char *buf, size_t len);

#endif
