#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>

void log_line(const struct log_sink *sink, enum log_level level, const char *format, ...) {
    if (!sink || !sink->write) return;
    char line[1001];
    va_list args;
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    for (char *p = line; *p; p++)
        if ((unsigned char)*p < 0x20) *p = ' '; /* one line, whatever a span or a request put into it */
    sink->write(sink->ctx, level, line);
}
