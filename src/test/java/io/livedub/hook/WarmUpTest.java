package io.livedub.hook;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Where the worker finds itself. */
class WarmUpTest {
    /** Else each start logs that the worker has refused a request, which was its own. */
    @ParameterizedTest
    @CsvSource({
        "0.0.0.0, 127.0.0.1",
        "'::', '::1'",
        "'[::]', '::1'",
        "'::1', '::1'",
        "10.0.0.7, 10.0.0.7",
        "worker, worker"
    })
    void aWildcardIsNoAddressToConnectTo(String listening, String reached) {
        assertThat(WarmUp.reachable(listening)).isEqualTo(reached);
    }
}
