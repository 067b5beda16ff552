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

    @ParameterizedTest
    @CsvSource({
        "refused geheim,rtmp://host/live/x?user=me&pass=geheim,refused ***",
        "refused a#b=c and a%23b%3Dc,rtmp://host/live/x?pass=a%23b%3Dc,refused *** and ***",
        "refused me:geheim,rtmp://me:geheim@host/live/x,refused ***",
        "refused,rtmp://host/live/x,refused",
        "it is me,rtmp://host/live/x?user=me,it is me"
    })
    void nothingSecretIsRepeated(String said, String url, String shown) {
        assertThat(RedactedUrl.within(said, url)).isEqualTo(shown);
    }
}
