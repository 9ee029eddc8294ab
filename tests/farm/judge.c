#include <string.h>

#include "tests/farm/farm.h"

/*
 * Whether a command that changes something could be meant: its job was there, and in a
 * state that the command is for, by something that this client was told and had not read
 * to be over. It had read the last reply to query-jobs when it sent the next such query;
 * what was told since it may have read or not. No clock is needed for that.
 */

enum { RUNNING = 1, PAUSED = 2, PENDING = 4, CONCLUDED = 8, OTHER = 16 };

static unsigned bit_of(const char *status)
{
    static const struct {
        const char *name;
        unsigned bit;
    } names[] = {{"running", RUNNING},
                 {"paused", PAUSED},
                 {"pending", PENDING},
                 {"concluded", CONCLUDED}};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (strcmp(names[i].name, status) == 0)
            return names[i].bit;
    return OTHER;
}

/* What can be done with a job in one of these states; none of this farm's is ever ready. */
static const struct {
    const char *command;
    unsigned states;
} commands[] = {
    {"job-pause", RUNNING},
    {"job-resume", PAUSED},
    {"job-cancel", RUNNING | PAUSED | PENDING | OTHER},
    {"job-finalize", PENDING},
    {"job-dismiss", CONCLUDED},
    {"block-job-set-speed", RUNNING | PAUSED},
};

void judge_begin(struct socket *socket)
{
    for (size_t i = 0; i < socket->job_count; i++) {
        struct job *job = &socket->jobs[i];

        job->told = job->told_before = job->told_ended = 0;
        job->read = job->replied = job->generation;
    }
}

void judge_told(struct job *job, const char *status)
{
    job->told |= bit_of(status);
}

void judge_replied(struct job *job, const char *status)
{
    job->told_before |= job->told;
    job->told = status != NULL ? bit_of(status) : 0;
    job->replied = job->generation;
}

void judge_renewed(struct job *job)
{
    job->told_ended |= job->told | job->told_before;
    job->told = job->told_before = 0;
}

void judge_asked(struct socket *socket)
{
    for (size_t i = 0; i < socket->job_count; i++) {
        struct job *job = &socket->jobs[i];

        job->told_before = 0;
        job->read = job->replied;
        if (job->read == job->generation)
            job->told_ended = 0;
    }
}

static unsigned states_for(const char *command)
{
    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
        if (strcmp(commands[i].command, command) == 0)
            return commands[i].states;
    return 0;
}

bool judge_command(struct socket *socket, const char *command, const char *id)
{
    uint32_t generation;
    size_t at = jobs_slot(socket, id, &generation);
    struct job *job;
    unsigned told;

    if (strncmp(command, "query-", strlen("query-")) == 0 ||
        strcmp(command, "qmp_capabilities") == 0)
        return true;
    if (at == socket->job_count)
        return socket->was_odd;
    job = &socket->jobs[at];
    if (generation < job->read || generation > job->generation)
        return false;
    told = generation == job->generation ? job->told | job->told_before : job->told_ended;
    if (strcmp(command, "job-pause") == 0)
        job->told |= PAUSED; /* it may be taken back before it is told */
    return (told & states_for(command)) != 0;
}
