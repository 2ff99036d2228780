package io.bulwark.stream.childsafety;

import io.bulwark.events.ImageUploaded;
import io.bulwark.events.InlineImage;
import io.bulwark.schemas.preview.PreviewQuestion;
import io.bulwark.schemas.serde.DecodedEvent;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.stream.database.Database;
import io.bulwark.stream.picture.PreviewClient;
import io.bulwark.stream.problem.Problem;
import io.bulwark.stream.problem.Problem.ProblemException;
import io.bulwark.stream.review.evidence.EvidenceKeys;
import io.bulwark.stream.review.evidence.EvidenceKeys.Sealed;
import io.bulwark.stream.review.evidence.EvidenceKeys.Subject;
import io.bulwark.stream.state.StoreKey;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/**
 * The files of cases, sealed with keys that are for them alone. They are fetched by a job, before Kafka forgets the upload,
 * and opened by {@link CaseReports} alone. Thread-safe.
 *
 * @param keys empty where no file is kept: then reports have none
 */
record CaseFiles(Database database, Optional<EvidenceKeys> keys, Source source) {

    /** The setting that names their keys. */
    static final String SETTING = "bulwark.child-safety.vault.key-file";

    /** After this number of tries, some 43 minutes, a report goes without the file, which is still fetched. */
    static final int REPORT_WAITS = 10;

    private static final Logger LOG = Logger.getLogger(CaseFiles.class);
    private static final int FIRST_PAUSE_SECONDS = 5;
    private static final int LONGEST_PAUSE_SECONDS = 3600;
    private static final Set<Problem> NEVER =
            Set.of(Problem.PICTURE_GONE, Problem.PICTURE_CHANGED, Problem.PICTURE_UNDECODABLE);

    /**
     * A file.
     *
     * @param original whether it is the one that was uploaded, and not a picture that the preview made of it
     */
    record CaseFile(byte[] bytes, boolean original) {}

    /** Where uploads are. */
    @FunctionalInterface
    interface Source {

        /**
         * The file of an upload.
         *
         * @param sha256 of the file that was judged
         * @throws ProblemException where it cannot be had now, or, for {@code PICTURE_GONE} and the like, never
         */
        CaseFile fetch(String topic, int partition, long offset, String sha256);
    }

    private record Wanted(String tenant, UUID caseId, String contentSha256, String topic, int partition, long offset) {}

    /** Fetches files until none is due. */
    void keepUp() {
        Optional<Wanted> next = next();
        while (next.isPresent() && !Thread.currentThread().isInterrupted()) {
            fetch(next.get());
            next = next();
        }
    }

    private Optional<Wanted> next() {
        return database.acrossTenants(handle -> {
            RestrictedCases.enter(handle);
            if (keys.isEmpty()) {
                handle.execute("UPDATE restricted_case SET file = 'GONE' WHERE file = 'WANTED'");
            }
            return handle.createQuery("""
                            WITH due AS (SELECT tenant, case_id FROM restricted_case WHERE file = 'WANTED'
                            AND file_next <= clock_timestamp() ORDER BY file_next LIMIT 1 FOR UPDATE SKIP LOCKED)
                            UPDATE restricted_case c SET file_tries = file_tries + 1, file_next = clock_timestamp()
                            + make_interval(secs => least(:longest, :first * power(2, least(file_tries, 20))))
                            FROM due WHERE c.tenant = due.tenant AND c.case_id = due.case_id RETURNING c.tenant,
                            c.case_id, c.content_sha256, c.upload_topic, c.upload_partition, c.upload_offset""")
                    .bind("first", (double) FIRST_PAUSE_SECONDS)
                    .bind("longest", (double) LONGEST_PAUSE_SECONDS)
                    .map((row, context) -> new Wanted(
                            row.getString("tenant"),
                            row.getObject("case_id", UUID.class),
                            row.getString("content_sha256"),
                            row.getString("upload_topic"),
                            row.getInt("upload_partition"),
                            row.getLong("upload_offset")))
                    .findOne();
        });
    }

    private void fetch(Wanted wanted) {
        try {
            CaseFile file = source.fetch(wanted.topic(), wanted.partition(), wanted.offset(), wanted.contentSha256());
            Sealed sealed = keys.orElseThrow().seal(subject(wanted.tenant(), wanted.caseId()), file.bytes());
            database.inTenant(wanted.tenant(), handle -> {
                RestrictedCases.enter(handle);
                handle.execute("""
                        INSERT INTO restricted_file (tenant, case_id, original, key_id, sealed)
                        SELECT tenant, case_id, ?, ?, ? FROM restricted_case WHERE tenant = ? AND case_id = ?
                        ON CONFLICT DO NOTHING""", file.original(), sealed.keyId(), sealed.bytes(), wanted.tenant(), wanted.caseId());
                return settle(handle, wanted, "KEPT");
            });
        } catch (ProblemException refused) {
            LOG.infof("The file of case %s is not there: %s", wanted.caseId(), refused.problem());
            boolean never = NEVER.contains(refused.problem());
            database.inTenant(wanted.tenant(), handle -> {
                RestrictedCases.enter(handle);
                return never ? settle(handle, wanted, "GONE") : trouble(handle, wanted, refused.problem());
            });
        }
    }

    private static int trouble(Handle handle, Wanted wanted, Problem problem) {
        return handle.execute(
                "UPDATE restricted_case SET file_trouble = ? WHERE tenant = ? AND case_id = ?",
                "the file is not there yet: " + problem,
                wanted.tenant(),
                wanted.caseId());
    }

    private static int settle(Handle handle, Wanted wanted, String file) {
        return handle.execute(
                "UPDATE restricted_case SET file = ?, file_trouble = NULL WHERE tenant = ? AND case_id = ?",
                file,
                wanted.tenant(),
                wanted.caseId());
    }

    /** The file of a case; empty where none is kept, or its key is not there any more. */
    Optional<CaseFile> open(Handle handle, String tenant, UUID caseId) {
        return handle.select(
                        "SELECT original, key_id, sealed FROM restricted_file WHERE tenant = ? AND case_id = ?",
                        tenant,
                        caseId)
                .map((row, context) -> {
                    boolean original = row.getBoolean("original");
                    var sealed = new Sealed(row.getString("key_id"), row.getBytes("sealed"));
                    return keys.flatMap(known -> known.open(subject(tenant, caseId), sealed))
                            .map(bytes -> new CaseFile(bytes, original));
                })
                .findOne()
                .flatMap(found -> found);
    }

    private static Subject subject(String tenant, UUID caseId) {
        return new Subject(tenant, caseId, "", false);
    }

    /** Files of uploads: inline ones from their record, others as the picture that the preview makes. */
    record Uploads(
            Supplier<Consumer<byte[], byte[]>> consumers, EventDecoder<ImageUploaded> decoder, PreviewClient preview)
            implements Source {

        private static final Duration WITHIN = Duration.ofSeconds(20);

        @Override
        public CaseFile fetch(String topic, int partition, long offset, String sha256) {
            ConsumerRecord<byte[], byte[]> record = record(new TopicPartition(topic, partition), offset);
            DecodedEvent<ImageUploaded> decoded = decoder.decodeWaiting(topic, record.value());
            if (!(decoded instanceof DecodedEvent.Event<ImageUploaded> event)) {
                throw Problem.PICTURE_GONE.exception();
            }
            if (event.value().getContent() instanceof InlineImage inline) {
                byte[] bytes = new byte[inline.getBytes().remaining()];
                inline.getBytes().duplicate().get(bytes);
                String found = HexFormat.of().formatHex(StoreKey.sha256(bytes));
                Problem.PICTURE_CHANGED.when(!found.equals(sha256), "The upload holds another file.");
                return new CaseFile(bytes, true);
            }
            Problem.PICTURE_GONE.when(
                    !PreviewQuestion.isOfUploads(topic) || !PreviewQuestion.isSha256(sha256), "It is no upload.");
            return new CaseFile(
                    preview.ask(new PreviewQuestion(topic, partition, offset, sha256, false))
                            .jpeg(),
                    false);
        }

        private ConsumerRecord<byte[], byte[]> record(TopicPartition partition, long offset) {
            try (Consumer<byte[], byte[]> consumer = consumers.get()) {
                consumer.assign(List.of(partition));
                long first =
                        consumer.beginningOffsets(List.of(partition), WITHIN).getOrDefault(partition, Long.MAX_VALUE);
                Problem.PICTURE_GONE.when(offset < first, "The upload is past the topic's retention.");
                consumer.seek(partition, offset);
                long until = System.nanoTime() + WITHIN.toNanos();
                while (System.nanoTime() < until) {
                    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                        Problem.PICTURE_GONE.when(
                                record.offset() != offset || record.value() == null, "The upload is not kept.");
                        return record;
                    }
                }
                throw Problem.NO_KAFKA.exception();
            }
        }
    }
}
