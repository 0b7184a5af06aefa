#include "client.h"

#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <time.h>

const char *const turn_body = "{\"role\":\"user\",\"content\":\"Hello\"}";

void give_up(const char *what) {
    fprintf(stderr, "%s: %s\n", what, strerror(errno));
    exit(2);
}

static double now_s(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static double cpu_s(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
        + (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

// A line of /proc/self/status, in KB. Not ru_maxrss: that begins with the memory of whoever called exec.
static long status_kb(const char *name) {
    FILE *file = fopen("/proc/self/status", "r");
    if (!file) return -1;
    char line[256];
    long kb = -1;
    size_t length = strlen(name);
    while (kb < 0 && fgets(line, sizeof line, file)) {
        if (strncmp(line, name, length) == 0 && line[length] == ':') kb = strtol(line + length + 1, NULL, 10);
    }
    fclose(file);
    return kb;
}

// MARK: Options

static _Noreturn void wrong_usage(const char *program) {
    fprintf(stderr,
        "usage: %s --users N --turns T --port P [--conversation TURNS] [--path-prefix PATH] [--query ?...]\n"
        "       [--ramp USERS/S] [--hold SECONDS] [--shard HANDLES] [--buffer BYTES] [--ca FILE]\n", program);
    exit(64);
}

static double number(const char *program, const char *text) {
    char *end;
    double value = strtod(text, &end);
    if (end == text || *end || !(value >= 0 && value <= 1e9)) wrong_usage(program);
    return value;
}

static struct options parse(int argc, char **argv) {
    static const struct option names[] = {
        {"users", required_argument, NULL, 'u'}, {"turns", required_argument, NULL, 't'},
        {"port", required_argument, NULL, 'p'}, {"path-prefix", required_argument, NULL, 'x'},
        {"query", required_argument, NULL, 'q'}, {"ramp", required_argument, NULL, 'r'},
        {"hold", required_argument, NULL, 'h'}, {"shard", required_argument, NULL, 's'},
        {"buffer", required_argument, NULL, 'b'}, {"conversation", required_argument, NULL, 'c'},
        {"ca", required_argument, NULL, 'a'}, {NULL, 0, NULL, 0},
    };
    struct options options = {
        .conversation = 1, .path_prefix = "/stream/assistant/", .query = "", .shard = 250, .buffer = 2048,
    };
    int name;
    while ((name = getopt_long(argc, argv, "", names, NULL)) != -1) {
        switch (name) {
        case 'u': options.users = (long)number(*argv, optarg); break;
        case 't': options.turns = (long)number(*argv, optarg); break;
        case 'p': options.port = (long)number(*argv, optarg); break;
        case 'x': options.path_prefix = optarg; break;
        case 'q': options.query = optarg; break;
        case 'r': options.ramp = number(*argv, optarg); break;
        case 'h': options.hold_s = number(*argv, optarg); break;
        case 's': options.shard = (long)number(*argv, optarg); break;
        case 'c': options.conversation = (long)number(*argv, optarg); break;
        case 'a': options.ca = optarg; break;
        case 'b': options.buffer = (long)number(*argv, optarg); break;
        default: wrong_usage(*argv);
        }
    }
    bool is_whole = options.users > 0 && options.turns > 0 && options.port > 0 && options.port < 65536;
    if (!is_whole || options.shard < 1 || options.conversation < 1 || optind != argc) wrong_usage(*argv);
    return options;
}

struct request make_request(const struct options *options, bool whole) {
    char before[64] = "", after[512] = "";
    if (whole) {
        snprintf(before, sizeof before, "POST ");
        snprintf(after, sizeof after,
            " HTTP/1.1\r\nHost: 127.0.0.1:%ld\r\nAccept: text/event-stream\r\nContent-Type: application/json\r\n"
            "Content-Length: %zu\r\n\r\n%s", options->port, strlen(turn_body), turn_body);
    }
    size_t prefix = strlen(before) + strlen(options->path_prefix);
    size_t size = prefix + uuid_length + strlen(options->query) + strlen(after) + 1;
    struct request request = {.text = malloc(size), .length = size - 1};
    if (!request.text) give_up("malloc");
    snprintf(request.text, size, "%s%s%*s%s%s", before, options->path_prefix, uuid_length, "", options->query, after);
    request.uuid = request.text + prefix;
    return request;
}

// MARK: Session ids

static uint64_t random_state;

// Steele, Lea, Flood: "Fast Splittable Pseudorandom Number Generators", 2014.
static uint64_t next_random(void) {
    uint64_t bits = random_state += 0x9e3779b97f4a7c15;
    bits = (bits ^ (bits >> 30)) * 0xbf58476d1ce4e5b9;
    bits = (bits ^ (bits >> 27)) * 0x94d049bb133111eb;
    return bits ^ (bits >> 31);
}

void write_uuid(char *out) {
    static const char digits[] = "0123456789abcdef";
    uint64_t bits = next_random();
    for (int at = 0; at < uuid_length; at++) {
        if (at == 8 || at == 13 || at == 18 || at == 23) {
            out[at] = '-';
            continue;
        }
        if (at == 19) bits = next_random();
        out[at] = digits[bits & 15];
        bits >>= 4;
    }
    out[14] = '4';
    out[19] = digits[8 | (random_state & 3)];
}

// MARK: The run

void run_begin(struct run *run, int argc, char **argv) {
    *run = (struct run){.options = parse(argc, argv)};
    signal(SIGPIPE, SIG_IGN);
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
    if (getrandom(&random_state, sizeof random_state, 0) != sizeof random_state) give_up("getrandom");
    run->base_rss_kb = status_kb("VmRSS");
    run->cpu_before_s = cpu_s();
    run->started_s = now_s();
}

long run_users_due(const struct run *run, double *wait_s) {
    long left = run->options.users - run->users_started;
    *wait_s = -1;
    if (left == 0 || run->turns_taken == run->options.turns) return 0;
    long due = left;
    if (run->options.ramp > 0) {
        double elapsed_s = now_s() - run->started_s;
        double planned = elapsed_s * run->options.ramp + 1;
        if (planned < (double)run->options.users) due = (long)planned - run->users_started;
        if (due < left) *wait_s = (double)(run->users_started + due) / run->options.ramp - elapsed_s;
        if (due < left && *wait_s < 0) *wait_s = 0;
    }
    long most = run->options.ramp > 0 ? ramp_starts_per_loop_iteration : starts_per_loop_iteration;
    if (due >= most && most < left) *wait_s = 0;
    return due < most ? due : most;
}

bool run_take_turn(struct run *run, int *turns_left) {
    if (*turns_left == 0) {
        long left = run->options.turns - run->turns_taken;
        *turns_left = (int)(left < run->options.conversation ? left : run->options.conversation);
        run->turns_taken += *turns_left;
        if (*turns_left == 0) return false;
    }
    --*turns_left;
    run->turns_started++;
    run->turns_running++;
    return true;
}

void run_end_turn(struct run *run, bool ok) {
    run->turns_running--;
    if (!ok) {
        run->errors++;
        return;
    }
    run->turns_done++;
    // Should not all users have come by then, half of the run is as good a moment to look at the memory as any.
    if (run->live_rss_kb == 0 && run->turns_done * 2 >= run->options.turns) run->live_rss_kb = status_kb("VmRSS");
}

void run_first_event(struct run *run) {
    if (++run->users_with_event == run->options.users) run->live_rss_kb = status_kb("VmRSS");
}

bool run_is_over(const struct run *run) {
    // Someone whose turn failed may be gone: what is left is then for those still there, if any.
    bool nobody_to_come = run->users_started == run->options.users || run->turns_taken == run->options.turns;
    return run->turns_running == 0 && nobody_to_come;
}

int run_report(struct run *run) {
    double wall_s = now_s() - run->started_s;
    // Turns that nobody was left to play have failed too.
    run->errors += run->options.turns - run->turns_started;
    printf("{\"turns\":%ld,\"events\":%ld,\"wall_s\":%.6f,\"cpu_s\":%.6f,\"peak_rss_kb\":%ld,\"live_rss_kb\":%ld,"
           "\"base_rss_kb\":%ld,\"errors\":%ld}\n",
        run->turns_done, run->blank_lines - run->turns_done, wall_s, cpu_s() - run->cpu_before_s, status_kb("VmHWM"),
        run->live_rss_kb, run->base_rss_kb, run->errors);
    fflush(stdout);
    struct timespec hold = {.tv_sec = (time_t)run->options.hold_s};
    hold.tv_nsec = (long)((run->options.hold_s - (double)hold.tv_sec) * 1e9);
    nanosleep(&hold, NULL);
    return run->errors == 0 ? 0 : 1;
}
