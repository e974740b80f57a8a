/* process.h: what the checks look at in their own process. Threads: one. */
#ifndef HARNESS_PROCESS_H
#define HARNESS_PROCESS_H

#include <stdbool.h>
#include <stddef.h>

unsigned process_threads(void); /* running */
unsigned process_files(void);   /* open */
/* Waits up to a second for both to fall to what they were: threads that were joined take a moment to vanish. */
bool process_settles(unsigned threads, unsigned files);

/* What the open file with the highest number is, for messages: "socket 127.0.0.1:41234 state 8". Static storage. */
const char *process_last_file(void);

/* The state that a plugin must leave alone, as one text; equal texts mean nothing changed. Owned. */
char *process_state(void);

#endif
