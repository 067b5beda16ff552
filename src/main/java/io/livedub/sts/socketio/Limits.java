package io.livedub.sts.socketio;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;

import io.livedub.sts.StsTransport;

/** Limits on a service's messages that hold before a message is parsed. */
final class Limits {
    /** Wire bytes of one message: 14 MiB of base64 and the fields around it. */
    static final int MESSAGE_BYTES = 15 * 1024 * 1024;

    /** The first packet of a connection, and what names an error. */
    static final int CONTROL_CHARS = 8 * 1024;

    /** Messages a second that are looked at; the session itself takes {@code EventLimit} of them. */
    static final int LOOKED_AT_PER_SECOND = 400;

    /** Messages a second after which the socket is not read until the second is over: even unread they cost a processor. */
    static final int READ_PER_SECOND = 5_000;

    /** Among too many messages a ping is answered when the last such one is so long ago. No server pings more often. */
    static final long PINGS_APART_NS = 100_000_000L;

    /** Bytes that may come unasked: acknowledgements, pings, a result sent twice. */
    static final long UNASKED_BYTES = 2L * 1024 * 1024;

    static final long UNASKED_BYTES_PER_SECOND = 256L * 1024;

    /** A fragment that was sent may be answered with one message of the largest size; so many answers may be outstanding. */
    static final long OUTSTANDING_ANSWERS = 10;

    /** Events read and not yet taken by the session, in characters; beyond that the socket is not read. */
    static final int UNTAKEN_CHARS = 2 * MESSAGE_BYTES;

    private Limits() {}

    /**
     * Reads the JSON of events: a number of a million digits or a thousand nested lists are refused where they begin. Python services write a
     * figure that is no number as {@code NaN} or {@code Infinity}, which JSON does not have; their results are read all the same.
     */
    static JsonFactory json() {
        return JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxDocumentLength(MESSAGE_BYTES)
                        .maxStringLength(MESSAGE_BYTES)
                        .maxNameLength(8 * 1024)
                        .maxNestingDepth(500)
                        .maxNumberLength(1_000)
                        .maxTokenCount(100_000)
                        .build())
                // Else names that a service makes up would stay in a table of the whole process.
                .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                .configure(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS, true)
                .build();
    }

    /** Shortens a peer's text for a log line, and removes its control characters. */
    static String line(String text) {
        String cut = text.length() <= 300 ? text : text.substring(0, 300) + "…";
        return cut.replaceAll("\\p{Cntrl}", " ");
    }

    /** Tells a listener of what was dropped, once a burst. */
    static final class Dropped {
        private static final long BURST_NS = 5_000_000_000L;

        private final StsTransport.TransportListener listener;
        private long count;
        private long toldNs;

        Dropped(StsTransport.TransportListener listener) {
            this.listener = listener;
        }

        void one(String why, long nowNs) {
            count++;
            if (count == 1 || nowNs - toldNs >= BURST_NS) {
                toldNs = nowNs;
                listener.dropped(line(why), count);
            }
        }
    }
}
