package io.livedub.media.gst.source;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class FullChunkHeadersTest {
    private static final int HANDSHAKE = 3073;
    private final ByteArrayOutputStream sent = new ByteArrayOutputStream();

    @Test
    void theHandshakeIsCopiedAsItIs() throws IOException {
        byte[] handshake = new byte[HANDSHAKE];
        Arrays.fill(handshake, (byte) 3);
        sent.write(handshake);

        assertThat(copied(EOFException.class)).containsExactly(handshake);
    }

    @Test
    void aMessageThatRepeatsTheHeaderOfTheOneBeforeGetsAFullOne() throws IOException {
        sent.write(new byte[HANDSHAKE]);
        byte[] window = {2, 0, 0, 0, 0, 0, 4, 5, 0, 0, 0, 0, 0, 38, 37, (byte) 160};
        sent.write(window);
        sent.write(new byte[] {(byte) 0xC2, 0, 0, 1, 0});

        byte[] out = copied(EOFException.class);

        byte[] second = window.clone();
        System.arraycopy(new byte[] {0, 0, 1, 0}, 0, second, 12, 4);
        assertThat(Arrays.copyOfRange(out, HANDSHAKE, HANDSHAKE + 16)).containsExactly(window);
        assertThat(Arrays.copyOfRange(out, HANDSHAKE + 16, out.length)).containsExactly(second);
    }

    @Test
    void aLongCommandIsPutTogetherAndCutAgain() throws IOException {
        sent.write(new byte[HANDSHAKE]);
        byte[] body = new byte[300];
        Arrays.fill(body, (byte) 9);
        sent.write(new byte[] {3, 0, 0, 0, 0, 1, 44, 20, 1, 0, 0, 0});
        sent.write(body, 0, 128);
        sent.write(0xC3);
        sent.write(body, 128, 128);
        // A message of another chunk stream between two chunks, with a shorter header than the one before.
        sent.write(new byte[] {2, 0, 0, 0, 0, 0, 4, 5, 0, 0, 0, 0, 0, 0, 0, 1});
        sent.write(0xC3);
        sent.write(body, 256, 44);
        sent.write(new byte[] {0x42, 0, 0, 7, 0, 0, 2, 4, 1, 2});

        byte[] out = copied(EOFException.class);

        assertThat(out.length).isEqualTo(HANDSHAKE + 16 + 12 + 300 + 2 + 14);
        assertThat(Arrays.copyOfRange(out, HANDSHAKE + 16, HANDSHAKE + 28))
                .containsExactly(3, 0, 0, 0, 0, 1, 44, 20, 1, 0, 0, 0);
        assertThat(out[HANDSHAKE + 28 + 128]).isEqualTo((byte) 0xC3);
        assertThat(Arrays.copyOfRange(out, out.length - 14, out.length))
                .containsExactly(2, 0, 0, 7, 0, 0, 2, 4, 0, 0, 0, 0, 1, 2);
    }

    @Test
    void aStampOfFourBytesStaysOne() throws IOException {
        sent.write(new byte[HANDSHAKE]);
        byte[] message = {4, -1, -1, -1, 0, 0, 1, 20, 1, 0, 0, 0, 1, 2, 3, 4, 7};
        sent.write(message);

        byte[] out = copied(EOFException.class);

        assertThat(Arrays.copyOfRange(out, HANDSHAKE, out.length)).containsExactly(message);
    }

    @Test
    void aChunkSizeThatIsSetHoldsFromThenOn() throws IOException {
        sent.write(new byte[HANDSHAKE]);
        sent.write(new byte[] {2, 0, 0, 0, 0, 0, 4, 1, 0, 0, 0, 0, 0, 0, 1, 0});
        sent.write(new byte[] {3, 0, 0, 0, 0, 1, 0, 20, 1, 0, 0, 0});
        sent.write(new byte[256]);

        assertThat(copied(EOFException.class).length).isEqualTo(HANDSHAKE + 16 + 12 + 256);
    }

    @Test
    void aMessageBeyondTheBoundEndsIt() throws IOException {
        sent.write(new byte[HANDSHAKE]);
        sent.write(ByteBuffer.allocate(12)
                .put(new byte[] {3, 0, 0, 0, 127, 127, 127, 20, 1, 0, 0, 0})
                .array());

        copied(IOException.class);
    }

    private byte[] copied(Class<? extends IOException> end) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        FullChunkHeaders headers =
                new FullChunkHeaders(new DataInputStream(new ByteArrayInputStream(sent.toByteArray())), out);
        assertThatThrownBy(headers::copy).isInstanceOf(end);
        return out.toByteArray();
    }
}
