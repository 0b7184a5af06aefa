// Typed inline wrappers for what Swift cannot call itself: curl's variadic functions, libev's macros, and a few C
// declarations whose types do not cross the border. Nothing else belongs here, no logic in particular.
//
// Callbacks use curl's and ev's own typedefs: a pointer type declared anew with another nullability makes the Swift
// compiler build a thunk, which it cannot do for a C function pointer.
#ifndef CLOAD_H
#define CLOAD_H

#define CURL_STRICTER
#include <curl/curl.h>
#include <ev.h>
#include <pthread.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/timerfd.h>
#include <sys/timex.h>
#include <time.h>

// MARK: Clock and process

/// The monotonic clock in nanoseconds: one vDSO call, no system call.
static inline uint64_t cload_monotonic_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/// The processor time of this process so far, user and system, in nanoseconds.
static inline uint64_t cload_process_cpu_ns(void) {
    struct timespec used;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return (uint64_t)used.tv_sec * 1000000000u + (uint64_t)used.tv_nsec;
}

/// The largest resident size this process has had, in bytes.
static inline uint64_t cload_peak_rss_bytes(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (uint64_t)usage.ru_maxrss * 1024u;
}

/// How far the clock on the wall may be from the true time, in microseconds, as the kernel knows it; -1 when it is not kept right.
static inline int64_t cload_clock_error_us(void) {
    struct timex state = {0};
    int answer = adjtimex(&state);
    return answer < 0 || answer == TIME_ERROR ? -1 : (int64_t)state.maxerror;
}

/// Lets the C library have at most so many arenas, the heaps that threads have apart from each other.
void cload_limit_arenas(int count);

/// Makes this thread's sleeps end as soon as the system can, not up to 50 us later.
void cload_thread_wake_exactly(void);

// MARK: Certificates

/// Counts the certificates in PEM as OpenSSL reads it for the TLS of curl.
///
/// Returns -1 when a part of it is damaged, with OpenSSL's reason, a text that lives for ever or NULL.
int cload_count_certificates(
    const void *_Nullable bytes, size_t count, const char *_Nullable *_Nonnull reason
);

// MARK: curl easy options, by the C type of their argument

static inline CURLcode cload_easy_set_long(CURL *_Nonnull easy, CURLoption option, long value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode cload_easy_set_offset(CURL *_Nonnull easy, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(easy, option, value);
}

/// curl copies the text, except for CURLOPT_POSTFIELDS and CURLOPT_ERRORBUFFER, whose memory must outlive the transfer.
static inline CURLcode cload_easy_set_text(CURL *_Nonnull easy, CURLoption option, const char *_Nullable value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode cload_easy_set_pointer(CURL *_Nonnull easy, CURLoption option, void *_Nullable value) {
    return curl_easy_setopt(easy, option, value);
}

/// curl keeps the list's address only: the list must outlive every transfer that uses it, unchanged.
static inline CURLcode cload_easy_set_list(
    CURL *_Nonnull easy, CURLoption option, struct curl_slist *_Nullable value
) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode cload_easy_set_share(CURL *_Nonnull easy, CURLSH *_Nullable value) {
    return curl_easy_setopt(easy, CURLOPT_SHARE, value);
}

/// For CURLOPT_WRITEFUNCTION and CURLOPT_HEADERFUNCTION.
static inline CURLcode cload_easy_set_write_callback(
    CURL *_Nonnull easy, CURLoption option, curl_write_callback _Nullable value
) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode cload_easy_set_prereq_callback(CURL *_Nonnull easy, curl_prereq_callback _Nullable value) {
    return curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, value);
}

static inline CURLcode cload_easy_set_opensocket_callback(
    CURL *_Nonnull easy, curl_opensocket_callback _Nullable value
) {
    return curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, value);
}

static inline CURLcode cload_easy_set_closesocket_callback(
    CURL *_Nonnull easy, curl_closesocket_callback _Nullable value
) {
    return curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, value);
}

static inline curl_off_t cload_easy_get_offset(CURL *_Nonnull easy, CURLINFO info) {
    curl_off_t value = 0;
    curl_easy_getinfo(easy, info, &value);
    return value;
}

static inline long cload_easy_get_long(CURL *_Nonnull easy, CURLINFO info) {
    long value = 0;
    curl_easy_getinfo(easy, info, &value);
    return value;
}

static inline void *_Nullable cload_easy_get_private(CURL *_Nonnull easy) {
    char *value = NULL;
    curl_easy_getinfo(easy, CURLINFO_PRIVATE, &value);
    return value;
}

/// The value of a header of the last response, of several of the name the last one; valid until the handle is used again.
static inline const char *_Nullable cload_easy_get_header(CURL *_Nonnull easy, const char *_Nonnull name) {
    struct curl_header *header = NULL;
    if (curl_easy_header(easy, name, 0, CURLH_HEADER, -1, &header) != CURLHE_OK) return NULL;
    size_t last = header->amount - 1;
    if (last > 0 && curl_easy_header(easy, name, last, CURLH_HEADER, -1, &header) != CURLHE_OK) return NULL;
    return header->value;
}

/// Whether OpenSSL holds bytes of the handle's connection that libcurl has not read yet; 0 without TLS, and with a TLS
/// library that is not OpenSSL. To be called from CURLOPT_PREREQFUNCTION: a handle has a connection only in a transfer.
int cload_easy_has_pending_tls(CURL *_Nonnull easy);

// MARK: OpenSSL

/// Writes the SHA-256 of some bytes, 32 bytes, to `digest`.
void cload_sha256(const void *_Nonnull bytes, size_t count, unsigned char *_Nonnull digest);

// MARK: curl multi and share options

/// Lets all transfers of a multi look whether something is due, those included of which libcurl has asked for no time.
///
/// Deprecated in favour of curl_multi_socket_action, which does not do that.
static inline CURLMcode cload_multi_act_on_all(CURLM *_Nonnull multi) {
    int running = 0;
    return curl_multi_socket_all(multi, &running);
}

static inline CURLMcode cload_multi_set_long(CURLM *_Nonnull multi, CURLMoption option, long value) {
    return curl_multi_setopt(multi, option, value);
}

static inline CURLMcode cload_multi_set_pointer(CURLM *_Nonnull multi, CURLMoption option, void *_Nullable value) {
    return curl_multi_setopt(multi, option, value);
}

static inline CURLMcode cload_multi_set_socket_callback(
    CURLM *_Nonnull multi, curl_socket_callback _Nullable value
) {
    return curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, value);
}

static inline CURLMcode cload_multi_set_timer_callback(
    CURLM *_Nonnull multi, curl_multi_timer_callback _Nullable value
) {
    return curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, value);
}

static inline CURLSHcode cload_share_lock_data(CURLSH *_Nonnull share, curl_lock_data data) {
    return curl_share_setopt(share, CURLSHOPT_SHARE, data);
}

/// The result of a CURLMSG_DONE message; a union's member is out of Swift's reach when it shadows a keyword's place.
static inline CURLcode cload_message_result(const CURLMsg *_Nonnull message) {
    return message->data.result;
}

// MARK: libev's macros

typedef void (*cload_io_callback)(struct ev_loop *_Nullable, struct ev_io *_Nullable, int);
typedef void (*cload_timer_callback)(struct ev_loop *_Nullable, struct ev_timer *_Nullable, int);
typedef void (*cload_prepare_callback)(struct ev_loop *_Nullable, struct ev_prepare *_Nullable, int);
typedef void (*cload_check_callback)(struct ev_loop *_Nullable, struct ev_check *_Nullable, int);
typedef void (*cload_idle_callback)(struct ev_loop *_Nullable, struct ev_idle *_Nullable, int);
typedef void (*cload_async_callback)(struct ev_loop *_Nullable, struct ev_async *_Nullable, int);

static inline void cload_io_init(
    struct ev_io *_Nonnull watcher, cload_io_callback _Nonnull callback, int fd, int events, void *_Nullable data
) {
    ev_io_init(watcher, callback, fd, events);
    watcher->data = data;
}

/// For a stopped watcher only: libev forgets a running one that is set anew.
static inline void cload_io_set(struct ev_io *_Nonnull watcher, int fd, int events) {
    ev_io_set(watcher, fd, events);
}

/// Changes the events of a stopped watcher on the same descriptor, without libev taking the descriptor for a new one.
static inline void cload_io_modify(struct ev_io *_Nonnull watcher, int events) {
    ev_io_modify(watcher, events);
}

static inline int cload_io_is_active(const struct ev_io *_Nonnull watcher) {
    return ev_is_active(watcher);
}

static inline void cload_timer_init(
    struct ev_timer *_Nonnull watcher, cload_timer_callback _Nonnull callback, void *_Nullable data
) {
    ev_timer_init(watcher, callback, 0., 0.);
    watcher->data = data;
}

/// Sets the delay, in seconds from ev_now, of a stopped one-shot timer.
static inline void cload_timer_set(struct ev_timer *_Nonnull watcher, double after_s) {
    ev_timer_set(watcher, after_s, 0.);
}

static inline int cload_timer_is_active(const struct ev_timer *_Nonnull watcher) {
    return ev_is_active(watcher);
}

static inline void cload_prepare_init(
    struct ev_prepare *_Nonnull watcher, cload_prepare_callback _Nonnull callback, void *_Nullable data
) {
    ev_prepare_init(watcher, callback);
    watcher->data = data;
}

/// A prepare watcher that comes after all others.
static inline void cload_prepare_init_last(
    struct ev_prepare *_Nonnull watcher, cload_prepare_callback _Nonnull callback, void *_Nullable data
) {
    cload_prepare_init(watcher, callback, data);
    ev_set_priority(watcher, EV_MINPRI);
}

/// A check watcher that comes before all others, those of sockets and timers included.
static inline void cload_check_init_first(
    struct ev_check *_Nonnull watcher, cload_check_callback _Nonnull callback, void *_Nullable data
) {
    ev_check_init(watcher, callback);
    watcher->data = data;
    ev_set_priority(watcher, EV_MAXPRI);
}

static inline void cload_idle_init(
    struct ev_idle *_Nonnull watcher, cload_idle_callback _Nonnull callback, void *_Nullable data
) {
    ev_idle_init(watcher, callback);
    watcher->data = data;
}

static inline void cload_async_init(
    struct ev_async *_Nonnull watcher, cload_async_callback _Nonnull callback, void *_Nullable data
) {
    ev_async_init(watcher, callback);
    watcher->data = data;
}

#endif
