package io.livedub.media;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ReadingPaceTest {
    private static final long S = 1_000_000_000L;

    private final ReadingPace pace = new ReadingPace();
    private long nowNs = -7 * S;

    /** Sends so many seconds of 25 pictures a second, `speed` times faster than they play, and pauses as the pace says. Gives the seconds it took. */
    private double send(int seconds, int bytes, double speed, long fromNs) {
        long beginNs = nowNs;
        for (int i = 0; i < seconds * 25; i++) {
            pace.message(bytes, nowNs);
            pace.frame(new Frame(VIDEO, fromNs + i * S / 25, fromNs + i * S / 25, false, nowNs, new byte[1]), nowNs);
            nowNs += Math.max((long) (S / 25 / speed), pace.pauseNs(nowNs));
        }
        return (nowNs - beginNs) / 1e9;
    }

    private static final VideoFormat VIDEO =
            new VideoFormat(new byte[] {1, 66, 0, 10, -1, -31, 0, 0, 1, 0, 0}, 320, 180);

    @Test
    void aLiveSourceIsNeverHeldBack() {
        assertThat(send(3600, 20_000, 1, 0)).isEqualTo(3600);
    }

    @Test
    void neitherIsAGroupOfPicturesThatComesAtOnce() {
        double took = send(30, 20_000, 1000, 0);

        assertThat(took).isLessThan(0.1);
        assertThat(send(60, 20_000, 1, 30 * S)).isEqualTo(60);
    }

    @Test
    void whoSendsAHundredTimesTooFastIsReadInItsOwnTime() {
        double took = send(600, 2_000, 100, 0);

        assertThat(took).isBetween((600 - 45) / 1.1 - 1, (600 - 45) / 1.1 + 1);
    }

    @Test
    void bytesHaveARateWhateverTheStampsSay() {
        long beginNs = nowNs;
        for (int i = 0; i < 1000; i++) {
            pace.message(1_000_000, nowNs);
            pace.frame(new Frame(VIDEO, 0, 0, true, nowNs, new byte[1]), nowNs);
            nowNs += pace.pauseNs(nowNs);
        }

        assertThat((nowNs - beginNs) / 1e9).isBetween(60.0, 61.0);
    }

    @Test
    void soDoMessagesOfNothing() {
        long beginNs = nowNs;
        for (int i = 0; i < 100_000; i++) {
            pace.message(11, nowNs);
            nowNs += pace.pauseNs(nowNs);
        }

        assertThat((nowNs - beginNs) / 1e9).isBetween(58.0, 60.0);
    }

    /** Each tag comes once more a tenth of a second later. */
    @Test
    void whatIsSentTwiceIsNoSpeed() {
        long beginNs = nowNs;
        for (int i = 2; i < 600 * 25; i++) {
            for (long at : new long[] {i * S / 25, (i - 2) * S / 25}) {
                pace.frame(new Frame(VIDEO, at, at, false, nowNs, new byte[1]), nowNs);
                nowNs += pace.pauseNs(nowNs);
            }
            nowNs += S / 25;
        }

        assertThat((nowNs - beginNs) / 1e9).isBetween(599.0, 600.0);
    }

    @Test
    void aJumpOfTheStampsIsNoSpeed() {
        double took = 0;
        for (int i = 0; i < 100; i++) {
            took += send(1, 1000, 1, i * 100_000 * S);
        }

        assertThat(took).isEqualTo(100);
    }
}
