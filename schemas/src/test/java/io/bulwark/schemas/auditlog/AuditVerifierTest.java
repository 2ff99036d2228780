package io.bulwark.schemas.auditlog;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.schemas.auditlog.AuditRow.Digest;
import io.bulwark.schemas.auditlog.AuditVerifier.AuditFault;
import io.bulwark.schemas.auditlog.AuditVerifier.AuditFault.Kind;
import io.bulwark.schemas.auditlog.Checkpoint.Anchor;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class AuditVerifierTest {

    private static final Instant AT = Instant.parse("2026-11-26T10:00:00.123456Z");

    @Test
    void anUntouchedLogHasNoFault() {
        assertThat(faults(log("a", 20))).isEmpty();
    }

    @Test
    void theLogsOfTwoTenantsMayBeMixed() {
        List<AuditRow> first = log("a", 5);
        List<AuditRow> second = log("b", 5);
        List<AuditRow> mixed = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            mixed.add(first.get(i));
            mixed.add(second.get(i));
        }
        assertThat(faults(mixed)).isEmpty();
    }

    @Test
    void aLogMayBeginAfterACheckpointAndNowhereElse() throws GeneralSecurityException {
        List<AuditRow> rows = log("a", 9);
        KeyPair keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        AuditRow fourth = rows.get(3);
        Checkpoint checkpoint = Checkpoint.sign(new Anchor("a", 4, fourth.hash()), AT, keys.getPrivate());
        assertThat(checkpoint.isSignedBy(keys.getPublic())).isTrue();
        assertThat(new Checkpoint("a", 5, fourth.hash(), AT, checkpoint.signature()).isSignedBy(keys.getPublic()))
                .isFalse();
        assertThat(checkpoint.isSignedBy(KeyPairGenerator.getInstance("Ed25519")
                        .generateKeyPair()
                        .getPublic()))
                .isFalse();

        assertThat(faults(rows, checkpoint)).isEmpty();
        assertThat(faults(rows.subList(4, 9), checkpoint)).isEmpty();
        assertThat(faults(List.of(), checkpoint)).as("all rows were dropped").isEmpty();
        assertThat(faults(rows.subList(5, 9), checkpoint))
                .as("a row after the checkpoint is missing")
                .extracting(AuditFault::position)
                .contains(5L);
        assertThat(faults(rows.subList(2, 9), checkpoint))
                .as("the log begins in the midst of what the checkpoint covers")
                .extracting(AuditFault::kind)
                .containsOnly(Kind.DROPPED);
        AuditRow forged = AuditRow.after(AuditRow.FIRST, "a", 5, AT, "anna", "x", "y", "{}");
        assertThat(faults(List.of(forged), checkpoint))
                .as("it was written after another row than the checkpoint's")
                .extracting(AuditFault::kind)
                .containsExactly(Kind.EDITED);
    }

    private static List<AuditFault> faults(List<AuditRow> rows, Checkpoint checkpoint) {
        var verifier = new AuditVerifier(List.of(), List.of(checkpoint));
        rows.forEach(verifier::take);
        return verifier.faults();
    }

    @Test
    void anEditedRowIsFound() {
        List<AuditRow> rows = log("a", 5);
        rows.set(2, edited(rows.get(2)));
        assertThat(faults(rows)).singleElement().satisfies(fault -> {
            assertThat(fault.kind()).isEqualTo(Kind.EDITED);
            assertThat(fault.position()).isEqualTo(3);
        });
    }

    @Test
    void anEditedRowWithARecomputedHashIsFoundByTheNextOne() {
        List<AuditRow> rows = log("a", 5);
        AuditRow row = rows.get(2);
        rows.set(2, AuditRow.after(row.previous(), "a", 3, AT, "another", row.action(), row.subject(), "{}"));
        assertThat(faults(rows)).singleElement().satisfies(fault -> {
            assertThat(fault.kind()).isEqualTo(Kind.EDITED);
            assertThat(fault.position()).isEqualTo(3);
        });
    }

    @Test
    void aDroppedRowIsFound() {
        List<AuditRow> rows = log("a", 5);
        rows.remove(2);
        assertThat(faults(rows)).singleElement().satisfies(fault -> {
            assertThat(fault.kind()).isEqualTo(Kind.DROPPED);
            assertThat(fault.position()).isEqualTo(3);
        });
    }

    @Test
    void aDroppedRowIsFoundEvenIfTheRowsAfterItWereRenumbered() {
        List<AuditRow> rows = log("a", 5);
        rows.remove(2);
        AuditRow moved = rows.get(2);
        rows.set(
                2,
                new AuditRow(
                        "a",
                        3,
                        AT,
                        moved.actor(),
                        moved.action(),
                        moved.subject(),
                        "{}",
                        moved.previous(),
                        moved.hash()));
        assertThat(faults(rows)).extracting(AuditFault::position).contains(3L);
    }

    @Test
    void aDoubledRowIsFound() {
        List<AuditRow> rows = log("a", 5);
        rows.add(3, rows.get(2));
        assertThat(faults(rows)).singleElement().satisfies(fault -> {
            assertThat(fault.kind()).isEqualTo(Kind.DOUBLED);
            assertThat(fault.position()).isEqualTo(3);
        });
    }

    @Test
    void aReorderedRowIsFound() {
        List<AuditRow> rows = log("a", 5);
        Collections.swap(rows, 2, 3);
        assertThat(faults(rows)).singleElement().satisfies(fault -> {
            assertThat(fault.kind()).isEqualTo(Kind.REORDERED);
            assertThat(fault.position()).isEqualTo(3);
        });
    }

    @Test
    void anEndThatWasCutOffIsFoundByAnAnchorOnly() {
        List<AuditRow> rows = log("a", 5);
        Anchor end = new Anchor("a", 5, rows.get(4).hash());
        rows.remove(4);
        assertThat(faults(rows)).isEmpty();
        assertThat(faults(rows, end)).singleElement().satisfies(fault -> {
            assertThat(fault.kind()).isEqualTo(Kind.DROPPED);
            assertThat(fault.position()).isEqualTo(5);
        });
    }

    @Test
    void aRewrittenLogDiffersFromItsAnchor() {
        Anchor end = new Anchor("a", 3, log("a", 3).get(2).hash());
        AuditRow other = AuditRow.after(AuditRow.FIRST, "a", 1, AT, "x", "y", "z", "{}");
        AuditRow second = AuditRow.after(other.hash(), "a", 2, AT, "x", "y", "z", "{}");
        AuditRow third = AuditRow.after(second.hash(), "a", 3, AT, "x", "y", "z", "{}");
        assertThat(faults(List.of(other, second, third), end))
                .extracting(AuditFault::kind)
                .containsExactly(Kind.EDITED);
    }

    @Test
    void noTextCanMoveFromOneFieldToTheNext() {
        AuditRow row = AuditRow.after(AuditRow.FIRST, "a", 1, AT, "ab", "c", "d", "{}");
        AuditRow other = AuditRow.after(AuditRow.FIRST, "a", 1, AT, "a", "bc", "d", "{}");
        assertThat(row.hash()).isNotEqualTo(other.hash());
    }

    /** Computed with Python's hashlib and struct from the description in package-info. */
    @Test
    void theBytesAreThoseOfTheDescription() {
        AuditRow row = AuditRow.after(
                AuditRow.FIRST, "default", 1, AT, "anna", "review.decided", "item/1", "{\"decision\":\"NSFW\"}");
        assertThat(row.hash()).hasToString("3edc09e8fc03673a8e7bc55ca9434683cac367934f589429507db625b258c665");
    }

    private static List<AuditFault> faults(List<AuditRow> rows, Anchor... anchors) {
        var verifier = new AuditVerifier(List.of(anchors));
        rows.forEach(verifier::take);
        return verifier.faults();
    }

    private static AuditRow edited(AuditRow row) {
        return new AuditRow(
                row.tenant(),
                row.position(),
                row.at(),
                row.actor(),
                row.action(),
                row.subject(),
                "{\"decision\":\"SAFE\"}",
                row.previous(),
                row.hash());
    }

    private static List<AuditRow> log(String tenant, int length) {
        var rows = new ArrayList<AuditRow>();
        Digest previous = AuditRow.FIRST;
        for (int position = 1; position <= length; position++) {
            AuditRow row =
                    AuditRow.after(previous, tenant, position, AT, "anna", "review.decided", "item/" + position, "{}");
            rows.add(row);
            previous = row.hash();
        }
        return rows;
    }
}
