// What the two bare clients share: options, the state of a run, session ids, the count of events, the result line.
#ifndef CLIENT_H
#define CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

enum {
    uuid_length = 36,
    // Connections opened in one turn of the loop: without a ramp a slice, so that no turn gets long; with one as many
    // as it asks for (or those who came first would play everybody's turns), but fewer than a server queues.
    starts_per_loop_iteration = 50,
    ramp_starts_per_loop_iteration = 2000,
};

struct options {
    long users, turns, port;
    // Users take this many turns at a time, as loadtest's take a conversation.
    long conversation;
    const char *path_prefix, *query;
    // Users started per second; 0 is as fast as slices allow.
    double ramp;
    // How long the connections stay open after the last turn, so that others can look at an idle client.
    double hold_s;
    // For libcurl only: handles per multi, size of the receive buffer, and the authority's certificate, with which all
    // goes over TLS.
    long shard, buffer;
    const char *ca;
};

// A run ends when `turns` turns have ended, whoever played them: users take conversations as long as there are any.
struct run {
    struct options options;
    long users_started, users_with_event;
    long turns_taken, turns_started, turns_running, turns_done, errors;
    // Of all answers, each end marker's included.
    long blank_lines;
    double started_s, cpu_before_s;
    long base_rss_kb, live_rss_kb;
};

// What every turn says.
extern const char *const turn_body;

// A request without its session id, whose place it knows.
struct request {
    char *text, *uuid;
    size_t length;
};

// Reads the arguments, raises the limit of open files, and takes the times and the memory to count from.
void run_begin(struct run *run, int argc, char **argv);

// How many users are to start in this turn of the loop. `*wait_s` is when to ask again: 0 at once, -1 never.
long run_users_due(const struct run *run, double *wait_s);

// Whether there is another turn for a user, who has `*turns_left` of a conversation; if so it counts as running.
bool run_take_turn(struct run *run, int *turns_left);

// The turn of a user has ended; `ok` tells how.
void run_end_turn(struct run *run, bool ok);

// A user has received an event for the first time.
void run_first_event(struct run *run);

bool run_is_over(const struct run *run);

// Prints the result as a line of JSON, then waits for `hold_s`. Returns the status to exit with.
int run_report(struct run *run);

// The path with the id's place, or, with a head before and after it, the whole request.
struct request make_request(const struct options *options, bool whole);

// Writes a random UUID (version 4) of 36 characters, without a final zero.
void write_uuid(char *out);

// The number of empty lines that end in these bytes. `*after_newline` carries over from one piece to the next.
//
// Each event has exactly one, and neither HTTP's header lines nor its chunk lines have any: they end with CR LF.
static inline long count_blank_lines(const char *bytes, size_t length, bool *after_newline) {
    if (length == 0) return 0;
    const char *at = bytes, *end = bytes + length;
    long count = 0;
    if (*after_newline && *at == '\n') {
        count++;
        at++;
    }
    *after_newline = false;
    while (at < end && (at = memchr(at, '\n', (size_t)(end - at))) != NULL) {
        at++;
        if (at == end) {
            *after_newline = true;
        } else if (*at == '\n') {
            count++;
            at++;
        }
    }
    return count;
}

// Ends the program for a reason that is no failed turn.
_Noreturn void give_up(const char *what);

#endif
