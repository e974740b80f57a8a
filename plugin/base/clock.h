/* clock.h: time. Stored times are Unix milliseconds (UTC); monotonic time is for waits and durations. */
#ifndef SPANSET_BASE_CLOCK_H
#define SPANSET_BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#define TIME_TEXT_SIZE 32

uint64_t clock_now_ms(void);       /* Unix time */
uint64_t clock_monotonic_ms(void); /* never steps back */

/* RFC 3339 UTC with milliseconds: 2026-01-31T14:02:11.042Z. Years 0001-9999; others are clamped. */
void time_format(int64_t unix_ms, char out[TIME_TEXT_SIZE]);

/* RFC 3339 (any offset, fraction optional) or all digits = Unix milliseconds. false: neither. */
bool time_parse(const char *text, int64_t *unix_ms);

#endif
