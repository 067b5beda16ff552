package io.livedub.config;

import java.io.IOException;
import java.net.URI;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** One rule for each kind of value, whoever asks: what passes here is never refused later. */
class HostsAndUrlsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "media_server",
                "_srv.media-1.example.",
                "10.0.0.1",
                "[::1]",
                "[2001:db8::7]",
                "1and1.example"
            })
    void everyHostThatAResolverKnowsIsTakenEverywhere(String host) {
        WorkerConfig config = Environment.read(
                "MEDIAMTX_HOST", host,
                "WORKER_HTTP_HOST", host,
                "WORKER_STS_SERVICE_URL", "ws://" + host + ":3000",
                "MEDIAMTX_API_URL", "http://" + host + ":9997",
                "MEDIAMTX_HLS_URL", "http://" + host + ":8888/",
                "OTEL_EXPORTER_OTLP_ENDPOINT", "http://" + host + ":4318/otlp");

        assertThat(config.mediaServer().host()).isEqualTo(host);
        assertThat(config.sts().serviceUrl()).contains(URI.create("ws://" + host + ":3000"));
        assertThat(RtmpUrl.of("rtmp://" + host + ":1935/live/x")).isEqualTo("rtmp://" + host + ":1935/live/x");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a host",
                "-a",
                "a-",
                "a..b",
                ".",
                "a.-b",
                "256.1.1.1",
                "1.2.3",
                "a.1",
                "[::1",
                "::1]",
                ":::",
                "1::2::3",
                "host:1935",
                "a/b",
                "a@b",
                "a%b",
                "ä",
                "[fe80::1%eth0]"
            })
    void whatIsNoHostIsRefusedEverywhere(String host) {
        for (String variable : new String[] {"MEDIAMTX_HOST", "WORKER_HTTP_HOST"}) {
            assertThatThrownBy(() -> Environment.read(variable, host))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessage(variable + "='" + host + "' is not valid: allowed is a host name or address");
        }
        if (!host.equals("host:1935") && !host.equals("a/b")) {
            assertThatThrownBy(() -> Environment.read("MEDIAMTX_API_URL", "http://" + host))
                    .isInstanceOf(ConfigurationException.class);
            assertThatThrownBy(() -> RtmpUrl.of("rtmp://" + host.replace("a@b", "a@-") + "/live/x"))
                    .isInstanceOf(ConfigurationException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a:80", "dead:8080", "worker:80", "[::1]:80", "10.0.0.1:80", "http://worker"})
    void anAllowedHostHasNoPort(String host) {
        assertThatThrownBy(() -> Environment.read("WORKER_HTTP_ALLOWED_HOSTS", "worker," + host))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("WORKER_HTTP_ALLOWED_HOSTS='" + host + "'");
    }

    @Test
    void anAllowedHostIsANameOrAnAddress() {
        assertThat(Environment.read("WORKER_HTTP_ALLOWED_HOSTS", "Worker, media_server,::1,[::1],fe80::a:1,::,10.0.0.1")
                        .serve()
                        .allowedHosts())
                .containsExactlyInAnyOrder("worker", "media_server", "::1", "[::1]", "fe80::a:1", "::", "10.0.0.1");
    }

    @Test
    void aBareIpV6AddressHasBracketsInAUrl() {
        assertThat(Environment.read("MEDIAMTX_HOST", "2001:db8::7")
                        .mediaServer()
                        .host())
                .isEqualTo("[2001:db8::7]");
        assertThat(Environment.read("MEDIAMTX_HOST", "::ffff:10.0.0.1")
                        .mediaServer()
                        .host())
                .isEqualTo("[::ffff:10.0.0.1]");
    }

    @ParameterizedTest
    @CsvSource({
        "WORKER_STS_SERVICE_URL, WSS://sts.example, wss://sts.example",
        "WORKER_STS_SERVICE_URL, Https://Sts_Server:443, https://Sts_Server:443",
    })
    void aSchemeIsTakenInAnyCaseAndHandedOnInLowerCase(String variable, String text, URI url) {
        assertThat(Environment.read(variable, text).sts().serviceUrl()).contains(url);
        assertThat(RtmpUrl.of("RTMP://host/live/x")).isEqualTo("rtmp://host/live/x");
        assertThat(RtmpUrl.of("RtmpS://u:p@media_server:443/live/x?pass=A/B"))
                .isEqualTo("rtmps://u:p@media_server:443/live/x?pass=A/B");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://a_b:0", "http://a_b:65536", "http://a_b:", "http://a:x", "http://a/x y", "http://"})
    void aPortIsCheckedBehindEveryHost(String url) {
        assertThatThrownBy(() -> Environment.read("WORKER_STS_SERVICE_URL", url))
                .isInstanceOf(ConfigurationException.class);
        assertThatThrownBy(() -> RtmpUrl.of(url.replace("http", "rtmp") + "/live/x y"))
                .isInstanceOf(ConfigurationException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rtmp://h/live",
                "rtmp://h/live/",
                "rtmp:///live/x",
                "rtmp://h:0/live/x",
                "rtmp://a_b:70000/live/x",
                "rtmp://h/live/x#y",
                "rtmp://h/live/x y",
                "rtmp://h/live/x\n"
            })
    void anRtmpUrlNamesHostApplicationAndStream(String url) {
        assertThatThrownBy(() -> RtmpUrl.of(url + "?pass=s3cret"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("Invalid RTMP URL: must name host, application and stream")
                .hasMessageNotContaining("s3cret")
                .hasMessageMatching("\\V*");
    }

    @ParameterizedTest
    @ValueSource(strings = {"MEDIAMTX_API_URL", "OTEL_EXPORTER_OTLP_ENDPOINT"})
    void noCertificateNamesAnUnderscore(String variable) {
        assertThatThrownBy(() -> Environment.read(variable, "https://media_server:9997"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage(variable + "='https://media_server:9997' is not valid: allowed is https:// with a host name"
                        + " without an underscore, or http://");
    }

    /** As the JDK's HttpClient needs it, which refuses the name. */
    @Test
    void aUrlWithoutUnderscoreIsReachedAsItIs() throws IOException {
        URI plain = URI.create("http://media-server:9997/v3/paths/list?page=0");

        assertThat(Hosts.connectable(plain)).isSameAs(plain);
        assertThatThrownBy(() -> Hosts.connectable(URI.create("http://no_such_host.invalid:9997/v3")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no_such_host.invalid");
    }

    @ParameterizedTest
    @ValueSource(strings = {"en", "pt-BR", "zh-Hant-TW", "de-CH-1996", "x-klingon", "es-419", "sl-rozaj-biske"})
    void aLanguageTagIsOneOfBcp47(String tag) {
        assertThat(Environment.read("WORKER_TARGET_LANGUAGE", tag).sts().targetLanguage())
                .isEqualTo(tag);
    }

    @ParameterizedTest
    @ValueSource(strings = {"pt_BR", "e", "en-", "en--US", "en-US-US-US", "toolonglanguage", "en-a", "é"})
    void whatIsNoLanguageTagIsRefused(String tag) {
        assertThatThrownBy(() -> Environment.read("WORKER_SOURCE_LANGUAGE", tag))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageEndingWith("allowed is a language tag such as en or pt-BR");
    }

    @Test
    void aVoiceIsCountedAsTheSessionCountsIt() {
        assertThat(Environment.read("WORKER_VOICE_PROFILE", "🎙".repeat(32))
                        .sts()
                        .voiceProfile())
                .hasSize(64);
        for (String voice : new String[] {"🎙".repeat(33), "a\u202eb", "a\u0085b", "a\u2028b"}) {
            assertThatThrownBy(() -> Environment.read("WORKER_VOICE_PROFILE", voice))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageEndingWith("allowed is 1 to 64 printable characters")
                    .hasMessageMatching("\\V*");
        }
    }
}
