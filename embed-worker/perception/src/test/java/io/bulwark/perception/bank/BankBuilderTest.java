package io.bulwark.perception.bank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.perception.bank.LabelledEmbedding.InvalidReferenceException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class BankBuilderTest {

    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    private Instant now = NOON;
    private final Clock clock = ((InstantSource) () -> now).withZone(ZoneOffset.UTC);
    private final BankBuilder builder = new BankBuilder("model", 2, clock);

    @Test
    void theLastPutOfAnIdCounts() {
        builder.put(new LabelledEmbedding("a", "safe", Rows.onCircle(2, 0)));
        builder.put(new LabelledEmbedding("a", "weapons", Rows.onCircle(2, 1)));

        try (Bank bank = builder.snapshot()) {
            assertThat(bank.size()).isEqualTo(1);
            assertThat(bank.labels()).containsExactly("weapons");
        }
    }

    @Test
    void aRemovedReferenceNoLongerVotes() {
        builder.put(new LabelledEmbedding("a", "safe", Rows.onCircle(2, 0)));

        assertThat(builder.remove("a")).isTrue();
        assertThat(builder.remove("a")).isFalse();
        assertThat(ids()).isEmpty();
    }

    @Test
    void aDisabledReferenceComesBackByItselfWhenItsTimeIsOver() {
        builder.put(new LabelledEmbedding("a", "safe", Rows.onCircle(2, 0)));
        builder.put(new LabelledEmbedding("b", "safe", Rows.onCircle(2, 1)), NOON.plusSeconds(60));
        assertThat(builder.disable("a", NOON.plusSeconds(3600))).isTrue();
        assertThat(builder.disable("none", NOON)).isFalse();

        assertThat(ids()).isEmpty();
        assertThat(builder.size()).isEqualTo(2);
        assertThat(builder.nextExpiry()).contains(NOON.plusSeconds(60));
        assertThat(builder.isStale()).isFalse();

        now = now.plus(Duration.ofSeconds(60));
        assertThat(builder.isStale()).isTrue();
        assertThat(ids()).containsExactly("b");
        assertThat(builder.nextExpiry()).contains(NOON.plusSeconds(3600));
        assertThat(builder.isStale()).isFalse();

        now = now.plus(Duration.ofHours(1));
        assertThat(ids()).containsExactly("a", "b");
        assertThat(builder.nextExpiry()).isEmpty();
    }

    @Test
    void aReferenceThatWasRefusedLeavesTheContentAsItWas() {
        builder.put(new LabelledEmbedding("a", "safe", Rows.onCircle(2, 0)));
        ids();

        assertThatThrownBy(() -> builder.put(new LabelledEmbedding("a", "safe", Rows.onCircle(3, 0))))
                .isInstanceOf(InvalidReferenceException.class)
                .hasMessageContaining("the bank has 2");

        assertThat(builder.isStale()).isFalse();
        assertThat(ids()).containsExactly("a");
    }

    @Test
    void aSnapshotIsNotTouchedByWhatComesAfterIt() {
        builder.put(new LabelledEmbedding("a", "safe", Rows.onCircle(2, 0)));
        try (Bank before = builder.snapshot()) {
            builder.remove("a");

            assertThat(before.nearest(Rows.onCircle(2, 0), 1, 1).get(0))
                    .extracting(Neighbour::referenceId)
                    .containsExactly("a");
        }
    }

    /** Whatever events come in whatever order, the snapshot is that of a model that keeps plain maps. */
    @Property(tries = 200)
    void anySequenceOfEventsGivesTheBankOfItsLastState(@ForAll long seed) {
        Random random = new Random(seed);
        now = NOON;
        BankBuilder subject = new BankBuilder("model", 2, clock);
        Map<String, Instant> disabledUntil = new HashMap<>();
        for (int step = 0; step < 40; step++) {
            String id = "r-" + random.nextInt(6);
            Instant until = NOON.plusSeconds(random.nextInt(100));
            switch (random.nextInt(4)) {
                case 0 -> {
                    subject.put(new LabelledEmbedding(id, "safe", Rows.onCircle(2, step)), until);
                    disabledUntil.put(id, until);
                }
                case 1 ->
                    assertThat(subject.disable(id, until))
                            .isEqualTo(disabledUntil.computeIfPresent(id, (key, value) -> until) != null);
                case 2 -> assertThat(subject.remove(id)).isEqualTo(disabledUntil.remove(id) != null);
                default -> now = now.plus(Duration.ofSeconds(random.nextInt(10)));
            }
            if (random.nextBoolean()) {
                TreeSet<String> voting = new TreeSet<>();
                disabledUntil.forEach((key, value) -> {
                    if (!value.isAfter(now)) {
                        voting.add(key);
                    }
                });
                assertThat(ids(subject)).containsExactlyElementsOf(voting);
                assertThat(subject.isStale()).isFalse();
            }
        }
    }

    private List<String> ids() {
        return ids(builder);
    }

    private static List<String> ids(BankBuilder builder) {
        try (Bank bank = builder.snapshot()) {
            return bank.nearest(Rows.onCircle(2, 0), 1, 100).get(0).stream()
                    .map(Neighbour::referenceId)
                    .sorted()
                    .toList();
        }
    }
}
