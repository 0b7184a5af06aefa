#include "CLoad.h"

// Not in the header: a system header that is included there becomes a part of this module for Swift, which then wants it
// imported wherever the header's types are used.
#include <sys/prctl.h>

// What the wrappers and the engine rely on, checked where the headers are known.
_Static_assert(LIBCURL_VERSION_NUM >= 0x075800, "libcurl 7.88 or newer is needed");
_Static_assert(EV_VERSION_MAJOR == 4 && EV_VERSION_MINOR >= 33, "libev 4.33 or newer of major version 4 is needed");
_Static_assert(EV_MULTIPLICITY, "libev must be built with EV_MULTIPLICITY: the loop is passed everywhere");
_Static_assert(sizeof(long) == 8, "curl's long options import into Swift as Int");

void cload_thread_wake_exactly(void) {
    prctl(PR_SET_TIMERSLACK, 1ul, 0ul, 0ul, 0ul);
}
