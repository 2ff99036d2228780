package io.bulwark.stream.promise;

import io.bulwark.schemas.promise.DriftReference;
import io.bulwark.schemas.promise.DriftScales;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/**
 * Samples what workers call SAFE, in the caller's transaction: of each tenant and day the uploaders whose turn it is in
 * four weeks, then those whose turn it is in a week, then others, of each those whose digests are smallest, and of each
 * uploader one picture, the one whose digest is smallest. So an uploader counts once a day, however much they upload; the
 * sample is as large on a busy day as on another; and it depends on the records alone, not on the order in which instances
 * take them. Twice the same is once. One thread.
 *
 * <p>A row's place is below 2 for {@link DriftScales#SCALES the longest scale}, below 3 for the next one and else below 4.
 * Rows of before there were scales have places below 1, and count at none.
 */
public final class DriftSamples {

    private static final int MOST_LIMITS = 10_000;

    /** Samples of several instances are written one after the other, so that their rows cannot wait for each other. */
    private static final String LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('bulwark drift samples', 0))";

    private final int perDay;
    private final Map<Day, Double> limits = new LinkedHashMap<>(16, 0.75f, true) { // a place above is not sampled
                @Override
                protected boolean removeEldestEntry(Map.Entry<Day, Double> eldest) {
                    return size() > MOST_LIMITS;
                }
            };
    private byte[] key; // read once, from the database

    /** @param perDay pictures of a tenant and day, 0 or more */
    public DriftSamples(int perDay) {
        this.perDay = perDay;
    }

    /**
     * A picture that a worker called SAFE.
     *
     * @param uploaderId empty where it is not known: then the content stands for the uploader
     * @param contentSha256 64 lower-case hexadecimal digits
     * @param model fingerprint of what made the embedding
     * @param recorded when the broker took the embedding in; its day in UTC is the sample's
     */
    public record Seen(
            String tenant, String imageId, String uploaderId, String contentSha256, String model, Instant recorded) {

        private Day day() {
            return new Day(tenant, recorded.atZone(ZoneOffset.UTC).toLocalDate());
        }

        /** Who is sampled, and when. */
        private String unitOfDay() {
            return "drift\n" + day().date() + "\n" + unit();
        }

        private String unit() {
            return uploaderId.isEmpty() ? "content\n" + contentSha256 : "uploader\n" + uploaderId;
        }
    }

    private record Day(String tenant, LocalDate date) {}

    /** Whether it can still be among the sampled ones; needs no query. */
    public boolean mayTake(Seen seen) {
        return perDay > 0 && (key == null || place(seen) <= limits.getOrDefault(seen.day(), Double.MAX_VALUE));
    }

    private double place(Seen seen) {
        double turn = PromiseDraws.uniform(key, seen.tenant(), "drift turn\n" + seen.unit());
        int scale = DriftScales.scale(
                (int) (turn * DriftScales.TURNS), seen.day().date().toEpochDay());
        return DriftScales.SCALES.size()
                - DriftScales.SCALES.indexOf(scale)
                + PromiseDraws.uniform(key, seen.tenant(), seen.unitOfDay());
    }

    /** The scale of a row; 0 where it was sampled before there were scales. */
    static int scale(double place) {
        int group = (int) place;
        return group < 1 ? 0 : DriftScales.SCALES.get(DriftScales.SCALES.size() - group);
    }

    /** Of the day too, so that rows of an uploader cannot be put together. */
    private UUID unit(Seen seen) {
        var digest = ByteBuffer.wrap(PromiseDraws.digest(key, seen.tenant(), "unit\n" + seen.unitOfDay()));
        return new UUID(digest.getLong(), digest.getLong());
    }

    /** Of uploader, day and content: by the content alone one file could be the choice of all who upload it. */
    private double chosenBy(Seen seen) {
        return PromiseDraws.uniform(key, seen.tenant(), seen.unitOfDay() + "\n" + seen.contentSha256());
    }

    /**
     * Takes a picture into the sample or does not.
     *
     * @param embedding a unit row
     */
    public void take(Handle handle, Seen seen, float[] embedding) {
        if (key == null) {
            key = PromiseDraws.readKey(handle);
        }
        if (!mayTake(seen)) {
            return;
        }
        lock(handle);
        UUID unit = unit(seen);
        int chosen = handle.createUpdate("""
                INSERT INTO drift_sample (tenant, day, unit, fitted, place, chosen_by, model)
                VALUES (:tenant, :day, :unit, :fitted, :place, :chosenBy, :model) ON CONFLICT (tenant, day, unit)
                DO UPDATE SET chosen_by = excluded.chosen_by, model = excluded.model, reference = NULL, cell = NULL
                WHERE excluded.chosen_by < drift_sample.chosen_by""")
                .bind("tenant", seen.tenant())
                .bind("day", seen.day().date())
                .bind("unit", unit)
                .bind(
                        "fitted",
                        PromiseDraws.uniform(key, seen.tenant(), "drift half\n" + seen.unit()) < DriftReference.FITTED)
                .bind("place", place(seen))
                .bind("chosenBy", chosenBy(seen))
                .bind("model", seen.model())
                .execute();
        if (chosen > 0) {
            picture(handle, seen, unit, DriftReference.features(embedding));
            limit(handle, seen.day());
        }
    }

    /**
     * Deletes the pictures of an image, in every tenant: its embedding was deleted, and the tombstone names none. Waits
     * for other instances only where there is one. The caller has the lock of the image.
     */
    public static void forget(Handle handle, String imageId) {
        boolean sampled = handle.select("SELECT EXISTS (SELECT FROM drift_picture WHERE image_id = ?)", imageId)
                .mapTo(Boolean.class)
                .one();
        if (sampled) {
            lock(handle);
            handle.execute("DELETE FROM drift_picture WHERE image_id = ?", imageId);
        }
    }

    /** Keeps samples and their places as they are until the transaction ends. Before any row of them is changed. */
    static void lock(Handle handle) {
        handle.createQuery(LOCK).mapTo(String.class).list();
    }

    private static void picture(Handle handle, Seen seen, UUID unit, float[] features) {
        handle.createUpdate("""
                INSERT INTO drift_picture (tenant, day, unit, image_id, uploader_id, at, features)
                VALUES (:tenant, :day, :unit, :image, :uploader, :at, :features) ON CONFLICT (tenant, day, unit)
                DO UPDATE SET image_id = excluded.image_id, at = excluded.at, features = excluded.features""")
                .bind("tenant", seen.tenant())
                .bind("day", seen.day().date())
                .bind("unit", unit)
                .bind("image", seen.imageId())
                .bind("uploader", seen.uploaderId())
                .bind("at", seen.recorded())
                .bind("features", toBytes(features))
                .execute();
    }

    /** The place of the last uploader that belongs to the sample; it only falls. */
    private void limit(Handle handle, Day day) {
        handle.select("""
                        SELECT place FROM drift_sample WHERE tenant = ? AND day = ?
                        ORDER BY place OFFSET ? LIMIT 1""", day.tenant(), day.date(), perDay - 1)
                .mapTo(Double.class)
                .findOne()
                .ifPresent(last -> limits.put(day, last));
    }

    static byte[] toBytes(float[] features) {
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * features.length);
        for (float value : features) {
            bytes.putFloat(value);
        }
        return bytes.array();
    }

    static float[] toFeatures(byte[] bytes) {
        float[] features = new float[bytes.length / Float.BYTES];
        ByteBuffer.wrap(bytes).asFloatBuffer().get(features);
        return features;
    }
}
