// The machine's clocks and a timed wait. In C because `timespec` is described by several modules at once, and which of them Swift
// takes it from differs between debug and release builds.

#ifndef STATES_TIME_H
#define STATES_TIME_H

#include <pthread.h>

/// Nanoseconds since 1970.
long long states_time_wall(void);

/// Nanoseconds since some point in the past that never jump.
long long states_time_monotonic(void);

/// Makes a condition whose timed wait is not disturbed when the machine's clock is set.
void states_condition_make(pthread_cond_t *condition);

/// Waits for a signal for that many nanoseconds at most.
void states_condition_wait(pthread_cond_t *condition, pthread_mutex_t *mutex, long long nanoseconds);

#endif
