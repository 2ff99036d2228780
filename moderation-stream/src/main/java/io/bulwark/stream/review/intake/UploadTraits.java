package io.bulwark.stream.review.intake;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.events.AttackAudit;
import io.bulwark.events.DeciderKind;
import io.bulwark.events.Decision;
import io.bulwark.events.Verdict;
import io.bulwark.stream.review.PersonalRows;
import io.bulwark.stream.review.ReviewCandidate;
import io.bulwark.stream.review.Storable;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;

/**
 * What is kept of an upload for its item: the producer's attributes, by which rules of queues route, and how its picture
 * looks to the model. A draw of what was called SAFE has no look.
 *
 * @param contentSha256 of the file, 64 lower-case hexadecimal digits
 * @param attributes at most 32
 * @param look bands of the perceptual key such as {@code 1f0a77c2/0:1f3a}, the model first; empty for none
 */
public record UploadTraits(
        String tenant,
        String imageId,
        String contentSha256,
        String uploaderId,
        Map<String, String> attributes,
        List<String> look) {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern BAND = Pattern.compile("[0-9a-f]:[0-9a-f]{4}");
    private static final int BANDS = 16;
    private static final int MODEL_DIGITS = 8;

    public UploadTraits {
        attributes = Map.copyOf(attributes);
        look = List.copyOf(look);
    }

    /** Those of a worker's verdict; empty where there is nothing to keep. */
    static Optional<UploadTraits> of(Verdict verdict) {
        if (verdict.getDecidedBy().getKind() == DeciderKind.REVIEWER) {
            return Optional.empty();
        }
        return of(
                verdict.getTenant(),
                verdict.getImageId(),
                verdict.getContentSha256(),
                verdict.getUploaderId(),
                verdict.getAttributes(),
                verdict.getDecision() == Decision.SAFE
                        ? List.of()
                        : look(verdict.getModelFingerprint(), verdict.getPerceptualKey()));
    }

    /** The look of what an attack is suspected of. */
    static Optional<UploadTraits> of(AttackAudit audit) {
        return of(
                audit.getTenant(),
                audit.getImageId(),
                audit.getContentSha256(),
                audit.getUploaderId(),
                Map.of(),
                look(audit.getModelFingerprint(), audit.getPerceptualKey()));
    }

    private static Optional<UploadTraits> of(
            String tenant,
            String imageId,
            String sha256,
            String uploaderId,
            Map<String, String> said,
            List<String> look) {
        Map<String, String> attributes = new TreeMap<>();
        said.forEach((name, value) -> {
            if (Storable.faultOfWords(name).isEmpty()
                    && Storable.faultOfWords(value).isEmpty()) {
                attributes.put(name, value);
            }
        });
        boolean isKept = sha256 != null
                && ReviewCandidate.SHA256.matcher(sha256).matches()
                && Storable.is(tenant, imageId, uploaderId)
                && !(attributes.isEmpty() && look.isEmpty());
        return isKept
                ? Optional.of(new UploadTraits(tenant, imageId, sha256, uploaderId, attributes, look))
                : Optional.empty();
    }

    private static List<String> look(String model, List<String> key) {
        boolean whole = key.size() == BANDS
                && model != null
                && model.length() >= MODEL_DIGITS
                && key.stream().allMatch(band -> BAND.matcher(band).matches());
        return whole
                ? key.stream()
                        .map(band -> model.substring(0, MODEL_DIGITS) + "/" + band)
                        .toList()
                : List.of();
    }

    /** Whether image or uploader was erased at that instant or later. @param then when the upload was taken in */
    boolean isErased(Handle handle, Instant then) {
        return PersonalRows.ErasedRows.covers(handle, tenant, imageId, then)
                || PersonalRows.ErasedRows.coversUploader(handle, tenant, uploaderId, then);
    }

    /**
     * Keeps them, and routes the items again that wait for a person; of an upload that comes twice the last ones hold.
     * The images' locks are held.
     */
    public static void note(Handle handle, Collection<UploadTraits> all) {
        Map<List<String>, UploadTraits> last = new LinkedHashMap<>();
        all.forEach(one -> last.put(List.of(one.tenant, one.imageId, one.contentSha256), one));
        if (last.isEmpty()) {
            return;
        }
        String rows = "unnest(:tenants, :images, :hashes, :uploaders, :attributes, :looks)"
                + " AS said (tenant, image_id, content_sha256, uploader_id, attributes, look)";
        Collection<UploadTraits> kept = last.values();
        handle.createUpdate("INSERT INTO upload_trait AS known (tenant, image_id, content_sha256,"
                        + " uploader_id, attributes, look) SELECT tenant, image_id, content_sha256, uploader_id,"
                        + " CAST(attributes AS jsonb), string_to_array(look, ' ') FROM " + rows
                        + " ON CONFLICT (tenant, image_id, content_sha256) DO UPDATE SET"
                        + " uploader_id = excluded.uploader_id, at = excluded.at, attributes ="
                        + " CASE WHEN excluded.attributes = '{}' THEN known.attributes ELSE excluded.attributes END,"
                        + " look = CASE WHEN excluded.look = '{}' THEN known.look ELSE excluded.look END")
                .bindArray("tenants", String.class, column(kept, UploadTraits::tenant))
                .bindArray("images", String.class, column(kept, UploadTraits::imageId))
                .bindArray("hashes", String.class, column(kept, UploadTraits::contentSha256))
                .bindArray("uploaders", String.class, column(kept, UploadTraits::uploaderId))
                .bindArray("attributes", String.class, column(kept, traits -> written(traits.attributes)))
                .bindArray("looks", String.class, column(kept, traits -> String.join(" ", traits.look)))
                .execute();
        List<UploadTraits> routed =
                kept.stream().filter(traits -> !traits.attributes.isEmpty()).toList();
        if (!routed.isEmpty()) {
            handle.createUpdate("UPDATE queue_item item SET rank = item.rank + make_interval(secs => item.head_start)"
                            + " FROM unnest(:tenants, :images, :hashes) AS said (tenant, image_id, content_sha256)"
                            + " WHERE item.tenant = said.tenant AND item.image_id = said.image_id"
                            + " AND item.content_sha256 = said.content_sha256 AND item.golden_for = ''"
                            + " AND item.stage <> 'CLOSED'") // whatever the rules: they may be changing now
                    .bindArray("tenants", String.class, column(routed, UploadTraits::tenant))
                    .bindArray("images", String.class, column(routed, UploadTraits::imageId))
                    .bindArray("hashes", String.class, column(routed, UploadTraits::contentSha256))
                    .execute();
        }
    }

    private static List<String> column(Collection<UploadTraits> all, Function<UploadTraits, String> value) {
        return all.stream().map(value).toList();
    }

    private static String written(Map<String, String> attributes) {
        try {
            return JSON.writeValueAsString(attributes);
        } catch (JsonProcessingException defect) {
            throw new IllegalStateException(defect);
        }
    }
}
