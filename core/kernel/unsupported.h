/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * For what the core can name but no operation of a program reaches: a call
 * ends the process with a message, so that a stub is never mistaken for behaviour.
 * Status 2: there is no verdict.
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
		_Exit(2);                                                            \
	} while (0)

#endif
