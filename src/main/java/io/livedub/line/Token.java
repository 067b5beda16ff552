package io.livedub.line;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * Proves that a line comes from the Job of this stream. Drawn anew for each Job, so that neither another stream's Job nor an earlier Job of
 * the same stream can speak for it.
 */
public final class Token {
    private static final int BYTES = 32;
    private static final String BEARER = "Bearer ";

    private Token() {}

    public static String draw() {
        byte[] random = new byte[BYTES];
        new SecureRandom().nextBytes(random);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    }

    static String header(String token) {
        return BEARER + token;
    }

    /**
     * Takes the same time whatever is given: digests have one length.
     *
     * @param token empty: nobody may speak
     * @param authorization value of the header, or null
     */
    static boolean isIn(String authorization, String token) {
        String given = authorization == null || !authorization.startsWith(BEARER)
                ? ""
                : authorization.substring(BEARER.length()).strip();
        return MessageDigest.isEqual(digest(token), digest(given)) & !token.isEmpty();
    }

    private static byte[] digest(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
