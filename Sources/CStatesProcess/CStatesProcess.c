#if defined(__linux__)
#define _GNU_SOURCE
#endif

#include "CStatesProcess.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>
#include <sys/wait.h>

#if defined(__linux__)
#include <sys/prctl.h>
#include <sys/syscall.h>
#ifndef CLOSE_RANGE_CLOEXEC
#define CLOSE_RANGE_CLOEXEC 4
#endif
#elif defined(__APPLE__)
#include <sys/event.h>
#include <sys/types.h>
#endif

// Everything from here to `states_process_start` runs between fork and exec: system calls only.

static void close_others_on_exec(int limit) {
#if defined(__linux__) && defined(SYS_close_range)
    if (syscall(SYS_close_range, 3U, ~0U, CLOSE_RANGE_CLOEXEC) == 0) return;
#endif
    for (int descriptor = 3; descriptor < limit; descriptor++) {
        int flags = fcntl(descriptor, F_GETFD);
        if (flags >= 0 && !(flags & FD_CLOEXEC)) fcntl(descriptor, F_SETFD, flags | FD_CLOEXEC);
    }
}

static void announce(int lifeline, char sign, pid_t self) {
    char text[24];
    int at = sizeof text;
    text[--at] = '\n';
    do {
        text[--at] = (char)('0' + self % 10);
        self /= 10;
    } while (self > 0);
    text[--at] = sign;
    ssize_t written;
    do written = write(lifeline, text + at, sizeof text - (size_t)at);
    while (written < 0 && errno == EINTR);
}

static void default_signals(void) {
    struct sigaction action = {0};
    action.sa_handler = SIG_DFL;
    for (int number = 1; number < NSIG; number++) {
        if (number != SIGKILL && number != SIGSTOP) sigaction(number, &action, NULL);
    }
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

static _Noreturn void become(const states_process_request *request, pid_t parent, int limit, int failure) {
    if (setpgid(0, 0) != 0) goto failed;
#if defined(__linux__)
    if (!request->outlives) {
        if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) goto failed;
        // The parent may have gone before the signal was asked for.
        if (getppid() != parent) _exit(127);
    }
#else
    (void)parent;
#endif
    if (request->directory && chdir(request->directory) != 0) goto failed;
    if (request->lifeline >= 0) announce(request->lifeline, '+', getpid());
    if (dup2(request->input, 0) < 0 || dup2(request->output, 1) < 0 || dup2(request->error, 2) < 0) goto failed;
    close_others_on_exec(limit);
    default_signals();
    execve(request->path, request->arguments, request->environment);
failed:;
    int error = errno;
    ssize_t written;
    do written = write(failure, &error, sizeof error);
    while (written < 0 && errno == EINTR);
    _exit(127);
}

int states_process_pipe(int ends[2]) {
#if defined(__linux__)
    if (pipe2(ends, O_CLOEXEC) != 0) return errno;
#else
    if (pipe(ends) != 0) return errno;
    fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    fcntl(ends[1], F_SETFD, FD_CLOEXEC);
#endif
    // A child's standard descriptors replace 0 to 2; what it still needs must not be among them.
    for (int end = 0; end < 2; end++) {
        if (ends[end] > 2) continue;
        int moved = fcntl(ends[end], F_DUPFD_CLOEXEC, 3);
        int error = errno;
        close(ends[end]);
        if (moved < 0) {
            close(ends[1 - end]);
            return error;
        }
        ends[end] = moved;
    }
    return 0;
}

int states_process_start(const states_process_request *request) {
    int ends[2];
    int error = states_process_pipe(ends);
    if (error) return -error;
    pid_t parent = getpid();
    long limit = sysconf(_SC_OPEN_MAX);
    if (limit < 0 || limit > 10240) limit = 10240;

    // No handler of ours may run in the child before its actions are the default ones.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
#if defined(__linux__)
    // The child borrows our memory until it runs the command, so nothing is copied however large we are.
    pid_t child = vfork();
#else
    pid_t child = fork();
#endif
    if (child == 0) become(request, parent, (int)limit, ends[1]);
    error = errno;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    close(ends[1]);
    if (child < 0) {
        close(ends[0]);
        return -error;
    }

    // The end closes by itself when the command takes over.
    int reported = 0;
    ssize_t count;
    do count = read(ends[0], &reported, sizeof reported);
    while (count < 0 && errno == EINTR);
    close(ends[0]);
    if (count != sizeof reported) return child;
    if (request->lifeline >= 0) announce(request->lifeline, '-', child);
    while (waitpid(child, NULL, 0) < 0 && errno == EINTR) {
    }
    return -reported;
}

int states_process_exit_descriptor(int child) {
#if defined(__linux__) && defined(SYS_pidfd_open)
    return (int)syscall(SYS_pidfd_open, child, 0U);
#elif defined(__APPLE__)
    int queue = kqueue();
    if (queue < 0) return -1;
    fcntl(queue, F_SETFD, FD_CLOEXEC);
    struct kevent change;
    EV_SET(&change, child, EVFILT_PROC, EV_ADD | EV_ONESHOT, NOTE_EXIT, 0, NULL);
    if (kevent(queue, &change, 1, NULL, 0, NULL) != 0) {
        close(queue);
        return -1;
    }
    return queue;
#else
    (void)child;
    return -1;
#endif
}

int states_process_has_ended(int child) {
    siginfo_t info = {0};
    if (waitid(P_PID, (id_t)child, &info, WEXITED | WNOHANG | WNOWAIT) != 0) return errno != EINTR;
    return info.si_pid == child;
}

#if defined(__APPLE__)
#include <crt_externs.h>
char **states_process_environment(void) { return *_NSGetEnviron(); }
#else
extern char **environ;
char **states_process_environment(void) { return environ; }
#endif
