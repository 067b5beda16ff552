package io.livedub.echo;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;

import io.livedub.echo.Journal.JournalList;

import static org.assertj.core.api.Assertions.assertThat;

/** What a session is made of: intake, order, what is in flight, the journal's bounds. */
class SessionPartsTest {
    private final ObjectNode success = Director.Treatment.result("success", null, null);
    private final AtomicBoolean gapsBlock = new AtomicBoolean();
    private final List<Long> delivered = new ArrayList<>();
    private final Delivery delivery =
            new Delivery(gapsBlock::get, (slot, result) -> delivered.add(slot.sequence), () -> {});

    private Delivery.Slot slot(long sequence) {
        return slot(Samples.fragment(sequence));
    }

    private Delivery.Slot slot(ObjectNode fragment) {
        long sequence = fragment.path("sequence_number").longValue();
        Delivery.Slot slot = new Delivery.Slot(sequence, ReceivedFragment.parse(fragment), Json.object(), 0);
        delivery.accept(slot);
        return slot;
    }

    @Test
    void spendsTheNumberOfARefusedFragment() {
        FragmentIntake intake = new FragmentIntake(Samples.STREAM);
        EchoFailure refused = intake.refusal(Samples.fragment(0), 100, FragmentIntake.MAX_OUTSTANDING);
        EchoFailure next = intake.refusal(Samples.fragment(1), 100, 0);
        assertThat(refused.code()).isEqualTo("QUEUE_FULL");
        assertThat(intake.expected).isEqualTo(2);
        assertThat(next).isNull();
    }

    @Test
    void doesNotSpendAWrongNumber() {
        FragmentIntake intake = new FragmentIntake(Samples.STREAM);
        ObjectNode none = Samples.fragment(0);
        none.remove("sequence_number");
        assertThat(intake.refusal(none, 1, 0).message()).endsWith("expected 0, got none");
        assertThat(intake.refusal(none.put("sequence_number", "0"), 1, 0).message())
                .endsWith("got \"0\"");
        ObjectNode large = none.put("sequence_number", new java.math.BigInteger("18446744073709551616"));
        assertThat(intake.refusal(large, 1, 0).code()).isEqualTo("INVALID_SEQUENCE");
        ObjectNode other = Samples.fragment(0).put("stream_id", "other");
        assertThat(intake.refusal(other, 1, 0).code()).isEqualTo("STREAM_NOT_FOUND");
        assertThat(intake.refusal(Samples.fragment(0), 1, 0)).isNull();
    }

    @Test
    void deliversInOrderWhateverTheOrderOfTheResults() {
        List<Delivery.Slot> slots = IntStream.range(0, 3).mapToObj(i -> slot(i)).toList();
        delivery.done(slots.get(2), success);
        delivery.done(slots.get(1), success);
        List<Long> before = List.copyOf(delivered);
        delivery.done(slots.get(0), success);
        assertThat(before).isEmpty();
        assertThat(delivered).containsExactly(0L, 1L, 2L);
        assertThat(delivery.held()).isZero();
    }

    @Test
    void stopsAtAGapOnlyWhenGapsBlock() {
        gapsBlock.set(true);
        delivery.gap(0);
        delivery.done(slot(1), success);
        List<Long> before = List.copyOf(delivered);
        gapsBlock.set(false);
        delivery.flush();
        assertThat(before).isEmpty();
        assertThat(delivered).containsExactly(1L);
    }

    @Test
    void countsRefusedNumbersThatPileUp() {
        gapsBlock.set(true);
        for (int i = 0; i <= Delivery.MAX_SLOTS; i++) {
            assertThat(delivery.flooded()).isFalse();
            delivery.gap(i);
        }
        assertThat(delivery.flooded()).isTrue();
    }

    @Test
    void takesAnAcknowledgementOnceAndOnlyAfterTheResult() {
        Delivery.Slot slot = slot(0);
        assertThat(delivery.acked(slot.fragmentId)).isNull();
        delivery.done(slot, success);
        assertThat(delivery.acked(slot.fragmentId).audible).isFalse();
        assertThat(delivery.acked(slot.fragmentId)).isNull();
        assertThat(delivery.inflight()).isZero();
    }

    @Test
    void aFragmentWithoutAResultIsNoLongerInFlight() {
        Delivery.Slot slot = slot(0);
        delivery.skip(slot);
        assertThat(delivery.isInflight(slot.fragmentId)).isFalse();
    }

    @Test
    void forgetsTheOldestOfAWorkerThatNeverAcknowledges() {
        String first = null;
        for (int i = 0; i <= Delivery.MAX_INFLIGHT; i++) {
            String id = new UUID(0, i).toString();
            first = first == null ? id : first;
            delivery.done(slot(Samples.fragment(id, i)), success);
        }
        assertThat(delivery.inflight()).isEqualTo(Delivery.MAX_INFLIGHT);
        assertThat(delivery.isInflight(first)).isFalse();
    }

    @Test
    void keepsTheJournalBounded() {
        Journal journal = new Journal();
        int most = JournalList.FRAGMENTS.most;
        for (int i = 0; i <= most; i++) {
            for (JournalList list : JournalList.values()) {
                journal.add(list, Json.object().put("n", i));
            }
        }
        for (JournalList list : JournalList.values()) {
            assertThat(journal.list(list)).hasSize(list.most);
            assertThat(journal.list(list).get(0).path("n").longValue())
                    .as("the oldest")
                    .isEqualTo(most + 1L - list.most);
        }
        assertThat(journal.toJson().path("counts").path("fragments").intValue()).isEqualTo(most + 1);
    }

    @Test
    void clearsWhatIsOverAndKeepsWhatLasts() {
        Journal journal = new Journal();
        ObjectNode over = journal.add(
                JournalList.SESSIONS, Json.object().put("session_id", "over").putNull("closed_ms"));
        journal.add(
                JournalList.SESSIONS, Json.object().put("session_id", "lasts").putNull("closed_ms"));
        journal.change(() -> over.put("closed_ms", 2));
        journal.clear();
        assertThat(journal.list(JournalList.SESSIONS))
                .extracting(session -> session.path("session_id").textValue())
                .containsExactly("lasts");
    }

    @Test
    void shortensWhatItQuotes() {
        assertThat(EchoText.shortened("x".repeat(1000))).hasSize(301);
    }
}
