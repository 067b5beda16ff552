package io.livedub.spawn;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class WordsToChildTest {
    private final WordsToChild words = new WordsToChild();

    private List<String> all() {
        List<String> all = new ArrayList<>();
        for (String word = words.next(); word != null; word = words.next()) {
            all.add(word);
        }
        return all;
    }

    @Test
    void whoAddsTheFirstWordWritesAndTheOthersDoNot() {
        assertThat(all()).isEmpty();
        assertThat(words.add("a")).isTrue();
        assertThat(words.add("b")).isFalse();
        assertThat(all()).containsExactly("a", "b");
        assertThat(words.add("c")).isTrue();
    }

    @Test
    void beforeThereIsAChildNobodyWrites() {
        assertThat(words.add("a")).isFalse();
        assertThat(all()).containsExactly("a");
    }

    @Test
    void atTheBoundTheLastWordOnThePublisherCountsAndAStopIsKept() {
        words.add("stop by test");
        for (int n = 0; n < 10_000; n++) {
            words.add(n % 2 == 0 ? WordsToChild.GONE : WordsToChild.THERE);
        }
        List<String> left = all();
        assertThat(left)
                .hasSizeLessThanOrEqualTo(WordsToChild.MOST)
                .startsWith("stop by test")
                .endsWith(WordsToChild.THERE);
    }
}
