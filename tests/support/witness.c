#include "tests/support/witness.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <json-c/json_object.h>

void witness_note(struct witness *witness, const char *format, ...)
{
    void (*then)(struct witness *) = witness->then;
    size_t len = strlen(witness->told);
    va_list args;

    va_start(args, format);
    vsnprintf(witness->told + len, sizeof(witness->told) - len, format, args);
    va_end(args);
    witness->then = NULL;
    if (then != NULL)
        then(witness);
}

/* The version must outlive what is done inside the callback. */
static void on_ready(void *ctx, const char *version)
{
    char before[MESSAGE_VERSION_SIZE];

    snprintf(before, sizeof(before), "%s", version);
    witness_note(ctx, "ready(%s) ", version);
    assert_string_equal(version, before);
}

static void on_event(void *ctx, const struct message *event)
{
    witness_note(ctx, "event(%s) ", event->event);
    assert_int_equal(event->kind, MESSAGE_EVENT);
}

static void on_failed(void *ctx)
{
    witness_note(ctx, "failed ");
}

void witness_reply(void *ctx, const struct message *message)
{
    if (message == NULL)
        witness_note(ctx, "reply(none) ");
    else if (message->kind == MESSAGE_ERROR)
        witness_note(ctx, "reply(error %s) ", message->error_desc);
    else
        witness_note(ctx, "reply(%s) ", json_object_to_json_string(message->value));
}

void witness_start(struct witness *witness)
{
    static const struct session_events events = {on_ready, on_event, on_failed};

    *witness = (struct witness){.then = NULL};
    session_init(&witness->session, &events, witness);
    session_start(&witness->session, 0);
}

void witness_start_ready(struct witness *witness)
{
    witness_start(witness);
    witness_input(witness, WITNESS_GREETING "{\"return\": {}, \"id\": 1}\r\n");
    witness_sent(witness, "{\"execute\":\"qmp_capabilities\",\"id\":1}\r\n");
    witness_told(witness, "ready(7.2.22) ");
    assert_int_equal(witness->session.state, SESSION_READY);
}

void witness_input(struct witness *witness, const char *bytes)
{
    session_input(&witness->session, bytes, strlen(bytes), 0);
}

bool witness_ask(struct witness *witness)
{
    return session_call(&witness->session, COMMAND_QUERY_JOBS, NULL, witness_reply, witness, 0);
}

void witness_told(struct witness *witness, const char *expected)
{
    assert_string_equal(witness->told, expected);
    witness->told[0] = '\0';
}

void witness_sent(struct witness *witness, const char *expected)
{
    size_t len;
    const char *bytes = session_output(&witness->session, &len);

    assert_int_equal(len, strlen(expected));
    assert_memory_equal(bytes, expected, len);
    session_sent(&witness->session, len);
}

void witness_failed(struct witness *witness, enum session_error error, const char *sentence)
{
    assert_int_equal(witness->session.state, SESSION_FAILED);
    assert_int_equal(witness->session.error, error);
    assert_string_equal(session_error_text(&witness->session), sentence);
    witness_sent(witness, "");
}
