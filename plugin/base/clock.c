#include "base/clock.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static uint64_t read_ms(clockid_t id) {
    struct timespec t;
    clock_gettime(id, &t);
    return (uint64_t)t.tv_sec * 1000u + (uint64_t)t.tv_nsec / 1000000u;
}

uint64_t clock_now_ms(void) {
    return read_ms(CLOCK_REALTIME);
}
uint64_t clock_monotonic_ms(void) {
    return read_ms(CLOCK_MONOTONIC);
}

/* Days since 1970-01-01 of a proleptic Gregorian date, and back (Howard Hinnant's well-known formulas). */
static int64_t days_from_date(int64_t y, int m, int d) {
    y -= m <= 2;
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t yoe = y - era * 400;
    int64_t doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
    int64_t doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    return era * 146097 + doe - 719468;
}

static void date_from_days(int64_t z, int64_t *y, int *m, int *d) {
    z += 719468;
    int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    int64_t doe = z - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int64_t mp = (5 * doy + 2) / 153;
    *d = (int)(doy - (153 * mp + 2) / 5 + 1);
    *m = (int)(mp < 10 ? mp + 3 : mp - 9);
    *y = yoe + era * 400 + (*m <= 2);
}

#define MS_MIN INT64_C(-62135596800000) /* 0001-01-01T00:00:00.000Z */
#define MS_MAX INT64_C(253402300799999) /* 9999-12-31T23:59:59.999Z */

void time_format(int64_t unix_ms, char out[TIME_TEXT_SIZE]) {
    if (unix_ms < MS_MIN) unix_ms = MS_MIN;
    if (unix_ms > MS_MAX) unix_ms = MS_MAX;
    int64_t days = unix_ms / 86400000, rest = unix_ms % 86400000;
    if (rest < 0) {
        rest += 86400000;
        days--;
    }
    int64_t y;
    int m, d;
    date_from_days(days, &y, &m, &d);
    int ms = (int)rest;
    snprintf(out, TIME_TEXT_SIZE, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", (int)(y % 10000), m % 13, d % 32,
             ms / 3600000, ms / 60000 % 60, ms / 1000 % 60, ms % 1000);
}

/* Exactly `n` digits at *p; advances. */
static bool digits(const char **p, int n, int *out) {
    int v = 0;
    for (int i = 0; i < n; i++) {
        if (!isdigit((unsigned char)**p)) return false;
        v = v * 10 + (*(*p)++ - '0');
    }
    *out = v;
    return true;
}

bool time_parse(const char *text, int64_t *unix_ms) {
    size_t len = strlen(text);
    if (len && len <= 15 && strspn(text, "0123456789") == len && len != 4) {
        *unix_ms = strtoll(text, NULL, 10);
        return true;
    }
    const char *p = text;
    int y, mo, d, h = 0, mi = 0, s = 0, frac = 0, offset = 0;
    if (!digits(&p, 4, &y) || *p++ != '-' || !digits(&p, 2, &mo) || *p++ != '-' || !digits(&p, 2, &d))
        return false;
    if (mo < 1 || mo > 12 || d < 1 || d > 31 || y < 1) return false;
    if (*p) { /* a date alone is its midnight UTC */
        if (*p != 'T' && *p != 't' && *p != ' ') return false;
        p++;
        if (!digits(&p, 2, &h) || *p++ != ':' || !digits(&p, 2, &mi)) return false;
        if (*p == ':') {
            p++;
            if (!digits(&p, 2, &s)) return false;
        }
        if (*p == '.' || *p == ',') {
            p++;
            int scale = 100, n = 0;
            for (; isdigit((unsigned char)*p); p++, n++, scale /= 10) frac += (*p - '0') * scale;
            if (!n) return false;
        }
        if (*p == 'Z' || *p == 'z') {
            p++;
        } else if (*p == '+' || *p == '-') {
            int sign = *p++ == '-' ? -1 : 1, oh, om;
            if (!digits(&p, 2, &oh)) return false;
            if (*p == ':') p++;
            if (!digits(&p, 2, &om)) return false;
            offset = sign * (oh * 60 + om);
        }
        if (*p || h > 23 || mi > 59 || s > 60) return false;
    }
    *unix_ms = ((days_from_date(y, mo, d) * 24 + h) * 60 + mi - offset) * 60000 + s * 1000 + frac;
    return true;
}
