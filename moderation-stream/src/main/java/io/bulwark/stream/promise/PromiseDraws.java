package io.bulwark.stream.promise;

import io.bulwark.events.Decision;
import io.bulwark.schemas.promise.AnsweredDraw;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;

/**
 * Draws workers' outcomes for review and takes people's answers, in the caller's transaction. Twice the same is once.
 * Thread-safe.
 */
public final class PromiseDraws {

    private static final int MOST_LISTED = 100_000;

    private static final String ALGORITHM = "HmacSHA256";
    private static final Set<Decision> DRAWN = EnumSet.of(Decision.SAFE, Decision.NSFW, Decision.REVIEW);

    private final double probability;
    private volatile byte[] key; // read once, from the database

    /** @param probability of each draw, in [0, 1] */
    public PromiseDraws(double probability) {
        this.probability = probability;
    }

    /**
     * Draws a content or does not, and notes it if so. A content that came before stays as it was drawn then. Not for
     * one on which a person's decision holds: the machine's is not in force there, and no person would look again; ask
     * that where {@link #isChosen} says yes.
     *
     * @param contentSha256 64 lower-case hexadecimal digits
     * @param itemId of the item that people get
     * @param decidedAt when the worker decided: the place in the order of draws
     * @param machine what it decided
     * @return whether people are to see this item
     */
    public boolean take(
            Handle handle, String tenant, String contentSha256, UUID itemId, Instant decidedAt, Decision machine) {
        if (!isChosen(handle, tenant, contentSha256, machine)) {
            return false;
        }
        UUID content = AnsweredDraw.content(tenant, contentSha256);
        handle.createUpdate("""
                INSERT INTO promise_draw (tenant, content, item_id, decided_at, machine, probability)
                VALUES (:tenant, :content, :item, :at, :machine, :probability) ON CONFLICT DO NOTHING""")
                .bind("tenant", tenant)
                .bind("content", content)
                .bind("item", itemId)
                .bind("at", decidedAt)
                .bind("machine", machine.name())
                .bind("probability", probability)
                .execute();
        return isDrawn(handle, tenant, itemId);
    }

    /** Whether the digest of a content is below the probability; needs no query but the first. */
    public boolean isChosen(Handle handle, String tenant, String contentSha256, Decision machine) {
        return probability > 0 && DRAWN.contains(machine) && uniform(key(handle), tenant, contentSha256) < probability;
    }

    /** Whether an item was drawn, and so needs two people. */
    public static boolean isDrawn(Handle handle, String tenant, UUID itemId) {
        return handle.select("""
                SELECT EXISTS (SELECT FROM promise_draw WHERE tenant = ? AND item_id = ?)""", tenant, itemId).mapTo(Boolean.class).one();
    }

    /**
     * What people say of an item now. Nothing is done where it was not drawn.
     *
     * @param people SAFE or NSFW; empty where the answer was taken back
     */
    public static void answered(Handle handle, String tenant, UUID itemId, Optional<String> people) {
        handle.createUpdate("""
                UPDATE promise_draw SET people = CAST(:people AS text),
                corrections = corrections + CASE WHEN people IS NULL THEN 0 ELSE 1 END
                WHERE tenant = :tenant AND item_id = :item AND people IS DISTINCT FROM CAST(:people AS text)""")
                .bind("people", people.orElse(null))
                .bind("tenant", tenant)
                .bind("item", itemId)
                .execute();
    }

    private byte[] key(Handle handle) {
        byte[] known = key;
        if (known == null) {
            known = readKey(handle);
            key = known;
        }
        return known;
    }

    /** The secret key of all draws. */
    static byte[] readKey(Handle handle) {
        return handle.createQuery("SELECT key FROM draw_key")
                .mapTo(byte[].class)
                .one();
    }

    /**
     * Uniform in [0, 1) over what is drawn, to those who do not have the key: the first 53 bits of the digest.
     *
     * @param drawn the hash of a content, or what else names one thing alone
     */
    static double uniform(byte[] key, String tenant, String drawn) {
        return (ByteBuffer.wrap(digest(key, tenant, drawn)).getLong() >>> 11) * 0x1.0p-53;
    }

    /** 32 bytes that no one can tell without the key. */
    static byte[] digest(byte[] key, String tenant, String drawn) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
            return mac.doFinal((tenant + "\n" + drawn).getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException absent) {
            throw new IllegalStateException("Every Java has " + ALGORITHM, absent);
        }
    }

    /**
     * The latest draws before the first one that is still waited for, oldest first; at most {@value #MOST_LISTED}. The ones
     * that no one answered in time are among them, without their digest: were they left out, what is hard to answer
     * would be missing. Labels are those of the decision in force.
     *
     * @param due an answer to what was decided later is still waited for
     */
    public static List<AnsweredDraw> settled(Handle handle, String tenant, Instant due) {
        return handle.createQuery("""
                SELECT CASE WHEN people IS NOT NULL THEN content END AS content, decided_at, machine, people,
                CASE WHEN people IS NULL THEN '{}' ELSE coalesce((SELECT made.labels FROM decision made
                WHERE made.tenant = :tenant AND made.item_id = latest.item_id AND made.kind = 'DECIDED'
                AND NOT EXISTS (SELECT FROM decision taken WHERE taken.tenant = :tenant
                AND taken.item_id = made.item_id AND taken.kind = 'UNDONE' AND taken.replaces = made.decision_id)
                ORDER BY made.decided_at DESC, made.decision_id DESC LIMIT 1), '{}') END AS labels, probability
                FROM (SELECT draw.* FROM promise_draw draw WHERE draw.tenant = :tenant
                AND draw.decided_at < coalesce((SELECT min(waits.decided_at) FROM promise_draw waits
                WHERE waits.tenant = :tenant AND waits.people IS NULL AND waits.decided_at > :due), 'infinity')
                ORDER BY draw.decided_at DESC, draw.content DESC LIMIT :most) latest
                ORDER BY decided_at, latest.content""")
                .bind("tenant", tenant)
                .bind("due", due)
                .bind("most", MOST_LISTED)
                .map(ConstructorMapper.of(AnsweredDraw.class))
                .list();
    }

    /** The latest draws before the first one that is still waited for, oldest first, with the scores of their items. */
    static List<Promises.ScoredDraw> scored(Handle handle, String tenant, Instant due) {
        return handle.createQuery("""
                SELECT latest.decided_at, machine, probability, people, item.score
                FROM (SELECT draw.* FROM promise_draw draw WHERE draw.tenant = :tenant
                AND draw.decided_at < coalesce((SELECT min(waits.decided_at) FROM promise_draw waits
                WHERE waits.tenant = :tenant AND waits.people IS NULL AND waits.decided_at > :due), 'infinity')
                ORDER BY draw.decided_at DESC, draw.content DESC LIMIT :most) latest
                LEFT JOIN queue_item item ON item.tenant = :tenant AND item.item_id = latest.item_id
                ORDER BY latest.decided_at, latest.content""")
                .bind("tenant", tenant)
                .bind("due", due)
                .bind("most", MOST_LISTED)
                .map(ConstructorMapper.of(Promises.ScoredDraw.class))
                .list();
    }
}
