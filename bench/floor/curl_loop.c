// Bare libev and libcurl: what the two libraries cost that loadtest is made of, used as loadtest uses them (many
// multis, one loop, handles and connections used again, the request target changed for each turn) by a program that
// does nothing else. It counts empty lines: no SSE, no UTF-8, no outcomes, no deadlines, no clock, no histograms.

#include "client.h"

#include <curl/curl.h>
#include <ev.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

// Transfers are spread over many multis: in one alone, each request costs O(handles).
struct shard {
    CURLM *multi;
    ev_timer timer;
};

struct user {
    CURL *easy;
    struct shard *shard;
    int turns_left;
    bool after_newline, had_event;
};

static struct run run;
static struct request target;
static struct ev_loop *loop;
static struct shard *shards;
static struct user *users;
static struct curl_slist *headers;
// Of TLS sessions, as loadtest has one.
static CURLSH *share;
static ev_timer starter;
// One per descriptor, found by its number.
static ev_io *watchers;
static size_t watcher_count;
// Those of one shard that have ended: taken out and sent again when libcurl's list of messages is empty.
static CURL **ended;

static void check(CURLcode code) {
    if (code == CURLE_OK) return;
    fprintf(stderr, "libcurl: %s\n", curl_easy_strerror(code));
    exit(2);
}

static void check_multi(CURLMcode code) {
    if (code == CURLM_OK) return;
    fprintf(stderr, "libcurl: %s\n", curl_multi_strerror(code));
    exit(2);
}

static void send_turn(struct user *user) {
    user->after_newline = false;
    write_uuid(target.uuid);
    check(curl_easy_setopt(user->easy, CURLOPT_REQUEST_TARGET, target.text));
    check_multi(curl_multi_add_handle(user->shard->multi, user->easy));
}

static void reap(struct shard *shard) {
    size_t count = 0;
    int left;
    CURLMsg *message;
    while ((message = curl_multi_info_read(shard->multi, &left)) != NULL) {
        if (message->msg != CURLMSG_DONE) continue;
        long status = 0;
        curl_easy_getinfo(message->easy_handle, CURLINFO_RESPONSE_CODE, &status);
        bool ok = message->data.result == CURLE_OK && status == 200;
        if (!ok) fprintf(stderr, "turn: %s, status %ld\n", curl_easy_strerror(message->data.result), status);
        run_end_turn(&run, ok);
        ended[count++] = message->easy_handle;
    }
    for (size_t at = 0; at < count; at++) {
        check_multi(curl_multi_remove_handle(shard->multi, ended[at]));
        struct user *user;
        check(curl_easy_getinfo(ended[at], CURLINFO_PRIVATE, (char **)&user));
        if (run_take_turn(&run, &user->turns_left)) send_turn(user);
    }
    if (run_is_over(&run)) ev_break(loop, EVBREAK_ALL);
}

static void act(struct shard *shard, curl_socket_t fd, int what) {
    int running;
    check_multi(curl_multi_socket_action(shard->multi, fd, what, &running));
    reap(shard);
}

// MARK: Callbacks of libev

static void on_ready(struct ev_loop *unused, ev_io *watcher, int events) {
    (void)unused;
    int what = (events & EV_READ ? CURL_CSELECT_IN : 0) | (events & EV_WRITE ? CURL_CSELECT_OUT : 0);
    act(watcher->data, watcher->fd, what);
}

static void on_timeout(struct ev_loop *unused, ev_timer *timer, int events) {
    (void)unused;
    (void)events;
    act(timer->data, CURL_SOCKET_TIMEOUT, 0);
}

static void start_user(void);

static void on_start(struct ev_loop *unused, ev_timer *timer, int events) {
    (void)unused;
    (void)events;
    double wait_s;
    for (long due = run_users_due(&run, &wait_s); due > 0; due--) start_user();
    if (wait_s < 0) return;
    // The loop's time is that of the turn's begin: without the correction a timer comes early after a long turn.
    ev_timer_set(timer, wait_s > 0 ? wait_s + ev_time() - ev_now(loop) : 0., 0.);
    ev_timer_start(loop, timer);
}

// MARK: Callbacks of libcurl

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *context, void *unused) {
    (void)easy;
    (void)unused;
    if ((size_t)fd >= watcher_count) exit(2);
    ev_io *watcher = &watchers[fd];
    // Always stopped when libcurl says so: a watcher on a closed descriptor makes libev abort.
    if (what == CURL_POLL_REMOVE) {
        ev_io_stop(loop, watcher);
        return 0;
    }
    int events = (what & CURL_POLL_IN ? EV_READ : 0) | (what & CURL_POLL_OUT ? EV_WRITE : 0);
    int before = ev_is_active(watcher) && watcher->data == context ? watcher->events & (EV_READ | EV_WRITE) : 0;
    if (before == events && events != 0) return 0;
    ev_io_stop(loop, watcher);
    ev_io_init(watcher, on_ready, fd, events);
    watcher->data = context;
    if (events != 0) ev_io_start(loop, watcher);
    return 0;
}

static int on_timer(CURLM *multi, long timeout_ms, void *context) {
    (void)multi;
    struct shard *shard = context;
    ev_timer_stop(loop, &shard->timer);
    if (timeout_ms < 0) return 0;
    // One more than asked, unless at once: libcurl rounds down, would find nothing due yet, and ask again.
    double delay_s = timeout_ms > 0 ? (double)(timeout_ms + 1) / 1000 + ev_time() - ev_now(loop) : 0;
    ev_timer_set(&shard->timer, delay_s, 0.);
    ev_timer_start(loop, &shard->timer);
    return 0;
}

static size_t on_body(char *bytes, size_t size, size_t count, void *context) {
    struct user *user = context;
    long lines = count_blank_lines(bytes, size * count, &user->after_newline);
    run.blank_lines += lines;
    if (lines > 0 && !user->had_event) {
        user->had_event = true;
        run_first_event(&run);
    }
    return size * count;
}

// MARK: Users

static CURL *make_easy(struct user *user) {
    CURL *easy = curl_easy_init();
    if (!easy) give_up("curl_easy_init");
    char url[64];
    snprintf(url, sizeof url, "http%s://127.0.0.1:%ld/", run.options.ca ? "s" : "", run.options.port);
    check(curl_easy_setopt(easy, CURLOPT_PRIVATE, user));
    check(curl_easy_setopt(easy, CURLOPT_URL, url));
    check(curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body));
    check(curl_easy_setopt(easy, CURLOPT_WRITEDATA, user));
    check(curl_easy_setopt(easy, CURLOPT_POSTFIELDS, turn_body));
    check(curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, (long)strlen(turn_body)));
    check(curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers));
    check(curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1));
    check(curl_easy_setopt(easy, CURLOPT_PROXY, ""));
    check(curl_easy_setopt(easy, CURLOPT_DNS_CACHE_TIMEOUT, -1L));
    // Without it libcurl changes the signal mask around every action.
    check(curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L));
    check(curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, run.options.buffer));
    check(curl_easy_setopt(easy, CURLOPT_UPLOAD_BUFFERSIZE, 16384L));
    if (!run.options.ca) return easy;
    check(curl_easy_setopt(easy, CURLOPT_SHARE, share));
    check(curl_easy_setopt(easy, CURLOPT_CAINFO, run.options.ca));
    // With a folder of certificates set, libcurl reads all of them anew for every connection.
    check(curl_easy_setopt(easy, CURLOPT_CAPATH, NULL));
    return easy;
}

static struct shard *shard_of(long index) {
    struct shard *shard = &shards[index / run.options.shard];
    if (shard->multi) return shard;
    shard->multi = curl_multi_init();
    if (!shard->multi) give_up("curl_multi_init");
    ev_timer_init(&shard->timer, on_timeout, 0., 0.);
    shard->timer.data = shard;
    check_multi(curl_multi_setopt(shard->multi, CURLMOPT_SOCKETFUNCTION, on_socket));
    check_multi(curl_multi_setopt(shard->multi, CURLMOPT_SOCKETDATA, shard));
    check_multi(curl_multi_setopt(shard->multi, CURLMOPT_TIMERFUNCTION, on_timer));
    check_multi(curl_multi_setopt(shard->multi, CURLMOPT_TIMERDATA, shard));
    // The default shrinks with the number of handles added at the moment, and closes warm connections.
    check_multi(curl_multi_setopt(shard->multi, CURLMOPT_MAXCONNECTS, run.options.shard * 2));
    return shard;
}

static void start_user(void) {
    long index = run.users_started++;
    struct user *user = &users[index];
    if (!run_take_turn(&run, &user->turns_left)) return;
    user->shard = shard_of(index);
    user->easy = make_easy(user);
    send_turn(user);
}

int main(int argc, char **argv) {
    run_begin(&run, argc, argv);
    target = make_request(&run.options, false);
    check(curl_global_init(CURL_GLOBAL_DEFAULT));
    // The environment must not choose another backend.
    loop = ev_loop_new(EVBACKEND_EPOLL | EVFLAG_NOENV);
    struct rlimit limit;
    if (!loop || getrlimit(RLIMIT_NOFILE, &limit) != 0) give_up("libev");
    headers = curl_slist_append(headers, "Accept: text/event-stream");
    headers = curl_slist_append(headers, "Content-Type: application/json");
    headers = curl_slist_append(headers, "Expect:");
    share = curl_share_init();
    if (!share || curl_share_setopt(share, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION)) give_up("curl_share_init");

    // Only what is used of it takes memory.
    watcher_count = limit.rlim_cur < 1 << 20 ? limit.rlim_cur : 1 << 20;
    watchers = calloc(watcher_count, sizeof *watchers);
    users = calloc((size_t)run.options.users, sizeof *users);
    shards = calloc((size_t)(run.options.users / run.options.shard + 1), sizeof *shards);
    ended = calloc((size_t)run.options.shard, sizeof(CURL *));
    if (!watchers || !users || !shards || !ended) give_up("calloc");

    ev_timer_init(&starter, on_start, 0., 0.);
    ev_timer_start(loop, &starter);
    ev_run(loop, 0);
    // Nothing is freed: the end of the process does it, and closes the connections, at the least cost.
    return run_report(&run);
}
