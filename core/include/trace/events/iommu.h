/* SPDX-License-Identifier: GPL-2.0-only */
/* Tracepoints: the core's own, all off. */
#ifndef _SHIM_TRACE_EVENTS_IOMMU_H
#define _SHIM_TRACE_EVENTS_IOMMU_H

#define trace_add_device_to_group(id, dev) \
	do {                               \
	} while (0)
#define trace_remove_device_from_group(id, dev) \
	do {                                    \
	} while (0)
#define trace_attach_device_to_domain(dev) \
	do {                               \
	} while (0)
#define trace_detach_device_from_domain(dev) \
	do {                                 \
	} while (0)
#define trace_map(iova, paddr, size) \
	do {                         \
	} while (0)
#define trace_unmap(iova, size, unmapped) \
	do {                              \
	} while (0)
#define trace_io_page_fault(dev, iova, flags) \
	do {                                  \
	} while (0)

#endif
