package io.livedub.media.gst;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class TagInspectorTest {
    private final TagInspector inspector = new TagInspector();

    @Test
    void audioThatRunsFarAheadOfVideoIsHeldBack() {
        assertThat(inspector.inspect(audio(0, true))).isTrue();
        assertThat(inspector.inspect(audio(60_000, false))).isTrue();
        assertThat(inspector.inspect(audio(63_900, false))).isTrue();
        assertThat(inspector.inspect(audio(64_100, false))).isFalse();

        assertThat(inspector.inspect(new FlvTag(FlvTag.VIDEO, 64_100, "H.264", true, false)))
                .isTrue();
        assertThat(inspector.inspect(audio(64_200, false))).isTrue();
        assertThat(inspector.unsupported()).isNull();
    }

    @Test
    void theFirstCodecThatCannotBeCarriedIsKept() {
        inspector.inspect(new FlvTag(FlvTag.AUDIO, 0, "MP3", false, false));
        inspector.inspect(new FlvTag(FlvTag.VIDEO, 0, "VP6", false, false));

        assertThat(inspector.unsupported()).isEqualTo("MP3");
    }

    private static FlvTag audio(long timestampMs, boolean header) {
        return new FlvTag(FlvTag.AUDIO, timestampMs, "AAC", true, header);
    }
}
