package io.livedub.access;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import org.awaitility.Awaitility;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import io.livedub.support.RawHttp;

import static org.assertj.core.api.Assertions.assertThat;

/** Without a secret: who may call the worker, and in which form. */
@Tag("serve-in-process")
@QuarkusTest
@TestProfile(Doors.Open.class)
class OpenDoorsTest {
    private static final String JSON = "Content-Type: application/json\r\n";
    private static final int LISTENERS = 64;
    private static final Duration SOON = Duration.ofSeconds(20);

    @ConfigProperty(name = "quarkus.http.port")
    int port;

    @ConfigProperty(name = "quarkus.management.port")
    int managementPort;

    private int ask(String method, String path, String headers, String body) {
        return RawHttp.send(
                        port,
                        method + " " + path + " HTTP/1.1\r\nConnection: close\r\nContent-Length: "
                                + body.getBytes(StandardCharsets.ISO_8859_1).length + "\r\n" + headers + "\r\n" + body)
                .status();
    }

    private static String host(String name) {
        return "Host: " + name + "\r\n";
    }

    @Test
    void onlyTheWorkersOwnNamesAreAnswered() {
        for (String name : List.of("localhost", "127.0.0.1:" + port, "[::1]", "worker.localhost")) {
            assertThat(ask("GET", "/v1/streams", host(name), "")).as(name).isEqualTo(200);
            assertThat(ask("GET", "/", host(name), "")).as(name).isEqualTo(200);
        }
        for (String headers : List.of(
                host("evil.example"),
                host("evil.example:" + port),
                host("10.0.0.1"),
                host("localhost") + host("evil.example"),
                host("evil.example") + host("localhost"))) {
            for (String path : List.of(
                    "/v1/streams", "/v1/mediamtx/events/ready", "/", "/console.js", "/q/openapi", "/q/swagger-ui/")) {
                assertThat(ask("GET", path, headers, ""))
                        .as("%s %s", headers, path)
                        .isIn(400, 403);
            }
            assertThat(ask("PUT", "/v1/streams/forged", headers + JSON, ""))
                    .as(headers)
                    .isIn(400, 403);
        }
    }

    /** The library's own answer comes with an error in the log for each. */
    @Test
    void aRequestThatNamesNoHostIsRefusedAsAnyOther() {
        for (String headers : List.of("", "Host: a b\r\n", "Host: localhost:99999\r\n", "Host: me@localhost\r\n")) {
            for (int door : new int[] {port, managementPort}) {
                String answer = RawHttp.send(
                                door, "GET /v1/streams HTTP/1.1\r\nConnection: close\r\n" + headers + "\r\n")
                        .text();
                assertThat(answer).as(headers).startsWith("HTTP/1.1 400 ").contains("no Host header");
            }
        }
    }

    @Test
    void anotherSitesPageIsRefusedByItsOrigin() {
        for (String origin : List.of(
                "http://evil.example",
                "null",
                "http://localhost:1",
                "https://localhost",
                "http://localhost.evil.example")) {
            String headers = host("localhost:" + port) + JSON + "Origin: " + origin + "\r\n";
            assertThat(ask("PUT", "/v1/streams/forged", headers, "")).as(origin).isEqualTo(403);
            assertThat(ask("GET", "/v1/streams", headers, "")).as(origin).isEqualTo(403);
        }
        String own = host("localhost:" + port) + "Origin: http://localhost:" + port + "\r\n";
        assertThat(ask("GET", "/v1/streams", own, "")).isEqualTo(200);
    }

    @Test
    void changesAreTakenAsJsonOnly() {
        String body = "{\"path\":\"live/x/out\",\"sourceType\":\"t\",\"sourceId\":\"1\"}";
        for (String type : List.of(
                "",
                "Content-Type: text/plain\r\n",
                "Content-Type: application/x-www-form-urlencoded\r\n",
                "Content-Type: multipart/form-data; boundary=application/json\r\n",
                "Content-Type: text/plain; application/json\r\n",
                "Content-Type: application/jsonx\r\n",
                "Content-Type: text/plain\r\n" + JSON)) {
            for (String event : List.of("ready", "not-ready")) {
                assertThat(ask("POST", "/v1/mediamtx/events/" + event, host("localhost") + type, body))
                        .as(type)
                        .isEqualTo(415);
            }
            // Without a body and a type PUT and DELETE are taken: no page can send them without being asked for first.
            for (String method : type.isEmpty() ? List.of("POST") : List.of("POST", "PUT", "DELETE")) {
                assertThat(ask(method, "/v1/streams/forged", host("localhost") + type, ""))
                        .as("%s %s", method, type)
                        .isEqualTo(415);
            }
        }
        assertThat(ask("DELETE", "/v1/streams/forged", host("localhost"), "")).isEqualTo(404);
        for (String type : List.of(JSON, "content-type: Application/JSON;charset=utf-8\r\n")) {
            assertThat(ask("POST", "/v1/mediamtx/events/ready", host("localhost") + type, body))
                    .isEqualTo(200);
            assertThat(ask("DELETE", "/v1/streams/forged", host("localhost") + type, ""))
                    .isEqualTo(404);
        }
    }

    @Test
    void aBodyIsBoundedBeforeItIsRead() {
        String digits = "9".repeat(60_000);
        for (String body : List.of(
                "{\"path\":" + digits + "}",
                "{\"x\":1e" + digits + "}",
                "[".repeat(60_000),
                "{\"" + "n".repeat(60_000) + "\":1}",
                "\u0000",
                "{\"a\":1}{")) {
            assertThat(ask("POST", "/v1/mediamtx/events/ready", host("localhost") + JSON, body))
                    .isIn(400, 422);
        }
        assertThat(ask(
                        "POST",
                        "/v1/mediamtx/events/ready",
                        host("localhost") + JSON,
                        "{\"path\":" + "9".repeat(1_000_000) + "}"))
                .isIn(413, 0);
        assertThat(ask("PUT", "/v1/streams/" + "x".repeat(3_000), host("localhost") + JSON, ""))
                .isEqualTo(422);
        assertThat(ask("PUT", "/v1/streams/" + "x".repeat(5_000), host("localhost") + JSON, ""))
                .isEqualTo(414);
        assertThat(ask("GET", "/v1/streams", host("localhost") + "X: " + "x".repeat(20_000) + "\r\n", ""))
                .isEqualTo(431);
    }

    @Test
    void listenersThatResetGiveTheirPlacesBack() throws IOException {
        // when: before the answer, and in the middle of it
        for (int i = 0; i < 150; i++) {
            try (Socket listener = listener()) {
                if (i % 2 == 0) {
                    assertThat(RawHttp.status(listener)).isIn(200, 503);
                }
                listener.setSoLinger(true, 0);
            }
        }
        // then
        Awaitility.await("all places are free").atMost(SOON).until(() -> {
            List<Socket> listeners = new ArrayList<>();
            try {
                int heard = 0;
                for (int i = 0; i < LISTENERS; i++) {
                    listeners.add(listener());
                }
                for (Socket listener : listeners) {
                    heard += RawHttp.status(listener) == 200 ? 1 : 0;
                }
                return heard == LISTENERS;
            } finally {
                for (Socket listener : listeners) {
                    listener.close();
                }
            }
        });
    }

    @Test
    void captionsThatAreFollowedEndWithTheirStream() throws IOException {
        // given
        assertThat(ask("PUT", "/v1/streams/followed", host("localhost"), "")).isEqualTo(201);
        try (Socket reader = RawHttp.connect(port)) {
            reader.getOutputStream()
                    .write(
                            "GET /v1/streams/followed/captions.vtt?follow=true HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                                    .getBytes(StandardCharsets.ISO_8859_1));
            assertThat(RawHttp.status(reader)).isEqualTo(200);
            // when
            assertThat(ask("DELETE", "/v1/streams/followed", host("localhost"), ""))
                    .isEqualTo(202);
            // then: the last chunk of the answer is there, and the connection ends
            assertThat(new String(reader.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1))
                    .contains("WEBVTT")
                    .endsWith("0\r\n\r\n");
        }
    }

    @Test
    void theHeadOfALiveAnswerEnds() throws IOException {
        assertThat(ask("PUT", "/v1/streams/headed", host("localhost"), "")).isEqualTo(201);
        for (String live : List.of("/v1/streams/events", "/v1/streams/headed/captions.vtt?follow=true")) {
            try (Socket reader = RawHttp.connect(port)) {
                reader.getOutputStream()
                        .write(("HEAD " + live + " HTTP/1.1\r\nHost: localhost\r\n\r\n"
                                        + "GET /nothing HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                                .getBytes(StandardCharsets.ISO_8859_1));
                assertThat(new String(reader.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1))
                        .as(live)
                        .startsWith("HTTP/1.1 200")
                        .contains("HTTP/1.1 404");
            }
        }
        assertThat(ask("DELETE", "/v1/streams/headed", host("localhost"), "")).isEqualTo(202);
    }

    @Test
    void captionsAreAskedForAsDescribedOrRefused() {
        assertThat(ask("PUT", "/v1/streams/captioned", host("localhost"), "")).isIn(200, 201);
        String captions = "/v1/streams/captioned/captions.vtt";
        for (String query : List.of("", "?", "?text=translation", "?text=transcript&follow=false", "?other=x")) {
            assertThat(ask("GET", captions + query, host("localhost"), ""))
                    .as(query)
                    .isEqualTo(200);
        }
        for (String query : List.of(
                "?text=",
                "?text",
                "?text=x",
                "?text=translation&text=translation",
                "?follow=",
                "?follow=TRUE",
                "?follow=false&follow=true")) {
            assertThat(ask("GET", captions + query, host("localhost"), ""))
                    .as(query)
                    .isEqualTo(422);
        }
        assertThat(RawHttp.send(
                                port,
                                "GET " + captions + "?text=%zz HTTP/1.1\r\nConnection: close\r\n" + host("localhost")
                                        + "\r\n")
                        .text())
                .matches("(?s)HTTP/1.1 400 .*\r\n\r\n");
        assertThat(ask("DELETE", "/v1/streams/captioned", host("localhost"), ""))
                .isEqualTo(202);
    }

    private Socket listener() throws IOException {
        Socket socket = RawHttp.connect(port);
        socket.getOutputStream()
                .write("GET /v1/streams/events HTTP/1.1\r\nHost: localhost\r\n\r\n"
                        .getBytes(StandardCharsets.ISO_8859_1));
        return socket;
    }
}
