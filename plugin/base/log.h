/* log.h: one line of log, towards whoever hosts us. Levels follow tvp_host.log. */
#ifndef SPANSET_BASE_LOG_H
#define SPANSET_BASE_LOG_H

enum log_level { LOG_LEVEL_DEBUG = 0, LOG_LEVEL_INFO = 1, LOG_LEVEL_WARN = 2, LOG_LEVEL_ERROR = 3 };

/* `line` is one line without newline, lent for the call. May be called from any thread. */
struct log_sink {
    void (*write)(void *ctx, int level, const char *line);
    void *ctx;
};

/* sink may be NULL or hold a NULL write: nothing happens. Lines over 1,000 bytes are cut. */
#if defined(__GNUC__)
__attribute__((format(printf, 3, 4)))
#endif
void log_line(const struct log_sink *sink, enum log_level level, const char *format, ...);

#endif
