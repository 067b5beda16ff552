package io.livedub.media.gst;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
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
import io.livedub.media.SystemMediaClock;
import io.livedub.media.VideoFormat;
import io.livedub.media.gst.sink.RtmpSink;
import io.livedub.media.gst.source.RtmpSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a server sees of a reader and of a publisher that give up while it has not let them play or publish: their connection ends. Otherwise it
 * would keep them, and they would keep two file handles each.
 */
class UnansweredConnectionIT {
    private static final int HANDSHAKE = 1536;
    private static final VideoFormat VIDEO =
            new VideoFormat(HexFormat.of().parseHex("0142c01fffe1000a6742c01fda0280bfe5c001000468ce3c80"), 640, 360);
    private static final SystemMediaClock CLOCK = new SystemMediaClock();

    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private ServerSocket door;

    @BeforeEach
    void listen() throws IOException {
        door = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Thread server = new Thread(this::serve, "silent-server");
        server.setDaemon(true);
        server.start();
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
        var reading = new RtmpSource(url(), CLOCK).frames().subscribe().with(frame -> {}, failure -> {});
        assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();

        reading.cancel();

        assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aPublicationThatIsClosedIsGone() throws InterruptedException {
        Publication publication =
                new RtmpSink(url(), CLOCK).open(VIDEO, AudioFormat.aacLc(48_000, 2), Pacing.TIMED, CLOCK.nowNs());
        assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();

        publication.close();

        assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
        publication.end(Duration.ZERO).await().atMost(Duration.ofSeconds(10));
    }

    private String url() {
        return "rtmp://127.0.0.1:" + door.getLocalPort() + "/live/unanswered";
    }

    /** Shakes hands, takes the command "connect", and never answers. */
    private void serve() {
        try (Socket client = door.accept()) {
            DataInputStream in = new DataInputStream(client.getInputStream());
            in.readByte();
            byte[] theirs = in.readNBytes(HANDSHAKE);
            client.getOutputStream().write(3);
            client.getOutputStream().write(new byte[HANDSHAKE]);
            client.getOutputStream().write(theirs);
            in.readNBytes(HANDSHAKE);
            in.readByte();
            asked.countDown();
            while (in.read() >= 0) {
                in.skip(in.available());
            }
            ended.countDown();
        } catch (IOException reset) {
            ended.countDown();
        }
    }
}
