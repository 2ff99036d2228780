package io.bulwark.stream.review;

import io.bulwark.events.Duty;
import io.bulwark.stream.database.Database;
import io.bulwark.stream.problem.Problem.ProblemException;
import io.bulwark.stream.review.DecisionRows.Row;
import io.bulwark.stream.review.ItemRow.Origin;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;

/**
 * Removal of identical copies: once two people or a senior have called an image NSFW on a notice of
 * {@link Duty#INTIMATE_IMAGE}, every other image of the tenant with the same SHA-256 is decided so too, whether it was
 * there or comes later, and the image itself where a machine decides on it again. A decision that is taken back, or
 * replaced by SAFE, takes those of its copies back. A person may decide otherwise on a copy; that holds, as does the
 * SAFE of a senior from before. The decision on a copy is followed by no further copies.
 *
 * <p>Pictures that only look alike are held back by the flagged index of the workers and decided by people.
 *
 * <p>Thread-safe. Instances may work at once; each copy is one transaction.
 */
public final class IdenticalCopies {

    private static final Logger LOG = Logger.getLogger(IdenticalCopies.class);
    private static final int AT_ONCE = 200;

    /**
     * Copies that are not decided so. The casebook learns of people's decisions later, so what is newer than its row
     * counts; a machine's decision that is newer than a removal says that the image came again.
     */
    private static final String DUE = """
            SELECT DISTINCT copy.tenant, copy.image_id, copy.content_sha256 FROM removed_content removed
            JOIN casebook copy ON copy.tenant = removed.tenant AND copy.content_sha256 = removed.content_sha256
            WHERE NOT (copy.by_person AND (copy.decision = 'NSFW' OR copy.decided_at >= removed.decided_at))
            AND NOT EXISTS (SELECT FROM removed_copy known WHERE known.tenant = copy.tenant
            AND known.image_id = copy.image_id AND known.content_sha256 = copy.content_sha256
            AND (copy.by_person OR known.at >= copy.decided_at OR EXISTS (SELECT FROM decision undone
            WHERE undone.tenant = known.tenant AND undone.item_id = known.item_id
            AND undone.kind = 'UNDONE' AND undone.replaces = known.decision_id)))
            AND NOT EXISTS (SELECT FROM removed_content own JOIN queue_item item USING (tenant, item_id)
            WHERE own.tenant = copy.tenant AND own.content_sha256 = copy.content_sha256
            AND item.image_id = copy.image_id AND (copy.by_person OR own.decided_at >= copy.decided_at))
            AND NOT EXISTS (SELECT FROM queue_item item LEFT JOIN decision made ON made.tenant = item.tenant
            AND made.item_id = item.item_id AND made.decision_id = item.decision_id AND made.kind = 'DECIDED'
            WHERE item.tenant = copy.tenant AND item.image_id = copy.image_id
            AND item.content_sha256 = copy.content_sha256 AND item.golden_for = ''
            AND (item.stage <> 'CLOSED' AND 'APPEAL' = ANY (item.origins)
            OR made.stage = 'SENIOR' AND made.decision = 'SAFE'
            OR item.stage = 'CLOSED' AND made.decided_at >= removed.decided_at
            AND made.decided_at >= copy.decided_at))
            """;

    private final Database database;
    private final QueueIntake intake;
    private final Decisions decisions;

    public IdenticalCopies(Database database, QueueIntake intake, Decisions decisions) {
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
                            WHERE EXISTS (SELECT FROM duty_case WHERE tenant = :tenant AND item_id = :item AND duty = :duty
                            AND decision_id = :id) AND NOT EXISTS (SELECT FROM removed_copy WHERE tenant = :tenant
                            AND image_id = :image AND item_id = :item AND decision_id = :id)
                            ON CONFLICT (tenant, content_sha256, item_id) DO UPDATE SET decision_id = excluded.decision_id,
                            reviewer = excluded.reviewer, stage = excluded.stage, labels = excluded.labels,
                            decided_at = excluded.decided_at""")
                    .bind("tenant", item.candidate().tenant())
                    .bind("sha256", item.candidate().contentSha256())
                    .bind("item", item.itemId())
                    .bind("image", item.candidate().imageId())
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

    /** Whether copies follow what holds of an item, or it is such a copy itself. */
    static boolean isFollowed(Handle handle, ItemRow item) {
        return handle.createQuery("""
                        SELECT EXISTS (SELECT FROM removed_content WHERE tenant = :tenant AND content_sha256 = :sha256
                        AND item_id = :item) OR EXISTS (SELECT FROM removed_copy WHERE tenant = :tenant
                        AND image_id = :image AND item_id = :item AND decision_id = CAST(:decision AS uuid))""")
                .bind("tenant", item.candidate().tenant())
                .bind("sha256", item.candidate().contentSha256())
                .bind("image", item.candidate().imageId())
                .bind("item", item.itemId())
                .bind("decision", item.decisionId().orElse(null))
                .mapTo(Boolean.class)
                .one();
    }

    /** Decides copies that are not decided yet and takes back those whose reason is gone. Returns how many. */
    public int keepUp() {
        int all = 0;
        int done;
        do {
            done = lift() + remove();
            all += done;
        } while (done >= AT_ONCE);
        return all;
    }

    private int remove() {
        List<Due> due = database.acrossTenants(handle -> handle.createQuery(DUE + " LIMIT :most")
                .bind("most", AT_ONCE)
                .map(ConstructorMapper.of(Due.class))
                .list());
        return count(due, copy -> database.inTenant(copy.tenant(), handle -> remove(handle, copy)));
    }

    /** The others are not to wait for one that fails, which is tried again. */
    private static <T> int count(List<T> due, Predicate<T> work) {
        int done = 0;
        for (T one : due) {
            try {
                done += work.test(one) ? 1 : 0;
            } catch (Database.UnavailableException gone) {
                throw gone;
            } catch (RuntimeException trouble) {
                LOG.warn("An identical copy could not be decided or taken back", trouble);
            }
        }
        return done;
    }

    /** @return whether it was decided here */
    private boolean remove(Handle handle, Due due) {
        QueueIntake.ImageLocks.take(handle, List.of(due.imageId()));
        Optional<ReviewCandidate> copy = Casebook.find(handle, due.tenant(), due.imageId())
                .map(Casebook.Case::image)
                .filter(image -> image.contentSha256().equals(due.contentSha256()));
        if (copy.isEmpty()) {
            return false;
        }
        // First the item, as decisions lock. What it is removed for stays until this is committed: an undo waits.
        ItemRow.find(handle, due.tenant(), QueueIntake.itemId(copy.get()), " FOR UPDATE");
        Optional<Source> source = handle.select("""
                        SELECT decision_id, reviewer, stage, labels FROM removed_content WHERE tenant = ? AND content_sha256 = ?
                        ORDER BY decided_at DESC LIMIT 1 FOR SHARE""", due.tenant(), due.contentSha256())
                .map(ConstructorMapper.of(Source.class))
                .findOne();
        boolean still = handle.createQuery(DUE + " AND copy.tenant = :tenant AND copy.image_id = :image LIMIT 1")
                .bind("tenant", due.tenant())
                .bind("image", due.imageId())
                .map(ConstructorMapper.of(Due.class))
                .findOne()
                .isPresent();
        if (source.isEmpty() || !still) {
            return false;
        }
        UUID decisionId = UUID.randomUUID();
        handle.execute("""
                INSERT INTO removed_copy (tenant, image_id, content_sha256, item_id, decision_id, at)
                SELECT tenant, image_id, content_sha256, ?, ?, greatest(clock_timestamp(), decided_at)
                FROM casebook WHERE tenant = ? AND image_id = ?
                ON CONFLICT (tenant, image_id, content_sha256) DO UPDATE SET item_id = excluded.item_id,
                decision_id = excluded.decision_id, lifted_by = NULL, at = excluded.at""", QueueIntake.itemId(copy.get()), decisionId, due.tenant(), due.imageId());
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
        return count(due, copy -> database.inTenant(copy.tenant(), handle -> lift(handle, copy)));
    }

    /** @return whether it was there */
    private boolean lift(Handle handle, Lifted copy) {
        QueueIntake.ImageLocks.take(handle, List.of(copy.imageId()));
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
        return gone > 0;
    }
}
