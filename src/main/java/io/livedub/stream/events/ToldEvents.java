package io.livedub.stream.events;

import java.nio.file.Path;
import java.util.Optional;

import io.livedub.stream.events.StreamEvent.Aired;
import io.livedub.stream.events.StreamEvent.Backpressure;
import io.livedub.stream.events.StreamEvent.Breaker;
import io.livedub.stream.events.StreamEvent.Cut;
import io.livedub.stream.events.StreamEvent.DubSwitched;
import io.livedub.stream.events.StreamEvent.Fallback;
import io.livedub.stream.events.StreamEvent.Figures;
import io.livedub.stream.events.StreamEvent.FileLost;
import io.livedub.stream.events.StreamEvent.FileWritten;
import io.livedub.stream.events.StreamEvent.Gone;
import io.livedub.stream.events.StreamEvent.Language;
import io.livedub.stream.events.StreamEvent.Life;
import io.livedub.stream.events.StreamEvent.OfLanguage;
import io.livedub.stream.events.StreamEvent.Pipeline;
import io.livedub.stream.events.StreamEvent.PipelineError;
import io.livedub.stream.events.StreamEvent.Reconnected;
import io.livedub.stream.events.StreamEvent.Resumed;
import io.livedub.stream.events.StreamEvent.RoundTrip;
import io.livedub.stream.events.StreamEvent.Session;
import io.livedub.stream.events.StreamEvent.Slate;
import io.livedub.stream.events.StreamEvent.SpoolGivenUp;
import io.livedub.stream.events.StreamEvent.StandingBy;
import io.livedub.sts.protocol.Incoming.Backpressure.Action;

/** Events as a child tells them to its parent, read again. */
public final class ToldEvents {
    private ToldEvents() {}

    /**
     * The event of which this is the class's simple name and {@link StreamEvent#told}; empty for a kind that is not told. Throws a
     * {@link RuntimeException} for components that are none of that kind.
     */
    public static Optional<StreamEvent> read(String kind, Components in) {
        return Optional.ofNullable(
                switch (kind) {
                    case "Life" -> new Life(in.state(), in.state(), in.text());
                    case "OfLanguage" -> ofLanguage(in);
                    case "Language" ->
                        new Language(in.one(LanguagePhase.class), in.one(LanguagePhase.class), in.text());
                    case "DubSwitched" -> new DubSwitched(in.flag(), in.text());
                    case "Figures" -> new Figures(in.figures());
                    case "Cut" -> new Cut(in.id(), in.number(), in.number(), in.number(), in.flag());
                    case "Aired" ->
                        new Aired(
                                in.id(),
                                in.number(),
                                in.number(),
                                in.number(),
                                in.number(),
                                in.flag(),
                                in.text(),
                                in.text(),
                                in.text());
                    case "RoundTrip" -> new RoundTrip(in.id(), in.duration());
                    case "Fallback" -> new Fallback(in.id(), in.one(FallbackReason.class), in.text());
                    case "Session" -> new Session(in.text(), in.text(), in.text());
                    case "Breaker" -> new Breaker(in.one(BreakerState.class), in.one(BreakerState.class), in.text());
                    case "Backpressure" -> new Backpressure(in.one(Action.class), in.text());
                    case "Reconnected" -> new Reconnected();
                    case "FileWritten" ->
                        new FileWritten(
                                in.id(),
                                in.text(),
                                in.number(),
                                in.number(),
                                in.number(),
                                Path.of(in.text()),
                                in.flag(),
                                in.one(StoredTrack.class));
                    case "FileLost" -> new FileLost(in.one(StoredTrack.class), in.text());
                    case "Resumed" -> new Resumed(in.duration(), in.number());
                    case "Slate" -> new Slate(in.flag(), in.text(), in.duration());
                    case "StandingBy" -> new StandingBy(in.flag(), in.text());
                    case "SpoolGivenUp" -> new SpoolGivenUp(in.text());
                    case "PipelineError" -> new PipelineError(in.one(Pipeline.class), in.text());
                    default -> null;
                });
    }

    private static StreamEvent ofLanguage(Components in) {
        String language = in.text();
        String kind = in.text();
        StreamEvent event = "Gone".equals(kind) ? new Gone() : read(kind, in).orElse(null);
        // One of its own kind inside would nest as deep as a line is long.
        return event == null || event instanceof OfLanguage ? null : new OfLanguage(language, event);
    }
}
