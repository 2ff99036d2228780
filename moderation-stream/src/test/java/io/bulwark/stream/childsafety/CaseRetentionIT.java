package io.bulwark.stream.childsafety;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.events.Erasure;
import io.bulwark.events.Hold;
import io.bulwark.events.ListedHashKind;
import io.bulwark.events.Subject;
import io.bulwark.stream.childsafety.RestrictedCases.Ruling;
import io.bulwark.stream.query.Answer;
import io.bulwark.stream.testing.ReviewDesk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The hold on a case, its end after a year, and that nothing is left but the record of destruction. */
class CaseRetentionIT extends CaseRig {

    private final Topics topics = new Topics();

    /** Holds and erasures, at once everywhere. */
    private static final class Topics implements CaseRetention.Holds {
        final Map<String, Hold> holds = new HashMap<>();
        final List<Erasure> erasures = new ArrayList<>();

        @Override
        public Answer<Hold> find(String tenant, String imageId) {
            Hold hold = holds.get(tenant + "/" + imageId);
            return hold == null ? new Answer.Absent<>() : new Answer.Found<>(hold);
        }

        @Override
        public void write(Hold hold) {
            holds.put(hold.getTenant() + "/" + hold.getId(), hold);
        }

        @Override
        public void write(Erasure order) {
            erasures.add(order);
        }
    }

    private CaseRetention in(Duration later) {
        return new CaseRetention(
                database.database(), topics, Clock.fixed(Instant.now().plus(later), ZoneOffset.UTC));
    }

    private UUID reported() throws IOException {
        open(listed("i1", ListedHashKind.SHA256, true));
        UUID caseId = decide(DINA, Ruling.CONFIRMED);
        files.keepUp();
        new CaseReports(
                        database.database(),
                        new CyberTipline(config().childSafety().report()),
                        files,
                        config().childSafety().report())
                .keepUp();
        return caseId;
    }

    private boolean isHeld() {
        Hold hold = topics.holds.get("default/i1");
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
        assertThat(topics.holds.get("default/i1").getReason()).isEqualTo(CaseRetention.REASON);
    }

    @Test
    void aHoldThatAnAdministratorReleasesIsPlacedAgain() {
        open(listed("i1", ListedHashKind.SHA256, true));
        in(Duration.ZERO).sweep();
        topics.write(Hold.newBuilder(topics.holds.get("default/i1"))
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
        in(Duration.ofDays(366)).sweep();

        assertThat(topics.erasures).singleElement().satisfies(order -> {
            assertThat(order.getSubject()).isEqualTo(Subject.IMAGE);
            assertThat(order.getId()).isEqualTo("i1");
        });
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

        in(Duration.ofDays(801)).sweep();
        in(Duration.ofDays(801)).sweep();
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

        assertThat(isHeld()).isFalse();
        assertThat(topics.erasures).isEmpty();
        assertThat(cases.destroyed(DINA))
                .singleElement()
                .satisfies(left -> assertThat(left.ground()).isEqualTo("lifted by two people"));
    }
}
