package io.livedub.config;

import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.livedub.support.ContractNames;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A wrong value ends the program with one line: the variable, the value, what is allowed. */
class WrongValuesTest {
    private static final Set<String> TRIED_BELOW = Set.of(
            "MEDIAMTX_RTSP_PORT",
            "WORKER_SEGMENT_DIR",
            "WORKER_STREAMS_FILE",
            "WORKER_RUN_ID",
            "WORKER_INSTANCE_ID",
            "WORKER_VOICE_PROFILE",
            "WORKER_STS_API_KEY",
            "WORKER_HOOK_SECRET");

    private static final String ROWS =
            """
            MEDIAMTX_HOST, a host/with path, a host name or address
            MEDIAMTX_RTMP_PORT, 0, a whole number from 1 to 65535
            MEDIAMTX_RTMP_PORT, 65536, a whole number from 1 to 65535
            MEDIAMTX_RTMP_PORT, http, a whole number from 1 to 65535
            MEDIAMTX_APP_PATH, live/x, '[A-Za-z0-9_-]{1,64}'
            MEDIAMTX_API_URL, mtx:9997, http(s)://host:port
            MEDIAMTX_API_URL, rtmp://mtx:9997, http(s)://host:port
            MEDIAMTX_API_URL, http://mtx:99999, http(s)://host:port
            MEDIAMTX_API_URL, http:///nothing, http(s)://host:port
            MEDIAMTX_API_URL, http://mtx:9997/^, http(s)://host:port
            WORKER_DUB_BED, loud, 'off, duck, constant or stem'
            WORKER_DUB_BED_DB, 3, a whole number from -40 to 0
            WORKER_DUB_LOUDNESS, -23, off or match
            WORKER_SEGMENT_CUT, silence, fixed or pause
            WORKER_STS_SERVICE_URL, ftp://sts, http(s)://host:port or ws(s)://host:port
            WORKER_STS_SERVICE_URL, //sts:3000, http(s)://host:port or ws(s)://host:port
            WORKER_STS_TIMEOUT_MS, 999, a whole number from 1000 to 30000
            WORKER_STS_TIMEOUT_MS, 30001, a whole number from 1000 to 30000
            WORKER_STS_TIMEOUT_MS, 8s, a whole number from 1000 to 30000
            WORKER_STS_MAX_RETRIES, -1, a whole number from 0 to 10
            WORKER_STS_MAX_RETRIES, 11, a whole number from 0 to 10
            WORKER_STS_MAX_INFLIGHT, 0, a whole number from 1 to 10
            WORKER_STS_MAX_INFLIGHT, 11, a whole number from 1 to 10
            WORKER_STS_LOSS, stay, exit or original
            WORKER_STS_PAUSE_PROBE_MS, 999, a whole number from 1000 to 600000
            WORKER_STS_MODE, on, 'enabled, passthrough or disabled'
            WORKER_SOURCE_LANGUAGE, english please, a language tag such as en or pt-BR
            WORKER_TARGET_LANGUAGE, e, a language tag such as en or pt-BR
            WORKER_TARGET_LANGUAGE, 'fr:anna,', a language tag such as en or pt-BR
            WORKER_TARGET_LANGUAGE, 'es,fr,ES', a list that names each language once
            WORKER_TARGET_LANGUAGE, original:anna, original without a voice
            WORKER_MAX_LANGUAGES, 0, a whole number from 1 to 64
            WORKER_QUERY_SETTINGS, yes, on or off
            WORKER_PUBLIC_PLAYLISTS, yes, on or off
            WORKER_SEGMENT_DURATION, 999ms, '1 to 30 s, written 6, 6s or 6000ms'
            WORKER_SEGMENT_DURATION, 31, '1 to 30 s, written 6, 6s or 6000ms'
            WORKER_SEGMENT_DURATION, six, '1 to 30 s, written 6, 6s or 6000ms'
            WORKER_SEGMENT_DURATION, 6 weeks, '1 to 30 s, written 6, 6s or 6000ms'
            WORKER_SEGMENT_DURATION, -6s, '1 to 30 s, written 6, 6s or 6000ms'
            WORKER_FRAGMENT_TARGET_DUR, 999, a whole number from 1000 to 30000
            WORKER_FRAGMENT_TARGET_DUR, 6s, a whole number from 1000 to 30000
            WORKER_SEGMENT_RETENTION, for ever, '0 (keep all) or a duration such as 90s, 30m, 1h or 2d'
            WORKER_SEGMENT_RETENTION, 4000d, '0 (keep all) or a duration such as 90s, 30m, 1h or 2d'
            WORKER_SEGMENT_MIN_FREE, much, 'a size such as 0, 500MiB or 1GiB'
            WORKER_SEGMENT_MIN_FREE, 5PiB, 'a size such as 0, 500MiB or 1GiB'
            WORKER_SEGMENT_MIN_FREE, 99999999999TiB, 'a size such as 0, 500MiB or 1GiB'
            WORKER_AV_OFFSET_NS, -1, 'a whole number from 0 to 60000000000 (ns), or auto'
            WORKER_AV_OFFSET_NS, 60000000001, 'a whole number from 0 to 60000000000 (ns), or auto'
            WORKER_AV_OFFSET_NS, 6s, 'a whole number from 0 to 60000000000 (ns), or auto'
            WORKER_AV_OFFSET_NS, 99999999999999999999, 'a whole number from 0 to 60000000000 (ns), or auto'
            WORKER_METRICS_PORT, 65536, a whole number from 0 to 65535
            WORKER_HTTP_PORT, -1, a whole number from 0 to 65535
            WORKER_MAX_STREAMS, 1001, a whole number from 0 to 1000
            WORKER_SOURCE_GRACE_MS, 3600001, a whole number from 0 to 3600000
            WORKER_OUTPUT_GRACE_MS, -1, a whole number from 0 to 3600000
            WORKER_SOURCE_GRACE_MS, 7s, a whole number from 0 to 3600000
            WORKER_ID, worker 7, '[A-Za-z0-9_-]{1,64}'
            WORKER_SPAWN, docker, 'in-process, process or kubernetes'
            WORKER_KUBERNETES_IMAGE, -x y, 'an image''s name such as registry.example/stream-worker:1.0'
            WORKER_KUBERNETES_OWNER, My_Deployment, 'the name of a Deployment, of up to 63 characters [a-z0-9-]'
            WORKER_PARENT_URL, http://stream-worker:8081, 'ws://host:port or wss://host:port'
            WORKER_PARENT_URL, ws://stream-worker:8081/path, 'ws://host:port or wss://host:port'
            WORKER_PARENT_PORT, 65536, a whole number from 0 to 65535
            KUBERNETES_SERVICE_PORT, tcp://10.0.0.1:443, a whole number from 1 to 65535
            MEDIAMTX_RTMP_TLS, yes, on or off
            MEDIAMTX_CA_FILE, /nowhere/ca.pem, a file of certificates in PEM form that can be read
            MEDIAMTX_CA_FILE, pom.xml, a file of certificates in PEM form that can be read
            LOG_LEVEL, loud, 'ERROR, WARN, INFO, DEBUG or TRACE'
            LOG_FORMAT, xml, json or text
            """;

    @ParameterizedTest(name = "{0}={1}")
    @CsvSource(textBlock = ROWS)
    void isOneLineWithVariableValueAndWhatIsAllowed(String variable, String value, String allowed) {
        assertThatThrownBy(() -> Environment.read(variable, value))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("%s='%s' is not valid: allowed is %s", variable, value, allowed)
                .hasMessageMatching("\\V*");
    }

    /** A port that is only warned of, and a folder, of which only writing tells, stand elsewhere; so do values that no table can hold. */
    @Test
    void everyVariableOfTheContractHasAWrongValue() {
        Set<String> tried =
                ROWS.lines().map(row -> row.split(",")[0].strip()).collect(Collectors.toCollection(TreeSet::new));
        tried.addAll(TRIED_BELOW);

        assertThat(tried).containsAll(ContractNames.VARIABLES);
    }

    @Test
    void halfALoginIsRefused() {
        assertThatThrownBy(() -> Environment.read("MEDIAMTX_USER", "worker"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("only MEDIAMTX_USER is set");
        assertThatThrownBy(() -> Environment.read("MEDIAMTX_PASS", "geheim"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("only MEDIAMTX_PASS is set")
                .hasMessageNotContaining("geheim");
        assertThatThrownBy(() -> Environment.read("MEDIAMTX_USER", "a:b", "MEDIAMTX_PASS", "geheim"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("MEDIAMTX_USER='a:b'");
    }

    @Test
    void textsThatAreTooLongAreRefused() {
        for (String variable : new String[] {"WORKER_RUN_ID", "WORKER_INSTANCE_ID"}) {
            assertThatThrownBy(() -> Environment.read(variable, "x".repeat(129)))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageStartingWith(variable + "='xxx")
                    .hasMessageEndingWith("allowed is 1 to 128 printable characters");
        }
    }

    /** As many as the STS session takes. */
    @Test
    void aVoiceIsNamedInFewerCharacters() {
        assertThatThrownBy(() -> Environment.read("WORKER_VOICE_PROFILE", "x".repeat(65)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageEndingWith("allowed is 1 to 64 printable characters");
    }

    @Test
    void aSecretThatNoHeaderCanCarryIsRefusedWithoutSayingIt() {
        for (String variable : new String[] {"WORKER_STS_API_KEY", "WORKER_HOOK_SECRET", "WORKER_PARENT_TOKEN"}) {
            assertThatThrownBy(() -> Environment.read(variable, "of two words"))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessage(variable
                            + "='…' is not valid: allowed is 1 to 4096 visible ASCII characters without blanks");
            for (String wrong : new String[] {"x".repeat(4097), " ", "\t\n"}) {
                assertThatThrownBy(() -> Environment.read(variable, wrong))
                        .isInstanceOf(ConfigurationException.class)
                        .hasMessageContaining("1 to 4096 ");
            }
            assertThat(Environment.read(variable, "").secrets().values())
                    .as("as Docker Compose writes a variable that is not set")
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "t0ken, …",
        "=t0ken, =…",
        "api key=t0ken, api key=…",
        "Host=t0ken, Host=…",
        "api-key=t0ken%0A, api-key=…",
        "api-key=t0ken%zz, api-key=…",
        "api-key=, api-key=…",
        "'a=b,api-key=t0ken\u00e9', api-key=…"
    })
    void aHeaderThatCannotBeSentIsNamedWithoutItsValue(String value, String named) {
        assertThatThrownBy(() -> Environment.read("OTEL_EXPORTER_OTLP_HEADERS", value))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith(
                        "OTEL_EXPORTER_OTLP_HEADERS='%s' is not valid: allowed is name=value".formatted(named))
                .hasMessageNotContaining("t0ken");
    }

    @Test
    void aFileThatNoPathCanNameIsRefused() {
        assertThatThrownBy(() -> Environment.read("WORKER_STREAMS_FILE", "/tmp/\0"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("WORKER_STREAMS_FILE=")
                .hasMessageEndingWith("allowed is a file, written without quotes and variables");
    }

    @Test
    void aListOfLanguagesSaysWhichOneIsWrong() {
        assertThatThrownBy(() -> Environment.read("WORKER_TARGET_LANGUAGE", "es,e"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("WORKER_TARGET_LANGUAGE='e' is not valid: allowed is a language tag such as en or pt-BR");
        assertThatThrownBy(() -> Environment.read("WORKER_TARGET_LANGUAGE", "fr, es: "))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("WORKER_TARGET_LANGUAGE='es:' is not valid");
        assertThatThrownBy(() -> Environment.read("WORKER_TARGET_LANGUAGE", "fr:" + "x".repeat(65)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageEndingWith("a voice of 1 to 64 printable characters without comma, backslash and dollar");
        assertThatThrownBy(() -> Environment.read("WORKER_TARGET_LANGUAGE", "es,fr,de", "WORKER_MAX_LANGUAGES", "2"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageEndingWith("allowed is a list of 1 to 2 languages (WORKER_MAX_LANGUAGES)");
    }

    @Test
    void aFolderThatNoPathCanNameIsRefused() {
        assertThatThrownBy(() -> Environment.read("WORKER_SEGMENT_DIR", "/tmp/\0"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("WORKER_SEGMENT_DIR=")
                .hasMessageEndingWith("allowed is a folder, written without quotes and variables");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"/data/segments\"", "'/data/segments'", "${DATA}/segments", "/data/a\nb", " "})
    void aFolderThatNobodyMeansIsRefused(String folder) {
        assertThatThrownBy(() -> Environment.read("WORKER_SEGMENT_DIR", folder))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageMatching("WORKER_SEGMENT_DIR='\\V*' is not valid: allowed is a folder, \\V*");
    }

    @Test
    void whiteSpaceAroundAFolderIsNoPartOfItsName() {
        assertThat(Environment.read("WORKER_SEGMENT_DIR", " /data/segments\r\n")
                        .segments()
                        .dir())
                .isEqualTo(Path.of("/data/segments"));
    }

    @Test
    void aValueWithALineBreakStaysOneLine() {
        assertThatThrownBy(() -> Environment.read("WORKER_RUN_ID", "a\nb"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageMatching("\\V*")
                .hasMessageContaining("WORKER_RUN_ID='a b'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"hunter2", "hunter2/x", "x@hunter2", "hun?hunter2", "x#hunter2"})
    void aPasswordInAUrlIsNotRepeated(String password) {
        assertThatThrownBy(() -> Environment.read("WORKER_STS_SERVICE_URL", "http://me:" + password + "@sts:3000"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("WORKER_STS_SERVICE_URL='http://…@sts:3000' is not valid")
                .hasMessageNotContaining("hunter2");
    }
}
