package io.livedub.echo;

import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.livedub.echo.FragmentIntake.FragmentVerdict;
import io.livedub.echo.Journal.JournalList;

/** From one {@code stream:init} to its end: what comes in, what is in flight, what goes out. All on the event loop. */
final class EchoSession {
    /** Fragments whose bytes are held; beyond it they are refused with QUEUE_FULL. */
    static final int MAX_OUTSTANDING = 100;

    private final EchoContext context;
    private final EchoConnection connection;
    private final Conversation conversation;
    private final String id = UUID.randomUUID().toString();
    private final StreamInit init;
    private final FragmentIntake intake;
    private final Pressure pressure;
    private final Delivery delivery;
    private final Statistics statistics = new Statistics();
    private final long sessionKey;
    private final SoundPlaces places = new SoundPlaces();
    private boolean completed;
    private boolean closed;
    private long endedMs;

    EchoSession(
            EchoContext context,
            EchoConnection connection,
            Conversation conversation,
            StreamInit init,
            int maxInflight,
            boolean authorization) {
        this.context = context;
        this.connection = connection;
        this.conversation = conversation;
        this.init = init;
        intake = new FragmentIntake(init.streamId(), MAX_OUTSTANDING);
        pressure = new Pressure(maxInflight);
        delivery = new Delivery(() -> context.director().simulation().gapsBlock(), this::send, this::completeWhenDone);
        ObjectNode opened = Json.object()
                .put("session_id", id)
                .put("stream_id", init.streamId())
                .put("worker_id", init.workerId())
                .put("max_inflight", maxInflight)
                .put("authorization", authorization)
                .put("opened_ms", System.currentTimeMillis())
                .putNull("closed_ms")
                .putNull("end");
        sessionKey = context.journal().add(JournalList.SESSIONS, opened);
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
        FragmentVerdict verdict = intake.judge(payload, bytes, delivery.held());
        String hurried = pressure.arrived(now);
        if (hurried != null) {
            conversation.violation("BACKPRESSURE_IGNORED", hurried, verdict.fragmentId());
        }
        if (verdict.refusal() == null) {
            accept(verdict, script, now);
        } else {
            refuse(verdict, now);
        }
    }

    private void refuse(FragmentVerdict verdict, long now) {
        EchoFailure failure = verdict.refusal();
        conversation.violation(failure.code(), failure.message(), verdict.fragmentId());
        ObjectNode refused = trace(verdict, now, delivery.inflight());
        answered(refused, now, "refused", failure.code());
        context.journal().add(JournalList.FRAGMENTS, refused);
        connection.emitError(streamId(), verdict.fragmentId(), failure, null);
        if (verdict.spent()) {
            delivery.gap(verdict.number());
        }
        if (delivery.flooded()) {
            connection.disconnect("too many refused fragments");
        }
    }

    private void accept(FragmentVerdict verdict, Director.Script script, long now) {
        ReceivedFragment data = verdict.data();
        String fragmentId = data.fragmentId();
        conversation.unknownFields("fragment:data", data.unknown(), fragmentId);
        if (delivery.isInflight(fragmentId)) {
            conversation.violation("DUPLICATE_FRAGMENT", "sent again while it is in flight", fragmentId);
        }
        init.contradiction(data).ifPresent(text -> conversation.violation("NOT_ANNOUNCED", text, fragmentId));
        Director.Treatment cue = context.director().next(script, fragmentId, verdict.number());
        int ahead = delivery.inflight();
        long key = context.journal().add(JournalList.FRAGMENTS, trace(verdict, now, ahead + 1));
        statistics.received(data.durationMs());
        acknowledge(fragmentId, "queued", ahead, cue.delayMs(), now);
        acknowledge(fragmentId, "processing", 0, cue.delayMs(), now);
        Delivery.Slot slot = delivery.slot(verdict.number(), data, key, now);
        press(true);
        SoundPlaces.Place place = places.next(data);
        if (cue.dropped()) {
            change(slot, trace -> answered(trace, null, "dropped", null));
            delivery.skip(slot);
        } else {
            later(cue.delayMs(), () -> process(slot, place, cue));
        }
    }

    private ObjectNode trace(FragmentVerdict verdict, long now, int count) {
        return verdict.entry(id, now, count, EchoText.label(pressure.asked()));
    }

    private static void answered(ObjectNode trace, Long now, String outcome, String error) {
        trace.put("outcome", outcome).put("error", error).put("answered_ms", now);
    }

    private void change(Delivery.Slot slot, Consumer<ObjectNode> change) {
        context.journal().change(JournalList.FRAGMENTS, slot.key, change);
    }

    /** The first reason for the session's end counts. */
    private void over(String reason) {
        context.journal().change(JournalList.SESSIONS, sessionKey, trace -> {
            if (!trace.hasNonNull("closed_ms")) {
                trace.put("closed_ms", System.currentTimeMillis()).put("end", reason);
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
        connection.emit("fragment:ack", ack);
    }

    private void later(long delayMs, Runnable task) {
        if (delayMs == 0) {
            task.run();
            return;
        }
        context.vertx().setTimer(delayMs, due -> {
            if (!closed) {
                task.run();
            }
        });
    }

    private void process(Delivery.Slot slot, SoundPlaces.Place place, Director.Treatment cue) {
        // Read when it is due, so that a timer of a session that is over holds no bytes.
        ReceivedFragment data = slot.data;
        Simulation simulation = cue.simulation();
        ErrorRule rule = cue.rule();
        if (rule != null && rule.as() == ErrorRule.AnswerForm.FAILED) {
            delivery.done(slot, EchoResult.failed(rule.failure()));
        } else if (rule != null) {
            fail(slot, rule.failure(), rule.stage());
        } else if (simulation.outcome() == Simulation.SimulatedOutcome.ERROR) {
            fail(slot, simulation.failure(), null);
        } else if (!context.voice().slow(simulation)) {
            Dub dub = context.voice().make(data, place, simulation, init.voiceProfile());
            delivery.done(slot, EchoResult.of(simulation, dub));
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
        statistics.failed();
        change(slot, trace -> answered(trace, System.currentTimeMillis(), "error", failure.code()));
        connection.emitError(streamId(), slot.fragmentId, failure, stage);
        delivery.skip(slot);
        press(false);
    }

    private void send(Delivery.Slot slot, EchoResult result) {
        long now = System.currentTimeMillis();
        statistics.result(result.status(), now - slot.receivedMs);
        change(slot, trace -> answered(trace, now, result.status(), result.errorCode()));
        connection.emit("fragment:processed", result.toJson(streamId(), slot, now));
    }

    /** Whether a result of this fragment was waiting for the acknowledgement. */
    boolean ack(String fragmentId, String status) {
        Delivery.Slot slot = delivery.acked(fragmentId);
        if (slot == null) {
            return false;
        }
        if ("applied".equals(status) && !slot.audible()) {
            String problem = "applied, but the result had no audio to apply";
            conversation.violation("ACK_STATUS", problem, fragmentId);
        }
        change(slot, trace -> trace.put("acked_ms", System.currentTimeMillis()).put("ack", status));
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
        Simulation simulation = context.director().simulation();
        EchoPace change = pressure.update(simulation, delivery.inflight(), arrival, System.currentTimeMillis());
        if (change != null) {
            context.journal().count("backpressure " + EchoText.label(change.action()));
            ObjectNode backpressure = change.toJson()
                    .put("stream_id", streamId())
                    .put("severity", change.action().severity)
                    .put("current_inflight", delivery.inflight())
                    .put("queue_depth", delivery.held());
            connection.emit("backpressure", backpressure);
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
            connection.emit("stream:complete", statistics.toJson(streamId()));
            over("complete");
        }
    }

    void close(String reason) {
        if (closed) {
            return;
        }
        long patienceMs = context.options().endPatience.toMillis();
        if (ended() && !completed && System.currentTimeMillis() - endedMs < patienceMs) {
            conversation.violation("CLOSED_BEFORE_COMPLETE", "closed without waiting for stream:complete", null);
        }
        closed = true;
        delivery.cancel();
        over(reason);
    }
}
