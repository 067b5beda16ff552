package io.livedub.sts.protocol;

import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.livedub.sts.protocol.Incoming.Backpressure;
import io.livedub.sts.protocol.Incoming.Processed;
import io.livedub.sts.protocol.Incoming.Refused;

/**
 * From an event as it came to a record within bounds. Throws nothing, whatever comes. Decoding 10 MiB of base64 takes some
 * 20 ms: it is called on the transport's thread, before the session's own.
 */
public final class IncomingParser {
    /** Base64 characters taken of one result: 10 MiB of audio, the largest message of the strictest server, and some. */
    static final int MAX_BASE64_CHARS = 14 * 1024 * 1024;

    private static final int MAX_TEXT_CHARS = 4 * 1024;
    private static final int MAX_LINE_CHARS = 512;
    private static final int MAX_WORD_CHARS = 64;
    private static final int DEFAULT_DELAY_MS = 1_000;
    private static final int MAX_DELAY_MS = 30_000;

    private IncomingParser() {}

    public static Incoming parse(String event, Object payload) {
        return switch (event) {
            case "stream:ready" ->
                LenientFields.of(payload)
                        .map(IncomingParser::ready)
                        // The one event whose content can be done without: what it says is that the session is there.
                        .orElseGet(() -> new Incoming.Ready("", OptionalInt.empty()));
            case "stream:complete" ->
                new Incoming.Complete(LenientFields.of(payload)
                        .map(IncomingParser::statistics)
                        .orElse(""));
            case "fragment:ack", "fragment:processed", "backpressure", "error" ->
                LenientFields.of(payload)
                        .map(fields -> known(event, fields))
                        .orElseGet(() -> new Refused(event, "is not an object"));
            default -> new Incoming.Unknown(cut(event));
        };
    }

    /** The stream that an event names; empty when it names none. */
    public static Optional<String> stream(Object payload) {
        return LenientFields.of(payload)
                .flatMap(fields -> fields.text("stream_id", MAX_WORD_CHARS))
                .filter(id -> !id.isEmpty());
    }

    private static Incoming known(String event, LenientFields fields) {
        return switch (event) {
            case "backpressure" -> backpressure(fields);
            case "error" ->
                new Incoming.Error(
                        fields.text("fragment_id", MAX_WORD_CHARS).filter(id -> !id.isEmpty()), failure(fields));
            default ->
                fields.text("fragment_id", MAX_WORD_CHARS)
                        .filter(id -> !id.isEmpty())
                        .map(id -> "fragment:ack".equals(event)
                                ? new Incoming.Ack(
                                        id,
                                        fields.text("status", MAX_WORD_CHARS).orElse(""))
                                : processed(id, fields))
                        .orElseGet(() -> new Refused(event, "has no fragment_id"));
        };
    }

    private static Incoming ready(LenientFields fields) {
        OptionalLong window = fields.number("max_inflight", 1, 10);
        return new Incoming.Ready(
                fields.text("session_id", MAX_WORD_CHARS).orElse(""),
                window.isPresent() ? OptionalInt.of((int) window.getAsLong()) : OptionalInt.empty());
    }

    private static Incoming backpressure(LenientFields fields) {
        String said = fields.text("action", MAX_WORD_CHARS).orElse("");
        String action = said.toUpperCase(Locale.ROOT);
        Optional<Backpressure.Action> known = Stream.of(Backpressure.Action.values())
                .filter(candidate -> candidate.name().equals(action))
                .findFirst();
        String detail = Stream.of("severity", "current_inflight", "queue_depth", "recommended_delay_ms")
                .flatMap(name -> fields.text(name, MAX_WORD_CHARS).map(value -> name + "=" + value).stream())
                .collect(Collectors.joining(" "));
        return known.<Incoming>map(found -> new Backpressure(
                        found,
                        fields.number("recommended_delay_ms", 0, MAX_DELAY_MS).orElse(DEFAULT_DELAY_MS),
                        detail))
                .orElseGet(() -> new Refused("backpressure", "has the unknown action '" + said + "'"));
    }

    private static Incoming processed(String id, LenientFields fields) {
        String said = fields.text("status", MAX_WORD_CHARS).orElse("");
        String status = said.toLowerCase(Locale.ROOT);
        Optional<LenientFields> audio = fields.object("dubbed_audio");
        if ("failed".equals(status) || (!"success".equals(status) && audio.isEmpty())) {
            return new Processed(id, Optional.empty(), Optional.of(resultFailure(fields, said)), "", "", "");
        }
        String transcript = fields.text("transcript", MAX_TEXT_CHARS).orElse("");
        String translation = fields.text("translated_text", MAX_TEXT_CHARS).orElse("");
        if (audio.isEmpty()) {
            return new Processed(id, Optional.empty(), Optional.empty(), "has no audio", transcript, translation);
        }
        if (!(audio.get().raw("data_base64") instanceof String base64) || base64.isEmpty()) {
            return new Processed(id, Optional.empty(), Optional.empty(), "has empty audio", transcript, translation);
        }
        if (base64.length() > MAX_BASE64_CHARS) {
            String why = String.format(
                    Locale.ROOT, "has %d characters of base64, more than %d", base64.length(), MAX_BASE64_CHARS);
            return new Processed(id, Optional.empty(), Optional.empty(), why, transcript, translation);
        }
        try {
            DubbedAudio dubbed = sound(audio.get(), base64);
            return new Processed(
                    id, Optional.of(dubbed), Optional.empty(), "", transcript, translation, background(fields));
        } catch (IllegalArgumentException e) {
            return new Processed(id, Optional.empty(), Optional.empty(), "is not base64", transcript, translation);
        }
    }

    /** A background that cannot be read is ignored: the dub is still used. */
    private static Optional<DubbedAudio> background(LenientFields fields) {
        Optional<LenientFields> audio =
                fields.object("metadata").flatMap(metadata -> metadata.object("background_audio"));
        if (audio.isEmpty()
                || !(audio.get().raw("data_base64") instanceof String base64)
                || base64.isEmpty()
                || base64.length() > MAX_BASE64_CHARS) {
            return Optional.empty();
        }
        try {
            return Optional.of(sound(audio.get(), base64));
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
    }

    /** @throws IllegalArgumentException when it is not base64 */
    private static DubbedAudio sound(LenientFields audio, String base64) {
        return new DubbedAudio(
                audio.text("format", MAX_WORD_CHARS).orElse(""),
                (int) audio.number("sample_rate_hz", 0, 768_000).orElse(0),
                (int) audio.number("channels", 0, 64).orElse(0),
                decoded(base64));
    }

    /**
     * Encoders for mail break base64 into lines (Python's {@code encodebytes}, Java's MIME encoder). The lines are joined; a MIME decoder would
     * pass over every other character as well, and air what is not sound.
     *
     * @throws IllegalArgumentException when it is not base64
     */
    private static byte[] decoded(String base64) {
        boolean lines = base64.indexOf('\n') >= 0 || base64.indexOf('\r') >= 0;
        return Base64.getDecoder().decode(lines ? base64.replace("\r", "").replace("\n", "") : base64);
    }

    private static StsFailure resultFailure(LenientFields fields, String status) {
        return fields.object("error")
                .map(IncomingParser::failure)
                .orElseGet(() -> StsFailure.of(
                        "UNKNOWN",
                        fields.text("error", MAX_LINE_CHARS).orElse("status '" + status + "' without audio"),
                        false));
    }

    private static StsFailure failure(LenientFields fields) {
        return StsFailure.of(
                fields.text("code", MAX_WORD_CHARS).orElse("UNKNOWN"),
                fields.text("message", MAX_LINE_CHARS).orElse(""),
                fields.flag("retryable").orElse(false));
    }

    private static String statistics(LenientFields fields) {
        Stream<String> totals =
                Stream.of("total_fragments", "total_duration_ms").flatMap(name -> line(fields, name).stream());
        Stream<String> counts = fields.object("statistics").stream()
                .flatMap(counted -> Stream.of("success_count", "partial_count", "failed_count")
                        .flatMap(name -> line(counted, name).stream()));
        return Stream.concat(totals, counts).collect(Collectors.joining(" "));
    }

    private static Optional<String> line(LenientFields fields, String name) {
        return fields.text(name, MAX_WORD_CHARS).map(value -> name + "=" + value);
    }

    private static String cut(String text) {
        return text.length() <= MAX_WORD_CHARS ? text : text.substring(0, MAX_WORD_CHARS);
    }
}
