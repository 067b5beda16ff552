package io.livedub.api;

import java.util.List;

import org.junit.jupiter.api.Test;

import io.livedub.api.StreamView.CaptionView;

import static org.assertj.core.api.Assertions.assertThat;

class WebVttTest {
    private static CaptionView caption(String transcript, String translation) {
        return new CaptionView("x", 0, 12, 3_661_500, 3_667_500, transcript, translation);
    }

    @Test
    void aCueHasItsSegmentItsTimesAndItsText() {
        assertThat(WebVtt.cues(List.of(caption("hello", "hola")), false))
                .isEqualTo("12\n01:01:01.500 --> 01:01:07.500\nhola\n\n");
        assertThat(WebVtt.cues(List.of(caption("hello", "hola")), true)).contains("\nhello\n");
    }

    @Test
    void noTextEndsItsCueOrBeginsAnother() {
        assertThat(WebVtt.cues(List.of(caption("", "a\n\n1\n00:00 --> 00:01\r\n<b>&\tc")), false))
                .isEqualTo("12\n01:01:01.500 --> 01:01:07.500\na\n1\n00:00 --&gt; 00:01\n&lt;b&gt;&amp; c\n\n");
    }

    @Test
    void nothingSaidIsNoCue() {
        assertThat(WebVtt.cues(List.of(caption("hello", " ")), false)).isEmpty();
    }
}
