// Takes the place of malloc and its like, and counts their calls by who called: linked into a program, or in LD_PRELOAD.
// With ALLOCATIONS_FILE set the counts are written to that file when the program ends, an object for each thread, by the
// program or library that called: [{"loadtest":1},{"libcurl.so.4":2,"loadtest":1}].
//
// glibc's own functions have second names, under which they can still be called; free stays as it is.

#define _GNU_SOURCE

#include "allocations.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *old, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

// Where allocations are called from, by which thread: a few thousand in the largest of programs. Those that find no
// place are counted in the total only, and told.
enum { place_count = 1 << 15, most_tries = 64, most_objects = 256, most_threads = 1 << 15 };

static struct place {
    // The address in the lower 48 bits, all that an address has, and the thread above.
    uint64_t key;
    uint64_t count;
} places[place_count];
static uint64_t total, displaced;
static uint32_t thread_count;
static __thread uint32_t thread_number;

uint64_t allocations_count(void) {
    return __atomic_load_n(&total, __ATOMIC_RELAXED);
}

static void count(void *caller) {
    __atomic_fetch_add(&total, 1, __ATOMIC_RELAXED);
    if (thread_number == 0) thread_number = __atomic_add_fetch(&thread_count, 1, __ATOMIC_RELAXED);
    uint64_t key = (uint64_t)(uintptr_t)caller | (uint64_t)(thread_number % most_threads) << 48;
    size_t at = (key * 0x9e3779b97f4a7c15u) >> 49;
    for (int tried = 0; tried < most_tries; tried++, at = (at + 1) % place_count) {
        uint64_t there = __atomic_load_n(&places[at].key, __ATOMIC_RELAXED);
        // Taken by another thread meanwhile, `there` becomes the key of that one.
        if (there == 0 && __atomic_compare_exchange_n(
                &places[at].key, &there, key, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED)) there = key;
        if (there != key) continue;
        __atomic_fetch_add(&places[at].count, 1, __ATOMIC_RELAXED);
        return;
    }
    __atomic_fetch_add(&displaced, 1, __ATOMIC_RELAXED);
}

#define COUNT() count(__builtin_return_address(0))

// MARK: In the place of glibc's

void *malloc(size_t size) {
    COUNT();
    return __libc_malloc(size);
}

void *calloc(size_t number, size_t size) {
    COUNT();
    return __libc_calloc(number, size);
}

void *realloc(void *old, size_t size) {
    COUNT();
    return __libc_realloc(old, size);
}

void *reallocarray(void *old, size_t number, size_t size) {
    COUNT();
    size_t bytes;
    if (__builtin_mul_overflow(number, size, &bytes)) {
        errno = ENOMEM;
        return NULL;
    }
    return __libc_realloc(old, bytes);
}

void *memalign(size_t alignment, size_t size) {
    COUNT();
    return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    COUNT();
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **result, size_t alignment, size_t size) {
    COUNT();
    if (alignment % sizeof(void *) != 0 || (alignment & (alignment - 1)) != 0 || alignment == 0) return EINVAL;
    void *memory = __libc_memalign(alignment, size);
    if (!memory) return ENOMEM;
    *result = memory;
    return 0;
}

void *valloc(size_t size) {
    COUNT();
    return __libc_memalign((size_t)sysconf(_SC_PAGESIZE), size);
}

// The two that call malloc for others: without them libcurl's copies of texts would be libc's.
char *strdup(const char *text) {
    COUNT();
    size_t size = strlen(text) + 1;
    char *copy = __libc_malloc(size);
    return copy ? memcpy(copy, text, size) : NULL;
}

char *strndup(const char *text, size_t most) {
    COUNT();
    size_t length = strnlen(text, most);
    char *copy = __libc_malloc(length + 1);
    if (!copy) return NULL;
    memcpy(copy, text, length);
    copy[length] = '\0';
    return copy;
}

// MARK: The account

static const char *object_name(uint64_t key) {
    Dl_info info;
    void *address = (void *)(uintptr_t)(key << 16 >> 16);
    if (!dladdr(address, &info) || !info.dli_fname) return "unknown";
    const char *slash = strrchr(info.dli_fname, '/');
    return slash ? slash + 1 : info.dli_fname;
}

static struct object {
    const char *name;
    uint64_t count;
} objects[most_objects];

static void write_thread(FILE *file, uint64_t thread) {
    size_t known = 0;
    for (size_t at = 0; at < place_count; at++) {
        if (places[at].key == 0 || places[at].key >> 48 != thread) continue;
        const char *name = object_name(places[at].key);
        size_t object = 0;
        while (object < known && strcmp(objects[object].name, name) != 0) object++;
        if (object == most_objects) continue;
        if (object == known) objects[known++] = (struct object){.name = name};
        objects[object].count += places[at].count;
    }
    fputc('{', file);
    for (size_t at = 0; at < known; at++) {
        fprintf(file, "%s\"%s\":%llu", at ? "," : "", objects[at].name, (unsigned long long)objects[at].count);
    }
    fputc('}', file);
}

__attribute__((destructor)) static void write_account(void) {
    const char *path = getenv("ALLOCATIONS_FILE");
    if (!path) return;
    FILE *file = fopen(path, "w");
    if (!file) return;
    if (displaced > 0) fprintf(stderr, "allocations: %llu without a place\n", (unsigned long long)displaced);
    for (uint32_t thread = 1; thread <= thread_count; thread++) {
        fputs(thread == 1 ? "[" : ",", file);
        write_thread(file, thread % most_threads);
    }
    fputs("]\n", file);
    fclose(file);
}
