// For RTLD_DEFAULT.
#define _GNU_SOURCE
#include "CLoad.h"

// Not in the header: a system header that is included there becomes a part of this module for Swift, which then wants it
// imported wherever the header's types are used.
#include <dlfcn.h>
#include <malloc.h>
#include <sys/prctl.h>

// What the wrappers and the engine rely on, checked where the headers are known.
_Static_assert(LIBCURL_VERSION_NUM >= 0x075800, "libcurl 7.88 or newer is needed");
_Static_assert(EV_VERSION_MAJOR == 4 && EV_VERSION_MINOR >= 33, "libev 4.33 or newer of major version 4 is needed");
_Static_assert(EV_MULTIPLICITY, "libev must be built with EV_MULTIPLICITY: the loop is passed everywhere");
_Static_assert(sizeof(long) == 8, "curl's long options import into Swift as Int");

int cload_easy_has_pending_tls(CURL *easy) {
    // libcurl has OpenSSL in the process already: its headers and a link of our own would only tie us to its version.
    static int (*has_pending)(const void *);
    static int is_known;
    struct curl_tlssessioninfo *session = NULL;
    if (curl_easy_getinfo(easy, CURLINFO_TLS_SSL_PTR, &session) != CURLE_OK || session == NULL) return 0;
    if (session->backend != CURLSSLBACKEND_OPENSSL || session->internals == NULL) return 0;
    if (!is_known) {
        *(void **)&has_pending = dlsym(RTLD_DEFAULT, "SSL_has_pending");
        is_known = 1;
    }
    return has_pending != NULL && has_pending(session->internals);
}

void cload_thread_wake_exactly(void) {
    prctl(PR_SET_TIMERSLACK, 1ul, 0ul, 0ul, 0ul);
}

void cload_limit_arenas(int count) { mallopt(M_ARENA_MAX, count); }
