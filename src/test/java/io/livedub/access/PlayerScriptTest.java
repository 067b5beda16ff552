package io.livedub.access;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** A script that runs with the secret at hand is the one that was looked at. */
class PlayerScriptTest {
    /** Of {@code dist/hls.min.js} in the npm package hls.js 1.7.0. */
    private static final String DIGEST = "1f28c6a43deedddbd59aea4c119bd788f5e2347772c19da1f6f92f8d0032d9dc";

    @Test
    void hlsJsIsAsItsPackageHasIt() throws IOException, NoSuchAlgorithmException {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        try (InputStream script = PlayerScriptTest.class.getResourceAsStream("/META-INF/resources/hls.min.js");
                InputStream read = new DigestInputStream(script, digest)) {
            read.transferTo(OutputStream.nullOutputStream());
        }

        assertThat(HexFormat.of().formatHex(digest.digest())).isEqualTo(DIGEST);
    }
}
