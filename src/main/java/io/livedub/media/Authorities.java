package io.livedub.media;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.List;
import java.util.Optional;

import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/**
 * Who may have signed the media server's certificate.
 *
 * @param file certificates in PEM form; empty: the authorities of the system
 */
public record Authorities(Optional<Path> file) {
    public static final Authorities OF_THE_SYSTEM = new Authorities(Optional.empty());

    /** Where the system keeps them in one file: Debian and its kind, Fedora and its kind. */
    private static final List<Path> OF_SYSTEMS =
            List.of(Path.of("/etc/ssl/certs/ca-certificates.crt"), Path.of("/etc/pki/tls/certs/ca-bundle.crt"));

    private static final String STORE = "javax.net.ssl.trustStore";

    /**
     * For Java's own connections. Read anew for each call: the file may have been renewed.
     *
     * @throws IOException when the file cannot be used
     */
    public SSLContext trust() throws IOException {
        return trust(OF_SYSTEMS);
    }

    /**
     * Java brings authorities of its own along, and a native image has those of the machine that built it. GLib, which makes the connections of
     * a stream, reads the system's file. Were Java to keep to its own, a stream would be on air while {@link RtmpHandshakeProbe} finds that its
     * server has no valid certificate. A store that somebody has named for Java stays what Java uses.
     */
    SSLContext trust(List<Path> ofSystems) throws IOException {
        try {
            if (file.isPresent()) {
                return context(managers(file.get()).getTrustManagers());
            }
            Optional<TrustManagerFactory> system =
                    System.getProperty(STORE) == null ? ofTheSystem(ofSystems) : Optional.empty();
            return context(system.map(TrustManagerFactory::getTrustManagers).orElse(null));
        } catch (GeneralSecurityException unusable) {
            throw new IOException(
                    "the certificates of the authorities cannot be used: " + unusable.getMessage(), unusable);
        }
    }

    private static SSLContext context(TrustManager[] managers) throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers, null);
        return context;
    }

    /** Of the first file that can be used; nobody has named it, so one that cannot be used is no error. */
    private static Optional<TrustManagerFactory> ofTheSystem(List<Path> files) {
        for (Path each : files) {
            try {
                if (Files.isReadable(each) && Files.size(each) > 0) {
                    return Optional.of(managers(each));
                }
            } catch (IOException | GeneralSecurityException unusable) {
                continue;
            }
        }
        return Optional.empty();
    }

    private static TrustManagerFactory managers(Path file) throws IOException, GeneralSecurityException {
        KeyStore authorities = KeyStore.getInstance(KeyStore.getDefaultType());
        authorities.load(null, null);
        int count = 0;
        // The parser reads byte by byte, and each byte of a file is a call of the system.
        InputStream pem = new ByteArrayInputStream(Files.readAllBytes(file));
        for (Certificate authority : CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
            authorities.setCertificateEntry("authority-" + count++, authority);
        }
        TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(authorities);
        return managers;
    }
}
