/* SPDX-License-Identifier: GPL-2.0-only */
/* An assertion that fails is a finding (oracle "warnings"). */
#ifndef _SHIM_LINUX_LOCKDEP_H
#define _SHIM_LINUX_LOCKDEP_H

#include <lock.h>

#define lockdep_assert_held(l)	   lock_assert_held(&(l)->lock, #l, HERE)
#define lockdep_assert_not_held(l) lock_assert_not_held(&(l)->lock, #l, HERE)

#endif
