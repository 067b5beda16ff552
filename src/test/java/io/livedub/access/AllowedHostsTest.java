package io.livedub.access;

import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class AllowedHostsTest {
    private static final String LOCAL = "10.1.2.3";

    private final AllowedHosts usual = new AllowedHosts(Set.of(), "0.0.0.0");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "LOCALHOST:8080",
                "localhost.",
                "worker.localhost:8080",
                "127.0.0.1",
                "127.1.2.3:80",
                "[::1]:8080",
                "[0:0:0:0:0:0:0:1]",
                "[::ffff:127.0.0.1]",
                "10.1.2.3",
                "10.1.2.3:8080"
            })
    void loopbackAndTheAddressOfTheConnectionAreAnswered(String host) {
        assertThat(usual.allow(host, LOCAL)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "evil.example",
                "localhost.evil.example",
                "evil-localhost",
                "127.0.0.1.evil.example",
                "127.0.0.256",
                "10.1.2.4",
                "0.0.0.0",
                "localhost@evil.example",
                "evil.example#localhost",
                "localhost, evil.example",
                "[::2]",
                "[::1",
                "2130706433",
                "127.1",
                "0x7f.0.0.1",
                "localhost:8080:80"
            })
    void othersAreNot(String host) {
        assertThat(usual.allow(host, LOCAL)).isFalse();
    }

    @Test
    void aNameThatTheWorkerWasToldToListenOnIsAnswered() {
        AllowedHosts named = new AllowedHosts(Set.of(), "Worker.internal");

        assertThat(named.allow("worker.internal:8080", LOCAL)).isTrue();
        assertThat(named.allow("other.internal:8080", LOCAL)).isFalse();
    }

    @Test
    void namesThatAreSetTakeThePlaceOfTheDefault() {
        AllowedHosts set = new AllowedHosts(Set.of("worker", "my_worker", "[::1]"), "0.0.0.0");

        assertThat(set.allow("worker:8080", LOCAL)).isTrue();
        assertThat(set.allow("my_worker:8080", LOCAL)).isTrue();
        assertThat(set.allow("[::1]:8080", LOCAL)).isTrue();
        assertThat(set.allow("localhost", LOCAL)).isFalse();
        assertThat(set.allow(LOCAL, LOCAL)).isFalse();
    }
}
