package io.livedub.access;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import io.livedub.support.RawHttp;

import static org.assertj.core.api.Assertions.assertThat;

/** With a secret set and none, or a wrong one, shown: every route in every spelling with every method. */
@Tag("serve-in-process")
@QuarkusTest
@TestProfile(Doors.Closed.class)
class ClosedDoorsTest {
    private static final List<String> METHODS =
            List.of("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND");
    private static final List<String> NO_RESOURCES =
            List.of("/v1", "/v1/", "/q", "/q/dev-ui", "/q/metrics", "/health", "/nothing");
    private static final Path PAGE = Path.of("docs", "security.md");
    private static final String BEGIN = "<!-- generated: doors -->\n";
    private static final String END = "<!-- end of generated -->";
    private static final String BODY = "{\"path\":\"live/forged/in\",\"sourceType\":\"t\",\"sourceId\":\"1\"}";

    @ConfigProperty(name = "quarkus.http.port")
    int port;

    private RawHttp.Answer ask(String method, String target, String headers) {
        boolean body = !List.of("GET", "HEAD", "OPTIONS", "TRACE").contains(method);
        return RawHttp.send(
                port,
                method + " " + target + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + headers
                        + (body
                                ? "Content-Type: application/json\r\nContent-Length: " + BODY.length() + "\r\n\r\n"
                                        + BODY
                                : "\r\n"));
    }

    private static String bearer(String secret) {
        return "Authorization: Bearer " + secret + "\r\n";
    }

    private List<String> resources() throws IOException {
        JsonNode paths = Doors.description(port).get("paths");
        List<String> found = new ArrayList<>();
        paths.fieldNames()
                .forEachRemaining(path -> found.add(path.replace("{id}", "forged")
                        .replace("{rendition}", "video")
                        .replace("{file}", "index.m3u8")));
        return found;
    }

    @Test
    void nothingIsAnsweredInAnySpelling() throws IOException {
        // given
        List<String> routes = resources();
        assertThat(routes)
                .contains("/v1/streams", "/v1/streams/forged", "/v1/streams/events", "/v1/mediamtx/events/ready");
        routes.addAll(NO_RESOURCES);
        Map<String, TreeMap<Integer, Integer>> table = new LinkedHashMap<>();
        // when
        for (Map.Entry<String, UnaryOperator<String>> form : BypassForms.all().entrySet()) {
            TreeMap<Integer, Integer> statuses = table.computeIfAbsent(form.getKey(), name -> new TreeMap<>());
            for (String route : routes) {
                String target = form.getValue().apply(route);
                for (String method : METHODS) {
                    RawHttp.Answer answer = ask(method, target, "");
                    // then
                    assertThat(answer.status())
                            .as("%s %s: %s", method, target, answer.text())
                            .isIn(400, 401);
                    statuses.merge(answer.status(), 1, Integer::sum);
                }
                assertThat(ask("GET", target, bearer("wrong")).status())
                        .as(target)
                        .isIn(400, 401);
            }
        }
        assertThat(ask("GET", "/v1/streams", bearer(Doors.SECRET)).text()).contains("200 OK", "\"streams\":[]");
        thePageShows(table, routes);
    }

    private static void thePageShows(Map<String, TreeMap<Integer, Integer>> table, List<String> routes)
            throws IOException {
        StringBuilder text = new StringBuilder(BEGIN)
                .append("Routes: `")
                .append(String.join("`, `", new TreeSet<>(routes)))
                .append("`; methods: ")
                .append(String.join(", ", METHODS))
                .append(
                        ".\n\n| spelling | `/v1/streams` becomes | answers over all routes and methods |\n|---|---|---|\n");
        table.forEach((form, statuses) -> {
            List<String> counts = new ArrayList<>();
            statuses.forEach((status, count) -> counts.add(count + " × " + status));
            text.append("| ")
                    .append(form)
                    .append(" | `")
                    .append(BypassForms.all().get(form).apply("/v1/streams"))
                    .append("` | ")
                    .append(String.join(", ", counts))
                    .append(" |\n");
        });
        text.append(END);
        String page = Files.readString(PAGE);
        int begin = page.indexOf(BEGIN);
        String generated =
                page.substring(0, Math.max(0, begin)) + text + page.substring(page.indexOf(END) + END.length());
        if (Boolean.getBoolean("security-page.write")) {
            Files.writeString(PAGE, generated);
        }
        assertThat(Files.readString(PAGE))
                .as("-Dtest=ClosedDoorsTest -Dsecurity-page.write=true writes the table")
                .isEqualTo(generated);
    }

    @Test
    void thePagesLoadWithoutTheSecretAndOnlyToBeRead() {
        for (String page : List.of(
                "/",
                "/index.html",
                "/console.js",
                "/page.js",
                "/figures.js",
                "/languages.js",
                "/player.js",
                "/hls.min.js",
                "/console.css",
                "/icon.svg",
                "/q/openapi",
                "/q/swagger-ui/")) {
            assertThat(ask("GET", page, "").status()).as(page).isEqualTo(200);
            assertThat(ask("HEAD", page, "").status()).as(page).isEqualTo(200);
            assertThat(ask("POST", page, "").status()).as(page).isEqualTo(401);
        }
        String swagger = ask("GET", "/q/swagger-ui/", "").text();
        assertThat(swagger).doesNotContain("https://", "http://");
        java.util.regex.Pattern.compile("(?:src|href)=\"([^\"#]+)\"")
                .matcher(swagger)
                .results()
                .forEach(file -> {
                    String path = java.net
                            .URI
                            .create("/q/swagger-ui/")
                            .resolve(file.group(1))
                            .getPath();
                    assertThat(ask("GET", path, "").status()).as(path).isIn(200, 302);
                });
    }

    @Test
    void theSecretIsAskedForInItsOneForm() {
        assertThat(ask("GET", "/v1/streams", bearer(Doors.SECRET)).status()).isEqualTo(200);
        assertThat(ask("GET", "/v1/streams", "authorization: bEARER   " + Doors.SECRET + "\r\n")
                        .status())
                .isEqualTo(200);
        for (String header : List.of(
                "Authorization: " + Doors.SECRET + "\r\n",
                "Authorization: Basic " + Doors.SECRET + "\r\n",
                bearer(Doors.SECRET + "x"),
                bearer(""),
                bearer("wrong") + bearer(Doors.SECRET),
                "Cookie: secret=" + Doors.SECRET + "\r\n")) {
            assertThat(ask("GET", "/v1/streams", header).status()).as(header).isEqualTo(401);
        }
    }

    @Test
    void theSecretDoesNotMakeAnotherSitesPageOurs() {
        for (String header : List.of(
                "Sec-Fetch-Site: cross-site\r\n",
                "Sec-Fetch-Site: same-site\r\n",
                "Origin: http://evil.example\r\n",
                "Origin: null\r\n")) {
            assertThat(ask("PUT", "/v1/streams/forged", bearer(Doors.SECRET) + header)
                            .status())
                    .as(header)
                    .isEqualTo(403);
        }
        // Behind a proxy Host is the proxy's choice, and the browser's own word counts.
        String proxied = bearer(Doors.SECRET) + "Origin: https://worker.example\r\nSec-Fetch-Site: same-origin\r\n";
        assertThat(ask("GET", "/v1/streams", proxied).status()).isEqualTo(200);
    }

    @Test
    void whatIsRefusedIsCounted() {
        ask("GET", "/v1/streams", "");
        String metrics = RawHttp.send(
                        managementPort,
                        "GET /metrics HTTP/1.1\r\nHost: x\r\nAccept: text/plain\r\nConnection: close\r\n\r\n")
                .text();
        assertThat(metrics).containsPattern("worker_http_refused_total\\{reason=\"secret\",status=\"401\"[^}]*} [1-9]");
    }

    @ConfigProperty(name = "quarkus.management.port")
    int managementPort;
}
