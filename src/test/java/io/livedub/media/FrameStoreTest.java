package io.livedub.media;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class FrameStoreTest {
    private static final int LARGE = 64 * 1024;

    private final FrameStore store = new FrameStore(FrameStore.PICTURES);

    @Test
    void whatIsKeptIsWhatWasGiven() throws IOException {
        Random random = new Random(7);
        List<byte[]> given = new ArrayList<>();
        List<FrameBytes> kept = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            byte[] bytes = new byte[i % 50 == 0 ? LARGE + random.nextInt(LARGE) : random.nextInt(4000)];
            random.nextBytes(bytes);
            given.add(bytes);
            kept.add(store.keep(bytes.clone()));
        }

        for (int i = 0; i < given.size(); i++) {
            byte[] expected = given.get(i);
            FrameBytes one = kept.get(i);
            assertThat(one.size()).isEqualTo(expected.length);
            assertThat(one.toArray()).isEqualTo(expected);
            assertThat(one).isEqualTo(FrameBytes.of(expected)).hasSameHashCodeAs(FrameBytes.of(expected));

            ByteArrayOutputStream written = new ByteArrayOutputStream();
            one.writeTo(written);
            assertThat(written.toByteArray()).isEqualTo(expected);

            ByteBuffer put = ByteBuffer.allocate(expected.length);
            one.putInto(put);
            assertThat(put.array()).isEqualTo(expected);

            CRC32C sum = new CRC32C();
            one.sumUp(sum);
            CRC32C wanted = new CRC32C();
            wanted.update(expected);
            assertThat(sum.getValue()).isEqualTo(wanted.getValue());
        }
    }

    @Test
    void nothingIsReadBeyondAFrame() {
        FrameBytes first = store.keep(new byte[] {1, 2, 3});
        FrameBytes second = store.keep(new byte[] {4, 5, 6});

        assertThat(first).isNotEqualTo(second).isNotEqualTo(FrameBytes.of(new byte[] {1, 2}));
        assertThat(second.at(0)).isEqualTo((byte) 4);
        assertThat(second.part(1, 2)).isEqualTo(ByteBuffer.wrap(new byte[] {5, 6}));
        assertThatThrownBy(() -> first.at(3)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> second.at(-1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> first.part(1, 3)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void smallFramesShareAnArrayAndLargeOnesHaveTheirOwn() {
        byte[] large = new byte[LARGE + 1];
        assertThat(store.keep(large).toArray()).isSameAs(large);

        byte[] small = new byte[LARGE];
        FrameBytes kept = store.keep(small);
        small[0] = 1;
        assertThat(kept.at(0)).isZero();
    }
}
