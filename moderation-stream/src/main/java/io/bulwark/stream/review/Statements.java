package io.bulwark.stream.review;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.bulwark.events.DeciderKind;
import io.bulwark.events.Decision;
import io.bulwark.events.ModerationDecision;
import io.bulwark.stream.database.Database;
import io.bulwark.stream.problem.Problem;
import io.bulwark.stream.review.CasePages.Place;
import jakarta.annotation.Nullable;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;
import org.jdbi.v3.core.statement.Query;

/**
 * Statements of reasons: a row for each decision NSFW that came into force, as intake reads it from {@code
 * moderation.decisions}. They name neither uploader nor reporter nor reviewer. Thread-safe.
 */
@Singleton
public final class Statements {

    /** Statements of one page at most. */
    public static final int MOST = 500;

    /** Where the platform itself looked. */
    private static final String OWN_INITIATIVE = "OWN_INITIATIVE";

    private final Database database;

    public Statements(Database database) {
        this.database = database;
    }

    /**
     * A statement.
     *
     * @param automated whether no person decided on this very image: a machine did, or it is a copy of what a person
     *     decided on
     * @param program what decided, where a machine did
     * @param source the duty that brought it to a decision, else OWN_INITIATIVE
     * @param ground LAW or TERMS
     * @param labels under which it falls
     * @param wordsVersion the version of the labels and their texts that held; 0 for none
     * @param redress what its uploader may do: COMPLAINT here, SETTLEMENT out of court, COURT
     * @param liftedAt since when it does not hold any more
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Schema(name = "StatementDocument")
    public record Statement(
            String imageId,
            String contentSha256,
            @Schema(implementation = String.class) Instant decidedAt,
            boolean automated,
            @Nullable String program,
            String source,
            String ground,
            List<String> labels,
            long wordsVersion,
            List<String> redress,
            @Nullable @Schema(implementation = String.class) Instant liftedAt) {}

    /**
     * A page.
     *
     * @param statements oldest first
     * @param next what asks for the page after it; null on the last one
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Schema(name = "StatementPageDocument")
    public record Page(List<Statement> statements, String next) {}

    /**
     * Statements of decisions from one instant until before another, oldest first.
     *
     * @param after {@link Page#next} of the page before; empty for the first
     * @param size from 1 to {@value #MOST}
     */
    public Page page(Person person, Optional<Instant> from, Optional<Instant> until, Optional<String> after, int size) {
        Problem.BAD_PARAMETER.when(
                size < 1 || size > MOST, "A page has 1 to " + MOST + " statements, not " + size + ".");
        Optional<Place> place = after.map(Place::parse);
        List<Statement> found = database.list(person.tenant(), handle -> {
            Query query = handle.createQuery("SELECT *, CASE source WHEN 'ORDER' THEN '{COURT}'"
                            + " ELSE '{COMPLAINT,SETTLEMENT,COURT}' END::text[] AS redress FROM statement"
                            + " WHERE tenant = :tenant"
                            + from.map(any -> " AND decided_at >= :from").orElse("")
                            + until.map(any -> " AND decided_at < :until").orElse("")
                            + place.map(any -> " AND (decided_at, image_id) > (:placeAt, :placeImage)")
                                    .orElse("")
                            + " ORDER BY decided_at, image_id LIMIT :most")
                    .bind("tenant", person.tenant())
                    .bind("most", size + 1);
            from.ifPresent(at -> query.bind("from", at));
            until.ifPresent(at -> query.bind("until", at));
            place.ifPresent(last -> query.bind("placeAt", last.decidedAt()).bind("placeImage", last.imageId()));
            return query.map(ConstructorMapper.of(Statement.class)).list();
        });
        if (found.size() <= size) {
            return new Page(found, null);
        }
        List<Statement> page = List.copyOf(found.subList(0, size));
        Statement last = page.get(size - 1);
        return new Page(page, new Place(last.decidedAt(), last.imageId()).toString());
    }

    /** Keeps the reasons of a decision that came into force; the same again is once. */
    public static void keep(Handle handle, ModerationDecision decision) {
        if (decision.getDecision() != Decision.NSFW || decision.getContentSha256() == null) {
            return;
        }
        boolean machine = decision.getDecidedBy().getKind() != DeciderKind.REVIEWER;
        ReviewCandidate image = ReviewCandidate.of(decision);
        if (image.contentSha256().isEmpty()) {
            return;
        }
        handle.createUpdate("""
                        INSERT INTO statement (tenant, image_id, content_sha256, decided_at, automated, program, source, ground,
                        labels, words_version) SELECT :tenant, :image, :sha256, :since, :machine OR copied, :program,
                        CASE WHEN copied THEN 'INTIMATE_IMAGE' ELSE coalesce(owed.duty, :own) END,
                        CASE WHEN copied THEN coalesce((SELECT ground FROM duty_rules(:tenant) WHERE duty = 'INTIMATE_IMAGE'), 'LAW')
                        ELSE coalesce(owed.ground, 'TERMS') END, :labels,
                        (SELECT coalesce(max(version), 0) FROM review_words WHERE tenant = :tenant AND changed_at <= :since)
                        FROM (SELECT EXISTS (SELECT FROM removed_copy WHERE tenant = :tenant AND image_id = :image
                        AND content_sha256 = :sha256 AND decision_id::text = :decision) AS copied) AS copy
                        LEFT JOIN LATERAL (SELECT duty, ground FROM duty_case WHERE tenant = :tenant AND item_id = :item
                        AND decision_id::text = :decision ORDER BY due_at LIMIT 1) AS owed ON true
                        ON CONFLICT DO NOTHING""")
                .bind("tenant", image.tenant())
                .bind("image", image.imageId())
                .bind("sha256", image.contentSha256())
                .bind("since", decision.getSince())
                .bind("machine", machine)
                .bind("program", machine ? decision.getDecidedBy().getId() : null)
                .bind("own", OWN_INITIATIVE)
                .bindArray("labels", String.class, decision.getLabels())
                .bind("decision", decision.getDecisionId())
                .bind("item", QueueIntake.itemId(image))
                .execute();
    }

    /** Statements as CSV, as {@link CasePages.CaseTable} writes it. */
    public static final class StatementTable {

        private static final List<String> NAMES = List.of(
                "imageId",
                "contentSha256",
                "decidedAt",
                "automated",
                "program",
                "source",
                "ground",
                "labels",
                "wordsVersion",
                "redress",
                "liftedAt");

        private final Appendable to;

        /** Begins a table. */
        public StatementTable(Appendable to) throws IOException {
            this.to = to;
            CasePages.CaseTable.line(to, NAMES);
        }

        /** Adds a line. */
        public void add(Statement found) throws IOException {
            CasePages.CaseTable.line(
                    to,
                    List.of(
                            found.imageId(),
                            found.contentSha256(),
                            found.decidedAt().toString(),
                            Boolean.toString(found.automated()),
                            Objects.toString(found.program(), ""),
                            found.source(),
                            found.ground(),
                            String.join(" ", found.labels()),
                            Long.toString(found.wordsVersion()),
                            String.join(" ", found.redress()),
                            Objects.toString(found.liftedAt(), "")));
        }
    }
}
