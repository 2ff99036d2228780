package io.bulwark.stream.review;

import io.bulwark.events.Duty;
import io.bulwark.stream.database.Database;
import io.bulwark.stream.problem.Problem.ProblemException;
import io.bulwark.stream.review.DecisionRows.Row;
import io.bulwark.stream.review.ItemRow.Origin;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;

/**
 * Removal of identical copies: once a person has called an image NSFW on a notice of {@link Duty#INTIMATE_IMAGE}, every
 * other image of the tenant with the same SHA-256 is decided so too, whether it was there or comes later. A decision
 * that is taken back, or replaced by SAFE, takes those of its copies back. A person may decide otherwise on a copy;
 * that holds.
 *
 * <p>Pictures that only look alike are held back by the flagged index of the workers and decided by people.
 *
 * <p>Thread-safe. Instances may work at once; each copy is one transaction.
 */
final class IdenticalCopies {

    private static final Logger LOG = Logger.getLogger(IdenticalCopies.class);
    private static final int AT_ONCE = 200;

    private final Database database;
    private final QueueIntake intake;
    private final Decisions decisions;

    IdenticalCopies(Database database, QueueIntake intake, Decisions decisions) {
        this.database = database;
        this.intake = intake;
        this.decisions = decisions;
    }

    /** The decision that copies follow. */
    record Source(UUID decisionId, String reviewer, ItemRow.Stage stage, List<String> labels) {}

    private record Due(String tenant, String imageId, String contentSha256) {}

    private record Lifted(String tenant, String imageId, UUID itemId, UUID decisionId, String liftedBy) {}

    /**
     * Notes what holds of an item, in the transaction that decided it.
     *
     * @param by who decided or took back
     * @param inForce the person's decision that holds now
     */
    static void follow(Handle handle, ItemRow item, Person by, Optional<Row> inForce) {
        Optional<Row> nsfw = inForce.filter(row -> row.decision().equals("NSFW"));
        if (nsfw.isPresent()) {
            handle.createUpdate("""
                            INSERT INTO removed_content (tenant, content_sha256, item_id, decision_id, reviewer, stage, labels,
                            decided_at) SELECT :tenant, :sha256, :item, :id, :reviewer, :stage, :labels, :at
                            WHERE EXISTS (SELECT FROM duty_case WHERE tenant = :tenant AND item_id = :item AND duty = :duty)
                            ON CONFLICT (tenant, content_sha256, item_id) DO UPDATE SET decision_id = excluded.decision_id,
                            reviewer = excluded.reviewer, stage = excluded.stage, labels = excluded.labels,
                            decided_at = excluded.decided_at""")
                    .bind("tenant", item.candidate().tenant())
                    .bind("sha256", item.candidate().contentSha256())
                    .bind("item", item.itemId())
                    .bind("id", nsfw.get().id())
                    .bind("reviewer", nsfw.get().reviewer())
                    .bind("stage", nsfw.get().stage().name())
                    .bindArray("labels", String.class, nsfw.get().labels())
                    .bind("at", nsfw.get().at())
                    .bind("duty", Duty.INTIMATE_IMAGE.name())
                    .execute();
            return;
        }
        int gone = handle.execute(
                "DELETE FROM removed_content WHERE tenant = ? AND content_sha256 = ? AND item_id = ?",
                item.candidate().tenant(),
                item.candidate().contentSha256(),
                item.itemId());
        if (gone > 0) {
            handle.execute(
                    "UPDATE removed_copy SET lifted_by = ? WHERE tenant = ? AND content_sha256 = ?",
                    by.name(),
                    item.candidate().tenant(),
                    item.candidate().contentSha256());
        }
    }

    /** Decides copies that are not decided yet and takes back those whose reason is gone. Returns how many. */
    int keepUp() {
        int all = 0;
        int done;
        do {
            done = lift() + remove();
            all += done;
        } while (done >= AT_ONCE);
        return all;
    }

    private int remove() {
        List<Due> due = database.acrossTenants(handle -> handle.createQuery("""
                        SELECT DISTINCT copy.tenant, copy.image_id, copy.content_sha256 FROM removed_content removed
                        JOIN casebook copy ON copy.tenant = removed.tenant AND copy.content_sha256 = removed.content_sha256
                        WHERE NOT (copy.by_person AND copy.decision = 'NSFW')
                        AND NOT EXISTS (SELECT FROM removed_copy known WHERE known.tenant = copy.tenant
                        AND known.image_id = copy.image_id AND known.content_sha256 = copy.content_sha256)
                        AND NOT EXISTS (SELECT FROM removed_content own JOIN queue_item item USING (tenant, item_id)
                        WHERE own.tenant = copy.tenant AND own.content_sha256 = copy.content_sha256
                        AND item.image_id = copy.image_id) LIMIT :most""")
                .bind("most", AT_ONCE)
                .map(ConstructorMapper.of(Due.class))
                .list());
        return (int) due.stream()
                .filter(copy -> database.inTenant(copy.tenant(), handle -> remove(handle, copy)))
                .count();
    }

    /** @return whether it was decided here */
    private boolean remove(Handle handle, Due due) {
        QueueIntake.ImageLocks.take(handle, List.of(due.imageId()));
        Optional<ReviewCandidate> copy = Casebook.find(handle, due.tenant(), due.imageId())
                .map(Casebook.Case::image)
                .filter(image -> image.contentSha256().equals(due.contentSha256()));
        Optional<Source> source = handle.select("""
                        SELECT decision_id, reviewer, stage, labels FROM removed_content WHERE tenant = ? AND content_sha256 = ?
                        ORDER BY decided_at LIMIT 1""", due.tenant(), due.contentSha256())
                .map(ConstructorMapper.of(Source.class))
                .findOne();
        if (copy.isEmpty() || source.isEmpty()) {
            return false;
        }
        UUID decisionId = UUID.randomUUID();
        int first = handle.execute(
                """
                INSERT INTO removed_copy (tenant, image_id, content_sha256, item_id, decision_id)
                VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING""", due.tenant(), due.imageId(), due.contentSha256(), QueueIntake.itemId(copy.get()), decisionId);
        if (first == 0) {
            return false;
        }
        UUID itemId = intake.offer(handle, copy.get(), Origin.REPORT);
        decisions.decideCopy(handle, ItemRow.lock(handle, due.tenant(), itemId), decisionId, source.get());
        return true;
    }

    private int lift() {
        List<Lifted> due = database.acrossTenants(handle -> handle.createQuery("""
                        SELECT tenant, image_id, item_id, decision_id, lifted_by FROM removed_copy copy
                        WHERE lifted_by IS NOT NULL AND NOT EXISTS (SELECT FROM removed_content removed
                        WHERE removed.tenant = copy.tenant AND removed.content_sha256 = copy.content_sha256)
                        ORDER BY at LIMIT :most""")
                .bind("most", AT_ONCE)
                .map(ConstructorMapper.of(Lifted.class))
                .list());
        due.forEach(copy -> database.inTenant(copy.tenant(), handle -> lift(handle, copy)));
        return due.size();
    }

    private int lift(Handle handle, Lifted copy) {
        int gone = handle.execute(
                "DELETE FROM removed_copy WHERE tenant = ? AND image_id = ? AND decision_id = ?",
                copy.tenant(),
                copy.imageId(),
                copy.decisionId());
        Optional<ItemRow> item =
                gone == 0 ? Optional.empty() : ItemRow.find(handle, copy.tenant(), copy.itemId(), " FOR UPDATE");
        item.ifPresent(closed -> {
            try {
                decisions.undoCopy(handle, closed, copy.decisionId(), copy.liftedBy());
            } catch (ProblemException decidedSince) {
                LOG.debugf("Item %s stays as it is: %s", copy.itemId(), decidedSince.getMessage());
            }
        });
        return gone;
    }
}
