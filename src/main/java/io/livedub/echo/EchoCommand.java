package io.livedub.echo;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import sun.misc.Signal;

import io.livedub.media.MediaEngine;

/** {@code stream-worker echo-sts}. */
@Command(
        name = "echo-sts",
        mixinStandardHelpOptions = true,
        description = "Runs a speech-to-speech test server that answers with what it was sent.",
        footer = "While it runs it is steered over HTTP: GET / on its port says how.")
public final class EchoCommand implements Callable<Integer> {
    private static final int USAGE = 2;
    private final MediaEngine engine;
    private final CountDownLatch stop = new CountDownLatch(1);

    @Mixin
    EchoOptions options = EchoOptions.defaults();

    @Spec
    CommandSpec spec;

    /** @param engine gives the codec, which is made when sound has to be changed; null when there is no codec */
    public EchoCommand(MediaEngine engine) {
        this.engine = engine;
    }

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        try (EchoServer server = new EchoServer(options, engine).start()) {
            // Not a shutdown hook: the exit code after SIGTERM would be 143. To be told to stop is this server's normal
            // end.
            Signal.handle(new Signal("TERM"), unused -> stop());
            Signal.handle(new Signal("INT"), unused -> stop());
            out.println("echo-sts listening on " + server.url());
            out.flush();
            stop.await();
            return 0;
        } catch (IOException | IllegalArgumentException e) {
            spec.commandLine().getErr().println("echo-sts: " + e.getMessage());
            return USAGE;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }

    /** Ends {@link #call()}, from any thread. */
    public void stop() {
        stop.countDown();
    }
}
