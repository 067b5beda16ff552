package io.livedub.echo;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.livedub.media.Pcm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class RecordingTest {
    @TempDir
    Path folder;

    private Path file;

    private Path wav(int kind, int bits, long bytes, byte... sound) throws IOException {
        file = folder.resolve("a.wav");
        ByteBuffer head = ByteBuffer.allocate(44).order(ByteOrder.LITTLE_ENDIAN);
        head.put("RIFF....WAVEfmt ".getBytes(StandardCharsets.US_ASCII))
                .putInt(16)
                .putShort((short) kind);
        head.putShort((short) 2).putInt(1000).putInt(0).putShort((short) 0).putShort((short) bits);
        head.put("data".getBytes(StandardCharsets.US_ASCII)).putInt((int) bytes);
        Files.write(file, head.array());
        return Files.write(file, sound, StandardOpenOption.APPEND);
    }

    @Test
    void isSilentWhereTheFileHasNothing() throws IOException {
        Recording recording = Recording.read(wav(1, 16, 0xffffffffL, new byte[] {0, 64, 0, -64, 0, 32, 0, -32}));

        Pcm part = recording.part(-1_000_000, 4_000_000);

        assertThat(part.sampleRateHz()).isEqualTo(1000);
        assertThat(part.samples()).containsExactly(0, 0, 0.5f, -0.5f, 0.25f, -0.25f, 0, 0);
        assertThat(recording.part(1_000_000, 1_000_000).samples()).containsExactly(0.25f, -0.25f);
    }

    @Test
    void hasFloatsAsTheyAre() throws IOException {
        ByteBuffer sound = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        sound.putFloat(0.1f).putFloat(-2);

        assertThat(Recording.read(wav(3, 32, 8, sound.array()))
                        .part(0, 1_000_000)
                        .samples())
                .containsExactly(0.1f, -2);
    }

    /** The heap of echo-sts has 192 MB. */
    @Test
    void takesNoMemoryForItsLength() throws IOException {
        wav(1, 16, 1_900_000_000L);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[] {0, 64, 0, -64}), 44 + 1_899_999_996L);
        }
        long used = used();

        Recording recording = Recording.read(file);

        assertThat(used() - used).isLessThan(50_000_000);
        assertThat(recording.part(474_999_999L * 1_000_000, 1_000_000).samples())
                .containsExactly(0.5f, -0.5f);
    }

    private static long used() {
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    @Test
    void saysWhatItCannotRead() throws IOException {
        assertThatThrownBy(() -> Recording.read(folder.resolve("none.wav"))).hasMessageContaining("cannot be read");
        assertThatThrownBy(() -> Recording.read(wav(1, 24, 3, new byte[3]))).hasMessageContaining("is not a WAV file");
        assertThatThrownBy(() -> Recording.read(Files.createFile(folder.resolve("empty.wav"))))
                .hasMessageContaining("is not a WAV file");
    }
}
