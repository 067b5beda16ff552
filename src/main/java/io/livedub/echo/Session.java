package io.livedub.echo;

import java.util.UUID;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.livedub.echo.Backpressure.Action;

/** From one {@code stream:init} to its end: the sequence, what is in flight, and what the load asks for. All on the event loop. */
final class Session {
    /** Fragments whose bytes are held; beyond it they are refused with QUEUE_FULL. */
    static final int MAX_OUTSTANDING = 100;

    private static final long END_PATIENCE_MS = 10_000;

    private final EchoContext context;
    private final Emitter emitter;
    private final ViolationSink violations;
    private final StreamInit init;
    private final int maxInflight;
    private final String id = UUID.randomUUID().toString();
    private final Inflight inflight = new Inflight();
    private final Delivery delivery;
    private final Statistics statistics = new Statistics();
    private long expected;
    private boolean paused;
    private boolean completed;
    private boolean closed;
    private long endedMs;
    private Action asked = Action.NONE;

    /** Where breaches of the contract are put down. */
    interface ViolationSink {
        void add(String code, String message, String fragmentId);
    }

    Session(EchoContext context, Emitter emitter, ViolationSink violations, StreamInit init, int maxInflight) {
        this.context = context;
        this.emitter = emitter;
        this.violations = violations;
        this.init = init;
        this.maxInflight = maxInflight;
        this.delivery =
                new Delivery(() -> context.director().simulation().gapsBlock(), this::send, () -> completeWhenDone());
    }

    String id() {
        return id;
    }

    String streamId() {
        return init.streamId();
    }

    boolean ended() {
        return endedMs > 0;
    }

    void pause(boolean value) {
        paused = value;
    }

    void fragment(JsonNode payload, int chars, Director.Script script) {
        String fragmentId = payload.path("fragment_id").textValue();
        JsonNode stream = payload.path("stream_id");
        if (!streamId().equals(stream.textValue())) {
            refuse(fragmentId, null, Failure.of("STREAM_NOT_FOUND", "stream_id is not the one of stream:init"));
            return;
        }
        JsonNode sequence = payload.path("sequence_number");
        if (!sequence.isIntegralNumber() || sequence.longValue() != expected) {
            String got = sequence.isMissingNode() ? "none" : Conversation.shortened(sequence.toString());
            String text = "sequence_number: expected %d, got %s".formatted(expected, got);
            refuse(
                    fragmentId,
                    sequence.isIntegralNumber() ? sequence.longValue() : null,
                    Failure.of("INVALID_SEQUENCE", text));
            return;
        }
        // The number is spent whatever becomes of the fragment: the worker assigns the next one at its next sending.
        long number = expected++;
        FragmentData data = null;
        Failure refusal = null;
        if (chars > EngineIo.MAX_PAYLOAD_BYTES) {
            refusal = Failure.of(
                    "FRAGMENT_TOO_LARGE",
                    "message of %d bytes, at most %d".formatted(chars, EngineIo.MAX_PAYLOAD_BYTES));
        } else if (paused) {
            refusal = Failure.of("STREAM_PAUSED", "fragment:data between stream:pause and stream:resume");
        } else {
            try {
                data = FragmentData.parse(payload);
            } catch (Fields.InvalidFieldException e) {
                refusal = Failure.of("INVALID_FRAGMENT", Conversation.shortened(e.getMessage()));
            }
        }
        if (data != null && delivery.held() >= MAX_OUTSTANDING) {
            refusal = Failure.of("QUEUE_FULL", "%d fragments are waiting already".formatted(MAX_OUTSTANDING));
        }
        if (refusal != null) {
            delivery.gap(number);
            refuse(fragmentId, number, refusal);
            if (delivery.flooded()) {
                emitter.disconnect("too many refused fragments");
            }
            return;
        }
        accept(data, number, script);
    }

    private void refuse(String fragmentId, Long number, Failure failure) {
        violations.add(failure.code(), failure.message(), fragmentId);
        long now = System.currentTimeMillis();
        context.journal()
                .fragment(new FragmentTrace(
                        id,
                        fragmentId,
                        number,
                        0,
                        0,
                        now,
                        inflight.size(),
                        Choice.label(asked),
                        "refused",
                        failure.code(),
                        now,
                        null,
                        null));
        emitter.emitError(streamId(), fragmentId, failure, null);
    }

    private void accept(FragmentData data, long number, Director.Script script) {
        if (!data.unknown().isEmpty()) {
            violations.add(
                    "UNKNOWN_FIELD", "fragment:data carries " + String.join(", ", data.unknown()), data.fragmentId());
        }
        long now = System.currentTimeMillis();
        Director.Cue cue = context.director().next(script, data.fragmentId(), number);
        if (inflight.contains(data.fragmentId())) {
            violations.add("DUPLICATE_FRAGMENT", "sent again while it is in flight", data.fragmentId());
        }
        int count = inflight.size() + 1;
        long key = context.journal()
                .fragment(new FragmentTrace(
                        id,
                        data.fragmentId(),
                        number,
                        data.audio().length,
                        data.durationMs(),
                        now,
                        count,
                        Choice.label(asked),
                        "processing",
                        null,
                        null,
                        null,
                        null));
        inflight.add(data.fragmentId(), key);
        statistics.received(data.durationMs());
        acknowledge(data.fragmentId(), "queued", count - 1, cue.delayMs(), now);
        acknowledge(data.fragmentId(), "processing", 0, cue.delayMs(), now);
        pressure(true);
        Delivery.Slot slot = delivery.slot(number, data, key, now);
        if (cue.dropped()) {
            context.journal().update(key, trace -> trace.answered(null, "dropped", null));
            inflight.remove(data.fragmentId());
            delivery.skip(slot);
        } else {
            later(cue.delayMs(), () -> process(slot, cue));
        }
    }

    private void acknowledge(String fragmentId, String status, int position, long delayMs, long now) {
        ObjectNode ack = Json.object()
                .put("fragment_id", fragmentId)
                .put("status", status)
                .put("queue_position", position)
                .put("estimated_completion_ms", delayMs)
                .put("timestamp", now);
        emitter.emit("fragment:ack", ack);
    }

    private void later(long delayMs, Runnable task) {
        if (delayMs == 0) {
            task.run();
            return;
        }
        delivery.timer(context.vertx().setTimer(delayMs, timer -> {
            delivery.timerDone(timer);
            task.run();
        }));
    }

    private void process(Delivery.Slot slot, Director.Cue cue) {
        boolean error = cue.rule() != null || cue.simulation().outcome() == Simulation.Outcome.ERROR;
        if (error) {
            fail(
                    slot,
                    cue.rule() != null ? cue.rule().failure() : cue.simulation().failure(),
                    cue.rule());
            return;
        }
        if (!context.voice().slow(cue.simulation())) {
            delivery.done(slot, Result.of(cue.simulation(), context.voice().make(slot.data(), cue.simulation())));
            return;
        }
        FragmentData data = slot.data();
        context.vertx()
                .executeBlocking(
                        () -> java.util.Optional.ofNullable(context.voice().make(data, cue.simulation())), false)
                .onComplete(made -> {
                    if (closed) {
                        return;
                    }
                    delivery.done(
                            slot,
                            made.succeeded()
                                    ? Result.of(cue.simulation(), made.result().orElse(null))
                                    : Result.failed(Failure.of(
                                            "MODEL_ERROR",
                                            String.valueOf(made.cause().getMessage()))));
                });
    }

    private void fail(Delivery.Slot slot, Failure failure, ErrorRule rule) {
        String fragmentId = slot.data().fragmentId();
        statistics.failed();
        inflight.remove(fragmentId);
        context.journal()
                .update(slot.key(), trace -> trace.answered(System.currentTimeMillis(), "error", failure.code()));
        emitter.emitError(streamId(), fragmentId, failure, rule == null ? null : rule.stage());
        pressure(false);
        delivery.skip(slot);
    }

    private void send(Delivery.Slot slot, Result result) {
        long now = System.currentTimeMillis();
        statistics.result(result.status(), now - slot.receivedMs());
        inflight.delivered(slot.data().fragmentId(), result.hasAudio());
        context.journal().update(slot.key(), trace -> trace.answered(now, result.status(), result.errorCode()));
        emitter.emit("fragment:processed", result.toJson(streamId(), slot, now));
    }

    /** Whether a result of this fragment was waiting for the acknowledgement. */
    boolean ack(String fragmentId, String status) {
        Inflight.Entry entry = inflight.acked(fragmentId);
        if (entry == null) {
            return false;
        }
        if ("applied".equals(status) && !entry.audible()) {
            violations.add("ACK_STATUS", "applied, but the result had no audio to apply", fragmentId);
        }
        context.journal().update(entry.key(), trace -> trace.acked(System.currentTimeMillis(), status));
        if (!closed) {
            pressure(false);
        }
        return true;
    }

    /**
     * Says what the load, or the simulation, asks for, when that has changed.
     *
     * @param arrival a fragment has just come: the only time at which a server that never clears takes something back
     */
    void pressure(boolean arrival) {
        Simulation simulation = context.director().simulation();
        Backpressure wanted = simulation.backpressure() != null
                ? simulation.backpressure()
                : Backpressure.byLoad(inflight.size(), maxInflight);
        boolean clearing = wanted.action().compareTo(asked) < 0;
        if (wanted.action() == asked || clearing && simulation.neverClear() && !arrival) {
            return;
        }
        asked = wanted.action();
        context.journal().count("backpressure " + Choice.label(asked));
        emitter.emit(
                "backpressure",
                wanted.toJson()
                        .put("stream_id", streamId())
                        .put("severity", asked.severity())
                        .put("current_inflight", inflight.size())
                        .put("queue_depth", delivery.held()));
    }

    void end() {
        if (!ended()) {
            endedMs = System.currentTimeMillis();
            completeWhenDone();
        }
    }

    private void completeWhenDone() {
        if (ended() && !completed && !closed && !delivery.processing()) {
            completed = true;
            emitter.emit("stream:complete", statistics.toJson(streamId()));
            context.journal().updateSession(id, trace -> trace.closed(System.currentTimeMillis(), "complete"));
        }
    }

    void close(String reason) {
        if (closed) {
            return;
        }
        long now = System.currentTimeMillis();
        if (ended() && !completed && now - endedMs < END_PATIENCE_MS) {
            violations.add("CLOSED_BEFORE_COMPLETE", "closed without waiting for stream:complete", null);
        }
        closed = true;
        delivery.cancel(timer -> context.vertx().cancelTimer(timer));
        context.journal().updateSession(id, trace -> trace.closed(now, reason));
    }
}
