package io.bulwark.stream.review;

import io.bulwark.stream.database.Database;
import io.bulwark.stream.problem.Problem;
import io.bulwark.stream.review.DecisionRows.Row;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;
import org.jdbi.v3.core.statement.Query;

/**
 * Other items that one decision may be about, which names each of them: so it is about none that arrived after the
 * person saw the list. <b>Copies</b> are of the same file, byte for byte, under other image ids: people see the picture
 * once. <b>Near-equal</b> ones look the same to the model and are other files; what differs may be what matters, so
 * each is displayed. Neither are items on which a person has said something, reports, appeals and what was escalated,
 * nor those with a duty's clock: it has to be read.
 */
public final class AlikeItems {

    /** The most items that one decision is about besides its own, so that it locks the tenant's audit log shortly. */
    static final int MOST = 50;

    /**
     * Bits of the 256 of a perceptual key in which near-equal pictures differ at most. A bit differs with the angle's
     * share of π, so that is an angle of about 0.1, a cosine of 0.995.
     */
    static final int NEAR_BITS = 8;

    /** Open items that share a band with one, of which the near-equal ones are found. */
    private static final int AMONG = 2_000;

    private static final String NEAR = """
            stage = 'FIRST' AND decision_id IS NULL AND origins <@ '{REVIEW,AUDIT}' AND content_sha256 <> :sha256
            AND item_id = ANY (ARRAY(SELECT item_id FROM (SELECT open.item_id, mine.look, theirs.look AS other
            FROM upload_trait mine
            JOIN upload_trait theirs ON theirs.tenant = :tenant AND theirs.look && mine.look AND theirs.look <> '{}'
            JOIN queue_item open ON open.tenant = :tenant AND open.image_id = theirs.image_id
            AND open.content_sha256 = theirs.content_sha256 AND open.golden_for = '' AND open.stage = 'FIRST'
            WHERE mine.tenant = :tenant AND mine.image_id = :image AND mine.content_sha256 = :sha256
            LIMIT :among) AS banded WHERE look_distance(look, other) <= :bits)) AND NOT labels && CAST(:avoided AS text[])""";

    private static final String COPIES = """
            stage IN ('FIRST', 'SECOND') AND origins <@ '{REVIEW,SAMPLE,AUDIT}' AND content_sha256 = :sha256""";

    private static final String GIVEN = "item_id = ANY (:given) AND ";

    /** Clocks may step between the decisions of one transaction. */
    private static final Duration APART = Duration.ofMinutes(10);

    private final Database database;

    public AlikeItems(Database database) {
        this.database = database;
    }

    /** An open item that is a copy or near-equal. Its age would tell a drawn one from the others. */
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
                    : query(handle, person, item, "item_id, image_id, uploader_id", COPIES, "")
                            .map(ConstructorMapper.of(Alike.class))
                            .list();
        });
    }

    /**
     * Of these items those of the same file that the person might claim now, locked; none of a golden copy. The others
     * are left out, and what another transaction has locked.
     */
    static List<ItemRow> lockCopies(Handle handle, Person person, ItemRow item, Collection<UUID> given) {
        return given.isEmpty() || item.goldenAnswer().isPresent()
                ? List.of()
                : query(handle, person, item, ItemRow.COLUMNS, GIVEN + COPIES, " FOR UPDATE SKIP LOCKED")
                        .bindArray("given", UUID.class, given)
                        .map(ItemRow.MAPPER)
                        .list();
    }

    /**
     * The near-equal open items that the person might claim now, longest waiting first; at most {@value #MOST}. What
     * rules or their own choice keep from them is left out, and all while they have a break. What was only drawn is
     * none: it measures the machine, so it is looked at alone.
     *
     * @throws io.bulwark.stream.problem.Problem.ProblemException where the person does not hold the item
     */
    public List<Alike> near(Person person, UUID itemId) {
        return database.inTenant(person.tenant(), handle -> {
            ItemRow item = ItemRow.read(handle, person.tenant(), itemId);
            requireHeld(person, item);
            Wellness.Guard guard = Wellness.guard(handle, person);
            return item.goldenAnswer().isPresent() || guard.pause().isPresent()
                    ? List.of()
                    : near(handle, person, item, guard.avoided(), "item_id, image_id, uploader_id", NEAR, "")
                            .map(ConstructorMapper.of(Alike.class))
                            .list();
        });
    }

    /** Of these items the near-equal ones that the person might claim now, locked. The others are left out. */
    static List<ItemRow> lockNear(Handle handle, Person person, ItemRow item, Collection<UUID> given) {
        return given.isEmpty() || item.goldenAnswer().isPresent()
                ? List.of()
                : near(handle, person, item, Set.of(), ItemRow.COLUMNS, GIVEN + NEAR, " FOR UPDATE SKIP LOCKED")
                        .bindArray("given", UUID.class, given)
                        .map(ItemRow.MAPPER)
                        .list();
    }

    /**
     * Whether the person may see an item because it is near-equal to one that they hold. It counts among what they were
     * shown.
     *
     * @throws io.bulwark.stream.problem.Problem.ProblemException where the person does not hold that one, or limits,
     *     a break or their own choice keep this one from them by now
     */
    public static boolean showsBeside(Handle handle, Person person, ItemRow item, UUID heldId) {
        ItemRow held = ItemRow.read(handle, person.tenant(), heldId);
        requireHeld(person, held);
        boolean near = held.goldenAnswer().isEmpty()
                && near(handle, person, held, Set.of(), "item_id", "item_id = :given AND " + NEAR, "")
                        .bind("given", item.itemId())
                        .mapTo(UUID.class)
                        .findOne()
                        .isPresent();
        if (near) {
            Wellness.showBeside(handle, person, item.itemId(), item.candidate().labels());
        }
        return near;
    }

    private static void requireHeld(Person person, ItemRow item) {
        Problem.NOT_ALLOWED.when(
                !item.isHeldBy(person), "What is near-equal to item " + item.itemId() + " is shown to who holds it.");
    }

    private static Query near(
            Handle handle,
            Person person,
            ItemRow item,
            Set<String> avoided,
            String columns,
            String condition,
            String locking) {
        return query(handle, person, item, columns, condition, locking)
                .bindArray("avoided", String.class, avoided)
                .bind("image", item.candidate().imageId())
                .bind("among", AMONG)
                .bind("bits", NEAR_BITS);
    }

    private static Query query(
            Handle handle, Person person, ItemRow item, String columns, String condition, String locking) {
        return handle.createQuery("SELECT " + columns + " FROM queue_item waiting WHERE " + condition
                        + " AND item_id <> :item AND golden_for = '' AND duties = '{}' AND queue = ANY (:queues) AND "
                        + ReviewQueue.FREE + " ORDER BY arrived_at, item_id LIMIT :most" + locking)
                .bind("sha256", item.candidate().contentSha256())
                .bind("item", item.itemId())
                .bindArray("queues", String.class, QueueRouting.claimable(handle, person, List.of()))
                .bind("tenant", person.tenant())
                .bind("reviewer", person.name())
                .bind("senior", person.isSenior())
                .bind("most", MOST);
    }

    /** The items that were decided together with a decision on an item, in the order of their ids. */
    static List<UUID> decided(Handle handle, ItemRow item, Row made) {
        return handle
                .createQuery("SELECT DISTINCT item_id, decision_id FROM decision WHERE tenant = :tenant"
                        + " AND reviewer = :reviewer AND decided_at BETWEEN :from AND :until"
                        + " AND item_id <> :item AND kind <> 'UNDONE' ORDER BY item_id")
                .bind("tenant", item.candidate().tenant())
                .bind("reviewer", made.reviewer())
                .bind("from", made.at().minus(APART))
                .bind("until", made.at().plus(APART))
                .bind("item", item.itemId())
                .map((row, context) -> List.of(row.getObject(1, UUID.class), row.getObject(2, UUID.class)))
                .list()
                .stream()
                .filter(row -> decisionId(made.id(), row.get(0)).equals(row.get(1)))
                .map(row -> row.get(0))
                .toList();
    }

    /** These items, locked. What another transaction has locked is left out. */
    static List<ItemRow> lock(Handle handle, ItemRow item, List<UUID> others) {
        return others.isEmpty()
                ? List.of()
                : handle.createQuery("SELECT " + ItemRow.COLUMNS + " FROM queue_item WHERE tenant = :tenant"
                                + " AND item_id = ANY (:items) ORDER BY item_id FOR UPDATE SKIP LOCKED")
                        .bind("tenant", item.candidate().tenant())
                        .bindArray("items", UUID.class, others)
                        .map(ItemRow.MAPPER)
                        .list();
    }

    /** How many of these items there are, locked or not. */
    static int count(Handle handle, ItemRow item, List<UUID> others) {
        return handle.createQuery("SELECT count(*) FROM queue_item WHERE tenant = :tenant AND item_id = ANY (:items)")
                .bind("tenant", item.candidate().tenant())
                .bindArray("items", UUID.class, others)
                .mapTo(Integer.class)
                .one();
    }

    /** The id of a decision that is made alike follows from the one that a person made, so that it is made once. */
    static UUID decisionId(UUID made, UUID otherItem) {
        return UUID.nameUUIDFromBytes((made + " alike " + otherItem).getBytes(StandardCharsets.UTF_8));
    }
}
