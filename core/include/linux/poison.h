/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What list_del() leaves behind: addresses that no process can map, so that a
 * walk over a deleted entry faults instead of going on quietly. And what fills
 * memory from kmalloc() that is not set yet, and that is freed.
 */
#ifndef _SHIM_LINUX_POISON_H
#define _SHIM_LINUX_POISON_H

#define LIST_POISON1 ((void *)0xdead000000000100UL)
#define LIST_POISON2 ((void *)0xdead000000000122UL)

#define POISON_INUSE 0x5a
#define POISON_FREE  0x6b

#endif
