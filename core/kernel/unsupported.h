/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * For what the core can name but no operation of a program reaches: a call
 * aborts with a message, so that a stub is never mistaken for behaviour.
 */
#ifndef GROUPFUZZ_UNSUPPORTED_H
#define GROUPFUZZ_UNSUPPORTED_H

#include <stdio.h>
#include <stdlib.h>

#define unsupported(what)                                                            \
	do {                                                                         \
		fprintf(stderr,                                                      \
			"groupfuzz: %s() needs %s, which groupfuzz does not have\n", \
			__func__, what);                                             \
		abort();                                                             \
	} while (0)

#endif
