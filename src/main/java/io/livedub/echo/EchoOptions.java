package io.livedub.echo;

import java.time.Duration;

/**
 * How an {@link EchoServer} is set up.
 *
 * @param host address to listen on
 * @param port 0 takes a free one
 * @param voice what the answer sounds like
 * @param format {@code dubbed_audio.format} of the answer
 * @param maxInflight upper bound of what {@code stream:ready} grants, 1…10
 * @param seed of jitter and garbage
 * @param pingInterval between two heartbeats of the server
 * @param pingTimeout after which a client that has not answered one is dropped
 * @param endPatience a client that has waited this long for {@code stream:complete} may go
 * @param simulation what {@code PUT /v1/simulation} and {@code POST /v1/reset} start from
 */
public record EchoOptions(
        String host,
        int port,
        EchoVoice voice,
        DubContainer format,
        int maxInflight,
        long seed,
        Duration pingInterval,
        Duration pingTimeout,
        Duration endPatience,
        Simulation simulation) {
    /** The sound of the answer. */
    public enum EchoVoice {
        /** The bytes that were sent, untouched, as long as neither format nor length is asked to change. */
        SAME,
        /** Ring-modulated: nobody takes it for the original. */
        ROBOT
    }

    /** Names of {@code dubbed_audio.format}. */
    public enum DubContainer {
        M4A,
        /** Interleaved, little endian. */
        PCM_S16LE,
        /** Interleaved, little endian. */
        PCM_F32LE
    }

    public EchoOptions {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("port must be 0…65535, got " + port);
        }
        if (maxInflight < 1 || maxInflight > 10) {
            throw new IllegalArgumentException("max-inflight must be 1…10, got " + maxInflight);
        }
    }

    /** The same bytes back at once, on a free port of the loopback address, with the contract's heartbeat. */
    public static EchoOptions defaults() {
        return new EchoOptions(
                "127.0.0.1",
                0,
                EchoVoice.SAME,
                DubContainer.M4A,
                10,
                1,
                Duration.ofSeconds(25),
                Duration.ofSeconds(10),
                Duration.ofSeconds(10),
                Simulation.none());
    }

    public EchoOptions withPort(int newPort) {
        return new EchoOptions(
                host, newPort, voice, format, maxInflight, seed, pingInterval, pingTimeout, endPatience, simulation);
    }

    public EchoOptions withAudio(EchoVoice newVoice, DubContainer newFormat) {
        return new EchoOptions(
                host, port, newVoice, newFormat, maxInflight, seed, pingInterval, pingTimeout, endPatience, simulation);
    }

    public EchoOptions withMaxInflight(int newMaxInflight) {
        return new EchoOptions(
                host, port, voice, format, newMaxInflight, seed, pingInterval, pingTimeout, endPatience, simulation);
    }

    public EchoOptions withHeartbeat(Duration interval, Duration timeout) {
        return new EchoOptions(
                host, port, voice, format, maxInflight, seed, interval, timeout, endPatience, simulation);
    }

    /** For tests of a client whose own waits are shortened. */
    public EchoOptions withEndPatience(Duration patience) {
        return new EchoOptions(
                host, port, voice, format, maxInflight, seed, pingInterval, pingTimeout, patience, simulation);
    }
}
