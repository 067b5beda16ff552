package io.livedub.blackbox;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.livedub.support.Chromium;
import io.livedub.support.DubbedServe;
import io.livedub.support.Ffmpeg;
import io.livedub.support.ServeProcess;
import io.livedub.support.Shell;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The console of the packaged {@code serve} in a real browser, with streams that are really on air. Pictures of it are left under
 * target/console; {@code -Dconsole.picture=docs/console.png} writes the README's as well,
 * {@code -Dconsole.languages-picture=docs/images/console-languages.png} that of several languages.
 */
class WebConsoleIT {
    private static final String SECRET = "open-sesame";
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Path PICTURES = Shell.target().resolve("console");
    private static final String CARD = "document.getElementById('stream-%s').closest('article')";

    @TempDir
    Path folder;

    private DubbedServe scene;
    private ServeProcess serve;
    private Chromium browser;

    @BeforeEach
    void start() {
        scene = DubbedServe.of(Duration.ofMillis(400), "news", "sports", "silent", "away", "taken", "by-keyboard");
        serve = scene.serve(
                folder,
                Map.of(
                        "WORKER_AV_OFFSET_NS",
                        "4000000000",
                        "WORKER_HOOK_SECRET",
                        SECRET,
                        // MediaMTX takes a publisher's first frames before it refuses it: such an output counts as
                        // lost.
                        "WORKER_OUTPUT_GRACE_MS",
                        "10000"));
        browser = Chromium.start();
    }

    @AfterEach
    void stop() {
        browser.close();
        scene.close();
    }

    private Process publish(String path, String... codecs) {
        return scene.publish(
                "live/" + path,
                Ffmpeg.mono25(120),
                List.of(),
                codecs.length == 0 ? List.of("-c", "copy") : List.of(codecs));
    }

    /** @param property where else it is wanted */
    private void picture(String name, String property) throws IOException {
        browser.picture(PICTURES.resolve(name));
        String wanted = System.getProperty(property, "");
        if (!wanted.isBlank()) {
            Files.copy(PICTURES.resolve(name), Path.of(wanted), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static String card(String id) {
        return CARD.formatted(id);
    }

    private static String text(String id, String selector) {
        return card(id) + ".querySelector('" + selector + "').textContent";
    }

    /** By keyboard, as the page asks for it. */
    private void signIn() {
        browser.open(serve.url() + "/");
        browser.await("it asks for the secret", "document.getElementById('secret-dialog').open");
        // A browser closes a dialog at the second Escape whatever its page says, and nothing else here would ask again.
        browser.press("Escape");
        browser.press("Escape");
        browser.await("it asks on", "document.getElementById('secret-dialog').open");
        assertThat(browser.eval("document.activeElement.id").asText()).isEqualTo("secret");
        browser.type("wrong");
        browser.press("Enter");
        browser.await(
                "it says that this one is wrong",
                "document.getElementById('secret-dialog').open"
                        + " && document.getElementById('secret-text').textContent.includes('not right')");
        browser.type(SECRET);
        browser.press("Enter");
        browser.await("it is connected", "document.getElementById('connection').textContent === 'connected'");
        // The two refusals are in the browser's log; what comes after them counts.
        browser.forgetComplaints();
    }

    @Test
    void aStreamIsReadAtAGlanceStartedAndStoppedByKeyboard() {
        // given
        browser.size(1280, 900, false);
        signIn();
        publish("by-keyboard/in");
        // when: skip link, field, button
        browser.tabTo("the field", "e.id === 'id'");
        browser.type("by-keyboard");
        browser.press("Enter");
        // then
        browser.await(
                "it is there and live",
                "document.getElementById('stream-by-keyboard') && " + text("by-keyboard", ".state") + " === 'live'");
        browser.await(
                "dubbed segments are on the strip",
                card("by-keyboard") + ".querySelectorAll('.mark.dubbed').length > 2");
        browser.await("captions come", card("by-keyboard") + ".querySelectorAll('.captions li').length > 1");
        assertThat(browser.eval(text("by-keyboard", ".rtt .value")).asText()).matches("\\d+ ms of 4\\.0 s");
        assertThat(browser.eval(card("by-keyboard") + ".querySelector('meter').value")
                        .asDouble())
                .isBetween(400.0, 3_000.0);
        assertThat(browser.eval(text("by-keyboard", ".breaker dd")).asText()).isEqualTo("closed");
        browser.await("latency", "/^6\\.\\d s$/.test(" + text("by-keyboard", ".latency dd") + ")");
        assertThat(browser.eval(text("by-keyboard", ".delta dd")).asText()).matches("[+-]?\\d+\\.\\d ms");
        // when: STS fails
        scene.echo()
                .simulate("{\"outcome\": \"failed\", \"failure\": {\"error_code\": \"MODEL_ERROR\", \"error_message\":"
                        + " \"no such voice\", \"retryable\": false}, \"delay_ms\": 400}");
        // then
        browser.await(
                "original audio, and why",
                "[..." + card("by-keyboard")
                        + ".querySelectorAll('.mark.original')].some(m => m.getAttribute('aria-label').includes('no such voice'))");
        browser.await("it is counted", text("by-keyboard", ".fallbacks") + ".includes('failed 1')");
        // when: a mark is pressed, as on a phone
        browser.tabTo("that mark", "e.classList.contains('original')");
        browser.press("Enter");
        // then
        assertThat(browser.eval(text("by-keyboard", ".why")).asText())
                .matches("Segment \\d+: original audio, .*no such voice.*");
        // when: retryable failures open the breaker
        scene.echo()
                .simulate("{\"outcome\": \"failed\", \"failure\": {\"error_code\": \"TIMEOUT\", \"retryable\": true}}");
        browser.await("the breaker is open", text("by-keyboard", ".breaker dd") + " === 'open'");
        // when
        browser.tabTo("its button", "e.getAttribute('aria-label') === 'Stop by-keyboard'");
        browser.press("Enter");
        assertThat(browser.eval("document.activeElement.getAttribute('aria-label')")
                        .asText())
                .isEqualTo("Really stop by-keyboard?");
        browser.press("Enter");
        // then
        browser.await(
                "it drains",
                "!document.getElementById('stream-by-keyboard') || " + text("by-keyboard", ".state")
                        + " === 'draining'");
        browser.await("it is gone", "!document.getElementById('stream-by-keyboard')");
        assertThat(browser.eval("document.getElementById('announcer').textContent")
                        .asText())
                .isEqualTo("by-keyboard: ended");
        thePageBehaves();
    }

    @Test
    void fiveStatesAreToldApartOnADeskAndOnAPhone() throws IOException {
        // given
        browser.size(1280, 900, false);
        signIn();
        publish("news/in");
        publish("sports/in");
        publish("silent/in", "-c", "copy", "-an");
        Process away = publish("away/in");
        publish("taken/in");
        publish("taken/out");
        for (String id : List.of("news", "sports", "silent", "away", "taken")) {
            serve.hook("ready", id, "1");
        }
        browser.await(
                "news is dubbed",
                "document.getElementById('stream-news') && " + card("news")
                        + ".querySelectorAll('.mark.dubbed').length > 3");
        // when: some segments of all get no dub, one stream loses its source
        scene.echo()
                .simulate(
                        "{\"outcome\": \"failed\", \"failure\": {\"error_code\": \"MODEL_ERROR\", \"retryable\": false}}");
        browser.await("original audio", card("sports") + ".querySelectorAll('.mark.original').length > 0");
        scene.echo().simulate("{\"delay_ms\": 400}");
        Shell.stop(away);
        browser.await("a lost source", text("away", ".state") + " === 'source lost'");
        browser.await("a final failure", text("silent", ".reason") + ".includes('Audio track required')");
        browser.await("a failure that is tried again", text("taken", ".reason") + ".includes('starts again in')");
        browser.await("dubbed again", card("news") + ".querySelector('.strip li:nth-last-child(3) .mark.dubbed')");
        // then
        assertThat(browser.eval("document.getElementById('count').textContent").asText())
                .contains("5 of", "failed");
        picture("desk.png", "console.picture");
        thePageBehaves();
        // when
        browser.size(390, 844, true);
        // then
        assertThat(browser.eval("document.documentElement.scrollWidth").asInt()).isLessThanOrEqualTo(390);
        assertThat(browser.eval("[...document.querySelectorAll('button, input')].filter(b => b.offsetParent && "
                                + "(b.getBoundingClientRect().width < 24 || b.getBoundingClientRect().height < 24))"
                                + ".map(b => b.outerHTML)")
                        .findValuesAsText(""))
                .as("large enough for a finger (WCAG 2.5.8)")
                .isEmpty();
        browser.picture(PICTURES.resolve("phone.png"));
        thePageBehaves();
        // when: the worker is gone
        serve.worker().signal("KILL");
        // then
        browser.await("it says so", "document.getElementById('connection').textContent.startsWith('NOT CONNECTED')");
    }

    @Test
    void languagesAreAddedSwitchedAndRemovedByKeyboard() throws IOException {
        // given
        browser.size(1280, 900, false);
        signIn();
        publish("news/in");
        serve.hook("ready", "news", "1");
        browser.await("it is live", isThere("news") + " && " + text("news", ".state") + " === 'live'");
        browser.await("one language looks as ever", "!" + card("news") + ".querySelector('.languages').open");
        assertThat(browser.eval(card("news") + ".querySelector('.level').hidden")
                        .asBoolean())
                .as("no levels without a bed")
                .isTrue();
        assertThat(serve.send(serve.request("/v1/streams/news")
                                .method(
                                        "PATCH",
                                        HttpRequest.BodyPublishers.ofString(
                                                "{\"bed\": \"duck\", \"loudness\": \"match\"}")))
                        .statusCode())
                .isEqualTo(200);
        // when
        browser.tabTo("its languages", "e.localName === 'summary'");
        browser.press("Enter");
        browser.tabTo("the field", "e.name === 'language'");
        browser.type("es");
        browser.press("Enter");
        // then: es is there already, and stays as it is; a wrong one is refused in words
        browser.await("it is said", text("news", ".add-language .answer") + ".includes('Spanish (es)')");
        browser.type("xx-thisisnotalanguage");
        browser.press("Enter");
        browser.await("it is refused", card("news") + ".querySelector('.add-language .answer.bad')");
        // The browser notes each refusal as an error of its own.
        browser.forgetComplaints();
        browser.eval("document.activeElement.value = ''");
        // when
        browser.type("fr");
        browser.press("Enter");
        // then
        for (String language : List.of("es", "fr")) {
            browser.await(
                    "a strip of its own",
                    isThere("news-" + language) + " && " + language(language)
                            + ".querySelectorAll('.strip .mark.dubbed').length > 1");
            browser.await("round trip", "/^[0-9].* of 4.0 s$/.test(" + figure(language, ".rtt .value") + ")");
            browser.await("breaker", figure(language, ".breaker dd") + " === 'closed'");
            browser.await("latency", "/^6\\.\\d s$/.test(" + figure(language, ".latency dd") + ")");
            browser.await("on air", figure(language, ".language-state") + " === 'on air'");
            browser.await("the bed", figure(language, ".bed .value") + " === '-14.0 dB'");
            for (String level : List.of("original", "dub")) {
                browser.await(
                        "loudness",
                        "/^-\\d+\\.\\d LUFS$/.test(" + figure(language, "." + level + "-level .value") + ")");
            }
            assertThat(browser.eval(language(language) + ".querySelector('.bed meter').value")
                            .asDouble())
                    .isEqualTo(-14);
        }
        // when
        browser.tabTo("the switch", "e.getAttribute('aria-label') === 'Dub off: French (fr) of news'");
        browser.press("Enter");
        // then
        browser.await(
                "the operator's fallback",
                language("fr") + ".querySelectorAll('.mark.original').length > 0 && " + figure("fr", ".fallbacks")
                        + ".includes('operator')");
        assertThat(browser.eval(figure("fr", ".language-state")).asText()).isEqualTo("dub is off");
        assertThat(browser.eval(figure("fr", ".answer")).asText())
                .matches("original sound from \\d\\d:\\d\\d:\\d\\d of the output until you switch the dub on");
        assertThat(browser.eval(figure("es", ".fallbacks")).asText()).doesNotContain("operator");
        picture("languages-desk.png", "console.languages-picture");
        thePageBehaves();
        browser.size(390, 844, true);
        assertThat(browser.eval("document.documentElement.scrollWidth").asInt()).isLessThanOrEqualTo(390);
        browser.picture(PICTURES.resolve("languages-phone.png"));
        thePageBehaves();
        // when
        browser.tabTo("its button", "e.getAttribute('aria-label') === 'Remove French (fr) of news'");
        browser.press("Enter");
        assertThat(browser.eval("document.activeElement.getAttribute('aria-label')")
                        .asText())
                .isEqualTo("Really remove French (fr) of news?");
        browser.press("Enter");
        // then
        browser.await("it drains", figure("fr", ".language-state") + " === 'draining'");
        browser.await("it is gone", "!" + isThere("news-fr"));
        browser.await("one language looks as ever", "!" + card("news") + ".querySelector('.languages').open");
        assertThat(browser.complaints()).isEmpty();
    }

    private static String isThere(String id) {
        return "document.getElementById('stream-" + id + "')";
    }

    private static String language(String key) {
        return isThere("news-" + key) + ".closest('section')";
    }

    private static String figure(String key, String selector) {
        return language(key) + ".querySelector('" + selector + "').textContent";
    }

    /** No complaint, nothing of another origin, dark, and nothing in the way of those who do not see or point. */
    private void thePageBehaves() {
        assertThat(browser.barriers()).isEmpty();
        assertThat(browser.complaints()).isEmpty();
        assertThat(browser.requests()).isNotEmpty().allMatch(url -> url.startsWith(serve.url() + "/"));
        assertThat(browser.eval("getComputedStyle(document.body).backgroundColor.match(/\\d+/g).every(c => c < 40)")
                        .asBoolean())
                .as("dark")
                .isTrue();
    }

    /** Nothing at all: the page says what would make something appear. */
    @Test
    void anEmptyConsoleSaysWhatWouldFillIt() {
        browser.size(390, 844, true);
        signIn();
        browser.await("it says so", "!document.getElementById('empty').hidden");
        assertThat(browser.eval("document.documentElement.scrollWidth").asInt()).isLessThanOrEqualTo(390);
        browser.picture(PICTURES.resolve("empty.png"));
        browser.open(serve.url() + "/");
        Awaitility.await("the secret is kept for the tab").atMost(SOON).until(() -> browser.eval(
                        "document.getElementById('connection').textContent")
                .asText()
                .equals("connected"));
        thePageBehaves();
    }
}
