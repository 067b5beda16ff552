package io.livedub.access;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class SecretTest {
    private final Secret secret = new Secret("open sesame");

    @ParameterizedTest
    @ValueSource(strings = {"Bearer open sesame", "bearer open sesame", "Bearer  open sesame "})
    void theSecretAsABearerTokenOpens(String header) {
        assertThat(secret.isIn(header)).isTrue();
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {"", "Bearer", "Bearer ", "open sesame", "Basic open sesame", "Bearer open", "Bearer open sesame!"
            })
    void nothingElseDoes(String header) {
        assertThat(secret.isIn(header)).isFalse();
    }

    @Test
    void itIsNotShown() {
        assertThat(secret.toString()).doesNotContain("sesame");
    }
}
