// The floor: what the kernel alone costs. One thread, one epoll, one connection per user; no HTTP but what it takes to
// find an answer's end. No program that speaks HTTP can be cheaper on these sockets.

#include "client.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

// An answer ends with the end marker, the end of the chunk it is in, and the last chunk.
static const char tail[] = "data: [DONE]\n\n\r\n0\r\n\r\n";
enum { tail_length = sizeof tail - 1, events_per_wait = 512 };

struct user {
    int fd, turns_left;
    // How many bytes of `tail` the answer so far ends with.
    unsigned char tail_matched;
    bool is_connecting, after_newline, had_event;
};

static struct run run;
static struct request request;
static struct user *users;
static int epoll;
// Shared by all: an answer is counted as it is read, nothing of it is kept.
static char received[65536];

// How much of `tail` still matches after a byte that does not continue it, for each number of bytes matched before
// (Knuth, Morris, Pratt).
static unsigned char shorter_match[tail_length + 1];

static void prepare_tail(void) {
    size_t matched = 0;
    for (size_t at = 1; at < tail_length; at++) {
        while (matched > 0 && tail[at] != tail[matched]) matched = shorter_match[matched];
        if (tail[at] == tail[matched]) matched++;
        shorter_match[at + 1] = (unsigned char)matched;
    }
}

// Whether the answer ends with `tail`, wherever the reads have cut it.
static bool is_complete(struct user *user, const char *bytes, size_t length) {
    size_t matched = user->tail_matched;
    if (length >= tail_length) {
        bytes += length - tail_length;
        length = tail_length;
        matched = 0;
    }
    for (size_t at = 0; at < length; at++) {
        if (matched == tail_length) matched = shorter_match[matched];
        while (matched > 0 && bytes[at] != tail[matched]) matched = shorter_match[matched];
        if (bytes[at] == tail[matched]) matched++;
    }
    user->tail_matched = (unsigned char)matched;
    return matched == tail_length;
}

static void leave(struct user *user) {
    run_end_turn(&run, false);
    close(user->fd);
}

static void send_turn(struct user *user) {
    user->tail_matched = 0;
    user->after_newline = false;
    write_uuid(request.uuid);
    // Nothing else waits in the socket's buffer, so a request always fits.
    if (send(user->fd, request.text, request.length, 0) != (ssize_t)request.length) leave(user);
}

static void start_user(const struct sockaddr_in *server) {
    struct user *user = &users[run.users_started++];
    if (!run_take_turn(&run, &user->turns_left)) return;
    user->is_connecting = true;
    user->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    struct epoll_event wanted = {.events = EPOLLOUT, .data.ptr = user};
    if (user->fd < 0 || (connect(user->fd, (const void *)server, sizeof *server) != 0 && errno != EINPROGRESS)
        || epoll_ctl(epoll, EPOLL_CTL_ADD, user->fd, &wanted) != 0) {
        perror("connect");
        leave(user);
    }
}

static void connected(struct user *user) {
    int error = 0;
    socklen_t size = sizeof error;
    getsockopt(user->fd, SOL_SOCKET, SO_ERROR, &error, &size);
    struct epoll_event wanted = {.events = EPOLLIN, .data.ptr = user};
    if (error != 0 || epoll_ctl(epoll, EPOLL_CTL_MOD, user->fd, &wanted) != 0) {
        fprintf(stderr, "connect: %s\n", strerror(error));
        leave(user);
        return;
    }
    user->is_connecting = false;
    send_turn(user);
}

static void readable(struct user *user) {
    ssize_t length = recv(user->fd, received, sizeof received, 0);
    if (length <= 0) {
        if (length < 0 && errno == EAGAIN) return;
        fprintf(stderr, "recv: %s\n", length == 0 ? "closed by the server" : strerror(errno));
        leave(user);
        return;
    }
    long lines = count_blank_lines(received, (size_t)length, &user->after_newline);
    run.blank_lines += lines;
    if (lines > 0 && !user->had_event) {
        user->had_event = true;
        run_first_event(&run);
    }
    if (!is_complete(user, received, (size_t)length)) return;
    run_end_turn(&run, true);
    // Without another turn the connection stays open and idle, as any client's pool would keep it.
    if (run_take_turn(&run, &user->turns_left)) send_turn(user);
}

int main(int argc, char **argv) {
    run_begin(&run, argc, argv);
    request = make_request(&run.options, true);
    prepare_tail();
    users = calloc((size_t)run.options.users, sizeof *users);
    epoll = epoll_create1(EPOLL_CLOEXEC);
    if (!users || epoll < 0) give_up("epoll");
    struct sockaddr_in server = {.sin_family = AF_INET, .sin_port = htons((in_port_t)run.options.port)};
    server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);

    static struct epoll_event events[events_per_wait];
    while (!run_is_over(&run)) {
        double wait_s;
        for (long due = run_users_due(&run, &wait_s); due > 0; due--) start_user(&server);
        int wait_ms = wait_s > 0 ? (int)(wait_s * 1000) + 1 : (int)wait_s;
        int count = epoll_wait(epoll, events, events_per_wait, wait_ms);
        if (count < 0 && errno != EINTR) give_up("epoll_wait");
        for (int at = 0; at < count; at++) {
            struct user *user = events[at].data.ptr;
            if (user->is_connecting) connected(user);
            else readable(user);
        }
    }
    return run_report(&run);
}
