package io.bulwark.stream.promise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.bulwark.stream.problem.Problem.ProblemException;
import io.bulwark.stream.promise.DriftDocument.State;
import io.bulwark.stream.promise.DriftSamples.Seen;
import io.bulwark.stream.testing.ReviewDesk;
import io.bulwark.stream.testing.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Samples, references and alarms of drift on a real PostgreSQL. */
class DriftIT {

    private static final int PER_DAY = 100;
    private static final int PIECE = 120;
    private static final int CENTRES = 8;
    private static final LocalDate FIRST = LocalDate.now(ZoneOffset.UTC).minusDays(24); // pictures go by the clock
    private static final Instant BEGIN = FIRST.atStartOfDay(ZoneOffset.UTC).toInstant();

    private final SplittableRandom chance = new SplittableRandom(3);

    @AutoClose
    private TestDatabase database;

    private SimpleMeterRegistry registry;
    private Drift drift;
    private DriftWatch watch;

    @BeforeEach
    void open() {
        database = TestDatabase.open();
        registry = new SimpleMeterRegistry();
        drift = new Drift(database.database(), new Drift.Settings(PER_DAY, 0.05));
        watch = new DriftWatch(database.database(), drift, registry);
    }

    private record Upload(Seen seen, float[] embedding) {}

    @Test
    void approvedTrafficIsWatchedAndOtherPicturesAlarmWithExamples() {
        take(days(0, 5, 0));
        assertThat(document().state()).isEqualTo(State.NOT_APPROVED);
        assertThat(document().approvable()).isFalse();
        assertThatThrownBy(() -> drift.approve("default", "sara", "Too early."))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("50 uploaders, each counted once, of 7 days");
        take(days(5, 12, 0));
        watch.look();
        assertThat(gauge("unapproved")).isEqualTo(1);
        assertThat(document().approvable()).isTrue();
        assertThat(document().pictures()).as("the last two days may go on").isEqualTo(10 * PER_DAY);
        drift.approve("default", "sara", "An ordinary fortnight.");
        take(days(12, 20, 0));
        watch.look();
        DriftDocument same = document();
        assertThat(same.state()).isEqualTo(State.WATCHED);
        assertThat(same.days())
                .as("neither the day of the approval nor the last two")
                .isEqualTo(6);
        assertThat(same.pictures()).isEqualTo(6 * PER_DAY);
        assertThat(same.evidence()).isLessThan(0.5);
        assertThat(same.cluster()).isNull();
        assertThat(gauge("alarmed")).isZero();
        assertThat(gauge("unapproved")).isZero();
        take(days(20, 32, 0.9));
        watch.look();
        DriftDocument other = document();
        assertThat(other.state()).isEqualTo(State.DRIFTED);
        assertThat(other.evidence()).isGreaterThan(1);
        assertThat(other.points()).hasSize(18);
        assertThat(other.cluster().unlike()).isTrue();
        assertThat(other.cluster().since()).isBetween(FIRST.plusDays(18), FIRST.plusDays(22));
        assertThat(other.cluster().share()).isGreaterThan(other.cluster().before() + 0.1);
        assertThat(other.cluster().examples()).hasSize(5).allMatch(image -> image.startsWith("new-"));
        assertThat(gauge("alarmed")).isEqualTo(1);
        drift.approve("default", "sara", "These are welcome.");
        watch.look();
        assertThat(document().state()).isEqualTo(State.WATCHED);
        assertThat(gauge("alarmed")).isZero();
    }

    /** Instances that die and begin again, records that come twice and in another order. */
    @Test
    void itEqualsWhatIsRecomputedFromTheRecordsInAnyOrderByTwoInstances() {
        List<Upload> before = days(0, 12, 0);
        List<Upload> after = days(12, 24, 0.2);
        take(before);
        drift.approve("default", "sara", "An ordinary fortnight.");
        for (int i = 0; i < after.size(); i += PIECE) {
            take(after.subList(i, i + PIECE)); // each time by an instance that has just begun
            if (i % (4 * PIECE) == 0) {
                watch.look();
            }
        }
        watch.look();
        List<String> rows = rows();
        DriftDocument document = document();
        assertThat(document.pictures()).isEqualTo(10 * PER_DAY);

        database.asSuperuser()
                .useHandle(handle -> handle.execute("DELETE FROM drift_sample WHERE day > ?", FIRST.plusDays(11)));
        List<Upload> again = new ArrayList<>(after);
        again.addAll(after.subList(0, 3 * PIECE));
        Collections.shuffle(again, new Random(1));
        var first = new DriftSamples(PER_DAY);
        var second = new DriftSamples(PER_DAY);
        for (int i = 0; i < again.size(); i += PIECE) {
            List<Upload> some = again.subList(i, i + PIECE);
            DriftSamples instance = i % (2 * PIECE) == 0 ? first : second;
            database.database().acrossTenants(handle -> {
                some.forEach(upload -> instance.take(handle, upload.seen(), upload.embedding()));
                return null;
            });
        }
        analyze();
        watch.look();

        assertThat(rows()).isEqualTo(rows);
        assertThat(document()).isEqualTo(document);
    }

    @Test
    void anUploaderCountsOnceADayAndAnErasureTakesWhatLeadsToThePicture() {
        List<Upload> flood = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            flood.add(upload("copy-" + i, "flooder", BEGIN.plusSeconds(i), 3));
        }
        take(flood);
        assertThat(count("drift_sample")).isEqualTo(1);
        assertThat(count("drift_picture")).isEqualTo(1);
        assertThat(new DriftSamples(0).mayTake(flood.get(0).seen())).isFalse();
        database.database()
                .inTenant(
                        "default",
                        handle -> handle.createQuery(
                                        "SELECT row_count FROM erase_rows('default', 'uploader', 'flooder')")
                                .mapTo(Long.class)
                                .list());
        assertThat(count("drift_picture")).isZero();
        assertThat(count("drift_sample")).isEqualTo(1);
    }

    /** Else one file, which all of them upload, would be the choice of each. */
    @Test
    void ofUploadersOfTheSameFilesDifferentOnesAreSampled() {
        List<Upload> same = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            same.add(upload("file-" + i / 40, "uploader-" + i % 40, BEGIN, 1));
        }
        take(same);
        assertThat(count("drift_sample")).isEqualTo(40);
        assertThat(query("SELECT DISTINCT image_id FROM drift_picture", String.class))
                .hasSizeGreaterThan(5);
    }

    @Test
    void anotherModelIsNotComparedWithWhatWasApproved() {
        take(days(0, 12, 0));
        drift.approve("default", "sara", "An ordinary fortnight.");
        take(days(12, 14, 1).stream()
                .map(upload -> new Upload(
                        new Seen(
                                "default",
                                upload.seen().imageId(),
                                upload.seen().uploaderId(),
                                upload.seen().contentSha256(),
                                "another model",
                                upload.seen().recorded()),
                        upload.embedding()))
                .toList());
        watch.look();

        assertThat(document().state()).isEqualTo(State.OTHER_MODEL);
        assertThat(document().pictures()).isZero();
        assertThat(gauge("unapproved")).isEqualTo(1);
    }

    @Test
    void itIsOffWhereNothingIsSampled() {
        var off = new Drift(database.database(), new Drift.Settings(0, 0.05));
        assertThat(off.isOff()).isTrue();
        assertThat(off.document("default").state()).isEqualTo(State.OFF);
        assertThatThrownBy(() -> off.approve("default", "sara", "Why not."))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("bulwark.review.drift.per-day");
    }

    /** Its counts are of days of uploaders and not of uploaders, so loyal ones would alarm. */
    @Test
    void whatWasApprovedBeforeThereWereScalesDoesNotCount() {
        take(days(0, 12, 0));
        drift.approve("default", "sara", "An ordinary fortnight.");
        database.asSuperuser().useHandle(handle -> {
            handle.execute("UPDATE drift_sample SET place = place - floor(place)");
            handle.execute("UPDATE drift_reference SET evidence = 2, drifted_at = clock_timestamp()");
        });
        take(days(12, 24, 0.9));
        watch.look();

        assertThat(document().state()).isEqualTo(State.NOT_APPROVED);
        assertThat(gauge("alarmed")).isZero();
        assertThat(gauge("evidence")).isZero();
        assertThat(gauge("unapproved")).isEqualTo(1);

        drift.approve("default", "sara", "Since the update.");
        watch.look();
        assertThat(document().state()).isEqualTo(State.WATCHED);
        assertThat(gauge("unapproved")).isZero();
    }

    /** Each approval spends of the chance of a false alarm that all tenants have together. */
    @Test
    void aTenantsTrafficIsApprovedOnceADay() {
        take(days(0, 12, 0));
        drift.approve("default", "sara", "An ordinary fortnight.");
        assertThatThrownBy(() -> drift.approve("default", "sara", "Once more."))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("once a day");
        take(days(12, 13, 0));
        drift.approve("default", "sara", "A day later.");
        assertThat(count("drift_reference")).isEqualTo(2);
    }

    /** Else rows could be matched to known uploaders, and followed over days. */
    @Test
    void aRowTellsNoUploaderAndAnotherDayHasAnotherUnitOfTheSameHalf() {
        List<Upload> uploads = new ArrayList<>();
        for (int day = 0; day < 3; day++) {
            for (int i = 0; i < 30; i++) {
                uploads.add(upload("image-" + day + "-" + i, "uploader-" + i, BEGIN.plus(day, ChronoUnit.DAYS), 1));
            }
        }
        take(uploads);
        List<UUID> units = query("SELECT DISTINCT unit FROM drift_sample", UUID.class);
        assertThat(units)
                .hasSize(90)
                .doesNotContain(UUID.nameUUIDFromBytes("default\nuploader\nuploader-1".getBytes()));
        assertThat(query("""
                SELECT count(DISTINCT fitted) FROM drift_sample JOIN drift_picture USING (tenant, day, unit)
                GROUP BY uploader_id""", Long.class)).hasSize(30).containsOnly(1L);
        assertThat(query("SELECT DISTINCT fitted FROM drift_sample", Boolean.class))
                .hasSize(2);
    }

    /** Whether a transaction waits for an advisory lock. */
    private boolean isAwaited() {
        return database.asSuperuser()
                .withHandle(handle -> handle.createQuery(
                                "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
                                        + " AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))")
                        .mapTo(Boolean.class)
                        .one());
    }

    @Test
    void aPictureThatIsChosenWhileTheWatchLooksIsNotPlacedAsTheOneBefore() throws Exception {
        take(days(0, 12, 0));
        drift.approve("default", "sara", "An ordinary fortnight.");
        take(days(12, 16, 0));
        List<Upload> late = new ArrayList<>();
        for (int i = 0; i < PER_DAY; i++) {
            Instant at = BEGIN.plus(13, ChronoUnit.DAYS).plusSeconds(i);
            late.add(upload("late-" + i, "uploader-13-" + i, at, CENTRES + 1));
        }
        var samples = new DriftSamples(PER_DAY);
        CompletableFuture<Void> look = database.database().acrossTenants(handle -> {
            late.forEach(upload -> samples.take(handle, upload.seen(), upload.embedding()));
            CompletableFuture<Void> begun = CompletableFuture.runAsync(watch::look);
            await("the watch waits for the samples").until(this::isAwaited);
            return begun;
        });
        look.get();
        watch.look();
        List<String> rows = rows();
        assertThat(rows).anyMatch(row -> row.contains("late-"));
        database.asSuperuser().useHandle(handle -> handle.execute("UPDATE drift_sample SET reference = NULL"));
        watch.look();
        assertThat(rows()).isEqualTo(rows);
    }

    @Test
    void picturesGoAfterThirtyDaysAlsoWhereNothingNewComes() {
        take(List.of(
                upload("old", "anna", Instant.now().minus(31, ChronoUnit.DAYS), 1),
                upload("young", "ben", Instant.now().minus(29, ChronoUnit.DAYS), 1)));
        watch.look();
        assertThat(query("SELECT image_id FROM drift_picture", String.class)).containsExactly("young");
    }

    /** More uploaders a day than are sampled; a share of the pictures is of a kind that was not there before. */
    private List<Upload> days(int from, int to, double other) {
        List<Upload> made = new ArrayList<>();
        for (int day = from; day < to; day++) {
            for (int i = 0; i < PER_DAY + 20; i++) {
                boolean isNew = chance.nextDouble() < other;
                Instant at = BEGIN.plus(day, ChronoUnit.DAYS).plusSeconds(i);
                int centre = isNew ? CENTRES : chance.nextInt(CENTRES);
                made.add(upload((isNew ? "new-" : "old-") + day + "-" + i, "uploader-" + day + "-" + i, at, centre));
            }
        }
        return made;
    }

    private Upload upload(String image, String uploader, Instant at, int centre) {
        float[] row = new float[128];
        for (int i = 0; i < row.length; i++) {
            row[i] = (float) (0.03 * chance.nextGaussian() + (i == centre ? 0.9 : 0));
        }
        return new Upload(new Seen("default", image, uploader, ReviewDesk.sha256(image), "a model", at), row);
    }

    private void take(List<Upload> uploads) {
        var samples = new DriftSamples(PER_DAY);
        database.database().acrossTenants(handle -> {
            uploads.forEach(upload -> samples.take(handle, upload.seen(), upload.embedding()));
            return null;
        });
        analyze();
    }

    /** As autovacuum does; without statistics the looks at these rows take minutes. */
    private void analyze() {
        database.asOwner().useHandle(handle -> handle.execute("ANALYZE drift_sample, drift_picture"));
    }

    private DriftDocument document() {
        return drift.document("default");
    }

    /** The sampled ones; beyond them it depends on the order which are still there. */
    private List<String> rows() {
        return database.asSuperuser()
                .withHandle(handle -> handle.createQuery("""
                        SELECT day || ' ' || unit || ' ' || place || ' ' || coalesce(cell, -1) || ' ' || image_id FROM (
                        SELECT *, row_number() OVER (PARTITION BY day ORDER BY place, unit) AS nth FROM drift_sample) s
                        JOIN drift_picture USING (tenant, day, unit) WHERE nth <= :most AND day > :after
                        ORDER BY 1""")
                        .bind("most", PER_DAY)
                        .bind("after", FIRST.plusDays(11))
                        .mapTo(String.class)
                        .list());
    }

    private long count(String table) {
        return query("SELECT count(*) FROM " + table, Long.class).get(0);
    }

    private <T> List<T> query(String sql, Class<T> type) {
        return database.asSuperuser()
                .withHandle(handle -> handle.createQuery(sql).mapTo(type).list());
    }

    private double gauge(String name) {
        return registry.get("bulwark.drift." + name).gauge().value();
    }
}
