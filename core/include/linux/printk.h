/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Kernel messages: shown in a trace, skipped (arguments and all) while
 * fuzzing.
 */
#ifndef _SHIM_LINUX_PRINTK_H
#define _SHIM_LINUX_PRINTK_H

extern bool printk_enabled;

__printf(1, 2) void printk(const char *fmt, ...);

#ifndef pr_fmt
#define pr_fmt(fmt) fmt
#endif

#define no_printk(fmt, ...)                         \
	do {                                        \
		if (0)                              \
			printk(fmt, ##__VA_ARGS__); \
	} while (0)
#define __pr(fmt, ...)                              \
	do {                                        \
		if (unlikely(printk_enabled))       \
			printk(fmt, ##__VA_ARGS__); \
	} while (0)

#define pr_debug(fmt, ...)		    no_printk(pr_fmt(fmt), ##__VA_ARGS__)
#define pr_info(fmt, ...)		    __pr(pr_fmt(fmt), ##__VA_ARGS__)
#define pr_warn(fmt, ...)		    __pr(pr_fmt(fmt), ##__VA_ARGS__)
#define pr_err(fmt, ...)		    __pr(pr_fmt(fmt), ##__VA_ARGS__)
#define pr_err_ratelimited(fmt, ...)	    __pr(pr_fmt(fmt), ##__VA_ARGS__)

/* A device that has no name yet prints as "(null)", as in the kernel. */
#define __dev_pr(dev, fmt, ...)		    __pr("%s: " fmt, dev_name(dev), ##__VA_ARGS__)
#define dev_info(dev, fmt, ...)		    __dev_pr(dev, fmt, ##__VA_ARGS__)
#define dev_warn(dev, fmt, ...)		    __dev_pr(dev, fmt, ##__VA_ARGS__)
#define dev_err(dev, fmt, ...)		    __dev_pr(dev, fmt, ##__VA_ARGS__)
#define dev_warn_ratelimited(dev, fmt, ...) __dev_pr(dev, fmt, ##__VA_ARGS__)
#define dev_warn_once(dev, fmt, ...)	    __dev_pr(dev, fmt, ##__VA_ARGS__)
#define dev_err_ratelimited(dev, fmt, ...)  __dev_pr(dev, fmt, ##__VA_ARGS__)
#define dev_WARN(dev, fmt, ...) \
	WARN(1, "%s: " fmt, dev_name(dev), ##__VA_ARGS__)
#define pci_warn(pdev, fmt, ...) dev_warn(&(pdev)->dev, fmt, ##__VA_ARGS__)

#endif
