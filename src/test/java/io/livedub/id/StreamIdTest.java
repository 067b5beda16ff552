package io.livedub.id;

import java.util.TreeSet;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Once there is a {@link StreamId}, its text may become a part of a path, a URL, a header or a label. */
class StreamIdTest {
    @ParameterizedTest
    @NullAndEmptySource
    @ValueSource(
            strings = {
                "..",
                "a/b",
                "a.b",
                "a b",
                "a\n",
                "a\0",
                "ü",
                "01234567890123456789012345678901234567890123456789012345678901234"
            })
    void whatIsNoIdCannotBeMade(String text) {
        assertThat(StreamId.parse(text)).isEmpty();
        assertThatThrownBy(() -> new StreamId(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a stream id must match [A-Za-z0-9_-]{1,64}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"a", "-", "_", "News-7_b", "0123456789012345678901234567890123456789012345678901234567890123"})
    void anIdIsItsText(String text) {
        StreamId id = StreamId.parse(text).orElseThrow();
        assertThat(id).isEqualTo(new StreamId(text)).hasToString(text);
        assertThat(text).matches(StreamId.SCHEMA);
    }

    @Test
    void idsAreOrderedAsTheirTexts() {
        TreeSet<StreamId> ids = new TreeSet<>();
        for (String text : new String[] {"b", "a", "B"}) {
            ids.add(new StreamId(text));
        }
        assertThat(ids).extracting(StreamId::value).containsExactly("B", "a", "b");
    }
}
