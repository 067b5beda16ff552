package io.livedub.sts;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class KeyMaskTest {
    @ParameterizedTest
    @CsvSource({
        "the key abcd-efgh is wrong, the key *** is wrong",
        "abcd-efghabcd-efgh, ******",
        "cut in the middle: abcd-efg, cut in the middle: ***",
        "cut in the middle: abcd…, cut in the middle: ***…",
        "disconnected: abcd-… (1008), disconnected: ***… (1008)",
        "too short to be a part: abc, too short to be a part: abc",
        "abcd in the middle, abcd in the middle"
    })
    void neitherTheKeyNorItsBeginningAtACutIsSaid(String text, String said) {
        assertThat(new KeyMask("abcd-efgh").removedFrom(text)).isEqualTo(said);
    }

    @Test
    void withoutAKeyNothingIsRemoved() {
        assertThat(new KeyMask(null).removedFrom("null and void")).isEqualTo("null and void");
    }
}
