package io.bulwark.stream.review;

import io.bulwark.stream.database.Database;
import io.bulwark.stream.problem.Problem;
import io.bulwark.stream.review.ItemRow.Stage;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;

/** Items whose answer is known. Thread-safe. */
@Singleton
public final class GoldenItems {

    private final Database database;

    public GoldenItems(Database database) {
        this.database = database;
    }

    /**
     * How often reviewers answered golden items, and how often as known.
     *
     * @param decided other decisions and proposals of theirs: who gets few golden items beside them may avoid their
     *     labels
     */
    public record Tally(String reviewer, long answered, long asKnown, long decided) {}

    /**
     * Makes a decided item golden: from now on copies of it are mixed into the claims.
     *
     * @param answer SAFE or NSFW
     */
    public void add(Person person, UUID itemId, String answer) {
        Problem.BAD_PARAMETER.when(
                !answer.equals("SAFE") && !answer.equals("NSFW"),
                "The known answer is SAFE or NSFW, not " + answer + ".");
        database.inTenant(person.tenant(), handle -> {
            ItemRow item = ItemRow.lock(handle, person.tenant(), itemId);
            Problem.BAD_PARAMETER.when(item.stage() != Stage.CLOSED, "Only a decided item can become a golden one.");
            handle.execute("""
                    INSERT INTO golden_item (tenant, image_id, content_sha256, uploader_id, upload_topic,
                    upload_partition, upload_offset, score, labels, answer, added_by)
                    SELECT tenant, image_id, content_sha256, uploader_id, upload_topic, upload_partition,
                    upload_offset, score, labels, ?, ? FROM queue_item
                    WHERE tenant = ? AND item_id = ?
                    ON CONFLICT (tenant, image_id, content_sha256)
                    DO UPDATE SET answer = excluded.answer, added_by = excluded.added_by""", answer, person.name(), person.tenant(), itemId);
            return person.log(handle, "golden.added", "item/" + itemId, Map.of("answer", answer));
        });
    }

    /**
     * Puts a golden item that this reviewer has not had in front of everything that waits for them, if there is one. It
     * seems to wait as long as the first doubt that does, in its queue and with its strikes, or these would tell it from
     * the others.
     *
     * @param queues from which they claim
     * @param avoided labels that they are not to see now
     */
    static Optional<UUID> offer(Handle handle, Person person, List<String> queues, Set<String> avoided) {
        return handle.createQuery("""
                WITH next AS (SELECT first.queue, first.arrived_at, first.strikes FROM unnest(:queues) AS name
                CROSS JOIN LATERAL (SELECT * FROM queue_item waiting WHERE tenant = :tenant AND queue = name
                AND stage = 'FIRST' AND golden_for = '' AND origins = '{REVIEW}' ORDER BY rank, item_id LIMIT 1) AS first
                ORDER BY first.rank LIMIT 1),
                place AS (SELECT * FROM next UNION ALL SELECT 'default', clock_timestamp(), 0
                WHERE 'default' = ANY (:queues) AND NOT EXISTS (SELECT FROM next))
                INSERT INTO queue_item (tenant, item_id, image_id, content_sha256, golden_for,
                golden_answer, uploader_id, upload_topic, upload_partition, upload_offset,
                machine_decision, labels, score, origins, rank, stage, queue, arrived_at, strikes)
                SELECT tenant, gen_random_uuid(), image_id, content_sha256, :reviewer, answer, uploader_id,
                upload_topic, upload_partition, upload_offset, 'REVIEW', labels, score, '{REVIEW}',
                '-infinity', 'FIRST', place.queue, place.arrived_at, place.strikes
                FROM golden_item golden, place WHERE tenant = :tenant AND NOT labels && CAST(:avoided AS text[])
                AND NOT EXISTS (SELECT FROM queue_item given WHERE given.tenant = :tenant
                AND given.image_id = golden.image_id AND given.content_sha256 = golden.content_sha256
                AND (given.golden_for = :reviewer OR given.golden_for = '' AND given.stage <> 'CLOSED'))
                AND NOT EXISTS (SELECT FROM decision own WHERE own.tenant = :tenant
                AND own.reviewer = :reviewer AND own.image_id = golden.image_id
                AND own.content_sha256 = golden.content_sha256)
                ORDER BY random() LIMIT 1 ON CONFLICT DO NOTHING RETURNING item_id""")
                .bind("reviewer", person.name())
                .bind("tenant", person.tenant())
                .bindArray("queues", String.class, queues)
                .bindArray("avoided", String.class, avoided)
                .mapTo(UUID.class)
                .findOne();
    }

    /** What each reviewer of a tenant made of golden items; who had none is among them. */
    public List<Tally> tallies(Person person) {
        return database.list(
                person.tenant(),
                handle -> handle.select("""
                                        SELECT reviewer, count(*) FILTER (WHERE kind = 'GOLDEN') AS answered,
                                        count(*) FILTER (WHERE kind = 'GOLDEN' AND as_known) AS as_known,
                                        count(*) FILTER (WHERE kind <> 'GOLDEN') AS decided
                                        FROM decision WHERE tenant = ? AND kind IN ('GOLDEN', 'PROPOSED', 'DECIDED')
                                        GROUP BY reviewer ORDER BY reviewer""", person.tenant())
                        .map(ConstructorMapper.of(Tally.class))
                        .list());
    }
}
