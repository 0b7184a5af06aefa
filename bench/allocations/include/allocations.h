// Counts the allocations of the process it is linked into or preloaded into.
#ifndef ALLOCATIONS_H
#define ALLOCATIONS_H

#include <stdint.h>

// How many there were so far: calls of malloc, calloc, realloc, strdup and their like, by all threads.
uint64_t allocations_count(void);

#endif
