// Starts a program and writes down what the kernel counted for it: measure FILE CORE PROGRAM [ARGUMENT...]
//
// For the harness, which could not know the peak memory of a program it starts itself: in the kernel's count a process
// begins with the memory of whoever called exec, and Python's is larger than that of what it measures here.
// CORE is the only one the program may run on.

#define _GNU_SOURCE

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now_s(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static double seconds(struct timeval time) {
    return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

static _Noreturn void give_up(const char *what) {
    fprintf(stderr, "measure: %s: %s\n", what, strerror(errno));
    exit(127);
}

static pid_t child;

// Whoever ends this program means the one it has started; its account is still wanted.
static void pass_on(int sign) {
    kill(child, sign);
}

int main(int argc, char **argv) {
    if (argc < 4) {
        fprintf(stderr, "usage: measure FILE CORE PROGRAM [ARGUMENT...]\n");
        return 64;
    }
    FILE *file = fopen(argv[1], "w");
    if (!file) give_up(argv[1]);
    int core = atoi(argv[2]);
    // Should the harness be killed, its children end with it.
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
    double started_s = now_s();
    child = fork();
    if (child < 0) give_up("fork");
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        cpu_set_t cores;
        CPU_ZERO(&cores);
        CPU_SET(core, &cores);
        if (sched_setaffinity(0, sizeof cores, &cores) != 0) give_up("sched_setaffinity");
        execvp(argv[3], argv + 3);
        give_up(argv[3]);
    }
    signal(SIGTERM, pass_on);
    signal(SIGINT, SIG_IGN);
    int status;
    struct rusage usage;
    while (wait4(child, &status, 0, &usage) < 0) {
        if (errno != EINTR) give_up("wait4");
    }
    // As Python's subprocess has it: a signal is a negative number.
    int code = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    fprintf(file, "{\"exit\":%d,\"wall_s\":%.6f,\"user_s\":%.6f,\"sys_s\":%.6f,\"peak_rss_kb\":%ld}\n", code,
        now_s() - started_s, seconds(usage.ru_utime), seconds(usage.ru_stime), usage.ru_maxrss);
    return fclose(file) == 0 ? 0 : 1;
}
