package io.bulwark.stream.review;

import static io.bulwark.stream.testing.ReviewDesk.ANNA;
import static io.bulwark.stream.testing.ReviewDesk.SARA;
import static io.bulwark.stream.testing.ReviewDesk.says;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.stream.review.ItemRow.Origin;
import io.bulwark.stream.testing.ReviewDesk;
import io.bulwark.stream.testing.ReviewDeskTestCase;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.JdbiException;
import org.junit.jupiter.api.Test;

/** What of people's work goes once its time is over, on a real PostgreSQL. */
class RetentionIT extends ReviewDeskTestCase {

    private static final Retention.Ages AGES = new Retention.Ages(
            Duration.ofDays(60), Duration.ofDays(90), Duration.ofDays(40), Duration.ofDays(50), Duration.ofDays(35));

    private final Set<String> held = new HashSet<>();

    @Test
    void eachTableHasItsTimeAndDecisionsStayAsLongAsTheirItem() {
        decided("image");
        assertThat(sweep())
                .allSatisfy((table, gone) -> assertThat(gone).as(table).isZero());

        age(36);
        assertThat(gone()).containsExactly(Map.entry("audit_mark", 1L));
        age(5);
        assertThat(gone()).containsExactly(Map.entry("report", 1L));
        age(10);
        assertThat(gone()).containsExactly(Map.entry("note", 1L));
        age(10);
        assertThat(gone()).containsExactly(Map.entry("queue_item", 1L));
        age(30);
        assertThat(gone()).containsExactly(Map.entry("decision", 1L));
    }

    @Test
    void whatWaitsForPeopleIsHeldOrGoldenStays() {
        decided("held");
        desk.golden.add(SARA, decided("golden"), "SAFE");
        desk.arrives("waits", 0.5);
        held.add("held");
        age(1000);
        assertThat(gone()).containsKeys("report", "note").doesNotContainKeys("queue_item", "decision");
        assertThat(desk.rows("report", "default")).as("those of what is held").isOne();
        held.clear();
        gone();
        assertThat(desk.rows("queue_item", "default"))
                .as("what waits, and the golden one")
                .isEqualTo(2);
    }

    @Test
    void aClockThatRunsAheadDeletesNothing() {
        decided("image");
        var ahead = Clock.fixed(Instant.now().plus(Duration.ofDays(400)), ZoneOffset.UTC);
        assertThat(new Retention(database.database(), AGES, (tenant, image, uploader) -> false, ahead).sweep())
                .allSatisfy((table, gone) -> assertThat(gone).as(table).isZero());
    }

    @Test
    void nothingThatIsYoungGoesWhateverTheApplicationSays() {
        UUID item = decided("image");
        for (String table : new String[] {"queue_item", "decision", "note", "report"}) {
            assertThatThrownBy(() -> database.database()
                            .inTenant(
                                    "default",
                                    handle -> handle.createQuery(
                                                    "SELECT expire(:table, 'default', :item, clock_timestamp())")
                                            .bind("table", table)
                                            .bind("item", item)
                                            .mapTo(Long.class)
                                            .one()))
                    .isInstanceOf(JdbiException.class)
                    .hasMessageContaining("nothing expires before it is 30 days old");
        }
    }

    /** A decided item with a note, a report and a mark. */
    private UUID decided(String image) {
        UUID item = desk.arrives(image, 0.5);
        ReviewQueue.Claim claim = desk.queue.claim(ANNA).orElseThrow();
        desk.queue.note(ANNA, item, "a note");
        database.database().acrossTenants(handle -> {
            desk.intake.reported(handle, ReviewDesk.doubtful("default", image, 0.5), Origin.REPORT, "reader", "");
            Casebook.markAudited(handle, "default", image, Optional.empty(), "OTHER");
            return null;
        });
        desk.decisions.decide(ANNA, says(claim, "SAFE"));
        return item;
    }

    private Map<String, Long> sweep() {
        return new Retention(
                        database.database(), AGES, (tenant, image, uploader) -> held.contains(image), Clock.systemUTC())
                .sweep();
    }

    private Map<String, Long> gone() {
        Map<String, Long> all = sweep();
        all.values().removeIf(rows -> rows == 0);
        return all;
    }

    /** Makes all rows older. */
    private void age(int days) {
        database.asSuperuser().useHandle(handle -> {
            handle.execute("SELECT set_config('session_replication_role', 'replica', false)");
            String back = " - make_interval(days => " + days + ")";
            handle.execute("UPDATE queue_item SET closed_at = closed_at" + back + ", arrived_at = arrived_at" + back);
            handle.execute("UPDATE decision SET decided_at = decided_at" + back);
            for (String table : new String[] {"note", "report", "audit_mark"}) {
                handle.execute("UPDATE " + table + " SET at = at" + back);
            }
        });
    }
}
