package io.livedub.access;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import io.livedub.support.RawHttp;

import static org.assertj.core.api.Assertions.assertThat;

/** A method that a resource does not have is answered with 405 and those that this resource has. */
@Tag("serve-in-process")
@QuarkusTest
@TestProfile(Doors.Closed.class)
class MethodsTest {
    private static final List<String> METHODS =
            List.of("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "BREW");
    private static final String BODY = "{\"path\":\"live/x/in\",\"sourceType\":\"t\",\"sourceId\":\"1\"}";

    @ConfigProperty(name = "quarkus.http.port")
    int port;

    private RawHttp.Answer ask(String method, String target) {
        return RawHttp.send(
                port,
                method + " " + target + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer "
                        + Doors.SECRET + "\r\nContent-Type: application/json\r\nContent-Length: " + BODY.length()
                        + "\r\n\r\n" + BODY);
    }

    private static Optional<Set<String>> allow(RawHttp.Answer answer) {
        return answer.text()
                .lines()
                .takeWhile(line -> !line.isEmpty())
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("allow:"))
                .findFirst()
                .map(line -> new TreeSet<>(
                        List.of(line.substring("allow:".length()).strip().split(", *"))));
    }

    /** By the API's own description; a path may be that of two resources, as {@code /v1/streams/events} is. */
    private static Set<String> described(JsonNode paths, String path) {
        Set<String> methods = new TreeSet<>(Set.of("OPTIONS"));
        paths.properties().stream()
                .filter(resource -> path.matches(resource.getKey().replaceAll("\\{\\w+}", "[^/]+")))
                .forEach(resource -> resource.getValue().fieldNames().forEachRemaining(name -> {
                    if (METHODS.contains(name.toUpperCase(Locale.ROOT))) {
                        methods.add(name.toUpperCase(Locale.ROOT));
                    }
                }));
        if (methods.contains("GET")) {
            methods.add("HEAD");
        }
        return methods;
    }

    @Test
    void everyResourceSaysItsOwnMethods() throws IOException {
        JsonNode paths = Doors.description(port).get("paths");
        List<String> resources = new ArrayList<>();
        paths.fieldNames().forEachRemaining(path -> resources.add(path.replaceAll("\\{\\w+}", "some")));
        assertThat(resources)
                .contains("/v1/streams", "/v1/streams/some", "/v1/streams/events", "/v1/streams/some/captions.vtt")
                .contains("/v1/mediamtx/events/ready");
        assertThat(described(paths, "/v1/streams")).containsExactly("GET", "HEAD", "OPTIONS", "POST");
        for (String path : resources) {
            Set<String> methods = described(paths, path);
            for (String target : List.of(path, path + "/", "/" + path, path.replaceFirst("/v1", "/v1;x=y"))) {
                assertThat(allow(ask("OPTIONS", target))).as(target).hasValue(methods);
                for (String method : METHODS) {
                    if (!methods.contains(method)) {
                        RawHttp.Answer answer = ask(method, target);
                        assertThat(answer.status()).as("%s %s", method, target).isEqualTo(405);
                        assertThat(allow(answer)).as("%s %s", method, target).hasValue(methods);
                    }
                }
            }
        }
    }

    @Test
    void aPageIsThereToBeRead() {
        for (String page : List.of("/", "/console.js", "/q/openapi", "/q/swagger-ui", "/q/swagger-ui/index.html")) {
            for (String method : METHODS) {
                if (!method.equals("GET") && !method.equals("HEAD")) {
                    RawHttp.Answer answer = ask(method, page);
                    assertThat(answer.status()).as("%s %s", method, page).isEqualTo(405);
                    assertThat(allow(answer)).as("%s %s", method, page).hasValue(Set.of("GET", "HEAD"));
                }
            }
        }
    }

    @Test
    void whereNothingIsNoMethodIsAllowed() {
        for (String path :
                List.of("/v1", "/v1/mediamtx/events", "/v1/streams/some/captions", "/q/nothing", "/nothing")) {
            for (String method : METHODS) {
                RawHttp.Answer answer = ask(method, path);
                assertThat(answer.status()).as("%s %s", method, path).isEqualTo(404);
                assertThat(allow(answer)).as("%s %s", method, path).isEmpty();
            }
        }
    }
}
