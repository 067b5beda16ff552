package io.livedub.cli;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

import io.quarkus.runtime.QuarkusBindException;

import io.livedub.config.ConfigurationException;
import io.livedub.config.WorkerConfig;
import io.livedub.observe.Printable;
import io.livedub.stream.events.ExitCode;

/** Quarkus could not start: one line where the cause is the user's to mend. */
final class StartFailure {
    private StartFailure() {}

    /** A port that the program listens on, and the variables that say where. */
    record Door(String hostVariable, String host, String portVariable, int port) {
        /** Empty when a socket can be bound to the host; else what is wrong with the host. Quarkus says the same of every door that stays shut. */
        Optional<String> wrongHost() {
            return refused(0)
                    .map(why -> why instanceof UnknownHostException
                            ? "the name has no address"
                            : "no port of it can be opened (" + why.getMessage() + ")");
        }

        /** Ports below 1024 are refused to many users. */
        private String wrongPort() {
            return refused(port)
                    .map(IOException::getMessage)
                    .filter(why -> why.contains("denied"))
                    .map(why -> "the port cannot be opened (" + why + ")")
                    .orElse("the port is in use");
        }

        /** Why no socket can be bound to the host and this port; empty when one can. */
        private Optional<IOException> refused(int itsPort) {
            try (ServerSocket socket = new ServerSocket()) {
                socket.bind(new InetSocketAddress(InetAddress.getByName(host), itsPort));
                return Optional.empty();
            } catch (IOException refused) {
                return Optional.of(refused);
            }
        }

        /** The line that names variable, value and what is allowed. */
        String fault() {
            return wrongHost()
                    .map(why -> String.format(
                            Locale.ROOT,
                            "%s='%s' is not valid: %s; allowed is a name or an address of this machine",
                            hostVariable,
                            host,
                            why))
                    .orElseGet(() -> String.format(
                            Locale.ROOT,
                            "%s='%d' is not valid: %s; allowed is a free port, or 0 for any",
                            portVariable,
                            port,
                            wrongPort()));
        }
    }

    static int report(Throwable failure, WorkerConfig config) {
        Door metrics = new Door(
                "WORKER_METRICS_HOST",
                config.serve().metricsHost(),
                "WORKER_METRICS_PORT",
                config.process().metricsPort());
        Door http = new Door(
                "WORKER_HTTP_HOST",
                config.serve().httpHost(),
                "WORKER_HTTP_PORT",
                config.process().httpPort());
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ConfigurationException wrong) {
                return usage(wrong.getMessage());
            }
            if (cause instanceof QuarkusBindException bind) {
                return usage((bind.getPort() == metrics.port() ? metrics : http).fault());
            }
            // Of the management interface Quarkus says only this, and has the port nowhere but in a text; the other
            // server's failure is the exception above, except where its host has no address.
            if (cause instanceof SocketException || cause instanceof UnknownHostException) {
                boolean inUse = cause instanceof BindException;
                Optional<Door> shut = Stream.of(metrics, http)
                        .filter(door -> door.wrongHost().isPresent())
                        .findFirst()
                        .or(() -> Optional.of(metrics).filter(door -> inUse));
                if (shut.isPresent()) {
                    return usage(shut.get().fault());
                }
            }
        }
        if (ExitCode.of(failure) == ExitCode.OUT_OF_MEMORY) {
            System.err.println("stream-worker: out of memory while it started");
            return ExitCode.OUT_OF_MEMORY.code();
        }
        failure.printStackTrace();
        return ExitCode.INTERNAL.code();
    }

    private static int usage(String line) {
        System.err.println(Printable.line(line, OneLineErrors.MOST_CHARACTERS));
        return ExitCode.USAGE.code();
    }
}
