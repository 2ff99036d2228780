package io.bulwark.stream.review;

import io.bulwark.stream.database.Database;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;
import org.jdbi.v3.core.statement.Query;

/**
 * Items of the same file, byte for byte, under other image ids. One decision may be about all of them: people then see
 * the picture once. Pictures that only look alike are not among them, because what differs may be what matters.
 */
public final class AlikeItems {

    /** The most items that one decision is about besides its own. */
    static final int MOST = 500;

    private static final String SAME_FILE = """
            content_sha256 = :sha256 AND item_id <> :item AND golden_for = ''
            """;

    private final Database database;

    public AlikeItems(Database database) {
        this.database = database;
    }

    /** An open item of the same file. */
    @Schema(name = "AlikeItemDocument")
    public record Alike(
            UUID itemId,
            String imageId,
            String uploaderId,
            @Schema(implementation = String.class) Instant arrivedAt) {}

    /**
     * The open items of an item's file that the person might decide now, longest waiting first; at most {@value #MOST}.
     */
    public List<Alike> of(Person person, UUID itemId) {
        return database.inTenant(person.tenant(), handle -> {
            ItemRow item = ItemRow.read(handle, person.tenant(), itemId);
            return item.goldenAnswer().isPresent()
                    ? List.of()
                    : free(handle, person, item, "item_id, image_id, uploader_id, arrived_at", "")
                            .map(ConstructorMapper.of(Alike.class))
                            .list();
        });
    }

    /** The same, locked. What another transaction has locked is left out. */
    static List<ItemRow> lockFree(Handle handle, Person person, ItemRow item) {
        return free(handle, person, item, ItemRow.COLUMNS, " FOR UPDATE SKIP LOCKED")
                .map(ItemRow.MAPPER)
                .list();
    }

    private static Query free(Handle handle, Person person, ItemRow item, String columns, String locking) {
        return handle.createQuery("SELECT " + columns + " FROM queue_item waiting WHERE " + SAME_FILE + " AND "
                        + ReviewQueue.FREE + " ORDER BY arrived_at, item_id LIMIT :most" + locking)
                .bind("sha256", item.candidate().contentSha256())
                .bind("item", item.itemId())
                .bind("tenant", person.tenant())
                .bind("reviewer", person.name())
                .bind("senior", person.isSenior())
                .bind("most", MOST);
    }

    /** The items that were decided alike with a decision on an item, in the order of their ids. */
    static List<UUID> decided(Handle handle, ItemRow item, UUID decisionId) {
        return handle
                .createQuery("SELECT item_id, decision_id FROM decision WHERE tenant = :tenant AND kind <> 'UNDONE'"
                        + " AND item_id IN (SELECT item_id FROM queue_item WHERE tenant = :tenant AND " + SAME_FILE
                        + ") ORDER BY item_id")
                .bind("tenant", item.candidate().tenant())
                .bind("sha256", item.candidate().contentSha256())
                .bind("item", item.itemId())
                .map((row, context) -> {
                    UUID other = row.getObject(1, UUID.class);
                    return decisionId(decisionId, other).equals(row.getObject(2, UUID.class)) ? other : null;
                })
                .list()
                .stream()
                .filter(Objects::nonNull)
                .toList();
    }

    /** The id of a decision that is made alike follows from the one that a person made, so that it is made once. */
    static UUID decisionId(UUID made, UUID otherItem) {
        return UUID.nameUUIDFromBytes((made + " alike " + otherItem).getBytes(StandardCharsets.UTF_8));
    }
}
