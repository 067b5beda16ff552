package io.livedub.media;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import java.util.Optional;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.livedub.support.Shell;
import io.livedub.support.TestCertificates;

import static org.assertj.core.api.Assertions.assertThat;

class AuthoritiesTest {
    private static final String STORE = "javax.net.ssl.trustStore";

    @TempDir
    static Path folder;

    private static TestCertificates server;
    private static SSLServerSocket socket;

    @BeforeAll
    static void listen() throws Exception {
        server = TestCertificates.in(folder, "server");
        Path store = folder.resolve("server.p12");
        Shell.run(
                "sh",
                "-c",
                "openssl pkcs12 -export -passout pass:secret -inkey " + server.key() + " -in " + server.certificate()
                        + " -out " + store);
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, "secret".toCharArray());
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, "secret".toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        socket = (SSLServerSocket) context.getServerSocketFactory().createServerSocket(0);
        Thread accepting = new Thread(AuthoritiesTest::accept, "tls-server");
        accepting.setDaemon(true);
        accepting.start();
    }

    private static void accept() {
        while (!socket.isClosed()) {
            try (SSLSocket client = (SSLSocket) socket.accept()) {
                client.startHandshake();
            } catch (IOException refused) {
                continue;
            }
        }
    }

    @AfterAll
    static void close() throws IOException {
        socket.close();
    }

    private static boolean trusts(SSLContext context) throws IOException {
        try (SSLSocket client =
                (SSLSocket) context.getSocketFactory().createSocket("localhost", socket.getLocalPort())) {
            client.startHandshake();
            return true;
        } catch (SSLException untrusted) {
            assertThat(untrusted).hasMessageContaining("PKIX path building failed");
            return false;
        }
    }

    @Test
    void withoutAFileTheSystemsAreTrustedAsByGLib() throws IOException {
        Path missing = folder.resolve("missing");
        Path broken = Files.writeString(folder.resolve("broken"), "-----BEGIN CERTIFICATE-----\nno\n");
        Path empty = Files.writeString(folder.resolve("empty"), "");

        assertThat(trusts(Authorities.OF_THE_SYSTEM.trust(List.of(server.authority()))))
                .isTrue();
        assertThat(trusts(Authorities.OF_THE_SYSTEM.trust(List.of(missing, broken, empty, server.authority()))))
                .as("the first one that can be used")
                .isTrue();
        assertThat(trusts(Authorities.OF_THE_SYSTEM.trust(List.of(broken))))
                .as("Java's own")
                .isFalse();
        assertThat(trusts(Authorities.OF_THE_SYSTEM.trust()))
                .as("this machine's")
                .isFalse();
    }

    @Test
    void aFileTakesThePlaceOfTheSystems() throws IOException {
        TestCertificates other = TestCertificates.in(folder, "other");

        assertThat(trusts(new Authorities(Optional.of(server.authority())).trust(List.of())))
                .isTrue();
        assertThat(trusts(new Authorities(Optional.of(other.authority())).trust(List.of(server.authority()))))
                .isFalse();
    }

    @Test
    void aStoreThatIsNamedForJavaIsWhatJavaUses() throws IOException {
        String before = System.getProperty(STORE);
        System.setProperty(STORE, System.getProperty("java.home") + "/lib/security/cacerts");
        try {
            assertThat(trusts(Authorities.OF_THE_SYSTEM.trust(List.of(server.authority()))))
                    .isFalse();
        } finally {
            if (before == null) {
                System.clearProperty(STORE);
            } else {
                System.setProperty(STORE, before);
            }
        }
    }
}
