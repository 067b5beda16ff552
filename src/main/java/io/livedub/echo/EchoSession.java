package io.livedub.echo;

import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.livedub.echo.Journal.JournalList;

/** From one {@code stream:init} to its end: what comes in, what is in flight, what goes out. All on the event loop. */
final class EchoSession {
    /** Fragments whose bytes are held; beyond it they are refused with QUEUE_FULL. */
    static final int MAX_OUTSTANDING = 100;

    private final EchoContext context;
    private final Emitter emitter;
    private final ViolationSink violations;
    private final String id = UUID.randomUUID().toString();
    private final StreamInit init;
    private final FragmentIntake intake;
    private final Inflight inflight = new Inflight();
    private final Pressure pressure;
    private final Delivery delivery;
    private final Statistics statistics = new Statistics();
    private final long sessionKey;
    private final SoundPlaces places = new SoundPlaces();
    private boolean completed;
    private boolean closed;
    private long endedMs;

    /** Where breaches of the contract are put down. */
    interface ViolationSink {
        void add(String code, String message, String fragmentId);
    }

    EchoSession(
            EchoContext context,
            Emitter emitter,
            ViolationSink violations,
            StreamInit init,
            int maxInflight,
            boolean authorization) {
        this.context = context;
        this.emitter = emitter;
        this.violations = violations;
        this.init = init;
        this.intake = new FragmentIntake(init.streamId(), MAX_OUTSTANDING);
        this.pressure = new Pressure(maxInflight);
        this.delivery =
                new Delivery(() -> context.director().simulation().gapsBlock(), this::send, this::completeWhenDone);
        this.sessionKey = context.journal()
                .add(
                        JournalList.SESSIONS,
                        Json.object()
                                .put("session_id", id)
                                .put("stream_id", init.streamId())
                                .put("worker_id", init.workerId())
                                .put("max_inflight", maxInflight)
                                .put("authorization", authorization)
                                .put("opened_ms", System.currentTimeMillis())
                                .putNull("closed_ms")
                                .putNull("end"));
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
        intake.pause(value);
    }

    void fragment(JsonNode payload, int bytes, Director.Script script) {
        long now = System.currentTimeMillis();
        FragmentIntake.FragmentVerdict verdict = intake.judge(payload, bytes, delivery.held());
        String hurried = pressure.arrived(now);
        if (hurried != null) {
            violations.add("BACKPRESSURE_IGNORED", hurried, verdict.fragmentId());
        }
        if (verdict.refusal() == null) {
            accept(verdict, script, now);
        } else {
            refuse(verdict, now);
        }
    }

    private void refuse(FragmentIntake.FragmentVerdict verdict, long now) {
        EchoFailure failure = verdict.refusal();
        violations.add(failure.code(), failure.message(), verdict.fragmentId());
        ObjectNode refused = trace(verdict, now, inflight.size());
        answered(refused, now, "refused", failure.code());
        context.journal().add(JournalList.FRAGMENTS, refused);
        emitter.emitError(streamId(), verdict.fragmentId(), failure, null);
        if (verdict.spent()) {
            delivery.gap(verdict.number());
        }
        if (delivery.flooded()) {
            emitter.disconnect("too many refused fragments");
        }
    }

    private void accept(FragmentIntake.FragmentVerdict verdict, Director.Script script, long now) {
        ReceivedFragment data = verdict.data();
        String fragmentId = data.fragmentId();
        if (!data.unknown().isEmpty()) {
            violations.add("UNKNOWN_FIELD", "fragment:data carries " + String.join(", ", data.unknown()), fragmentId);
        }
        if (inflight.contains(fragmentId)) {
            violations.add("DUPLICATE_FRAGMENT", "sent again while it is in flight", fragmentId);
        }
        init.contradiction(data).ifPresent(text -> violations.add("NOT_ANNOUNCED", text, fragmentId));
        Director.Treatment cue = context.director().next(script, fragmentId, verdict.number());
        int ahead = inflight.size();
        long key = context.journal().add(JournalList.FRAGMENTS, trace(verdict, now, ahead + 1));
        inflight.add(fragmentId, key);
        statistics.received(data.durationMs());
        acknowledge(fragmentId, "queued", ahead, cue.delayMs(), now);
        acknowledge(fragmentId, "processing", 0, cue.delayMs(), now);
        press(true);
        Delivery.Slot slot = delivery.slot(verdict.number(), data, key, now);
        SoundPlaces.Place place = places.next(data);
        if (cue.dropped()) {
            change(key, trace -> answered(trace, null, "dropped", null));
            inflight.remove(fragmentId);
            delivery.skip(slot);
        } else {
            later(cue.delayMs(), () -> process(slot, place, cue));
        }
    }

    private ObjectNode trace(FragmentIntake.FragmentVerdict verdict, long now, int count) {
        return verdict.entry(id, now, count, Choice.label(pressure.asked()));
    }

    private static void answered(ObjectNode trace, Long now, String outcome, String error) {
        trace.put("outcome", outcome).put("error", error).put("answered_ms", now);
    }

    private void change(long key, Consumer<ObjectNode> change) {
        context.journal().change(JournalList.FRAGMENTS, key, change);
    }

    /** The first reason for the session's end counts. */
    private void over(long now, String reason) {
        context.journal().change(JournalList.SESSIONS, sessionKey, trace -> {
            if (!trace.hasNonNull("closed_ms")) {
                trace.put("closed_ms", now).put("end", reason);
            }
        });
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

    private void process(Delivery.Slot slot, SoundPlaces.Place place, Director.Treatment cue) {
        Simulation simulation = cue.simulation();
        ReceivedFragment data = slot.data();
        if (cue.rule() != null && cue.rule().as() == ErrorRule.AnswerForm.FAILED) {
            delivery.done(slot, EchoResult.failed(cue.rule().failure()));
        } else if (cue.rule() != null) {
            fail(slot, cue.rule().failure(), cue.rule().stage());
        } else if (simulation.outcome() == Simulation.SimulatedOutcome.ERROR) {
            fail(slot, simulation.failure(), null);
        } else if (!context.voice().slow(simulation)) {
            delivery.done(
                    slot,
                    EchoResult.of(simulation, context.voice().make(data, place, simulation, init.voiceProfile())));
        } else {
            context.vertx()
                    .executeBlocking(
                            () -> Optional.ofNullable(
                                    context.voice().make(data, place, simulation, init.voiceProfile())),
                            false)
                    .map(dub -> EchoResult.of(simulation, dub.orElse(null)))
                    .otherwise(e -> EchoResult.failed(EchoFailure.of("MODEL_ERROR", String.valueOf(e.getMessage()))))
                    .onSuccess(result -> {
                        if (!closed) {
                            delivery.done(slot, result);
                        }
                    });
        }
    }

    private void fail(Delivery.Slot slot, EchoFailure failure, String stage) {
        String fragmentId = slot.data().fragmentId();
        long now = System.currentTimeMillis();
        statistics.failed();
        inflight.remove(fragmentId);
        change(slot.key(), trace -> answered(trace, now, "error", failure.code()));
        emitter.emitError(streamId(), fragmentId, failure, stage);
        press(false);
        delivery.skip(slot);
    }

    private void send(Delivery.Slot slot, EchoResult result) {
        long now = System.currentTimeMillis();
        statistics.result(result.status(), now - slot.receivedMs());
        inflight.delivered(slot.data().fragmentId(), result.hasAudio());
        change(slot.key(), trace -> answered(trace, now, result.status(), result.errorCode()));
        emitter.emit("fragment:processed", result.toJson(streamId(), slot, now));
    }

    /** Whether a result of this fragment was waiting for the acknowledgement. */
    boolean ack(String fragmentId, String status) {
        Inflight.InflightFragment entry = inflight.acked(fragmentId);
        if (entry == null) {
            return false;
        }
        if ("applied".equals(status) && !entry.audible()) {
            violations.add("ACK_STATUS", "applied, but the result had no audio to apply", fragmentId);
        }
        change(entry.key(), trace -> trace.put("acked_ms", System.currentTimeMillis())
                .put("ack", status));
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
        EchoPace change =
                pressure.update(context.director().simulation(), inflight.size(), arrival, System.currentTimeMillis());
        if (change != null) {
            context.journal().count("backpressure " + Choice.label(change.action()));
            emitter.emit(
                    "backpressure",
                    change.toJson()
                            .put("stream_id", streamId())
                            .put("severity", change.action().severity())
                            .put("current_inflight", inflight.size())
                            .put("queue_depth", delivery.held()));
        }
    }

    void end() {
        if (!ended()) {
            endedMs = System.currentTimeMillis();
            completeWhenDone();
        }
    }

    private void completeWhenDone() {
        boolean answers = !context.director().simulation().noComplete();
        if (answers && ended() && !completed && !closed && !delivery.processing()) {
            completed = true;
            emitter.emit("stream:complete", statistics.toJson(streamId()));
            over(System.currentTimeMillis(), "complete");
        }
    }

    void close(String reason) {
        if (closed) {
            return;
        }
        long now = System.currentTimeMillis();
        if (ended()
                && !completed
                && now - endedMs < context.options().endPatience().toMillis()) {
            violations.add("CLOSED_BEFORE_COMPLETE", "closed without waiting for stream:complete", null);
        }
        closed = true;
        delivery.cancel(timer -> context.vertx().cancelTimer(timer));
        over(now, reason);
    }
}
