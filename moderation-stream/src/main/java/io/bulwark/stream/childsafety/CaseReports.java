package io.bulwark.stream.childsafety;

import io.bulwark.stream.ChildSafetyConfig;
import io.bulwark.stream.childsafety.CaseFiles.CaseFile;
import io.bulwark.stream.database.Database;
import io.bulwark.stream.state.StoreKey;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/**
 * Sends each report once. A report goes OPENED → SUBMITTED → UPLOADED → FILEINFO → FINISHED; a call is written down before
 * it is made ({@code calling}) and its answer after it. A call that is written down without an answer may or may not have
 * reached the receiver:
 *
 * <ul>
 *   <li>{@code SUBMIT}: the report may be open there under an id that is not known here. It is never finished, and the
 *       receiver discards what is not finished (a day after it was opened, or an hour after the last change). A new one is
 *       opened.
 *   <li>{@code UPLOAD}, {@code FILEINFO}, {@code RETRACT}: the open report is retracted, and a new one is opened, so that
 *       none has a file twice.
 *   <li>{@code FINISH}: it is called again for the same id. "Finished already" is what was wanted. "No such report" and
 *       "retracted" mean that it was never finished, so a new one is opened.
 * </ul>
 *
 * A report that ended unfinished is begun again at once, then after a pause; the {@value #MOST_RESTARTS}th time it waits
 * for a person. A report that a person stopped ({@code stopped}) is retracted where it is open. So at most
 * one report is finished, as far as the receiver keeps its own rules. One instance sends, under an advisory
 * lock; one thread.
 */
record CaseReports(Database database, Receiver receiver, CaseFiles files, ChildSafetyConfig.Report reporter) {

    private static final Logger LOG = Logger.getLogger(CaseReports.class);
    private static final long LOCK = 0x62756c7761726b02L;
    private static final int FIRST_PAUSE_SECONDS = 5;
    private static final int LONGEST_PAUSE_SECONDS = 1800;
    private static final int MOST_RESTARTS = 3;
    private static final int RESTART_PAUSE_SECONDS = 600;
    private static final byte[] NOTHING = {};

    /** What takes reports. Each call blocks until there is an answer, or none comes. */
    interface Receiver {

        Answer submit(byte[] report);

        Answer upload(String reportId, byte[] file);

        Answer fileInfo(byte[] details);

        Answer finish(String reportId);

        Answer retract(String reportId);

        /** The answer to a call. */
        sealed interface Answer {

            int NO_SUCH_REPORT = 5001;
            int RETRACTED = 5101;
            int FINISHED = 5102;

            /** Stands for HTTP's 401 and 403. */
            int NOT_AUTHORIZED = 2000;

            /** It was done. The ids are empty where the answer has none. */
            record Done(String reportId, String fileId) implements Answer {}

            /** It was not done. 1xxx is trouble at the receiver, 2xxx and 3xxx are about rights, 4xxx about the document. */
            record Refused(int code) implements Answer {

                boolean isTerminal() {
                    return code >= 4000 && code < 5000;
                }

                /** Whether the report is not open there any more, and was not finished. */
                boolean isGone() {
                    return code == NO_SUCH_REPORT || code == RETRACTED;
                }
            }

            /** It is not known whether it was done. */
            record Silent(String why) implements Answer {}
        }
    }

    private enum Call {
        SUBMIT,
        UPLOAD,
        FILEINFO,
        FINISH,
        RETRACT
    }

    private record Row(
            String tenant,
            UUID caseId,
            String step,
            Call calling,
            boolean stopped,
            String reportId,
            String fileId,
            String file) {

        /** What to do next; what was under way when this was last looked at comes first. */
        Call next() {
            if (stopped) {
                return Call.RETRACT;
            }
            if (calling != null) {
                return switch (calling) {
                    case SUBMIT -> Call.SUBMIT;
                    case FINISH -> Call.FINISH;
                    case UPLOAD, FILEINFO, RETRACT -> Call.RETRACT;
                };
            }
            return switch (step) {
                case "OPENED" -> Call.SUBMIT;
                case "SUBMITTED" -> file.equals("KEPT") ? Call.UPLOAD : Call.FINISH;
                case "UPLOADED" -> Call.FILEINFO;
                default -> Call.FINISH;
            };
        }
    }

    /** Sends what is due; another instance that is sending keeps this one from it. */
    void keepUp() {
        try (Database.Held held = database.hold()) {
            boolean mine = held.handle()
                    .createQuery("SELECT pg_try_advisory_lock(:lock)")
                    .bind("lock", LOCK)
                    .mapTo(Boolean.class)
                    .one();
            while (mine && !Thread.currentThread().isInterrupted() && step(held.handle())) {
                LOG.debug("A report went a call further");
            }
        }
    }

    /** Makes one call for the report that has waited longest; false where none is due. */
    private boolean step(Handle held) {
        Optional<Row> due = Database.acrossTenants(held, handle -> {
            RestrictedCases.enter(handle);
            return next(handle);
        });
        due.ifPresent(row -> {
            Call call = row.next();
            Optional<byte[]> begun = Database.acrossTenants(held, handle -> {
                RestrictedCases.enter(handle);
                return begin(handle, row, call);
            });
            if (begun.isEmpty()) {
                return;
            }
            byte[] body = begun.get();
            Receiver.Answer answer = switch (call) {
                case SUBMIT -> receiver.submit(body);
                case UPLOAD -> receiver.upload(row.reportId(), body);
                case FILEINFO -> receiver.fileInfo(body);
                case FINISH -> receiver.finish(row.reportId());
                case RETRACT -> receiver.retract(row.reportId());
            };
            Database.acrossTenants(held, handle -> {
                RestrictedCases.enter(handle);
                end(handle, row, call, answer);
                return null;
            });
        });
        return due.isPresent();
    }

    /** A report whose file is still being fetched waits, for a time. What is stopped and not open there ends here. */
    private static Optional<Row> next(Handle handle) {
        handle.execute("UPDATE restricted_report SET step = 'STOPPED', calling = NULL, trouble = NULL"
                + " WHERE stopped AND report_id IS NULL AND step NOT IN ('FINISHED', 'STOPPED')");
        return handle.createQuery("""
                        SELECT r.*, c.file FROM restricted_report r JOIN restricted_case c USING (tenant, case_id)
                        WHERE r.step NOT IN ('FINISHED', 'REFUSED', 'STOPPED') AND r.next_at <= clock_timestamp()
                        AND (c.file <> 'WANTED' OR c.file_tries >= :waits OR r.stopped) ORDER BY r.next_at LIMIT 1""")
                .bind("waits", CaseFiles.REPORT_WAITS)
                .map((row, context) -> new Row(
                        row.getString("tenant"),
                        row.getObject("case_id", UUID.class),
                        row.getString("step"),
                        Optional.ofNullable(row.getString("calling"))
                                .map(Call::valueOf)
                                .orElse(null),
                        row.getBoolean("stopped"),
                        row.getString("report_id"),
                        row.getString("file_id"),
                        row.getString("file")))
                .findOne();
    }

    /**
     * Writes down the call and how long to rest if it has no answer. Returns what it sends, no bytes where that is an id;
     * empty where the file does not open, or a person stopped the report meanwhile: then no call is made.
     */
    private Optional<byte[]> begin(Handle handle, Row row, Call call) {
        Optional<byte[]> body = body(handle, row, call);
        int begun = handle.createUpdate("""
                        UPDATE restricted_report SET calling = CAST(:call AS text), tries = tries + 1, next_at = clock_timestamp()
                        + make_interval(secs => least(:longest, :first * power(2, least(tries, 20)))),
                        sent_sha256 = CASE WHEN CAST(:call AS text) = 'SUBMIT' THEN :sha256 ELSE sent_sha256 END
                        WHERE tenant = :tenant AND case_id = :case AND stopped = :stopped""")
                .bind("stopped", row.stopped())
                .bind("call", body.isPresent() ? call.name() : null)
                .bind("longest", (double) LONGEST_PAUSE_SECONDS)
                .bind("first", (double) FIRST_PAUSE_SECONDS)
                .bind("sha256", HexFormat.of().formatHex(StoreKey.sha256(body.orElse(NOTHING))))
                .bind("tenant", row.tenant())
                .bind("case", row.caseId())
                .execute();
        if (begun == 0) {
            return Optional.empty();
        }
        if (body.isEmpty()) {
            trouble(handle, row, call + ": the file does not open; put its key back (" + CaseFiles.SETTING + ")");
        }
        return body;
    }

    private Optional<byte[]> body(Handle handle, Row row, Call call) {
        return switch (call) {
            case SUBMIT -> Optional.of(document(handle, row).report(reporter));
            case UPLOAD -> files.open(handle, row.tenant(), row.caseId()).map(CaseFile::bytes);
            case FILEINFO ->
                files.open(handle, row.tenant(), row.caseId())
                        .map(file -> document(handle, row).fileDetails(row.reportId(), row.fileId(), file.original()));
            case FINISH, RETRACT -> Optional.of(NOTHING);
        };
    }

    private static ReportDocument document(Handle handle, Row row) {
        return handle.select("""
                        SELECT c.*, r.viewed AS said_viewed, r.ordered_by FROM restricted_case c
                        JOIN restricted_report r USING (tenant, case_id)
                        WHERE c.tenant = ? AND c.case_id = ?""", row.tenant(), row.caseId())
                .map((found, context) -> new ReportDocument(
                        row.caseId(),
                        row.tenant(),
                        found.getString("image_id"),
                        found.getString("uploader_id"),
                        found.getString("list"),
                        found.getString("hash_kind"),
                        found.getString("severity"),
                        found.getBoolean("said_viewed"),
                        found.getString("ordered_by").equals(RestrictedCases.PROGRAM),
                        Database.instant(found, "uploaded_at")))
                .one();
    }

    private static void end(Handle handle, Row row, Call call, Receiver.Answer answer) {
        if (answer instanceof Receiver.Answer.Done done) {
            done(handle, row, call, done);
        } else if (answer instanceof Receiver.Answer.Refused refused) {
            refused(handle, row, call, refused);
        } else if (answer instanceof Receiver.Answer.Silent silent) {
            // What is under way stays written down.
            trouble(handle, row, call + ": " + silent.why());
        }
    }

    private static void done(Handle handle, Row row, Call call, Receiver.Answer.Done done) {
        switch (call) {
            case SUBMIT -> {
                if (done.reportId().isEmpty()) {
                    trouble(handle, row, "SUBMIT: an answer without a report id");
                } else {
                    set(
                            handle,
                            row,
                            "trouble = NULL, step = 'SUBMITTED', report_id = :value, file_id = NULL",
                            done.reportId());
                }
            }
            case UPLOAD -> {
                if (done.fileId().isEmpty()) {
                    trouble(handle, row, "UPLOAD: an answer without a file id");
                } else {
                    set(handle, row, "trouble = NULL, step = 'UPLOADED', file_id = :value", done.fileId());
                }
            }
            case FILEINFO -> set(handle, row, "trouble = NULL, step = 'FILEINFO', file_id = :value", row.fileId());
            case FINISH -> finished(handle, row);
            case RETRACT -> restart(handle, row);
        }
    }

    private static void refused(Handle handle, Row row, Call call, Receiver.Answer.Refused refused) {
        if (refused.code() == Receiver.Answer.FINISHED) {
            finished(handle, row);
        } else if (refused.isGone() && row.reportId() != null) {
            restart(handle, row);
        } else if (refused.isTerminal()) {
            set(handle, row, "step = 'REFUSED', trouble = :value", call + ": code " + refused.code());
            logRefused(handle, row, Map.of("call", call.name(), "code", refused.code()));
        } else {
            // Not done, so nothing is under way. A report in a state that is not known here is taken back.
            trouble(handle, row, call + ": code " + refused.code());
            boolean back = row.reportId() != null && (call == Call.RETRACT || refused.code() >= 5000);
            handle.execute(
                    "UPDATE restricted_report SET calling = ? WHERE tenant = ? AND case_id = ?",
                    back ? Call.RETRACT.name() : null,
                    row.tenant(),
                    row.caseId());
        }
    }

    private static void finished(Handle handle, Row row) {
        set(
                handle,
                row,
                "trouble = NULL, step = 'FINISHED', finished_at = clock_timestamp(), report_id = :value",
                row.reportId());
        RestrictedCases.log(
                handle,
                row.tenant(),
                RestrictedCases.PROGRAM,
                "reported",
                row.caseId(),
                Map.of("report", row.reportId()));
    }

    private static void restart(Handle handle, Row row) {
        String step = handle.createQuery("""
                        UPDATE restricted_report SET calling = NULL, tries = 0, restarts = restarts + 1,
                        report_id = NULL, file_id = NULL, abandoned = abandoned || CAST(:report AS text),
                        next_at = clock_timestamp()
                        + make_interval(secs => CASE WHEN restarts = 0 THEN 0 ELSE :pause END),
                        trouble = CASE WHEN stopped THEN NULL WHEN restarts + 1 >= :most THEN :trouble ELSE trouble END,
                        step = CASE WHEN stopped THEN 'STOPPED' WHEN restarts + 1 >= :most THEN 'REFUSED'
                        ELSE 'OPENED' END
                        WHERE tenant = :tenant AND case_id = :case RETURNING step""")
                .bind("report", row.reportId())
                .bind("pause", (double) RESTART_PAUSE_SECONDS)
                .bind("most", MOST_RESTARTS)
                .bind("trouble", "begun " + MOST_RESTARTS + " times and never finished")
                .bind("tenant", row.tenant())
                .bind("case", row.caseId())
                .mapTo(String.class)
                .findOne()
                .orElse("");
        if (step.equals("REFUSED")) {
            logRefused(handle, row, Map.of("restarts", MOST_RESTARTS));
        } else if (step.equals("STOPPED")) {
            RestrictedCases.log(
                    handle, row.tenant(), RestrictedCases.PROGRAM, "report-stopped", row.caseId(), Map.of());
        }
    }

    private static void logRefused(Handle handle, Row row, Map<String, ?> details) {
        RestrictedCases.log(handle, row.tenant(), RestrictedCases.PROGRAM, "report-refused", row.caseId(), details);
    }

    /** A call was answered: the next one is due at once. */
    private static void set(Handle handle, Row row, String what, String value) {
        handle.createUpdate("UPDATE restricted_report SET calling = NULL, tries = 0, next_at = clock_timestamp(), "
                        + what + " WHERE tenant = :tenant AND case_id = :case")
                .bind("value", value)
                .bind("tenant", row.tenant())
                .bind("case", row.caseId())
                .execute();
    }

    private static void trouble(Handle handle, Row row, String what) {
        LOG.warnf("The report about case %s is tried again: %s", row.caseId(), what);
        handle.execute(
                "UPDATE restricted_report SET trouble = ? WHERE tenant = ? AND case_id = ?",
                what,
                row.tenant(),
                row.caseId());
    }
}
