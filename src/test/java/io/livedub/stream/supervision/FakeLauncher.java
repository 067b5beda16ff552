package io.livedub.stream.supervision;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

import io.smallrye.mutiny.Uni;

import io.livedub.config.StreamSettings;
import io.livedub.stream.StreamCommand;
import io.livedub.stream.StreamSpec;
import io.livedub.stream.events.ExitCode;
import io.livedub.stream.events.LifeEvent;
import io.livedub.stream.events.StreamEvent;
import io.livedub.stream.events.StreamState;

/** Streams that do what a test says. */
public final class FakeLauncher implements StreamLauncher {
    public final List<Run> runs = new ArrayList<>();
    public boolean outlives;

    /** One launch, and what it was told. */
    public static final class Run implements RunningStream {
        public final String streamId;
        public final List<String> told = new ArrayList<>();
        public final Consumer<StreamEvent> news;
        public StreamSettings settings;
        private final CompletableFuture<StreamState> over = new CompletableFuture<>();

        Run(String streamId, StreamSettings settings, Consumer<StreamEvent> news) {
            this.streamId = streamId;
            this.settings = settings;
            this.news = news;
        }

        @Override
        public Uni<StreamState> over() {
            return Uni.createFrom().completionStage(over);
        }

        @Override
        public void stop(String reason) {
            told.add("stop");
            news.accept(new LifeEvent.Life(new StreamState.Live(), new StreamState.Draining(reason), reason));
        }

        @Override
        public void publisherGone() {
            told.add("gone");
        }

        @Override
        public void publisherThere() {
            told.add("there");
        }

        @Override
        public List<String> settings(StreamSettings before, StreamSettings now) {
            told.add("settings");
            settings = now;
            return StreamCommand.fromNextStart(before, now);
        }

        public void drains() {
            news.accept(new LifeEvent.Life(
                    new StreamState.Live(), new StreamState.Draining("the source has ended"), "the source has ended"));
        }

        public void ends() {
            over.complete(new StreamState.Ended("the source has ended"));
        }

        public void fails(ExitCode code) {
            over.complete(new StreamState.Failed("because of " + code, code));
        }
    }

    @Override
    public RunningStream launch(StreamSpec spec, Consumer<StreamEvent> news) {
        Run run = new Run(spec.streamId().value(), spec.settings(), news);
        runs.add(run);
        return run;
    }

    @Override
    public boolean outlivesProcess() {
        return outlives;
    }

    public Run last() {
        return runs.get(runs.size() - 1);
    }
}
