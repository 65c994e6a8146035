/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a file that groupfuzz export wrote is built on: a machine with devices
 * and an IOMMU driver, and a report after each call. Beneath it are the core,
 * core/kernel and drivers-mock, and nothing else of the harness: no program, no
 * scheduler, no model of what the calls promise.
 *
 * There is one thread, and whatever is wrong ends in standalone_finding(), which
 * aborts: a debugger stops there, with the core's own frames on the stack.
 */
#ifndef GROUPFUZZ_STANDALONE_H
#define GROUPFUZZ_STANDALONE_H

#include <drivers-mock/mock.h>
#include <fault.h>
#include <peek.h>

struct machine {
	unsigned int driver, without, default_type;
	bool early, locked;	  /* as in a program's world */
	struct first_fault fault; /* of all that happens, from the beginning */
	unsigned int nr_devices;
	struct device_desc dev[MAX_DEVICES];
};

/*
 * Boot the core, put the devices on their bus and register the driver, in the
 * order that @m says. Once; exits if the core does not boot.
 */
void machine_begin(const struct machine *m);

/* The @n-th device, and the group with number @n that a device of it is in. */
struct device *machine_device(unsigned int n);
struct iommu_group *machine_group(unsigned int n);

/* As a bus and its drivers do; what they return is the call's of that name. */
int machine_add(unsigned int n);
int machine_remove(unsigned int n);
int machine_use(unsigned int n);
int machine_unuse(unsigned int n);
int machine_unload(void);
int machine_load(void);

/* An owner: who it is is its address. */
extern char machine_owner[16];

/* Pages that domain @slot maps page @page to, so that DMA tells them apart. */
phys_addr_t machine_phys(unsigned int slot, unsigned int page);

/* An access of device @n: the physical address, or -EFAULT. */
long machine_dma(unsigned int n, unsigned int page, unsigned int pasid);

/* A file of the group in sysfs: 0, or a negative errno. */
long machine_read(struct iommu_group *group, const char *attribute);
long machine_write(struct iommu_group *group, const char *attribute,
		   const char *word);

/* Tell what @call returned and where each device's DMA goes; look for errors. */
void machine_report(const char *call, long ret);

/* A call that returns an error, a pointer or an ERR_PTR, or nothing. */
#define CALL(call) machine_report(#call, (call))
#define POINTER(into, call)                                               \
	((into) = (call),                                                 \
	 machine_report(#into " = " #call, IS_ERR(into) ? PTR_ERR(into) : \
					   (into)	? 0 :             \
							  -ENOMEM))
#define DO(call) ((call), machine_report(#call, 0))

#endif
