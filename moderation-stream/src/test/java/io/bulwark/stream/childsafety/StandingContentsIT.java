package io.bulwark.stream.childsafety;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.events.ListedHashKind;
import io.bulwark.stream.childsafety.RestrictedCases.Ruling;
import io.bulwark.stream.testing.ReviewDesk;
import java.time.Duration;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What an instance knows of contents of which a case stands, by the changes since it looked last. */
class StandingContentsIT extends CaseRig {

    private static final String INSERT =
            "INSERT INTO restricted_case (tenant, image_id, uploader_id, content_sha256, label," + " uploaded_at) ";

    private boolean covers(String imageId) {
        return restriction.covers("default", ReviewDesk.sha256("file of " + imageId));
    }

    private void openedElsewhere(Handle handle, String imageId) {
        handle.execute(
                INSERT + "VALUES ('default', ?, 'u', ?, 'x', now())", imageId, ReviewDesk.sha256("file of " + imageId));
    }

    private int changes() {
        return database.asSuperuser()
                .withHandle(handle -> handle.select("SELECT count(*) FROM restricted_change")
                        .mapTo(Integer.class)
                        .one());
    }

    @Test
    void aContentIsKnownWhileOneOfItsCasesStands() {
        open(listed("i1", ListedHashKind.SHA256, true));
        open(listed("i2", ListedHashKind.SHA256, true).setContentSha256(ReviewDesk.sha256("file of i1")));
        open(listed("i3", ListedHashKind.SHA256, true).setTenant("other"));
        assertThat(standing()).isEqualTo(2);
        assertThat(covers("i3")).as("of another tenant").isFalse();

        decide(DINA, Ruling.NOT_CONFIRMED);
        decide(EMIL, Ruling.NOT_CONFIRMED);
        assertThat(standing()).isEqualTo(2);
        decide(DINA, Ruling.NOT_CONFIRMED);
        decide(EMIL, Ruling.NOT_CONFIRMED);
        assertThat(standing()).isEqualTo(1);
        assertThat(covers("i1")).isFalse();
    }

    /** It began before the last turn and was committed after it, with a change of a later transaction in between. */
    @Test
    void aTransactionThatTakesLongIsNotOverlooked() {
        try (Handle slow = database.asSuperuser().open()) {
            slow.begin();
            openedElsewhere(slow, "i1");
            open(listed("i2", ListedHashKind.SHA256, true));
            standing.follow();
            assertThat(covers("i1")).isFalse();
            assertThat(covers("i2")).isTrue();
            standing.sweep();
            slow.commit();
        }
        standing.follow();
        assertThat(covers("i1")).isTrue();
    }

    @Test
    void aTurnReadsTheChangesAlone() {
        database.asSuperuser().useTransaction(handle -> {
            handle.execute("SET LOCAL session_replication_role = replica"); // no change is noted
            openedElsewhere(handle, "i1");
        });
        standing.follow();
        assertThat(covers("i1")).isFalse();
        new StandingContents(database.database(), restriction).follow();
        assertThat(covers("i1")).as("at a start all are read").isTrue();
    }

    @Test
    void aChangeThatEveryInstanceHasReadIsForgotten() {
        open(listed("i1", ListedHashKind.SHA256, true));
        standing.sweep();
        assertThat(changes()).isEqualTo(1);
        database.asSuperuser()
                .useHandle(handle -> handle.execute("UPDATE restricted_change SET at = at - interval '11 minutes'"));
        standing.sweep();
        assertThat(changes()).isZero();
    }

    @Test
    @Tag("proof")
    void aTurnBesideAMillionCasesIsAsShortAsBesideNone() {
        database.asSuperuser().useTransaction(handle -> {
            handle.execute("SET LOCAL session_replication_role = replica");
            handle.execute(INSERT + "SELECT 'default', 'image-' || n, 'u',"
                    + " encode(sha256(n::text::bytea), 'hex'), 'x', now() FROM generate_series(1, 1000000) AS n");
        });
        database.asSuperuser().useHandle(handle -> handle.execute("ANALYZE restricted_case"));
        long started = System.nanoTime();
        new StandingContents(database.database(), restriction).follow();
        Duration all = Duration.ofNanos(System.nanoTime() - started);
        assertThat(restriction.contents()).isEqualTo(1_000_000);

        var following = new StandingContents(database.database(), restriction);
        following.follow();
        Duration longest = Duration.ZERO;
        for (int turn = 0; turn < 20; turn++) {
            open(listed("i" + turn, ListedHashKind.SHA256, true));
            started = System.nanoTime();
            following.follow();
            Duration took = Duration.ofNanos(System.nanoTime() - started);
            longest = took.compareTo(longest) > 0 ? took : longest;
            assertThat(covers("i" + turn)).isTrue();
        }
        System.out.printf("all cases: %d ms; a turn: %d ms at most%n", all.toMillis(), longest.toMillis());
        assertThat(longest).isLessThan(Duration.ofSeconds(1));
    }
}
