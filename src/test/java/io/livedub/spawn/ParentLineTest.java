package io.livedub.spawn;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import io.livedub.line.EventLine;
import io.livedub.stream.StreamCommand;
import io.livedub.stream.events.LifeEvent;
import io.livedub.stream.events.SessionEvent;

import static org.assertj.core.api.Assertions.assertThat;

class ParentLineTest {
    private final List<String> words = new CopyOnWriteArrayList<>();
    private final ParentLine.ParentMessages listener = new ParentLine.ParentMessages() {
        @Override
        public void stop(String reason) {
            words.add("stop: " + reason);
        }

        @Override
        public void leave(String reason) {
            words.add("leave: " + reason);
        }

        @Override
        public void publisherGone() {
            words.add("gone");
        }

        @Override
        public void publisherThere() {
            words.add("there");
        }

        @Override
        public void command(StreamCommand command) {
            words.add(command.toString());
        }

        @Override
        public void parentGone() {
            words.add("the parent is gone");
        }
    };

    @Test
    void newsAreOnTheWayWhenItIsClosed() {
        // given
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        // when
        try (ParentLine line = new ParentLine(new PrintStream(out, true, StandardCharsets.UTF_8))) {
            line.accept(new SessionEvent.Session("Ready", "Ending", "stop"));
            line.accept(new SessionEvent.Reconnected());
            line.accept(new LifeEvent.Gone());
        }
        // then
        assertThat(out.toString(StandardCharsets.UTF_8).lines())
                .containsExactly("[\"Session\",\"Ready\",\"Ending\",\"stop\"]", "[\"Reconnected\"]");
    }

    @Test
    void withoutNewsItSaysThatItIsAlive() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ParentLine line = new ParentLine(new PrintStream(out, true, StandardCharsets.UTF_8))) {
            Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> out.toString(StandardCharsets.UTF_8)
                    .startsWith(ParentLine.ALIVE));
            assertThat(EventLine.decode(ParentLine.ALIVE)).isEmpty();
        }
    }

    @Test
    void wordsAreHeardAndSoIsTheEndOfTheParent() {
        // given
        byte[] said = "gone\nthere\nwhat?\nstop by test\nleave SIGTERM\n".getBytes(StandardCharsets.UTF_8);
        // when
        try (ParentLine line =
                new ParentLine(new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8))) {
            line.listen(new ByteArrayInputStream(said), listener);
            // then
            Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> words.size() == 5);
            assertThat(words).containsExactly("gone", "there", "stop: by test", "leave: SIGTERM", "the parent is gone");
        }
    }
}
