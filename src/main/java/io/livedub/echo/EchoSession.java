package io.livedub.echo;

import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Future;

import io.livedub.echo.Delivery.Slot;
import io.livedub.echo.Director.Treatment;
import io.livedub.echo.Journal.JournalList;

/** From one {@code stream:init} to its end: what is in flight, what goes out. All on the event loop. */
final class EchoSession {
    final String id = UUID.randomUUID().toString();
    final String streamId;
    final FragmentIntake intake;

    private final EchoServer server;
    private final EchoConnection connection;
    private final Conversation conversation;
    private final JsonNode config;
    private final Pressure pressure;
    private final Delivery delivery;
    private final SoundPlaces places = new SoundPlaces();
    /** For {@code stream:complete}: fragments, duration_ms, processing_ms, and the results of each status. */
    private final Map<String, Long> sums = new HashMap<>();
    /** In the journal. */
    private final ObjectNode entry;

    private boolean completed;
    private boolean closed;
    private long endedMs;

    /** @param init the fields of the worker's {@code stream:init} */
    EchoSession(EchoConnection connection, JsonNode init, int maxInflight, boolean authorization) {
        this.connection = connection;
        this.conversation = connection.conversation;
        this.server = connection.server;
        streamId = init.get("stream_id").textValue();
        config = init.get("config");
        intake = new FragmentIntake(streamId);
        pressure = new Pressure(maxInflight);
        delivery = new Delivery(() -> server.simulation().is("gaps_block"), this::send, this::settled);
        ObjectNode opened = Json.object()
                .put("session_id", id)
                .put("stream_id", streamId)
                .put("worker_id", init.get("worker_id").textValue())
                .put("max_inflight", maxInflight)
                .put("authorization", authorization)
                .put("opened_ms", System.currentTimeMillis())
                .putNull("closed_ms")
                .putNull("end");
        entry = server.journal.add(JournalList.SESSIONS, opened);
    }

    boolean ended() {
        return endedMs > 0;
    }

    void fragment(JsonNode payload, int bytes, Director.Script script) {
        long now = System.currentTimeMillis();
        ObjectNode received = received(payload, now);
        String fragmentId = payload.path("fragment_id").textValue();
        String hurried = pressure.arrived(now);
        if (hurried != null) {
            conversation.violation("BACKPRESSURE_IGNORED", fragmentId, "%s", hurried);
        }
        long number = intake.expected;
        EchoFailure refusal = intake.refusal(payload, bytes, delivery.held());
        ReceivedFragment data = null;
        if (refusal == null) {
            try {
                data = ReceivedFragment.parse(payload);
            } catch (IllegalArgumentException e) {
                refusal = EchoFailure.of("INVALID_FRAGMENT", "%s", e.getMessage());
            }
        }
        if (refusal == null) {
            conversation.unknownFields(WorkerMessages.FRAGMENT, payload, fragmentId);
            accept(new Slot(number, data, received, now), script);
            return;
        }
        answered(received, now, "refused", refusal.code());
        server.journal.add(JournalList.FRAGMENTS, received);
        conversation.refuse(streamId, fragmentId, refusal);
        if (intake.expected > number) {
            delivery.gap(number);
        }
        if (delivery.flooded()) {
            connection.disconnect("too many refused fragments");
        }
    }

    /** The journal's entry of a fragment; its answer and its acknowledgement come later. */
    private ObjectNode received(JsonNode payload, long now) {
        JsonNode number = payload.path("sequence_number");
        boolean whole = number.isIntegralNumber() && number.canConvertToLong();
        return Json.object()
                .put("session_id", id)
                .put(
                        "fragment_id",
                        EchoText.shortened(payload.path("fragment_id").textValue()))
                .put("sequence_number", whole ? number.longValue() : null)
                .put("bytes", 0)
                .put("duration_ms", 0)
                .put("received_ms", now)
                .put("inflight", delivery.inflight())
                .put("backpressure", pressure.asked())
                .put("outcome", "processing")
                .putNull("error")
                .putNull("answered_ms")
                .putNull("acked_ms")
                .putNull("ack");
    }

    private void accept(Slot slot, Director.Script script) {
        ReceivedFragment data = slot.data;
        if (delivery.isInflight(slot.fragmentId)) {
            conversation.violation("DUPLICATE_FRAGMENT", slot.fragmentId, "sent again while it is in flight");
        }
        int rate = config.get("sample_rate_hz").intValue();
        int channels = config.get("channels").intValue();
        if (data.sampleRateHz() != rate || data.channels() != channels) {
            String differs = "%d Hz and %d channels, announced were %d Hz and %d";
            conversation.violation(
                    "NOT_ANNOUNCED", slot.fragmentId, differs, data.sampleRateHz(), data.channels(), rate, channels);
        }
        Treatment cue = server.director.next(script, slot.fragmentId, slot.sequence);
        int ahead = delivery.inflight();
        slot.entry.put("bytes", data.audio().length).put("duration_ms", data.durationMs());
        server.journal.add(JournalList.FRAGMENTS, slot.entry.put("inflight", ahead + 1));
        add("fragments", 1);
        add("duration_ms", data.durationMs());
        acknowledge(slot, "queued", ahead, cue.delayMs());
        acknowledge(slot, "processing", 0, cue.delayMs());
        delivery.accept(slot);
        press(true);
        SoundPlaces.Place place = places.next(data);
        if (cue.dropped()) {
            answered(slot.entry, null, "dropped", null);
            delivery.skip(slot);
        } else if (cue.delayMs() == 0) {
            process(slot, place, cue);
        } else {
            server.vertx.setTimer(cue.delayMs(), due -> process(slot, place, cue));
        }
    }

    private void add(String what, long amount) {
        sums.merge(what, amount, Long::sum);
    }

    private long sum(String what) {
        return sums.getOrDefault(what, 0L);
    }

    private void answered(ObjectNode fragment, Long now, String outcome, String error) {
        server.journal.change(
                () -> fragment.put("outcome", outcome).put("error", error).put("answered_ms", now));
    }

    private void acknowledge(Slot slot, String status, int position, long delayMs) {
        ObjectNode ack = Json.object()
                .put("fragment_id", slot.fragmentId)
                .put("status", status)
                .put("queue_position", position)
                .put("estimated_completion_ms", delayMs)
                .put("timestamp", slot.receivedMs);
        connection.emit("fragment:ack", ack);
    }

    private void process(Slot slot, SoundPlaces.Place place, Treatment cue) {
        // Read when it is due, so that a timer of a session that is over holds no bytes.
        ReceivedFragment data = slot.data;
        if (data == null) {
            return;
        }
        if (cue.outcome().equals("error")) {
            add("failed", 1);
            EchoFailure failure = cue.failure();
            answered(slot.entry, System.currentTimeMillis(), "error", failure.code());
            connection.emitError(streamId, slot.fragmentId, failure, cue.stage());
            delivery.skip(slot);
            press(false);
        } else if (!cue.audible()) {
            delivery.done(slot, cue.result(null));
        } else {
            String profile = config.get("voice_profile").textValue();
            Supplier<ObjectNode> sound = () -> server.voice.make(data, place, cue.simulation(), profile);
            Future<ObjectNode> made = server.voice.slow(cue.simulation())
                    ? server.vertx.executeBlocking(sound::get, false)
                    : Future.succeededFuture(sound.get());
            made.map(cue::result)
                    .otherwise(
                            e -> Treatment.result("failed", null, EchoFailure.of("MODEL_ERROR", "%s", e.getMessage())))
                    .onSuccess(result -> delivery.done(slot, result));
        }
    }

    private void send(Slot slot, ObjectNode result) {
        long now = System.currentTimeMillis();
        long tookMs = now - slot.receivedMs;
        String status = result.get("status").textValue();
        add(status, 1);
        add("processing_ms", tookMs);
        answered(slot.entry, now, status, result.at("/error/code").textValue());
        connection.emit("fragment:processed", slot.complete(result, tookMs).put("stream_id", streamId));
    }

    /** Whether a result of this fragment was waiting for the acknowledgement. */
    boolean ack(String fragmentId, String status) {
        Slot slot = delivery.acked(fragmentId);
        if (slot == null) {
            return false;
        }
        if ("applied".equals(status) && !slot.audible) {
            conversation.violation("ACK_STATUS", fragmentId, "applied, but the result had no audio to apply");
        }
        long now = System.currentTimeMillis();
        server.journal.change(() -> slot.entry.put("acked_ms", now).put("ack", status));
        if (!closed) {
            press(false);
        }
        return true;
    }

    /** The simulation was changed, or has to be looked at for the first time. */
    void simulationChanged() {
        press(false);
        delivery.flush();
    }

    private void press(boolean arrival) {
        ObjectNode change =
                pressure.update(server.simulation(), delivery.inflight(), arrival, System.currentTimeMillis());
        if (change != null) {
            server.journal.count("backpressure " + pressure.asked());
            change.put("stream_id", streamId)
                    .put("current_inflight", delivery.inflight())
                    .put("queue_depth", delivery.held());
            connection.emit("backpressure", change);
        }
    }

    void end() {
        if (!ended()) {
            endedMs = System.currentTimeMillis();
            settled();
        }
    }

    /** Completes a session that has ended, when its last fragment was answered. */
    private void settled() {
        boolean answers = !server.simulation().is("no_complete");
        if (answers && ended() && !completed && !closed && !delivery.processing()) {
            completed = true;
            connection.emit("stream:complete", complete());
            over("complete");
        }
    }

    private ObjectNode complete() {
        long results = sum("success") + sum("partial");
        ObjectNode complete = Json.object()
                .put("stream_id", streamId)
                .put("total_fragments", sum("fragments"))
                .put("total_duration_ms", sum("duration_ms"));
        complete.putObject("statistics")
                .put("success_count", sum("success"))
                .put("partial_count", sum("partial"))
                .put("failed_count", sum("failed"))
                .put("avg_processing_time_ms", results == 0 ? 0 : sum("processing_ms") / results);
        return complete;
    }

    /** The first reason for the session's end counts. */
    private void over(String reason) {
        if (entry.get("closed_ms").isNull()) {
            long now = System.currentTimeMillis();
            server.journal.change(() -> entry.put("closed_ms", now).put("end", reason));
        }
    }

    void close(String reason, boolean ours) {
        if (closed) {
            return;
        }
        long patienceMs = server.options.endPatience.toMillis();
        if (!ours && ended() && !completed && System.currentTimeMillis() - endedMs < patienceMs) {
            conversation.violation("CLOSED_BEFORE_COMPLETE", "closed without waiting for stream:complete");
        }
        closed = true;
        delivery.cancel();
        over(reason);
    }
}
