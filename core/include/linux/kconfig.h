/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The configuration that the core is compiled with, and IS_ENABLED() to ask
 * for it. Included before every kernel-side file, as the kernel's own build
 * does. CONFIG_IOMMU_DMA must be on: without it there are no DMA default
 * domains, and with them goes half of the group core.
 */
#ifndef _SHIM_LINUX_KCONFIG_H
#define _SHIM_LINUX_KCONFIG_H

#define CONFIG_IOMMU_API	1
#define CONFIG_IOMMU_DMA	1
#define CONFIG_PCI		1

/*
 * IS_ENABLED(CONFIG_X) is 1 if CONFIG_X is defined to 1, else 0. A macro that
 * is defined to 1 pastes to a placeholder that brings one more argument, so
 * that the second argument is then the 1; otherwise it is the 0.
 */
#define _SHIM_ARG_1		0,
#define _SHIM_SECOND(a, b, ...) b
#define _SHIM_IS_ON2(arg)	_SHIM_SECOND(arg 1, 0, 0)
#define _SHIM_IS_ON1(val)	_SHIM_IS_ON2(_SHIM_ARG_##val)
#define _SHIM_IS_ON(option)	_SHIM_IS_ON1(option)
#define IS_ENABLED(option)	_SHIM_IS_ON(option)
#define IS_REACHABLE(option)	_SHIM_IS_ON(option)

#include <linux/types.h>
#include <linux/compiler.h>
#ifndef GROUPFUZZ_PROBE
#include <generated/probe.h>
#endif

#endif
