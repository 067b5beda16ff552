package io.livedub.line;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import io.livedub.config.SettingsText;
import io.livedub.config.StreamSettings;
import io.livedub.config.Target;
import io.livedub.id.StreamId;
import io.livedub.observe.StreamMetrics;
import io.livedub.stream.StreamBoard;
import io.livedub.stream.StreamCommand;
import io.livedub.stream.StreamStatus.LanguageStatus;
import io.livedub.stream.events.BreakerState;
import io.livedub.stream.events.Figure;
import io.livedub.stream.events.LanguagePhase;
import io.livedub.stream.events.LifeEvent;
import io.livedub.stream.events.SegmentEvent;
import io.livedub.stream.events.SessionEvent;
import io.livedub.stream.events.StoredTrack;
import io.livedub.stream.events.StreamEvent;
import io.livedub.stream.events.StreamState;
import io.livedub.support.TestSettings;
import io.livedub.support.VirtualClock;

import static org.assertj.core.api.Assertions.assertThat;

/** Both ends of a line, with a wire between them that can be cut; what is on it then is lost. */
class ConversationTest {
    private static final String TOKEN = Token.draw();

    private final VirtualClock clock = new VirtualClock();
    private final List<String> words = new ArrayList<>();
    private final JobTalk job = new JobTalk(TestSettings.SPANISH, new WordsHeard(words::add));

    private Serve serve = new Serve("first", false);
    private Wire wire;

    /** What a {@code serve} makes of what it hears. */
    private final class Serve implements StreamLine.LineListener {
        final StreamBoard board = new StreamBoard(InstantSource.system());
        final SimpleMeterRegistry meters = new SimpleMeterRegistry();
        final StreamMetrics series = new StreamMetrics(meters, new StreamId("a"));
        final List<String> life = new ArrayList<>();
        final List<String> hellos = new ArrayList<>();
        final StreamLine line;
        Hello hello;
        boolean silent;

        Serve(String name, boolean found) {
            line = new StreamLine(name, clock, this);
            line.expect(TOKEN, found);
        }

        @Override
        public void hello(Hello said, boolean found, boolean begun) {
            hello = said;
            hellos.add((found ? "found" : "known") + (begun ? " begun" : " again"));
        }

        @Override
        public void told(StreamEvent event, boolean past) {
            if (event instanceof LifeEvent.Life its) {
                life.add(its.to().label());
            }
            board.accept(event);
            if (!past) {
                series.accept(event);
            }
        }

        @Override
        public void silent() {
            silent = true;
        }

        double counted(String name) {
            return meters.find(name).counters().stream()
                    .mapToDouble(each -> each.count())
                    .sum();
        }

        LanguageStatus language(String language) {
            return board.status().languages().stream()
                    .filter(each -> each.language().equals(language))
                    .findFirst()
                    .orElseThrow();
        }

        List<String> languages() {
            return board.status().languages().stream()
                    .map(LanguageStatus::language)
                    .toList();
        }
    }

    private final class Wire implements Connection {
        final List<String> toJob = new ArrayList<>();
        Optional<String> closed = Optional.empty();

        @Override
        public void send(String text) {
            toJob.add(text);
        }

        @Override
        public void close(String why) {
            closed = Optional.of(why);
        }
    }

    private void connect() {
        wire = new Wire();
        assertThat(serve.line.admits(Token.header(TOKEN))).isTrue();
        serve.line.opened(wire);
        job.opened();
        flow();
    }

    /** Until neither end has anything to say. */
    private void flow() {
        for (boolean again = true; again; ) {
            again = false;
            for (String text = job.next(); text != null; text = job.next()) {
                serve.line.heard(wire, text);
                again = true;
            }
            for (String text : List.copyOf(wire.toJob)) {
                wire.toJob.remove(0);
                job.heard(text);
                again = true;
            }
        }
    }

    /** What the job says now is never heard. */
    private void cut() {
        for (String text = job.next(); text != null; text = job.next()) {
            assertThat(text).isNotEmpty();
        }
        wire.toJob.clear();
        serve.line.closed(wire);
    }

    private static StreamEvent aired(long batch) {
        return new SegmentEvent.Aired(
                        UUID.randomUUID(),
                        batch,
                        batch * 6_000_000_000L,
                        0,
                        6_000_000_000L,
                        true,
                        "×1",
                        "said",
                        "dicho")
                .of("es");
    }

    private void onAir(String... languages) {
        job.accept(new LifeEvent.Life(StreamState.initial(), new StreamState.Live(), "the first frame"));
        for (String language : languages) {
            job.accept(
                    new LifeEvent.LanguageLife(LanguagePhase.STARTING, LanguagePhase.ON_AIR, "published").of(language));
        }
    }

    @Test
    void whatAStreamTellsIsOnTheBoardAndInTheSeries() {
        connect();
        onAir("es", "fr");
        job.accept(new LifeEvent.Figures(Map.of(Figure.LATENCY_NS, 12L)).of("es"));
        job.accept(new SessionEvent.Breaker(BreakerState.CLOSED, BreakerState.OPEN, "five").of("fr"));
        job.accept(aired(1));
        job.accept(new SegmentEvent.FileWritten(
                UUID.randomUUID(), new StreamId("a"), 1, 0, 6, Path.of("/a"), true, StoredTrack.VIDEO));
        flow();

        assertThat(serve.life).containsExactly("live");
        assertThat(serve.languages()).containsExactly("es", "fr");
        assertThat(serve.language("es").dubbed()).isEqualTo(1);
        assertThat(serve.language("es").figure(Figure.LATENCY_NS)).isEqualTo(12);
        assertThat(serve.language("fr").breaker()).isEqualTo(BreakerState.OPEN);
        assertThat(serve.board.captions(0)).singleElement().satisfies(caption -> assertThat(caption.translation())
                .isEqualTo("dicho"));
        assertThat(serve.counted("worker.segments.dubbed")).isEqualTo(1);
        assertThat(serve.counted("worker.segments.written")).isEqualTo(1);
        assertThat(serve.hellos).containsExactly("known begun");
    }

    @Test
    void whatALostConnectionHasLostIsSaidAgainAndCountedOnce() {
        connect();
        onAir("es");
        job.accept(aired(0));
        flow();
        job.accept(aired(1));
        job.accept(new LifeEvent.Life(new StreamState.Live(), new StreamState.SourceLost("away"), "away"));
        cut();
        job.accept(aired(2));

        connect();

        assertThat(serve.counted("worker.segments.dubbed")).isEqualTo(3);
        assertThat(serve.language("es").dubbed()).isEqualTo(3);
        assertThat(serve.board.captions(0)).hasSize(3);
        assertThat(serve.life).last().isEqualTo("source-lost");
        assertThat(serve.hellos).containsExactly("known begun", "known again");
    }

    @Test
    void whoCanNotReadForLongHearsOfTheLastEventsAndTheJobKnowsHowManyAreLost() {
        connect();
        onAir("es");
        flow();
        cut();
        for (int batch = 0; batch < Kept.MOST_LINES + 500; batch++) {
            job.accept(aired(batch));
        }
        connect();
        assertThat(serve.language("es").dubbed()).isBetween(1_000L, (long) Kept.MOST_LINES);
        long forgotten = Kept.MOST_LINES + 500 - serve.language("es").dubbed();
        assertThat(job.takeLost()).isEqualTo(forgotten);
        assertThat(job.takeLost()).isZero();
    }

    /** The figures of a stream that nobody reads do not wait in a queue: the last of each is said. */
    @Test
    void ofWhatHoldsOnlyTheLatestWaits() {
        connect();
        onAir("es");
        flow();
        for (long n = 0; n < 100_000; n++) {
            job.accept(new LifeEvent.Figures(Map.of(n % 2 == 0 ? Figure.LATENCY_NS : Figure.INFLIGHT, n)).of("es"));
        }
        List<String> said = new ArrayList<>();
        for (String text = job.next(); text != null; text = job.next()) {
            said.add(text);
        }
        assertThat(said).singleElement().satisfies(text -> assertThat(text).contains("99998", "99999"));
    }

    @Test
    void aServeThatBeginsAnewSeesTheStreamWithItsPastAndCountsNothingTwice() {
        connect();
        onAir("es", "fr");
        job.accept(new LifeEvent.DubSwitched(false, "").of("fr"));
        job.accept(aired(0));
        job.accept(aired(1));
        flow();
        serve.line.keep("targets=es " + "bed=duck");
        flow();
        cut();

        serve = new Serve("second", true);
        connect();

        assertThat(serve.hellos).containsExactly("found begun");
        assertThat(serve.hello.kept()).isEqualTo("targets=es bed=duck");
        assertThat(serve.hello.settings()).isEqualTo(SettingsText.of(TestSettings.SPANISH));
        assertThat(serve.life).containsExactly("live");
        assertThat(serve.languages()).containsExactly("es", "fr");
        assertThat(serve.language("fr").dubOn()).isFalse();
        assertThat(serve.language("es").strip()).hasSize(2);
        assertThat(serve.board.captions(0)).hasSize(2);
        assertThat(serve.counted("worker.segments.dubbed")).isZero();

        job.accept(aired(2));
        flow();
        assertThat(serve.counted("worker.segments.dubbed")).isEqualTo(1);
        assertThat(serve.language("es").dubbed()).isEqualTo(3);
    }

    @Test
    void aLanguageThatWentWhileNobodyHeardIsGoneAndStaysGone() {
        connect();
        onAir("es", "fr");
        flow();
        cut();
        job.accept(new SegmentEvent.Fallback(UUID.randomUUID(), io.livedub.stream.events.FallbackReason.LATE, "")
                .of("fr"));
        job.accept(new LifeEvent.Gone().of("fr"));

        connect();

        assertThat(serve.languages()).containsExactly("es");
        job.accept(new LifeEvent.LanguageLife(LanguagePhase.STARTING, LanguagePhase.ON_AIR, "").of("fr"));
        flow();
        assertThat(serve.languages()).containsExactly("es", "fr");
    }

    /** The one that was at {@code out} may be gone, so that it is nowhere else to be seen. */
    @Test
    void everyListenerKnowsWhereALanguageIsPublished() {
        connect();
        job.accept(new LifeEvent.LanguageLife(LanguagePhase.STARTING, LanguagePhase.STARTING, "out-fr").of("fr"));
        onAir("fr");
        flow();
        assertThat(serve.language("fr").output()).isEqualTo("out-fr");

        serve = new Serve("second", true);
        connect();

        assertThat(serve.language("fr").output()).isEqualTo("out-fr");
        assertThat(serve.language("fr").phase()).isEqualTo(LanguagePhase.ON_AIR);
        assertThat(serve.board.atOut()).contains("");
    }

    @Test
    void anOrderIsHeardOnceWhateverBecomesOfTheConnection() {
        connect();
        onAir("es");
        flow();
        String off = new StreamCommand.SwitchDub(Optional.of("es"), false, Optional.of(Duration.ofSeconds(30))).line();
        assertThat(serve.line.order(off)).isTrue();
        cut();
        assertThat(words).isEmpty();
        assertThat(serve.line.order(ParentWords.GONE))
                .as("it may be back at once")
                .isTrue();

        connect();
        assertThat(words).containsExactly(off, "gone");

        // Heard, but the answer is lost.
        assertThat(serve.line.order(ParentWords.THERE)).isTrue();
        wire.toJob.forEach(job::heard);
        cut();
        connect();
        assertThat(words).containsExactly(off, "gone", "there");
    }

    @Test
    void theHelloTellsTheSettingsThatOrdersHaveMade() {
        connect();
        serve.line.order(
                new StreamCommand.AddLanguage(new Target("fr", Optional.of("anna, \"b\"".replace(",", "")))).line());
        serve.line.order(new StreamCommand.RemoveLanguage("es").line());
        flow();
        cut();
        connect();
        StreamSettings its = SettingsText.read(serve.hello.settings(), TestSettings.SPANISH);
        assertThat(its.targets()).containsExactly(new Target("fr", Optional.of("anna \"b\"")));
    }

    @Test
    void aStreamThatIsSilentForLongIsToldNothing() {
        assertThat(serve.line.order("gone")).as("nobody has come yet").isFalse();
        connect();
        serve.line.closed(wire);
        clock.advanceMs(StreamLine.SILENCE.toMillis() - 1);
        assertThat(serve.line.speaks()).isTrue();
        assertThat(serve.silent).isFalse();
        clock.advanceMs(2);
        assertThat(serve.line.speaks()).isFalse();
        assertThat(serve.silent).isTrue();
        assertThat(serve.line.order("gone")).isFalse();
    }

    @Test
    void whoHasAnotherTokenIsNotLetIn() {
        String other = Token.draw();
        assertThat(other).isNotEqualTo(TOKEN);
        assertThat(serve.line.admits(Token.header(other))).isFalse();
        assertThat(serve.line.admits(TOKEN)).isFalse();
        assertThat(serve.line.admits("Bearer ")).isFalse();
        assertThat(serve.line.admits(null)).isFalse();

        connect();
        serve.line.expect(other, false);
        assertThat(wire.closed).isPresent();
        assertThat(serve.line.admits(Token.header(TOKEN))).isFalse();
        serve.line.heard(wire, "= [\"Life\",\"connecting\",\"\",\"OK\",\"live\",\"\",\"OK\",\"\"]");
        assertThat(serve.life).isEmpty();

        serve.line.close();
        assertThat(serve.line.admits(Token.header(other))).isFalse();
        assertThat(serve.line.admits("Bearer ")).isFalse();
    }

    @Test
    void aLaterConnectionTakesTheStreamOver() {
        connect();
        Wire before = wire;
        connect();
        assertThat(before.closed).isPresent();
        serve.line.closed(before);
        assertThat(serve.line.speaks()).isTrue();
        serve.line.heard(before, "1 [\"Reconnected\"]");
        assertThat(serve.counted("worker.reconnections")).isZero();
    }

    @Test
    void whatIsNoTextOfAStreamDoesNoHarm() {
        wire = new Wire();
        serve.line.opened(wire);
        serve.line.heard(wire, "= [\"Reconnected\"]");
        assertThat(wire.closed).as("no hello first").isPresent();

        connect();
        for (String text : List.of(
                "",
                " ",
                "x",
                "7",
                "7 ",
                "= ",
                "= {}",
                "99999999999999999999 [\"Reconnected\"]",
                "heard x",
                "now now")) {
            serve.line.heard(wire, text);
        }
        for (int n = 0; n < 1_000; n++) {
            serve.line.heard(wire, "= [\"OfLanguage\",\"x-" + n + "\",\"DubSwitched\",\"true\",\"\"]");
        }
        serve.line.heard(wire, "= [\"OfLanguage\",\"A\\\"B\",\"DubSwitched\",\"true\",\"\"]");
        assertThat(wire.closed).isEmpty();
        assertThat(serve.languages()).hasSize(StreamLine.MOST_LANGUAGES);
        serve.line.heard(wire, "hello {\"run\":\"again\"}");
        assertThat(wire.closed).as("a second hello").isPresent();
    }

    @Test
    void whatIsNoTextOfServeDoesNoHarm() {
        connect();
        onAir("es");
        for (String text :
                List.of("", "from", "from x y", "order", "order x y", "order 7", "keep", "what?", "from s -7")) {
            job.heard(text);
        }
        flow();
        assertThat(serve.languages()).containsExactly("es");
        assertThat(words).isEmpty();
    }

    @Test
    void ordersThatAreNeverHeardAreBounded() {
        connect();
        int taken = 0;
        while (serve.line.order("there")) {
            taken++;
        }
        assertThat(taken).isEqualTo(StreamLine.MOST_ORDERS);
        flow();
        assertThat(serve.line.order("there")).isTrue();
    }
}
