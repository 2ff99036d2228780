package io.bulwark.stream.review.evidence;

import io.bulwark.schemas.preview.PreviewQuestion;
import io.bulwark.stream.database.Database;
import io.bulwark.stream.picture.PreviewClient.Picture;
import io.bulwark.stream.problem.Problem;
import io.bulwark.stream.problem.Problem.ProblemException;
import io.bulwark.stream.review.AlikeItems;
import io.bulwark.stream.review.ItemRow;
import io.bulwark.stream.review.Person;
import io.bulwark.stream.review.QueueIntake;
import io.bulwark.stream.review.evidence.EvidenceKeys.Sealed;
import io.bulwark.stream.review.evidence.EvidenceKeys.Subject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;
import org.jdbi.v3.core.statement.Query;

/** The kept pictures. Every method works in the caller's transaction. Thread-safe. */
public final class Evidence {

    private Evidence() {}

    /** The first pause before a picture is asked for again; each further one is twice as long. */
    private static final int FIRST_PAUSE_SECONDS = 5;

    private static final int LONGEST_PAUSE_SECONDS = 3600;
    private static final UUID BEFORE_ALL = new UUID(0, 0);

    /**
     * An item whose picture is to be kept.
     */
    record Wanted(
            String tenant,
            UUID itemId,
            String imageId,
            String contentSha256,
            String topic,
            int partition,
            long offset) {

        Optional<PreviewQuestion> question(boolean strip) {
            return PreviewQuestion.isOfUploads(topic)
                    ? Optional.of(new PreviewQuestion(topic, partition, offset, contentSha256, strip))
                    : Optional.empty();
        }

        Subject subject(boolean strip) {
            return new Subject(tenant, itemId, contentSha256, strip);
        }
    }

    /** A closed item whose appeal time has passed, and whose picture is still there. */
    record Due(String tenant, UUID itemId, String imageId, String uploaderId) {

        /** Comes before every other. */
        static final Due FIRST = new Due("", BEFORE_ALL, "", "");
    }

    /**
     * The item that has waited longest for its picture, open ones first, and of these the ones that were
     * never asked for; it is not given again before a pause has passed.
     *
     * @param appeal how long an item that people have decided may be appealed, and so needs its picture
     */
    static Optional<Wanted> next(Handle handle, Duration appeal) {
        return first(handle.createQuery(next("stage <> 'CLOSED'")))
                .or(() -> first(handle.createQuery(next("stage = 'CLOSED' AND decision_id IS NOT NULL"
                                + " AND closed_at > clock_timestamp() - make_interval(secs => :appeal)"))
                        .bind("appeal", (double) appeal.toSeconds())));
    }

    private static String next(String which) {
        return "WITH due AS (SELECT tenant, item_id FROM queue_item WHERE " + which + """
                        \sAND golden_for = '' AND upload_topic IS NOT NULL AND evidence_next <= clock_timestamp()
                        ORDER BY evidence_tries > 0, evidence_next LIMIT 1 FOR UPDATE SKIP LOCKED)
                        UPDATE queue_item item SET evidence_tries = evidence_tries + 1,
                        evidence_next = clock_timestamp() + make_interval(secs =>
                        least(:longest, :first * power(2, least(evidence_tries, 20))))
                        FROM due WHERE item.tenant = due.tenant AND item.item_id = due.item_id RETURNING item.*, item.upload_topic AS topic,
                        item.upload_partition AS partition, item.upload_offset AS offset""";
    }

    private static Optional<Wanted> first(Query query) {
        return query.bind("first", (double) FIRST_PAUSE_SECONDS)
                .bind("longest", (double) LONGEST_PAUSE_SECONDS)
                .map(ConstructorMapper.of(Wanted.class))
                .findOne();
    }

    /** Counts that the picture is not where it was; how often it was not. */
    static int gone(Handle handle, Wanted item) {
        return count(handle, item, "evidence_gone");
    }

    /** Counts that a picture was there and its strip was not; how often. */
    static int noStrip(Handle handle, Wanted item) {
        return count(handle, item, "evidence_strip");
    }

    private static int count(Handle handle, Wanted item, String column) {
        return handle.select(
                        "UPDATE queue_item SET " + column + " = " + column + " + 1"
                                + " WHERE tenant = ? AND item_id = ? RETURNING " + column,
                        item.tenant(),
                        item.itemId())
                .mapTo(Integer.class)
                .findOne()
                .orElse(0);
    }

    /** Asks no more for pictures of items that are past their appeal. Returns how many items, {@code most} at most. */
    static int settleClosed(Handle handle, Duration appeal, int most) {
        return handle.execute("""
                UPDATE queue_item SET evidence_next = NULL WHERE (tenant, item_id) IN
                (SELECT tenant, item_id FROM queue_item WHERE stage = 'CLOSED' AND decision_id IS NOT NULL
                AND golden_for = '' AND upload_topic IS NOT NULL AND evidence_next IS NOT NULL
                AND closed_at <= clock_timestamp() - make_interval(secs => ?)
                LIMIT ? FOR UPDATE SKIP LOCKED)""", (double) appeal.toSeconds(), most);
    }

    /** Keeps a picture, unless the image was erased since it was asked for; twice is once. */
    static boolean keep(Handle handle, EvidenceKeys keys, Wanted item, boolean strip, Picture picture) {
        Sealed sealed = keys.seal(item.subject(strip), picture.jpeg());
        return handle.createUpdate("""
                WITH wanted AS (SELECT FROM queue_item WHERE tenant = :tenant AND item_id = :item
                AND evidence_next IS NOT NULL FOR UPDATE)
                INSERT INTO evidence
                (tenant, item_id, strip, image_id, content_sha256, frames, key_id, sealed)
                SELECT :tenant, :item, :strip, :image, :sha256, :frames, :key, :sealed FROM wanted
                ON CONFLICT DO NOTHING""")
                        .bind("tenant", item.tenant())
                        .bind("item", item.itemId())
                        .bind("strip", strip)
                        .bind("image", item.imageId())
                        .bind("sha256", item.contentSha256())
                        .bind("frames", picture.frames())
                        .bind("key", sealed.keyId())
                        .bind("sealed", sealed.bytes())
                        .execute()
                > 0;
    }

    /** Nothing is to be asked for this item any more: its picture is kept, or never will be. */
    static void settle(Handle handle, Wanted item) {
        handle.execute(
                "UPDATE queue_item SET evidence_next = NULL WHERE tenant = ? AND item_id = ?",
                item.tenant(),
                item.itemId());
    }

    /** The kept picture of an item; empty where there is none, or it does not open. */
    static Optional<Picture> find(Handle handle, EvidenceKeys keys, Subject subject) {
        return handle.select("""
                SELECT frames, key_id, sealed FROM evidence
                WHERE tenant = ? AND item_id = ? AND strip = ?""", subject.tenant(), subject.itemId(), subject.strip())
                .map((row, context) -> {
                    int frames = row.getInt("frames");
                    return keys.open(subject, new Sealed(row.getString("key_id"), row.getBytes("sealed")))
                            .map(jpeg -> new Picture(jpeg, frames));
                })
                .findOne()
                .flatMap(found -> found);
    }

    /**
     * Items whose appeal time has passed and of which no copies are given out, in an order that stays; only those
     * behind one.
     */
    static List<Due> due(Handle handle, Duration appeal, Due after, int most) {
        return handle.select("""
                SELECT DISTINCT item.tenant, item.item_id, item.image_id, item.uploader_id
                FROM evidence JOIN queue_item item USING (tenant, item_id)
                WHERE item.stage = 'CLOSED'
                AND item.closed_at <= clock_timestamp() - make_interval(secs => ?)
                AND NOT EXISTS (SELECT FROM golden_item golden WHERE golden.tenant = item.tenant
                AND golden.image_id = item.image_id AND golden.content_sha256 = item.content_sha256)
                AND (item.tenant, item.item_id) > (?, ?)
                ORDER BY item.tenant, item.item_id LIMIT ?""", (double) appeal.toSeconds(), after.tenant(), after.itemId(), most)
                .map(ConstructorMapper.of(Due.class))
                .list();
    }

    /** Deletes an item's picture, unless the item was opened again meanwhile. */
    static boolean delete(Handle handle, Due item) {
        return handle.createUpdate("""
                DELETE FROM evidence USING queue_item item
                WHERE evidence.tenant = :tenant AND evidence.item_id = :item
                AND item.tenant = :tenant AND item.item_id = :item AND item.stage = 'CLOSED'""")
                        .bind("tenant", item.tenant())
                        .bind("item", item.itemId())
                        .execute()
                > 0;
    }

    /**
     * Deletes every kept picture of an image; one that is being fetched meanwhile is not kept. Whether the image is on
     * legal hold is the caller's to ask.
     *
     * @param handle a transaction that sees the tenant's rows
     * @return rows that were deleted
     */
    public static int erase(Handle handle, String tenant, String imageId) {
        handle.execute("UPDATE queue_item SET evidence_next = NULL WHERE tenant = ? AND image_id = ?", tenant, imageId);
        return handle.execute("DELETE FROM evidence WHERE tenant = ? AND image_id = ?", tenant, imageId);
    }

    /**
     * Whether pictures of open items are kept.
     *
     * @param message one sentence: under which key, or what is missing
     */
    public record Status(boolean kept, String message) {

        public static Status of(boolean database, boolean preview, Optional<EvidenceKeys> keys) {
            if (!database) {
                return not("bulwark.database.url");
            }
            if (!preview) {
                return not("bulwark.preview.url");
            }
            return keys.map(known -> new Status(
                            true, "Pictures of open items are kept, sealed with key " + known.current() + "."))
                    .orElseGet(() -> not("bulwark.review.evidence.key-file"));
        }

        private static Status not(String missing) {
            return new Status(
                    false, "Pictures of open items are not kept: " + missing + " is not set, or holds nothing.");
        }
    }

    /**
     * The picture of an item, for the reviewer who holds it and for seniors: the kept one, else the preview's.
     * Thread-safe.
     */
    public static final class ItemPictures {

        private final Database database;
        private final Optional<EvidenceKeys> keys;
        private final Function<PreviewQuestion, Picture> preview;

        public ItemPictures(
                Database database, Optional<EvidenceKeys> keys, Function<PreviewQuestion, Picture> preview) {
            this.database = database;
            this.keys = keys;
            this.preview = preview;
        }

        /** As below, of an item in the person's hands or for a senior. */
        public Picture show(Person person, UUID itemId, boolean strip) {
            return show(person, itemId, strip, Optional.empty());
        }

        /**
         * The picture of an item's content. That it was given stands in the audit log before it is.
         *
         * @param strip whether all judged frames are wanted
         * @param beside the item in the person's hands that it is near-equal to
         * @throws ProblemException where there is no such item or picture, or this person may not see it
         */
        public Picture show(Person person, UUID itemId, boolean strip, Optional<UUID> beside) {
            Found found = database.inTenant(person.tenant(), handle -> {
                ItemRow item = ItemRow.read(handle, person.tenant(), itemId);
                if (beside.isEmpty() || !AlikeItems.showsBeside(handle, person, item, beside.get())) {
                    requireSight(person, item);
                }
                String sha256 = item.candidate().contentSha256();
                // A golden copy is shown what was kept for the item that it is a copy of.
                UUID original = item.goldenAnswer().isPresent() ? QueueIntake.itemId(item.candidate()) : itemId;
                var subject = new EvidenceKeys.Subject(person.tenant(), original, sha256, strip);
                return new Found(item, keys.flatMap(known -> Evidence.find(handle, known, subject)));
            });
            Picture picture = found.kept().orElseGet(() -> asked(found.item(), strip));
            database.inTenant(
                    person.tenant(),
                    handle -> person.log(handle, "picture.fetched", "item/" + itemId, Map.of("strip", strip)));
            return picture;
        }

        private record Found(ItemRow item, Optional<Picture> kept) {}

        private Picture asked(ItemRow item, boolean strip) {
            return Optional.ofNullable(item.candidate().upload())
                    .filter(upload -> PreviewQuestion.isOfUploads(upload.topic()))
                    .map(upload -> preview.apply(new PreviewQuestion(
                            upload.topic(),
                            upload.partition(),
                            upload.offset(),
                            item.candidate().contentSha256(),
                            strip)))
                    .orElseThrow(
                            () -> Problem.PICTURE_GONE.with("It is not known where the upload of this item lies."));
        }

        private static void requireSight(Person person, ItemRow item) {
            Optional<ItemRow.Lease> own =
                    item.claim().filter(lease -> lease.holder().equals(person.name()));
            if (item.isHeldBy(person) || person.isSenior()) {
                return;
            }
            throw own.isPresent()
                    ? Problem.LEASE_LOST.with("The claim of item " + item.itemId() + " ran out; claim again.")
                    : Problem.NOT_ALLOWED.with(
                            "The picture of item " + item.itemId() + " is shown to the reviewer who holds it.");
        }
    }
}
