package io.bulwark.stream.promise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.events.Decision;
import io.bulwark.schemas.promise.AnsweredDraw;
import io.bulwark.schemas.promise.PromisedRate;
import io.bulwark.stream.problem.Problem.ProblemException;
import io.bulwark.stream.promise.Promises.WatchedRate;
import io.bulwark.stream.promise.Promises.WatchedRate.State;
import io.bulwark.stream.testing.ReviewDesk;
import io.bulwark.stream.testing.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Draws, answers, epochs and alarms on a real PostgreSQL. */
class PromisesIT {

    private static final Promises.Settings RULES =
            new Promises.Settings(OptionalDouble.of(0.05), OptionalDouble.of(0.02), Duration.ofDays(7), 10_000);
    private static final Instant BEGIN =
            Instant.now().minus(60, ChronoUnit.DAYS).truncatedTo(ChronoUnit.SECONDS);

    @AutoClose
    private TestDatabase database;

    private SimpleMeterRegistry registry;
    private PromiseWatch watch;
    private Promises promises;

    @BeforeEach
    void open() {
        database = TestDatabase.open();
        registry = new SimpleMeterRegistry();
        promises = new Promises(database.database(), RULES);
        watch = new PromiseWatch(database.database(), promises, registry);
    }

    @Test
    void withoutGoldenItemsThereIsNoBandAndWithThemThereIs() {
        draws("default", 400, 2, 1);
        watch.look();
        assertThat(flagged("default").state()).isEqualTo(State.TOO_FEW_GOLDEN_ITEMS);
        assertThat(flagged("default").high()).isNull();
        assertThat(gauge("unwatched")).isEqualTo(2);
        golden("default", 300);
        watch.look();
        WatchedRate rate = flagged("default");
        assertThat(rate.state()).isEqualTo(State.WATCHED);
        assertThat(rate.draws()).isEqualTo(400);
        assertThat(rate.answered()).isEqualTo(400);
        assertThat(rate.estimate()).isCloseTo(0.005, within(1e-9));
        assertThat(rate.low()).isLessThan(rate.estimate());
        assertThat(rate.high()).isGreaterThan(rate.estimate());
        assertThat(rate.points()).hasSizeBetween(20, 60);
        assertThat(rate.goldenItems()).isEqualTo(600);
        assertThat(rate.evidence()).isLessThan(1);
        assertThat(gauge("unwatched")).isZero();
        assertThat(gauge("broken")).isZero();
    }

    @Test
    void aBrokenPromiseAlarmsAndStaysAlarmedWhenItsAnswersAreCorrectedUntilTheNextEpoch() {
        golden("default", 300);
        draws("default", 300, 60, 1);
        watch.look();
        WatchedRate broken = flagged("default");
        assertThat(broken.state()).isEqualTo(State.BROKEN);
        assertThat(broken.evidence()).isGreaterThan(1);
        assertThat(broken.standsOut()).isTrue();
        assertThat(gauge("broken")).isEqualTo(1);
        assertThat(gauge("evidence")).isCloseTo(broken.evidence(), within(1e-9));
        database.database().acrossTenants(handle -> {
            for (int i = 0; i < 300; i++) { // those flagged were NSFW after all
                PromiseDraws.answered(handle, "default", item("default", i), Optional.of(i < 60 ? "NSFW" : "SAFE"));
            }
            return null;
        });
        watch.look();
        WatchedRate corrected = flagged("default");
        assertThat(corrected.evidence()).isLessThan(1);
        assertThat(corrected.restated()).isEqualTo(60);
        assertThat(corrected.state()).isEqualTo(State.BROKEN);
        assertThat(corrected.brokenAt()).isEqualTo(broken.brokenAt());
        promises.restart("default", "sara", PromisedRate.FALSELY_FLAGGED, "New thresholds.");
        watch.look();
        assertThat(flagged("default").state()).isEqualTo(State.WATCHED);
        assertThat(flagged("default").draws()).isZero();
        assertThat(gauge("broken")).isZero();
        assertThatThrownBy(() -> promises.restart("default", "sara", PromisedRate.MISSED, " "))
                .isInstanceOf(ProblemException.class);
    }

    @Test
    void anotherPromiseBeginsAnEpochAndEachTenantSeesItsRates() {
        golden("default", 300);
        draws("default", 100, 0, 1);
        draws("another", 50, 0, 1);
        watch.look();
        watch.look();
        assertThat(epochs()).isEqualTo(4);
        var looser = new Promises.Settings(OptionalDouble.of(0.05), OptionalDouble.of(0.1), Duration.ofDays(7), 10_000);
        new PromiseWatch(database.database(), new Promises(database.database(), looser), new SimpleMeterRegistry())
                .look();
        assertThat(epochs()).isEqualTo(6);
        assertThat(new Promises(database.database(), looser)
                        .rates("default").stream()
                                .filter(rate -> rate.rate() == PromisedRate.FALSELY_FLAGGED)
                                .findFirst()
                                .orElseThrow()
                                .draws())
                .isZero();
        assertThat(promises.rates("another").get(0).draws()).isEqualTo(50);
        assertThat(flagged("another").state()).isEqualTo(State.TOO_FEW_GOLDEN_ITEMS);
    }

    @Test
    void instancesWithDifferentPromisesGoOnWithTheirEpochs() {
        golden("default", 300);
        draws("default", 100, 0, 1);
        var looser = new Promises.Settings(OptionalDouble.of(0.05), OptionalDouble.of(0.1), Duration.ofDays(7), 10_000);
        var other = new PromiseWatch(
                database.database(), new Promises(database.database(), looser), new SimpleMeterRegistry());
        watch.look();
        other.look();
        long epochs = epochs();
        for (int minute = 0; minute < 3; minute++) {
            watch.look();
            other.look();
        }

        assertThat(epochs()).isEqualTo(epochs);
        assertThat(flagged("default").draws()).isEqualTo(100);
    }

    @Test
    void anAnswerThatDoesNotComeIsOverdueAndCountsAgainstNoPromise() {
        golden("default", 300);
        draws("default", 300, 60, 0);
        watch.look();
        WatchedRate rate = flagged("default");
        assertThat(rate.overdue()).isEqualTo(300);
        assertThat(rate.estimate()).isNull();
        assertThat(rate.evidence()).isLessThan(0.01);
        assertThat(rate.high()).isEqualTo(1);
        assertThat(gauge("overdue")).isEqualTo(300);
    }

    /** Draws that come late, answers, corrections and a smaller sample in any order; some draws are waited for. */
    @Test
    void aLongLivedInstanceSaysAtEachLookWhatARecountOfAllRowsSays() {
        golden("default", 300);
        var chance = new SplittableRandom(11);
        Instant begin = Instant.now().minus(10, ChronoUnit.DAYS).truncatedTo(ChronoUnit.SECONDS);
        int made = 0;
        for (int look = 0; look < 40; look++) {
            int more = chance.nextInt(30);
            for (int i = made; i < made + more; i++) {
                long late = chance.nextInt(10) == 0 ? 40_000 : 0;
                Instant at = begin.plusSeconds(600L * i - late);
                double probability = look < 30 ? 1 : 0.5;
                Decision machine = chance.nextInt(10) == 0 ? Decision.NSFW : Decision.SAFE;
                take("default", i, at, machine, probability);
            }
            made += more;
            for (int i = 0; i < 2 * more; i++) {
                boolean early = chance.nextInt(4) > 0; // most answers are to old draws, so that there is a prefix
                int which = chance.nextInt(early ? Math.max(1, made - 60) : made);
                String said = chance.nextInt(5) == 0 ? "NSFW" : "SAFE";
                answer("default", which, chance.nextInt(20) == 0 ? Optional.empty() : Optional.of(said));
            }
            watch.look();
            assertThat(promises.rates("default"))
                    .as("look %d", look)
                    .isEqualTo(new Promises(database.database(), RULES).rates("default"));
        }
    }

    /** A row that no program of ours would change is changed: what is folded does not notice until it is read again. */
    @Test
    void whatIsSettledIsReadAgainOnlyWhereARowAmongItHasChanged() {
        golden("default", 300);
        draws("default", 300, 3, 1);
        double estimate = flagged("default").estimate();
        assertThat(estimate).isCloseTo(0.01, within(1e-9));
        database.asSuperuser().useHandle(handle -> handle.execute("UPDATE promise_draw SET machine = 'SAFE'"));
        assertThat(flagged("default").estimate()).isEqualTo(estimate);
        answer("default", 5, Optional.of("NSFW"));
        assertThat(flagged("default").estimate()).isZero();
    }

    /** With room for two rates, of which each tenant has two. */
    @Test
    void aFloodOfTenantsDoesNotPushOutTheRateThatCostsMostToReadAgain() {
        promises = new Promises(database.database(), RULES, 2);
        golden("default", 300);
        draws("default", 300, 3, 1);
        assertThat(flagged("default").estimate()).isCloseTo(0.01, within(1e-9));
        for (int i = 0; i < 5; i++) {
            draws("flood " + i, 10, 0, 1);
            promises.rates("flood " + i);
        }
        database.asSuperuser().useHandle(handle -> handle.execute("UPDATE promise_draw SET machine = 'SAFE'"));
        assertThat(flagged("default").estimate())
                .as("still folded, so that a change behind its back is not seen")
                .isCloseTo(0.01, within(1e-9));
    }

    @Test
    void theDrawIsADigestThatAnotherKeyAndAnotherTenantChange() {
        byte[] key = {1, 2, 3};
        Set<Double> different = new HashSet<>();
        int below = 0;
        for (int i = 0; i < 10_000; i++) {
            double drawn = PromiseDraws.uniform(key, "default", ReviewDesk.sha256("file " + i));
            different.add(drawn);
            below += drawn < 0.1 ? 1 : 0;
        }
        assertThat(different).hasSize(10_000);
        assertThat(below).isBetween(880, 1120);
        String file = ReviewDesk.sha256("file");
        assertThat(PromiseDraws.uniform(key, "default", file))
                .isEqualTo(PromiseDraws.uniform(key, "default", file))
                .isNotEqualTo(PromiseDraws.uniform(key, "another", file))
                .isNotEqualTo(PromiseDraws.uniform(new byte[] {1, 2, 4}, "default", file));
    }

    @Test
    void whatNoOneAnsweredInTimeIsListedWithoutADigestAndNothingAfterWhatIsWaitedFor() {
        draws("default", 2, 0, 0);
        answer("default", 1, Optional.of("NSFW"));
        decided("default", 1, "DECIDED", "porn");
        decided("default", 1, "PROPOSED", "gore");
        Instant today = Instant.now().minus(1, ChronoUnit.DAYS);
        take("default", 2, today, Decision.SAFE, 1);
        take("default", 3, today.plusSeconds(1), Decision.SAFE, 1);
        answer("default", 3, Optional.of("SAFE"));

        assertThat(promises.settledDraws("default"))
                .as("0 is past the deadline, 2 holds back 3")
                .satisfiesExactly(
                        open -> {
                            assertThat(open.people()).isNull();
                            assertThat(open.content()).isNull();
                            assertThat(open.probability()).isEqualTo(1);
                        },
                        answered -> {
                            assertThat(answered.people()).isEqualTo(Decision.NSFW);
                            assertThat(answered.content())
                                    .isEqualTo(AnsweredDraw.content("default", ReviewDesk.sha256("default1")));
                            assertThat(answered.labels())
                                    .as("of the decision in force, not of a proposal")
                                    .containsExactly("porn");
                        });
        answer("default", 2, Optional.of("SAFE"));
        assertThat(promises.settledDraws("default")).hasSize(4);
    }

    private void decided(String tenant, int i, String kind, String label) {
        database.asSuperuser()
                .useHandle(handle -> handle.createUpdate("""
                INSERT INTO decision (tenant, decided_at, decision_id, item_id, image_id, content_sha256, kind, stage,
                reviewer, decision, labels) VALUES (:tenant, clock_timestamp(), gen_random_uuid(), :item, 'image',
                repeat('0', 64), :kind, 'FIRST', 'reviewer', 'NSFW', ARRAY[:label])""")
                        .bind("tenant", tenant)
                        .bind("item", item(tenant, i))
                        .bind("kind", kind)
                        .bind("label", label)
                        .execute());
    }

    /** Draws of what the machine flagged and of what it passed, harmless all of them. */
    private void draws(String tenant, int count, int flagged, int answered) {
        var draws = new PromiseDraws(1);
        database.database().acrossTenants(handle -> {
            for (int i = 0; i < count; i++) {
                draws.take(
                        handle,
                        tenant,
                        ReviewDesk.sha256(tenant + i),
                        item(tenant, i),
                        BEGIN.plusSeconds(i),
                        i < flagged ? Decision.NSFW : Decision.SAFE);
                if (answered > 0) {
                    PromiseDraws.answered(handle, tenant, item(tenant, i), Optional.of("SAFE"));
                }
            }
            return null;
        });
    }

    private void take(String tenant, int i, Instant at, Decision machine, double probability) {
        database.database()
                .acrossTenants(handle -> new PromiseDraws(probability)
                        .take(handle, tenant, ReviewDesk.sha256(tenant + i), item(tenant, i), at, machine));
    }

    private void answer(String tenant, int i, Optional<String> said) {
        database.database().acrossTenants(handle -> {
            PromiseDraws.answered(handle, tenant, item(tenant, i), said);
            return null;
        });
    }

    private static UUID item(String tenant, int i) {
        return UUID.nameUUIDFromBytes((tenant + i).getBytes(StandardCharsets.UTF_8));
    }

    /** Golden items of both kinds that three people answered rightly. */
    private void golden(String tenant, int each) {
        database.asSuperuser()
                .useHandle(handle -> handle.createUpdate("""
                WITH known AS (INSERT INTO golden_item (tenant, image_id, content_sha256, uploader_id, score, answer,
                added_by) SELECT :tenant, 'golden-' || item, repeat('0', 64), 'uploader', 0.5,
                CASE WHEN item % 2 = 0 THEN 'SAFE' ELSE 'NSFW' END, 'senior'
                FROM generate_series(1, :items) item)
                INSERT INTO decision (tenant, decided_at, decision_id, item_id, image_id, content_sha256, kind, stage,
                reviewer, decision, labels, as_known) SELECT :tenant, clock_timestamp(), gen_random_uuid(),
                gen_random_uuid(), 'golden-' || item, repeat('0', 64), 'GOLDEN', 'FIRST', 'reviewer-' || person,
                CASE WHEN item % 2 = 0 THEN 'SAFE' ELSE 'NSFW' END, '{}', true
                FROM generate_series(1, :items) item, generate_series(1, 3) person""")
                        .bind("tenant", tenant)
                        .bind("items", 2 * each)
                        .execute());
    }

    private WatchedRate flagged(String tenant) {
        return promises.rates(tenant).stream()
                .filter(rate -> rate.rate() == PromisedRate.FALSELY_FLAGGED)
                .findFirst()
                .orElseThrow();
    }

    private long epochs() {
        return database.database()
                .acrossTenants(handle -> handle.createQuery("SELECT count(*) FROM promise_epoch")
                        .mapTo(Long.class)
                        .one());
    }

    private double gauge(String name) {
        return registry.get("bulwark.promises." + name).gauge().value();
    }
}
