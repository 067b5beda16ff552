package io.livedub.kubernetes;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

import io.livedub.config.SettingSources;
import io.livedub.config.SettingsText;
import io.livedub.config.StreamSettings;
import io.livedub.line.Hello;
import io.livedub.line.StreamLine;
import io.livedub.media.MediaClock;
import io.livedub.stream.StreamCommand;
import io.livedub.stream.events.LifeEvent;
import io.livedub.stream.events.StreamEvent;
import io.livedub.stream.supervision.FoundSettings;

/**
 * What a stream in a Job and {@code serve} say to each other over the stream's line. Changes of settings are not sent one by one: each time
 * that the line is opened, the Job says which settings it has, and {@code serve} sends the difference. So {@code serve} need not remember
 * which changes a lost connection or an earlier pod of the Job has missed.
 */
final class JobVoice implements StreamLine.LineListener {
    private final StreamLine line;
    private final Executor loop;
    private final VoiceListener listener;
    private final Consumer<StreamEvent> board;
    private final Consumer<StreamEvent> series;
    private final CompletableFuture<FoundSettings> found = new CompletableFuture<>();

    /** All below are of the loop's thread. */
    private StreamSettings wanted;

    private Optional<StreamSettings> has = Optional.empty();
    private SettingSources sources = SettingSources.NONE;

    /** Called on the loop's thread. */
    interface VoiceListener {
        void said(LifeEvent.Life life);

        /** Another run of the stream speaks. */
        void begun();

        void silent();
    }

    /** @param wanted settings with which the stream is launched */
    JobVoice(
            String serve,
            MediaClock clock,
            Executor loop,
            StreamSettings wanted,
            Consumer<StreamEvent> board,
            Consumer<StreamEvent> series,
            VoiceListener listener) {
        this.line = new StreamLine(serve, clock, this);
        this.loop = loop;
        this.wanted = wanted;
        this.board = board;
        this.series = series;
        this.listener = listener;
    }

    StreamLine line() {
        return line;
    }

    CompletableFuture<FoundSettings> found() {
        return found;
    }

    @Override
    public void told(StreamEvent event, boolean past) {
        if (event instanceof LifeEvent.Life life) {
            loop.execute(() -> listener.said(life));
            return;
        }
        board.accept(event);
        // What has happened before this serve was there is no event of its own series: it would be counted twice.
        if (!past) {
            series.accept(event);
        }
    }

    @Override
    public void hello(Hello hello, boolean ranBefore, boolean begun) {
        loop.execute(() -> {
            if (begun) {
                listener.begun();
            }
            StreamSettings its = SettingsText.read(hello.settings(), wanted);
            has = Optional.of(its);
            if (ranBefore) {
                wanted = its;
                found.complete(new FoundSettings(
                        its,
                        hello.kept().isEmpty() ? Optional.empty() : Optional.of(SettingsText.sources(hello.kept()))));
            } else {
                line.keep(SettingsText.of(sources));
                tellMissing();
            }
        });
    }

    @Override
    public void silent() {
        loop.execute(listener::silent);
    }

    /** Other settings hold from now on. */
    void want(StreamSettings now) {
        loop.execute(() -> {
            wanted = now;
            tellMissing();
        });
    }

    private void tellMissing() {
        has.ifPresent(its -> {
            StreamSettings told = its;
            for (StreamCommand command : StreamCommand.between(its, wanted)) {
                if (!(command instanceof StreamCommand.KeptUntilNextStart) && line.order(command.line())) {
                    told = command.after(told);
                }
            }
            has = Optional.of(told);
        });
    }

    /** What was said of the stream's settings, and by whom: the next {@code serve} finds it with the stream. */
    void remember(SettingSources said) {
        loop.execute(() -> {
            sources = said;
            line.keep(SettingsText.of(said));
        });
    }

    /** The stream is over: nobody speaks for it any more, and its series disappear. */
    void close() {
        line.close();
        series.accept(new LifeEvent.Gone());
    }

    boolean order(String word) {
        return line.order(word);
    }

    /** What the stream keeps until it starts again is only to be read in its log. */
    void orderKept(List<String> names) {
        if (!names.isEmpty()) {
            line.order(new StreamCommand.KeptUntilNextStart(names).line());
        }
    }
}
