package io.livedub.media;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class RedactedUrlTest {
    @ParameterizedTest
    @CsvSource({
        "rtmp://host/live/x,rtmp://host/live/x",
        "rtmp://host:1935/live/x/in?user=me&pass=geheim,rtmp://host:1935/live/x/in?user=***&pass=***",
        "rtmp://me:geheim@host/live/x,rtmp://***@host/live/x",
        "rtmp://me:ge@heim@host/live/x,rtmp://***@host/live/x",
        "rtmp://host/live/x?geheim,rtmp://host/live/x?***",
        "not a url,not a url",
    })
    void nothingSecretIsShown(String url, String shown) {
        assertThat(RedactedUrl.of(url)).isEqualTo(shown);
    }
}
