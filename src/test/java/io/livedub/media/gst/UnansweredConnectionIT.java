package io.livedub.media.gst;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.livedub.media.AudioFormat;
import io.livedub.media.MediaSink.Pacing;
import io.livedub.media.MediaSink.Publication;
import io.livedub.media.SourceException;
import io.livedub.media.SystemMediaClock;
import io.livedub.media.VideoFormat;
import io.livedub.media.gst.sink.RtmpSink;
import io.livedub.media.gst.source.RtmpSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * What a server sees of a reader and of a publisher that give up before it has let them play or publish, or that it has refused: their connection
 * ends. Otherwise it would keep them, and they would keep two file handles each.
 */
class UnansweredConnectionIT {
    private static final int HANDSHAKE = 1536;
    private static final int COMMAND = 20;
    private static final int AMF_NUMBER = 0;
    private static final int AMF_STRING = 2;
    private static final int AMF_OBJECT = 3;
    private static final int AMF_NULL = 5;
    private static final int AMF_END = 9;
    private static final VideoFormat VIDEO =
            new VideoFormat(HexFormat.of().parseHex("0142c01fffe1000a6742c01fda0280bfe5c001000468ce3c80"), 640, 360);
    private static final SystemMediaClock CLOCK = new SystemMediaClock();

    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private ServerSocket door;

    /** What the server does behind the handshake. */
    private interface Answers {
        void give(DataInputStream in, OutputStream out) throws IOException;
    }

    @BeforeEach
    void listen() throws IOException {
        door = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void close() throws IOException {
        door.close();
    }

    @AfterAll
    static void stop() {
        CLOCK.close();
    }

    @Test
    void aReaderThatIsCancelledIsGone() throws InterruptedException {
        start((in, out) -> in.readByte());
        var reading = new RtmpSource(url(), CLOCK).frames().subscribe().with(frame -> {}, failure -> {});
        assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();

        reading.cancel();

        assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aPublicationThatIsClosedIsGone() throws InterruptedException {
        start((in, out) -> in.readByte());
        Publication publication =
                new RtmpSink(url(), CLOCK).open(VIDEO, AudioFormat.aacLc(48_000, 2), Pacing.TIMED, CLOCK.nowNs());
        assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();

        publication.close();

        assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
        publication.end(Duration.ZERO).await().atMost(Duration.ofSeconds(10));
    }

    /** The worker then asks on a second connection whether the server answers at all; this one does not. */
    @Test
    void aReaderThatWasRefusedIsGone() throws InterruptedException {
        start((in, out) -> {
            awaitCommand(in, "connect");
            answer(out, "_result", 1, status("NetConnection.Connect.Success"));
            awaitCommand(in, "createStream");
            answer(out, "_result", 2, number(1));
            awaitCommand(in, "play");
            answer(out, "onStatus", 0, status("NetStream.Play.StreamNotFound"));
        });

        assertThatThrownBy(() -> new RtmpSource(url(), CLOCK)
                        .frames()
                        .collect()
                        .asList()
                        .await()
                        .atMost(Duration.ofSeconds(10)))
                .isInstanceOf(SourceException.class);

        assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
    }

    private String url() {
        return "rtmp://127.0.0.1:" + door.getLocalPort() + "/live/unanswered";
    }

    private void start(Answers answers) {
        Thread server = new Thread(() -> serve(answers), "rtmp-server");
        server.setDaemon(true);
        server.start();
    }

    /** Takes one connection, and waits for its end. */
    private void serve(Answers answers) {
        try (Socket client = door.accept()) {
            DataInputStream in = new DataInputStream(client.getInputStream());
            OutputStream out = client.getOutputStream();
            in.readByte();
            byte[] theirs = in.readNBytes(HANDSHAKE);
            out.write(3);
            out.write(new byte[HANDSHAKE]);
            out.write(theirs);
            in.readNBytes(HANDSHAKE);
            answers.give(in, out);
            asked.countDown();
            while (in.read() >= 0) {
                in.skip(in.available());
            }
            ended.countDown();
        } catch (IOException reset) {
            ended.countDown();
        }
    }

    /** The name of a command is a string of AMF0 at its message's beginning, so no chunk header is within it. */
    private static void awaitCommand(DataInputStream in, String name) throws IOException {
        StringBuilder read = new StringBuilder();
        while (read.indexOf(name) < 0) {
            read.append((char) in.readByte());
        }
    }

    /** A command as one chunk of the format 0, on chunk stream 3: RTMP 1.0, 5.3 and 7.2. */
    private static void answer(OutputStream out, String name, int transaction, byte[] result) throws IOException {
        ByteArrayOutputStream command = new ByteArrayOutputStream();
        command.writeBytes(string(name));
        command.writeBytes(number(transaction));
        command.write(AMF_NULL);
        command.writeBytes(result);
        int streamId = name.equals("onStatus") ? 1 : 0;
        ByteBuffer chunk = ByteBuffer.allocate(12 + command.size());
        // Chunk stream, three bytes of time stamp, three of length, type, stream (little endian).
        chunk.put((byte) 3).put(new byte[3]).put((byte) 0).putShort((short) command.size());
        chunk.put((byte) COMMAND).put((byte) streamId).put(new byte[3]);
        chunk.put(command.toByteArray());
        out.write(chunk.array());
        out.flush();
    }

    private static byte[] status(String code) {
        ByteArrayOutputStream object = new ByteArrayOutputStream();
        object.write(AMF_OBJECT);
        object.writeBytes(new byte[] {0, 4});
        object.writeBytes("code".getBytes(StandardCharsets.US_ASCII));
        object.writeBytes(string(code));
        object.writeBytes(new byte[] {0, 0, AMF_END});
        return object.toByteArray();
    }

    private static byte[] string(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(3 + bytes.length)
                .put((byte) AMF_STRING)
                .putShort((short) bytes.length)
                .put(bytes)
                .array();
    }

    private static byte[] number(double value) {
        return ByteBuffer.allocate(9).put((byte) AMF_NUMBER).putDouble(value).array();
    }
}
