// Starts a command so that it dies with us. In C because between fork and exec only calls that are safe in a signal handler may
// be made, which Swift cannot promise, and posix_spawn offers neither a parent-death signal nor a word to a lifeline.

#ifndef STATES_PROCESS_H
#define STATES_PROCESS_H

#include "CStatesTime.h"

/// What to start, and with which descriptors. Every descriptor must be 3 or greater.
typedef struct {
    /// The executable's path; no search is made.
    const char *path;
    /// The arguments, the first being the command's own name, ended by NULL.
    char *const *arguments;
    /// The environment, ended by NULL.
    char *const *environment;
    /// Where it runs, or NULL for our own directory.
    const char *directory;
    /// The descriptors that become its standard input, output and error.
    int input, output, error;
    /// Where "+PID\n" is written before the command starts, and "-PID\n" if it could not, or -1. See Lifeline.swift.
    int lifeline;
    /// Whether it may outlive the calling thread.
    int outlives;
} states_process_request;

/// Starts a command as the leader of a process group of its own, with no other descriptors, default signal actions and no signal
/// blocked. On Linux it is killed when the calling thread ends unless it may outlive it, so call this from a thread that lives
/// long. Returns its process id once it runs, or the negative error number.
int states_process_start(const states_process_request *request);

/// A descriptor that becomes readable when the child ends (a pidfd on Linux, a kqueue on Darwin), or -1 where there is none and
/// one has to ask from time to time.
int states_process_exit_descriptor(int child);

/// Makes a pipe that children do not inherit, its ends above the standard descriptors. Returns 0 or the error number.
int states_process_pipe(int ends[2]);

/// Whether the child has ended. It stays a zombie, so its id and its group's are not used again.
int states_process_has_ended(int child);

/// Our own environment, ended by NULL.
char **states_process_environment(void);

#endif
