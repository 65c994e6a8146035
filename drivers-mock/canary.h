/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Defects that a build has to report, or it would report none. Each is one call;
 * canary_race() is a race if two threads call it.
 */
#ifndef GROUPFUZZ_DRIVERS_MOCK_CANARY_H
#define GROUPFUZZ_DRIVERS_MOCK_CANARY_H

void canary_use_after_free(void);
void canary_shift(unsigned int by); /* undefined from 31 on */
void canary_race(void);
void canary_bad_free(void);

#endif
