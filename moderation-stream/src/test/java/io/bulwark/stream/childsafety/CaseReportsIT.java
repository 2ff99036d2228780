package io.bulwark.stream.childsafety;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.events.ListMatch;
import io.bulwark.events.ListedHashKind;
import io.bulwark.stream.childsafety.CaseReports.Receiver.Answer;
import io.bulwark.stream.childsafety.CaseReports.Receiver.Answer.Refused;
import io.bulwark.stream.childsafety.RestrictedCases.Automatic;
import io.bulwark.stream.childsafety.RestrictedCases.Ruling;
import io.bulwark.stream.childsafety.RestrictedCases.Summary;
import io.bulwark.stream.problem.Problem;
import io.bulwark.stream.review.evidence.EvidenceKeys;
import io.bulwark.stream.testing.CyberTiplineReceiver.Report;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A report reaches the receiver once, whenever the program dies; on a real PostgreSQL and over HTTP. */
class CaseReportsIT extends CaseRig {

    /** The program is gone: nothing after this line ran. */
    private static final class Killed extends Error {}

    /** A receiver whose calls a test changes. */
    private record Changed(CaseReports.Receiver receiver, Change change) implements CaseReports.Receiver {

        private interface Change {
            Answer call(String name, Supplier<Answer> asked);
        }

        @Override
        public Answer submit(byte[] report) {
            return change.call("submit", () -> receiver.submit(report));
        }

        @Override
        public Answer upload(String reportId, byte[] file) {
            return change.call("upload", () -> receiver.upload(reportId, file));
        }

        @Override
        public Answer fileInfo(byte[] details) {
            return change.call("fileinfo", () -> receiver.fileInfo(details));
        }

        @Override
        public Answer finish(String reportId) {
            return change.call("finish", () -> receiver.finish(reportId));
        }

        @Override
        public Answer retract(String reportId) {
            return change.call("retract", () -> receiver.retract(reportId));
        }
    }

    /** Kills at the first call of a kind: before it, or after the receiver did it and before that was written down. */
    private static CaseReports.Receiver dying(CaseReports.Receiver receiver, String at, boolean after) {
        var dead = new AtomicBoolean();
        return new Changed(receiver, (call, asked) -> {
            if (!call.equals(at) || dead.getAndSet(true)) {
                return asked.get();
            }
            if (after) {
                asked.get();
            }
            throw new Killed();
        });
    }

    private CaseReports sender(CaseReports.Receiver through) throws IOException {
        return new CaseReports(
                database.database(), through, files, config().childSafety().report());
    }

    private CyberTipline client() throws IOException {
        return new CyberTipline(config().childSafety().report());
    }

    private void confirmed() {
        open(listed("i1", ListedHashKind.SHA256, true));
        decide(DINA, Ruling.CONFIRMED);
        files.keepUp();
    }

    /** As if the pause after a failure were over. */
    private void wait(CaseReports sender) {
        database.asSuperuser().useHandle(handle -> handle.execute("UPDATE restricted_report SET next_at = now()"));
        sender.keepUp();
    }

    private Summary summary() {
        return cases.list(DINA).get(0);
    }

    @Test
    void aConfirmedCaseIsReportedWithItsFileAndThatNoStaffViewedIt() throws IOException {
        confirmed();
        sender(client()).keepUp();

        assertThat(receiver.finished()).hasSize(1);
        Report report = receiver.finished().get(0);
        assertThat(report.document)
                .contains("<espIdentifier>uploader-of-i1</espIdentifier>", "<lastName>Porter</lastName>")
                .contains("SHA256 match with the hash list invented")
                .doesNotContain("dina");
        assertThat(report.files).singleElement().asString().contains(new String(FILE, StandardCharsets.UTF_8));
        assertThat(report.details)
                .singleElement()
                .asString()
                .contains("<fileViewedByEsp>false</fileViewedByEsp>", "<exifViewedByEsp>false</exifViewedByEsp>")
                .contains("<industryClassification>A1</industryClassification>");
        assertThat(summary().report()).isEqualTo("FINISHED");
        assertThat(summary().finishedAt()).isNotNull();
        assertThat(summary().endsAt()).isAfter(summary().finishedAt().plusSeconds(364 * 86_400L));
        assertThat(cases.look(EMIL, summary().caseId(), REASON))
                .satisfies(details -> assertThat(details.reportId()).matches("[0-9]+"))
                .satisfies(details -> assertThat(details.sentSha256()).hasSize(64));
    }

    @ParameterizedTest
    @CsvSource({
        "submit, false",
        "submit, true",
        "upload, false",
        "upload, true",
        "fileinfo, false",
        "fileinfo, true",
        "finish, false",
        "finish, true",
    })
    void aKillAtAnyCallLeavesOneFinishedReport(String at, boolean after) throws IOException {
        confirmed();
        CaseReports dying = sender(dying(client(), at, after));
        assertThatThrownBy(dying::keepUp).isInstanceOf(Killed.class);
        wait(sender(client()));
        wait(sender(client()));

        assertThat(receiver.finished()).singleElement().satisfies(report -> {
            assertThat(report.files).hasSize(1);
            assertThat(report.details).hasSize(1);
        });
        assertThat(summary().report()).isEqualTo("FINISHED");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aKillWhileAnUnfinishedReportIsTakenBackLeavesOneToo(boolean after) throws IOException {
        confirmed();
        CaseReports dying = sender(dying(client(), "upload", true));
        assertThatThrownBy(dying::keepUp).isInstanceOf(Killed.class);
        CaseReports again = sender(dying(client(), "retract", after));
        assertThatThrownBy(() -> wait(again)).isInstanceOf(Killed.class);
        wait(sender(client()));

        assertThat(receiver.finished()).hasSize(1);
        assertThat(receiver.reports()).hasSize(2);
        assertThat(cases.look(EMIL, summary().caseId(), REASON).abandoned()).hasSize(1);
    }

    /** The receiver discards what was not finished within a day. */
    @ParameterizedTest
    @ValueSource(strings = {"upload", "fileinfo", "finish"})
    void aReportThatTheReceiverDiscardedMeanwhileIsBegunAgain(String at) throws IOException {
        confirmed();
        CaseReports dying = sender(dying(client(), at, false));
        assertThatThrownBy(dying::keepUp).isInstanceOf(Killed.class);
        receiver.discardOpen();
        wait(sender(client()));

        assertThat(receiver.finished()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, 2000, 3000})
    void troubleAtTheReceiverIsTriedAgain(int code) throws IOException {
        confirmed();
        receiver.fault = code;
        sender(client()).keepUp();
        assertThat(summary().report()).isEqualTo("OPENED");
        assertThat(summary().trouble()).isEqualTo("SUBMIT: code " + code);

        receiver.fault = 0;
        wait(sender(client()));
        assertThat(receiver.finished()).hasSize(1);
        assertThat(summary().trouble()).isNull();
    }

    @Test
    void aReportThatIsRefusedForGoodWaitsForAPerson() throws IOException {
        confirmed();
        receiver.fault = 4100;
        wait(sender(client()));
        wait(sender(client()));
        assertThat(summary().report()).isEqualTo("REFUSED");
        assertThat(audited()).anyMatch(row -> row.startsWith("restricted.report-refused bulwark"));

        receiver.fault = 0;
        cases.resend(DINA, summary().caseId(), "the settings were wrong");
        wait(sender(client()));
        assertThat(receiver.finished()).hasSize(1);
    }

    @Test
    void aFileThatDoesNotOpenIsTroubleAndOtherReportsGoOn() throws IOException {
        confirmed();
        open(listed("i2", ListedHashKind.SHA256, true));
        decide(DINA, Ruling.CONFIRMED);
        files.keepUp();
        database.asSuperuser()
                .useHandle(handle -> handle.execute("UPDATE restricted_file SET key_id = 'lost' WHERE case_id ="
                        + " (SELECT case_id FROM restricted_case WHERE image_id = 'i1')"));
        sender(client()).keepUp();

        assertThat(receiver.finished()).hasSize(1);
        assertThat(cases.list(DINA))
                .anyMatch(each ->
                        "SUBMITTED".equals(each.report()) && each.trouble().contains(CaseFiles.SETTING));
    }

    @Test
    void aWrongPasswordIsTroubleAndNothingIsLost() throws IOException {
        confirmed();
        var config = config();
        Files.writeString(folder.resolve("password"), "another");
        wait(sender(new CyberTipline(config.childSafety().report())));
        assertThat(summary().trouble()).isEqualTo("SUBMIT: code 2000");
        wait(sender(client()));
        assertThat(receiver.finished()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(ListedHashKind.class)
    void onlyACryptographicMatchOnAVerifiedListIsReportedBeforeAPersonLooks(ListedHashKind kind) throws IOException {
        cases = cases(Automatic.CRYPTOGRAPHIC);
        open(listed("verified", kind, true));
        open(listed("unverified", kind, false));
        files.keepUp();
        sender(client()).keepUp();

        boolean exact = kind != ListedHashKind.PDQ && kind != ListedHashKind.OTHER;
        assertThat(receiver.finished()).hasSize(exact ? 1 : 0);
        assertThat(receiver.finished())
                .allSatisfy(report -> assertThat(report.document).contains("Reported before a person looked."));
    }

    @Test
    void byDefaultNothingIsReportedBeforeAPersonConfirms() throws IOException {
        open(listed("i1", ListedHashKind.SHA256, true));
        files.keepUp();
        sender(client()).keepUp();
        decide(DINA, Ruling.NOT_CONFIRMED);
        sender(client()).keepUp();
        assertThat(receiver.reports()).isEmpty();

        decide(EMIL, Ruling.CONFIRMED);
        sender(client()).keepUp();
        assertThat(receiver.finished()).hasSize(1);
    }

    @Test
    void aLabelThatDoesNotLeadToAReportIsNotReported() throws IOException {
        open(listed("i1", ListedHashKind.SHA256, true).setDecidingLabel("intimate-adult"));
        decide(DINA, Ruling.CONFIRMED);
        files.keepUp();
        sender(client()).keepUp();
        assertThat(receiver.reports()).isEmpty();
    }

    @Test
    void aReportThatIsForgottenAgainAndAgainRestsAndThenWaitsForAPerson() throws IOException {
        confirmed();
        CaseReports sender = sender(new Changed(
                client(), (call, asked) -> call.equals("upload") ? new Refused(Refused.NO_SUCH_REPORT) : asked.get()));
        sender.keepUp();
        sender.keepUp();
        assertThat(receiver.reports()).hasSize(2);
        wait(sender);
        wait(sender);
        assertThat(receiver.reports()).hasSize(3);
        assertThat(summary().report()).isEqualTo("REFUSED");
        assertThat(summary().trouble()).contains("never finished");

        cases.resend(DINA, summary().caseId(), "the receiver works again");
        wait(sender(client()));
        assertThat(receiver.finished()).hasSize(1);
    }

    @Test
    void aReportGoesWithoutAFileThatIsNotToBeHadForLong() throws IOException {
        files = new CaseFiles(
                database.database(),
                EvidenceKeys.read(folder.resolve("keys"), CaseFiles.SETTING),
                (topic, partition, offset, sha256) -> {
                    throw Problem.NO_PREVIEW.exception();
                });
        confirmed();
        wait(sender(client()));
        assertThat(receiver.reports()).isEmpty();
        assertThat(summary().trouble()).contains("NO_PREVIEW");

        for (int tries = 1; tries < CaseFiles.REPORT_WAITS; tries++) {
            database.asSuperuser().useHandle(handle -> handle.execute("UPDATE restricted_case SET file_next = now()"));
            files.keepUp();
        }
        wait(sender(client()));
        assertThat(receiver.finished())
                .singleElement()
                .satisfies(report -> assertThat(report.files).isEmpty());
    }

    @Test
    void whatASecondPersonDoesNotConfirmIsNotSent() throws IOException {
        cases = cases(Automatic.SHA256);
        open(listed("i1", ListedHashKind.SHA256, true));
        files.keepUp();
        decide(DINA, Ruling.NOT_CONFIRMED);
        sender(client()).keepUp();
        assertThat(receiver.reports()).isEmpty();
        assertThat(summary().report()).isEqualTo("STOPPED");
        assertThat(summary().state()).isEqualTo("SECOND");

        decide(EMIL, Ruling.CONFIRMED);
        sender(client()).keepUp();
        assertThat(receiver.finished())
                .singleElement()
                .satisfies(report -> assertThat(report.document).contains("by a person's decision"));
    }

    @ParameterizedTest
    @CsvSource({"submit, true", "upload, false", "upload, true", "finish, false", "finish, true"})
    void anOpenReportThatASecondPersonDoesNotConfirmIsTakenBackUnlessItWasFinished(String at, boolean after)
            throws IOException {
        confirmed();
        CaseReports dying = sender(dying(client(), at, after));
        assertThatThrownBy(dying::keepUp).isInstanceOf(Killed.class);
        decide(EMIL, Ruling.NOT_CONFIRMED);
        wait(sender(client()));

        boolean finished = at.equals("finish") && after;
        assertThat(receiver.finished()).hasSize(finished ? 1 : 0);
        assertThat(summary().report()).isEqualTo(finished ? "FINISHED" : "STOPPED");
        assertThat(receiver.reports().values())
                .allMatch(report -> at.equals("submit") || report.finished || report.retracted);
        decide(DINA, Ruling.NOT_CONFIRMED);
        assertThat(summary().state()).isEqualTo("LIFTED");
    }

    @Test
    void casesThatWereConfirmedBeforeReportingWasOnAreReported() throws IOException {
        cases = new RestrictedCases(
                database.database(), new RestrictedCases.Settings(Set.of(), Automatic.OFF, Duration.ofMinutes(5)));
        confirmed();
        decide(EMIL, Ruling.CONFIRMED);
        open(listed("i2", ListedHashKind.SHA256, true));
        sender(client()).keepUp();
        assertThat(receiver.reports()).isEmpty();

        cases = cases(Automatic.OFF);
        cases.orderMissing();
        cases.orderMissing();
        sender(client()).keepUp();
        assertThat(receiver.finished())
                .singleElement()
                .satisfies(report -> assertThat(report.document)
                        .contains("uploader-of-i1", "by a person's decision")
                        .doesNotContain("emil"));
    }

    @Test
    void aMatchOfAListAboutAdultsIsNeverReported() throws IOException {
        cases = cases(Automatic.CRYPTOGRAPHIC);
        open(listed("i1", ListedHashKind.SHA256, true)
                .setListed(new ListMatch("intimate", "e-1", ListedHashKind.SHA256, null, true, true)));
        files.keepUp();
        assertThat(summary().state()).isEqualTo("OPEN");
        decide(DINA, Ruling.CONFIRMED);
        decide(EMIL, Ruling.CONFIRMED);
        cases.orderMissing();
        sender(client()).keepUp();
        assertThat(receiver.reports()).isEmpty();
        assertThat(summary().report()).isNull();
    }

    /** A second person decides while a call is under way. */
    @ParameterizedTest
    @CsvSource({"upload, 0, STOPPED", "finish, 1, FINISHED"})
    void aPersonStopsAReportWhileACallIsUnderWay(String at, int finished, String step) throws IOException {
        confirmed();
        sender(new Changed(client(), (call, asked) -> {
                    Answer answer = asked.get();
                    if (call.equals(at)) {
                        decide(EMIL, Ruling.NOT_CONFIRMED);
                    }
                    return answer;
                }))
                .keepUp();

        assertThat(receiver.finished()).hasSize(finished);
        assertThat(summary().report()).isEqualTo(step);
        assertThat(receiver.reports().values()).allMatch(report -> report.finished || report.retracted);
    }
}
