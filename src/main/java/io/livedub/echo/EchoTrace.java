package io.livedub.echo;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * One entry of the journal as {@code GET /v1/state} shows it. An entry is a session, a violation, a fragment or an event; docs/echo-sts.md
 * names the fields of each. Times are Unix milliseconds, null until they come.
 *
 * @param json never changed
 */
public record EchoTrace(ObjectNode json) {
    /** Null when the entry has no such text. */
    public String text(String field) {
        return json.path(field).textValue();
    }

    /** 0 when the entry has no such number. */
    public long number(String field) {
        return json.path(field).longValue();
    }

    /** Whether a field has come. */
    public boolean has(String field) {
        return json.hasNonNull(field);
    }
}
