package io.bulwark.stream.review;

import io.bulwark.stream.database.Database;
import io.bulwark.stream.review.DecisionRows.Row;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;
import org.jdbi.v3.core.statement.Query;

/**
 * Items of the same file, byte for byte, under other image ids. One decision may be about all of them: people then see
 * the picture once. Pictures that only look alike are not among them, because what differs may be what matters. Nor are
 * items on which a person has said something, reports, appeals and what was escalated: it has to be read.
 */
public final class AlikeItems {

    /** The most items that one decision is about besides its own, so that it locks the tenant's audit log shortly. */
    static final int MOST = 50;

    /** Clocks may step between the decisions of one transaction. */
    private static final Duration APART = Duration.ofMinutes(10);

    private final Database database;

    public AlikeItems(Database database) {
        this.database = database;
    }

    /** An open item of the same file. Its age would tell a drawn one from the others. */
    @Schema(name = "AlikeItemDocument")
    public record Alike(UUID itemId, String imageId, String uploaderId) {}

    /**
     * The open items of an item's file that the person might claim now, longest waiting first; at most {@value #MOST}.
     */
    public List<Alike> of(Person person, UUID itemId) {
        return database.inTenant(person.tenant(), handle -> {
            ItemRow item = ItemRow.read(handle, person.tenant(), itemId);
            return item.goldenAnswer().isPresent()
                    ? List.of()
                    : free(handle, person, item, "item_id, image_id, uploader_id", "")
                            .map(ConstructorMapper.of(Alike.class))
                            .list();
        });
    }

    /** The same, locked; none of a golden copy. What another transaction has locked is left out. */
    static List<ItemRow> lockFree(Handle handle, Person person, ItemRow item) {
        return item.goldenAnswer().isPresent()
                ? List.of()
                : free(handle, person, item, ItemRow.COLUMNS, " FOR UPDATE SKIP LOCKED")
                        .map(ItemRow.MAPPER)
                        .list();
    }

    private static Query free(Handle handle, Person person, ItemRow item, String columns, String locking) {
        return handle.createQuery("SELECT " + columns + " FROM queue_item waiting WHERE content_sha256 = :sha256"
                        + " AND item_id <> :item AND golden_for = '' AND stage IN ('FIRST', 'SECOND')"
                        + " AND origins <@ '{REVIEW,SAMPLE,AUDIT}' AND queue = ANY (:queues) AND " + ReviewQueue.FREE
                        + " ORDER BY arrived_at, item_id LIMIT :most" + locking)
                .bind("sha256", item.candidate().contentSha256())
                .bind("item", item.itemId())
                .bindArray("queues", String.class, QueueRouting.claimable(handle, person, List.of()))
                .bind("tenant", person.tenant())
                .bind("reviewer", person.name())
                .bind("senior", person.isSenior())
                .bind("most", MOST);
    }

    /** The items that were decided alike with a decision on an item, in the order of their ids. */
    static List<UUID> decided(Handle handle, ItemRow item, Row made) {
        return handle
                .createQuery("SELECT DISTINCT item_id, decision_id FROM decision WHERE tenant = :tenant"
                        + " AND reviewer = :reviewer AND decided_at BETWEEN :from AND :until"
                        + " AND content_sha256 = :sha256 AND item_id <> :item AND kind <> 'UNDONE' ORDER BY item_id")
                .bind("tenant", item.candidate().tenant())
                .bind("reviewer", made.reviewer())
                .bind("from", made.at().minus(APART))
                .bind("until", made.at().plus(APART))
                .bind("sha256", item.candidate().contentSha256())
                .bind("item", item.itemId())
                .map((row, context) -> List.of(row.getObject(1, UUID.class), row.getObject(2, UUID.class)))
                .list()
                .stream()
                .filter(row -> decisionId(made.id(), row.get(0)).equals(row.get(1)))
                .map(row -> row.get(0))
                .toList();
    }

    /** The same, locked. What another transaction has locked is left out. */
    static List<ItemRow> lockDecided(Handle handle, ItemRow item, Row made) {
        List<UUID> decided = decided(handle, item, made);
        return decided.isEmpty()
                ? List.of()
                : handle.createQuery("SELECT " + ItemRow.COLUMNS + " FROM queue_item WHERE tenant = :tenant"
                                + " AND item_id = ANY (:items) ORDER BY item_id FOR UPDATE SKIP LOCKED")
                        .bind("tenant", item.candidate().tenant())
                        .bindArray("items", UUID.class, decided)
                        .map(ItemRow.MAPPER)
                        .list();
    }

    /** The id of a decision that is made alike follows from the one that a person made, so that it is made once. */
    static UUID decisionId(UUID made, UUID otherItem) {
        return UUID.nameUUIDFromBytes((made + " alike " + otherItem).getBytes(StandardCharsets.UTF_8));
    }
}
