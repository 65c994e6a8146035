/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Devices, made without a model of the world: for world.c, and for what
 * groupfuzz export writes, which has none.
 */
#ifndef GROUPFUZZ_DEVICES_H
#define GROUPFUZZ_DEVICES_H

struct device;
struct mock_firmware;

/*
 * The device that @firmware describes, which is its drvdata and has to outlive
 * it. Not yet on its bus; the caller owns a reference. NULL without memory.
 */
struct device *device_make(struct mock_firmware *firmware);

/*
 * What of_iommu_configure() does for a device that firmware puts behind an
 * IOMMU: give it a fwspec, undo that if it fails, and replay the probe.
 */
void device_configure(struct device *dev);

/* The number of bits whose PASIDs are all below @pasids. */
unsigned int device_pasid_bits(unsigned int pasids);

#endif
