package io.livedub.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** A secret that can be compared with and not read. */
final class Secret {
    private static final String BEARER = "bearer ";

    private final byte[] digest;

    Secret(String secret) {
        digest = sha256(secret);
    }

    /**
     * @param authorization value of the header, or null
     */
    boolean isIn(String authorization) {
        // Digests have one length and are compared in constant time; a missing header takes the same way.
        boolean bearer = authorization != null && authorization.regionMatches(true, 0, BEARER, 0, BEARER.length());
        String given = bearer ? authorization.substring(BEARER.length()).strip() : "";
        boolean same = MessageDigest.isEqual(digest, sha256(given));
        return bearer && same;
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
