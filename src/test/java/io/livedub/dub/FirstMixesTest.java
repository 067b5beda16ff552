package io.livedub.dub;

import org.junit.jupiter.api.Test;

import io.livedub.support.FakeAudioCodec;

import static org.assertj.core.api.Assertions.assertThat;

class FirstMixesTest {
    @Test
    void itDoesAllThatAMixDoes() {
        FakeAudioCodec codec = new FakeAudioCodec();

        new FirstMixes(codec).run();

        // The sound that is mixed, then of each mix the original, what is encoded and, because it is loud, how that
        // sounds.
        assertThat(codec.calls).startsWith("encode", "decode", "encode", "decode");
        assertThat(codec.calls.stream().filter("encode"::equals).count()).isGreaterThanOrEqualTo(5);
    }
}
