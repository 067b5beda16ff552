package io.livedub.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** An authority of its own and a certificate for {@code localhost} that it has signed, made with openssl. */
public final class TestCertificates {
    private final Path folder;

    private TestCertificates(Path folder) {
        this.folder = folder;
    }

    public static TestCertificates in(Path parent, String name) {
        try {
            Path folder = Files.createDirectories(parent.resolve(name));
            String ca = folder.resolve("ca.pem").toString();
            String caKey = folder.resolve("ca.key").toString();
            String request = folder.resolve("server.csr").toString();
            Path names = Files.writeString(folder.resolve("names"), "subjectAltName=DNS:localhost\n");
            Shell.run(
                    "sh",
                    "-c",
                    "openssl req -x509 -days 2 " + key(caKey) + " -out " + ca + " -subj '/CN=" + name + "'");
            Shell.run(
                    "sh",
                    "-c",
                    "openssl req " + key(folder.resolve("server.key").toString()) + " -out " + request
                            + " -subj /CN=localhost");
            Shell.run(
                    "sh",
                    "-c",
                    "openssl x509 -req -days 2 -CAcreateserial -in " + request + " -CA " + ca + " -CAkey " + caKey
                            + " -out " + folder.resolve("server.crt") + " -extfile " + names);
            return new TestCertificates(folder);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static String key(String file) {
        return "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout " + file;
    }

    /** Who has signed. */
    public Path authority() {
        return folder.resolve("ca.pem");
    }

    public Path certificate() {
        return folder.resolve("server.crt");
    }

    public Path key() {
        return folder.resolve("server.key");
    }
}
