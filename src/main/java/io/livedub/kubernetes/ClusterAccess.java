package io.livedub.kubernetes;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Locale;

import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

import io.livedub.config.ConfigurationException;
import io.livedub.config.Hosts;
import io.livedub.config.WorkerConfig;

/**
 * Where the API server is and who we are to it: what Kubernetes puts into every pod.
 *
 * @param credentials folder of the service account: {@code token}, {@code ca.crt}, {@code namespace}
 */
record ClusterAccess(URI server, Path credentials, String namespace) {
    /** @throws ConfigurationException when this is no pod, or one without a service account's token */
    static ClusterAccess of(WorkerConfig.Kubernetes config) {
        String host = config.host().orElseThrow(() -> noPod("KUBERNETES_SERVICE_HOST is not set"));
        Path credentials = config.credentials();
        for (String needed : new String[] {"token", "ca.crt", "namespace"}) {
            if (!Files.isReadable(credentials.resolve(needed))) {
                throw noPod(credentials.resolve(needed) + " cannot be read");
            }
        }
        String authority = Hosts.bracketed(host);
        try {
            String namespace =
                    Files.readString(credentials.resolve("namespace")).strip();
            if (!namespace.matches("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")) {
                throw noPod(credentials.resolve("namespace") + " holds no namespace");
            }
            return new ClusterAccess(
                    URI.create(String.format(Locale.ROOT, "https://%s:%d", authority, config.port())),
                    credentials,
                    namespace);
        } catch (IOException | IllegalArgumentException unusable) {
            throw noPod(unusable.getMessage());
        }
    }

    private static ConfigurationException noPod(String what) {
        return new ConfigurationException(
                "WORKER_SPAWN='kubernetes' is not valid: allowed is kubernetes in a pod of a cluster"
                        + " with the token of a service account only; " + what.replaceAll("\\p{Cntrl}", " "));
    }

    /** Read anew for each call: it is replaced about once an hour, and ends. */
    String token() throws IOException {
        String token = Files.readString(credentials.resolve("token")).strip();
        if (token.isEmpty()) {
            throw new IOException(credentials.resolve("token") + " is empty");
        }
        return token;
    }

    /** Trusts the cluster's own authority and no other. */
    SSLContext trust() {
        try (InputStream pem = Files.newInputStream(credentials.resolve("ca.crt"))) {
            KeyStore authorities = KeyStore.getInstance(KeyStore.getDefaultType());
            authorities.load(null, null);
            int count = 0;
            for (Certificate authority : CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
                authorities.setCertificateEntry("authority-" + count++, authority);
            }
            if (count == 0) {
                throw noPod(credentials.resolve("ca.crt") + " holds no certificate");
            }
            TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            managers.init(authorities);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, managers.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException unusable) {
            throw noPod(credentials.resolve("ca.crt") + ": " + unusable.getMessage());
        }
    }
}
