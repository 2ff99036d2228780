package io.bulwark.stream.childsafety;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.events.Erasure;
import io.bulwark.events.Hold;
import io.bulwark.events.ListedHashKind;
import io.bulwark.events.Subject;
import io.bulwark.stream.childsafety.RestrictedCases.Ruling;
import io.bulwark.stream.query.Answer;
import io.bulwark.stream.runtime.InstanceAddress;
import io.bulwark.stream.testing.ReviewDesk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The hold on a case, its end after a year, and that nothing is left but the record of destruction. */
class CaseRetentionIT extends CaseRig {

    private final Topics topics = new Topics();
    private Duration passed = Duration.ZERO;

    /** Holds and erasures, at once everywhere. An image that is held is not erased. */
    private static final class Topics implements CaseRetention.Holds {
        final Map<String, Hold> holds = new HashMap<>();
        final List<Erasure> erasures = new ArrayList<>();
        final Set<String> erased = new HashSet<>();
        final List<String> left = new ArrayList<>(); // what the topic of orders has when it is compacted
        boolean elsewhere;
        String uploader = "uploader-of-i1";

        @Override
        public Answer<Hold> find(String tenant, Subject subject, String id) {
            Hold hold = holds.get(subject + "/" + id);
            return hold == null ? new Answer.Absent<>() : new Answer.Found<>(hold);
        }

        @Override
        public Answer<String> uploader(String tenant, String imageId) {
            if (elsewhere) {
                return new Answer.Elsewhere<>(new InstanceAddress("another", 8080));
            }
            return erased.contains(imageId) ? new Answer.Absent<>() : new Answer.Found<>(uploader);
        }

        @Override
        public void write(Hold hold) {
            holds.put(hold.getSubject() + "/" + hold.getId(), hold);
        }

        @Override
        public void remove(Hold hold) {
            holds.remove(hold.getSubject() + "/" + hold.getId());
        }

        @Override
        public void write(Erasure order) {
            erasures.add(order);
            left.add(order.getId());
            if (holds.values().stream().allMatch(hold -> hold.getReleasedAt() != null)) {
                erased.add(order.getId());
            }
        }

        @Override
        public void removeOrder(String imageId) {
            left.removeIf(imageId::equals);
        }
    }

    /** As if so much time had passed since the test began, for the database and for the program. */
    private CaseRetention in(Duration later) {
        double seconds = later.minus(passed).toSeconds();
        passed = later;
        database.asSuperuser().useHandle(handle -> {
            handle.execute(
                    "UPDATE restricted_case SET opened_at = opened_at - make_interval(secs => ?), checked_at = checked_at"
                            + " - make_interval(secs => ?), hold_until = hold_until - make_interval(secs => ?)",
                    seconds,
                    seconds,
                    seconds);
            handle.execute(
                    "UPDATE restricted_report SET finished_at = finished_at - make_interval(secs => ?)", seconds);
        });
        return at(Duration.ZERO);
    }

    /** The program's clock is wrong by so much. */
    private CaseRetention at(Duration wrong) {
        return new CaseRetention(
                database.database(), topics, Clock.fixed(Instant.now().plus(wrong), ZoneOffset.UTC));
    }

    private Hold hold(String by) {
        return Hold.newBuilder()
                .setTenant("default")
                .setSubject(Subject.IMAGE)
                .setId("i1")
                .setBy(by)
                .setReason("a reason")
                .setAt(Instant.now())
                .build();
    }

    private void sweeps(Duration later, int times) {
        for (int turn = 0; turn < times; turn++) {
            in(later).sweep();
        }
    }

    private UUID reported() throws IOException {
        open(listed("i1", ListedHashKind.SHA256, true));
        UUID caseId = decide(DINA, Ruling.CONFIRMED);
        sent();
        return caseId;
    }

    private void sent() throws IOException {
        files.keepUp();
        new CaseReports(
                        database.database(),
                        new CyberTipline(config().childSafety().report()),
                        files,
                        config().childSafety().report())
                .keepUp();
    }

    private boolean isHeld() {
        Hold hold = topics.holds.get("IMAGE/i1");
        return hold != null && hold.getReleasedAt() == null;
    }

    /** Every row of every table, as text. */
    private String everything() {
        return database.asSuperuser().withHandle(handle -> {
            List<String> tables = handle.createQuery("SELECT c.relname FROM pg_class c"
                            + " WHERE c.relnamespace = 'bulwark'::regnamespace AND c.relkind = 'r'")
                    .mapTo(String.class)
                    .list();
            var all = new StringBuilder();
            for (String table : tables) {
                handle.createQuery("SELECT t::text FROM \"" + table + "\" t")
                        .mapTo(String.class)
                        .forEach(
                                row -> all.append(table).append(' ').append(row).append('\n'));
            }
            return all.toString();
        });
    }

    @Test
    void anImageIsHeldFromTheFirstTurnAndTheHoldTellsNothing() {
        open(listed("i1", ListedHashKind.SHA256, true));
        in(Duration.ZERO).sweep();

        assertThat(isHeld()).isTrue();
        assertThat(topics.holds.get("IMAGE/i1").getReason()).isEqualTo(CaseRetention.REASON);
    }

    @Test
    void aHoldThatAnAdministratorReleasesIsPlacedAgain() {
        open(listed("i1", ListedHashKind.SHA256, true));
        in(Duration.ZERO).sweep();
        topics.write(Hold.newBuilder(topics.holds.get("IMAGE/i1"))
                .setReleasedBy("ada")
                .setReleasedAt(Instant.now())
                .build());
        in(Duration.ZERO).sweep();
        assertThat(isHeld()).isTrue();
    }

    @Test
    void aDayBeforeTheYearIsOverNothingGoes() throws IOException {
        reported();
        in(Duration.ofDays(364)).sweep();
        in(Duration.ofDays(364)).sweep();
        assertThat(cases.list(DINA)).hasSize(1);
        assertThat(isHeld()).isTrue();
        assertThat(topics.erasures).isEmpty();
    }

    @Test
    void aCaseWhoseReportIsNotFinishedDoesNotEnd() {
        open(listed("i1", ListedHashKind.SHA256, true));
        decide(DINA, Ruling.CONFIRMED);
        in(Duration.ofDays(4000)).sweep();
        in(Duration.ofDays(4000)).sweep();
        assertThat(cases.list(DINA)).hasSize(1);
    }

    @Test
    void afterTheYearNothingIsLeftButTheRecordOfDestruction() throws IOException {
        UUID caseId = reported();
        in(Duration.ZERO).sweep();
        assertThat(everything()).contains(ReviewDesk.sha256("file of i1"), "uploader-of-i1");
        String reportId = cases.look(DINA, caseId, REASON).reportId();

        in(Duration.ofDays(366)).sweep();
        assertThat(isHeld()).as("released first").isFalse();
        sweeps(Duration.ofDays(366), 2);

        assertThat(topics.holds).as("nor a released hold").isEmpty();
        assertThat(topics.erasures).singleElement().satisfies(order -> {
            assertThat(order.getSubject()).isEqualTo(Subject.IMAGE);
            assertThat(order.getId()).isEqualTo("i1");
        });
        assertThat(topics.left).as("the order names the image").isEmpty();
        assertThat(cases.list(DINA)).isEmpty();
        assertThat(cases.standing()).isEmpty();
        assertThat(cases.destroyed(DINA)).singleElement().satisfies(left -> {
            assertThat(left.caseId()).isEqualTo(caseId);
            assertThat(left.reportId()).isEqualTo(reportId);
            assertThat(left.ground()).isEqualTo("end of the hold");
        });
        assertThat(everything())
                .contains(caseId.toString())
                .doesNotContain(ReviewDesk.sha256("file of i1"), "uploader-of-i1", "e-i1", "invented")
                .doesNotContain(new String(FILE, StandardCharsets.UTF_8))
                .doesNotContain("default,i1");
    }

    @Test
    void aNamedLegalGroundKeepsACaseLonger() throws IOException {
        UUID caseId = reported();
        cases.extend(DINA, caseId, Instant.now().plus(Duration.ofDays(800)), "order 7 C 12", REASON);
        in(Duration.ofDays(700)).sweep();
        in(Duration.ofDays(700)).sweep();
        assertThat(cases.list(DINA)).hasSize(1);

        sweeps(Duration.ofDays(801), 3);
        assertThat(cases.list(DINA)).isEmpty();
    }

    @Test
    void aLiftedCaseGoesWithoutAnErasure() {
        open(listed("i1", ListedHashKind.SHA256, true));
        in(Duration.ZERO).sweep();
        decide(DINA, Ruling.NOT_CONFIRMED);
        decide(EMIL, Ruling.NOT_CONFIRMED);
        in(Duration.ZERO).sweep();
        in(Duration.ZERO).sweep();

        assertThat(topics.holds).isEmpty();
        assertThat(topics.erasures).isEmpty();
        assertThat(cases.destroyed(DINA))
                .singleElement()
                .satisfies(left -> assertThat(left.ground()).isEqualTo("lifted by two people"));
    }

    @Test
    void aHoldThatWasWrittenBeforeTheProgramDiedIsReleasedToo() throws IOException {
        reported();
        topics.write(hold(RestrictedCases.PROGRAM));
        sweeps(Duration.ofDays(366), 4);

        assertThat(topics.holds).isEmpty();
        assertThat(topics.erased).containsExactly("i1");
        assertThat(cases.list(DINA)).isEmpty();
    }

    @Test
    void aCaseWaitsForTheOtherCaseOfItsImage() throws IOException {
        reported();
        in(Duration.ofDays(100)).sweep();
        open(listed("i1", ListedHashKind.SHA256, true).setContentSha256(ReviewDesk.sha256("another")));
        decide(DINA, Ruling.CONFIRMED);
        sent();
        sweeps(Duration.ofDays(400), 4);
        assertThat(isHeld()).isTrue();
        assertThat(topics.erasures).isEmpty();

        sweeps(Duration.ofDays(500), 4);
        assertThat(topics.holds).isEmpty();
        assertThat(topics.erased).containsExactly("i1");
        assertThat(cases.list(DINA)).isEmpty();
        assertThat(cases.destroyed(DINA)).hasSize(2);
    }

    @Test
    void aCaseWaitsForTheHoldOfAnAdministrator() throws IOException {
        reported();
        in(Duration.ZERO).sweep();
        topics.write(hold("ada"));
        sweeps(Duration.ofDays(366), 4);
        assertThat(isHeld()).isTrue();
        assertThat(topics.erasures).isEmpty();
        assertThat(cases.list(DINA))
                .singleElement()
                .satisfies(one -> assertThat(one.state()).isEqualTo("ENDING"));
        assertThat(everything()).as("the file has gone").doesNotContain("k1");

        topics.write(Hold.newBuilder(hold("ada"))
                .setReleasedBy("ada")
                .setReleasedAt(Instant.now())
                .build());
        sweeps(Duration.ofDays(367), 2);
        assertThat(topics.holds).isEmpty();
        assertThat(cases.list(DINA)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"uploader-of-i1", "another"})
    void aCaseWaitsForTheHoldOnAnUploaderOfItsImage(String latest) throws IOException {
        reported();
        topics.uploader = latest;
        topics.write(Hold.newBuilder(hold("ada"))
                .setSubject(Subject.UPLOADER)
                .setId(latest)
                .build());
        sweeps(Duration.ofDays(366), 4);
        assertThat(topics.erasures).isEmpty();
        assertThat(cases.list(DINA)).hasSize(1);
    }

    @Test
    void aCaseStaysUntilItsImageIsErasedAndAnotherInstanceDestroysWhatItHolds() throws IOException {
        reported();
        in(Duration.ZERO).sweep();
        topics.elsewhere = true;
        sweeps(Duration.ofDays(366), 4);
        assertThat(topics.erasures).isEmpty();

        topics.elsewhere = false;
        sweeps(Duration.ofDays(366), 2);
        topics.erased.clear(); // as if the order had been refused
        in(Duration.ofDays(366)).sweep();
        assertThat(topics.erasures).hasSize(2);
        assertThat(topics.left).as("until it is carried out").isNotEmpty();
        assertThat(cases.list(DINA)).hasSize(1);
        in(Duration.ofDays(366)).sweep();
        assertThat(cases.list(DINA)).isEmpty();
    }

    @Test
    void oneWrongClockEndsNothing() throws IOException {
        reported();
        for (int turn = 0; turn < 4; turn++) {
            at(Duration.ofDays(4000)).sweep();
        }
        assertThat(isHeld()).isTrue();
        in(Duration.ofDays(4000));
        at(Duration.ofDays(-4000)).sweep();
        assertThat(isHeld()).isTrue();
        assertThat(cases.list(DINA))
                .singleElement()
                .satisfies(one -> assertThat(one.state()).isEqualTo("SECOND"));
    }

    @Test
    void aReportedCaseThatTwoPeopleLiftIsKeptAsLongAsItsReportDemands() throws IOException {
        cases = cases(RestrictedCases.Automatic.SHA256);
        open(listed("i1", ListedHashKind.SHA256, true));
        sent();
        decide(DINA, Ruling.NOT_CONFIRMED);
        decide(EMIL, Ruling.NOT_CONFIRMED);
        sweeps(Duration.ofDays(364), 3);
        assertThat(isHeld()).isTrue();
        assertThat(cases.standing()).isEmpty();
        assertThat(cases.list(DINA)).hasSize(1);

        sweeps(Duration.ofDays(366), 3);
        assertThat(topics.holds).isEmpty();
        assertThat(topics.erasures).isEmpty();
        assertThat(cases.list(DINA)).isEmpty();
    }
}
