package io.livedub.media.gst;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

import org.junit.jupiter.api.Test;

import io.livedub.media.AudioFormat;
import io.livedub.media.Frame;
import io.livedub.media.Track;
import io.livedub.media.VideoFormat;

import static org.assertj.core.api.Assertions.assertThat;

class JumpRepairTest {
    private static final long MS = 1_000_000L;
    private static final AudioFormat AAC = AudioFormat.aacLc(48_000, 2);
    private static final VideoFormat AVC = new VideoFormat(new byte[] {1}, 0, 0);

    private final Known offsets = new Known();
    private final JumpRepair repair = new JumpRepair(offsets);
    private final List<Frame> out = new ArrayList<>();

    /** Offsets that the test says. */
    private static final class Known implements JumpRepair.Offsets {
        private final Map<Track, Long> ms = new EnumMap<>(Track.class);
        private final Set<Track> asked = EnumSet.noneOf(Track.class);

        @Override
        public void read(Track track) {
            asked.add(track);
            ms.remove(track);
        }

        @Override
        public OptionalLong ms(Track track) {
            return ms.containsKey(track) ? OptionalLong.of(ms.get(track)) : OptionalLong.empty();
        }

        @Override
        public void stop() {
            asked.clear();
        }
    }

    private void audio(long ms, boolean resync) {
        repair.accept(new Frame(AAC, ms * MS, ms * MS, true, ms * MS, new byte[0]), resync, out::add);
    }

    private void video(long ms, boolean resync) {
        repair.accept(new Frame(AVC, ms * MS, ms * MS, false, ms * MS, new byte[0]), resync, out::add);
    }

    private List<Long> timesMs() {
        return out.stream().map(frame -> frame.ptsNs() / MS).toList();
    }

    @Test
    void withoutAJumpEverythingGoesThrough() {
        audio(0, false);
        video(10, false);

        assertThat(timesMs()).containsExactly(0L, 10L);
        assertThat(offsets.asked).isEmpty();
    }

    @Test
    void soundIsPutBackBesideThePictureOnceBothOffsetsAreKnown() {
        audio(100, false);
        audio(100, true);
        video(110, false);
        offsets.ms.put(Track.AUDIO, 5_021L);
        audio(121, false);
        video(110, true);

        assertThat(timesMs()).containsExactly(100L, 110L);
        assertThat(offsets.asked).contains(Track.VIDEO);

        offsets.ms.put(Track.VIDEO, 5_033L - (1L << 32));
        video(143, false);
        audio(142, false);

        assertThat(timesMs()).containsExactly(100L, 110L, 112L, 133L, 110L, 143L, 154L);
        assertThat(offsets.asked).isEmpty();
    }

    @Test
    void whereOnlyOneTrackJumpsNothingIsHeldForLongerThanASecond() {
        audio(100, true);
        offsets.ms.put(Track.AUDIO, 5_021L);
        video(600, false);
        audio(900, false);
        assertThat(timesMs()).containsExactly(600L);

        video(1_101, false);
        audio(1_110, false);

        assertThat(timesMs()).containsExactly(600L, 1_101L, 100L, 900L, 1_110L);
    }
}
