package io.bulwark.lab.proof;

import io.bulwark.events.Decision;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * People's work: what the API acknowledged, and what PostgreSQL has of it.
 *
 * @param answers of the API
 * @param decisions rows of people's decisions, in the order of their times
 * @param items rows of the queue
 * @param appeals rows of appeals
 * @param escalations notes with which items were handed to seniors
 * @param proposals rows of what was proposed for the bank
 * @param changes rows of the policies' history, oldest first
 * @param policy the row of the policies; empty where there is none
 */
record ProofWork(
        Answers answers,
        List<Decided> decisions,
        List<Item> items,
        List<Appeal> appeals,
        List<Escalation> escalations,
        List<Proposal> proposals,
        List<PolicyChange> changes,
        Optional<PolicyRow> policy) {

    /** Nothing was done. */
    static ProofWork none() {
        return new ProofWork(
                new Answers(), List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), Optional.empty());
    }

    /** What became of a person's decision. */
    enum Kind {
        DECIDED,
        PROPOSED,
        UNDONE,
        GOLDEN
    }

    /**
     * A person's decision.
     *
     * @param at of a row when it was made; of an answer when it was asked for first
     * @param stage whom the item waited for; of an answer null
     * @param replaces of an undo the decision that it takes back, else the item's latest one before; of an answer null
     */
    record Decided(
            String id,
            String item,
            String image,
            String contentSha256,
            Kind kind,
            String stage,
            String reviewer,
            Decision decision,
            List<String> labels,
            Instant at,
            String replaces) {

        /** Whether both say the same, but for what an answer does not say. */
        boolean isAs(Decided other) {
            return id.equals(other.id)
                    && item.equals(other.item)
                    && image.equals(other.image)
                    && contentSha256.equals(other.contentSha256)
                    && kind == other.kind
                    && reviewer.equals(other.reviewer)
                    && decision == other.decision
                    && labels.equals(other.labels);
        }
    }

    /**
     * A decision that the API took back.
     *
     * @param id of the undo
     * @param decision that was taken back
     */
    record Undone(String id, String item, String image, String decision, String by, Instant at) {}

    /** An item that was handed to seniors. @param words that no other note has */
    record Escalation(String item, String image, String by, String words, Instant at) {}

    /** An appeal on an item; its reporter makes no other. */
    record Appeal(String item, String image, String reporter, Instant at) {}

    /** An item of the queue. */
    record Item(String id, String image, String contentSha256, boolean isOpen, Set<String> origins) {}

    /** A picture that was proposed for the bank. */
    record Proposal(String decision, String image, String contentSha256, String label, String state) {}

    /** A change of the policies. @param revision afterwards */
    record PolicyChange(String kind, long revision, String by) {}

    /** How the policies stand. @param pending whether they wait to be published */
    record PolicyRow(long revision, String inForce, boolean pending) {}

    /** A proposal that was approved, and the keys of its references. */
    record Approved(String decision, List<String> references) {}

    /**
     * What the API said, of all experiments on a cluster. One thread adds, another one copies when it has ended.
     *
     * @param refused ids of decisions that were not made
     * @param kept ids of decisions that the API did not take back; each is asked for once
     */
    record Answers(
            List<Decided> decided,
            Set<String> refused,
            List<Undone> undone,
            Set<String> kept,
            List<Escalation> escalated,
            List<Appeal> appealed,
            List<Approved> approved,
            List<PolicyChange> policies) {

        Answers() {
            this(
                    new ArrayList<>(),
                    new TreeSet<>(),
                    new ArrayList<>(),
                    new TreeSet<>(),
                    new ArrayList<>(),
                    new ArrayList<>(),
                    new ArrayList<>(),
                    new ArrayList<>());
        }

        void add(Answers others) {
            decided.addAll(others.decided);
            refused.addAll(others.refused);
            undone.addAll(others.undone);
            kept.addAll(others.kept);
            escalated.addAll(others.escalated);
            appealed.addAll(others.appealed);
            approved.addAll(others.approved);
            policies.addAll(others.policies);
        }
    }

    /** Reads the rows. */
    static ProofWork read(Connection database, Answers answers) throws SQLException {
        return new ProofWork(
                answers,
                rows(
                        database,
                        "SELECT * FROM bulwark.decision ORDER BY decided_at",
                        row -> new Decided(
                                row.getString("decision_id"),
                                row.getString("item_id"),
                                row.getString("image_id"),
                                row.getString("content_sha256"),
                                Kind.valueOf(row.getString("kind")),
                                row.getString("stage"),
                                row.getString("reviewer"),
                                Decision.valueOf(row.getString("decision")),
                                texts(row, "labels"),
                                instant(row, "decided_at"),
                                row.getString("replaces"))),
                rows(
                        database,
                        "SELECT item_id, image_id, content_sha256, stage, origins FROM bulwark.queue_item WHERE golden_for = ''",
                        row -> new Item(
                                row.getString("item_id"),
                                row.getString("image_id"),
                                row.getString("content_sha256"),
                                !row.getString("stage").equals("CLOSED"),
                                Set.copyOf(texts(row, "origins")))),
                rows(
                        database,
                        "SELECT item_id, image_id, reporter, report.at AS at FROM bulwark.report"
                                + " JOIN bulwark.queue_item USING (tenant, item_id) WHERE kind = 'APPEAL' ORDER BY at",
                        row -> new Appeal(
                                row.getString("item_id"),
                                row.getString("image_id"),
                                row.getString("reporter"),
                                instant(row, "at"))),
                rows(
                        database,
                        "SELECT item_id, image_id, author, words, note.at AS at FROM bulwark.note"
                                + " JOIN bulwark.queue_item USING (tenant, item_id) WHERE golden_for = '' ORDER BY at",
                        row -> new Escalation(
                                row.getString("item_id"),
                                row.getString("image_id"),
                                row.getString("author"),
                                row.getString("words"),
                                instant(row, "at"))),
                rows(
                        database,
                        "SELECT * FROM bulwark.bank_proposal",
                        row -> new Proposal(
                                row.getString("decision_id"),
                                row.getString("image_id"),
                                row.getString("content_sha256"),
                                row.getString("label"),
                                row.getString("state"))),
                rows(
                        database,
                        "SELECT * FROM bulwark.policy_change ORDER BY position",
                        row -> new PolicyChange(
                                row.getString("kind"), row.getLong("revision"), row.getString("by_whom"))),
                rows(
                                database,
                                "SELECT * FROM bulwark.policy_record",
                                row -> new PolicyRow(
                                        row.getLong("revision"), row.getString("in_force"), row.getBoolean("pending")))
                        .stream()
                        .findFirst());
    }

    private interface Reading<T> {
        T of(ResultSet row) throws SQLException;
    }

    private static <T> List<T> rows(Connection database, String query, Reading<T> reading) throws SQLException {
        List<T> read = new ArrayList<>();
        try (PreparedStatement statement = database.prepareStatement(query)) {
            statement.setFetchSize(ProofRecords.FETCHED_ROWS);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    read.add(reading.of(rows));
                }
            }
        }
        return read;
    }

    private static List<String> texts(ResultSet row, String column) throws SQLException {
        return Arrays.asList((String[]) row.getArray(column).getArray());
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }
}
