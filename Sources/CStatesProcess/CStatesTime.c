#if defined(__linux__)
#define _GNU_SOURCE
#endif

#include "CStatesTime.h"

#include <time.h>

static long long nanoseconds(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return (long long)time.tv_sec * 1000000000LL + time.tv_nsec;
}

long long states_time_wall(void) { return nanoseconds(CLOCK_REALTIME); }

long long states_time_monotonic(void) { return nanoseconds(CLOCK_MONOTONIC); }

void states_condition_make(pthread_cond_t *condition) {
#if defined(__APPLE__)
    pthread_cond_init(condition, NULL);
#else
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(condition, &attributes);
    pthread_condattr_destroy(&attributes);
#endif
}

void states_condition_wait(pthread_cond_t *condition, pthread_mutex_t *mutex, long long nanoseconds) {
#if defined(__APPLE__)
    struct timespec interval = {.tv_sec = nanoseconds / 1000000000LL, .tv_nsec = nanoseconds % 1000000000LL};
    pthread_cond_timedwait_relative_np(condition, mutex, &interval);
#else
    long long until = states_time_monotonic() + nanoseconds;
    struct timespec moment = {.tv_sec = until / 1000000000LL, .tv_nsec = until % 1000000000LL};
    pthread_cond_timedwait(condition, mutex, &moment);
#endif
}
