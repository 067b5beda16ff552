package io.livedub.echo;

import java.util.stream.IntStream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** What is kept of an event, whatever a client makes of it. */
class ShortenerTest {
    private static JsonNode kept(JsonNode payload) {
        return new Shortener().copy(payload);
    }

    @Test
    void keepsAProperEventButForItsAudio() {
        var fragment = Samples.fragment("00000000-0000-0001-0000-000000000000", 7);
        fragment.withObject("/audio").put("data_base64", "A".repeat(8_000));
        JsonNode kept = kept(fragment);
        assertThat(kept.at("/audio/data_base64").textValue()).isEqualTo("A".repeat(100) + "… (8000 characters)");
        fragment.withObject("/audio").set("data_base64", kept.at("/audio/data_base64"));
        assertThat(kept).isEqualTo(fragment);
    }

    @Test
    void keepsLittleOfALot() {
        ArrayNode many = Json.array();
        IntStream.range(0, 10_000).forEach(many::add);
        JsonNode kept = kept(Json.object().set("many", many));
        assertThat(kept.path("many")).hasSize(Shortener.MAX_NODES - 2);
        JsonNode digits = kept(Json.parse("{\"n\": " + "9".repeat(900) + "}"));
        assertThat(digits.path("n").textValue()).hasSizeLessThan(130);
        JsonNode name = kept(Json.object().put("k".repeat(5_000), true));
        assertThat(name.fieldNames().next()).hasSizeLessThan(130);
    }

    @Test
    void forgetsTheOldest() {
        Journal journal = new Journal();
        for (int n = 0; n <= Journal.JournalList.EVENTS.most; n++) {
            journal.add(Journal.JournalList.EVENTS, Json.object().put("event", "e" + n));
        }
        JsonNode events = journal.toJson().path("events");
        assertThat(events).hasSize(Journal.JournalList.EVENTS.most);
        assertThat(events.get(0).path("event").textValue()).isEqualTo("e1");
    }
}
