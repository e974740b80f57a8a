/* otlp_file.h: reads spans and log records from files, whatever wrote them.
 *
 *   request bodies        protobuf or JSON, as an exporter sent them
 *   JSON lines            one request per line (Collector file exporter); also several documents one after
 *   another
 *   4-byte prefixes       big-endian length before each protobuf request (Collector file exporter, format:
 *   proto)
 *   concatenated          protobuf requests one after another, which is one valid request
 *   any of these, gzip    by its magic
 *
 * Traces and logs are told apart by content: JSON by its member resourceSpans or resourceLogs, protobuf by the
 * wire types of span and record; ".logs." in the file's name decides what the content leaves open (an empty
 * request). Threads: no state. */
#ifndef OTLP_OTLP_FILE_H
#define OTLP_OTLP_FILE_H

#include "otlp/otlp.h"

/* Reads the file and feeds the sink. A broken line among good ones counts as one rejected item (*result is
 * added to). STATUS_NOT_FOUND, STATUS_IO: the file cannot be read; STATUS_INVALID: nothing in it is OTLP. Both
 * name the file. */
enum status otlp_file_read(const char *path, const struct otlp_sink *sink, struct otlp_result *result,
                           struct err *err);

/* The same over bytes; name (nullable) is what the hint and the sentences take. */
enum status otlp_bytes_read(const char *data, size_t len, const char *name, const struct otlp_sink *sink,
                            struct otlp_result *result, struct err *err);

#endif
