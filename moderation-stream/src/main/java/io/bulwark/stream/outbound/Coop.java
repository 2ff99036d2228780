package io.bulwark.stream.outbound;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.events.ImageReport;
import io.bulwark.events.ModerationDecision;
import io.bulwark.events.ReportKind;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.topic.TenantKey;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.stream.StreamSettings;
import io.bulwark.stream.outbound.Receiver.Event;
import io.bulwark.stream.state.Restriction;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Decisions that people should review as items, and users' reports as reports, for <a
 * href="https://github.com/roostorg/coop">Coop</a>.
 */
public final class Coop implements Receiver {

    private final Place place;
    private final DecisionEvents events;
    private final Restriction restriction;
    private final EventDecoder<ImageReport> reports;
    private final ObjectMapper json;

    /**
     * Coop's address and ids.
     *
     * @param url without a path
     * @param apiKey goes into the header {@code X-API-KEY}
     * @param itemType Coop's id of the type that images are items of
     * @param userType Coop's id of the type that reporters are of; without it reports are not sent
     * @param imageUrl where Coop fetches a picture, with {@code {tenant}} and {@code {imageId}}; without it no picture
     */
    record Place(
            URI url,
            ApiKey apiKey,
            String itemType,
            Optional<String> userType,
            Optional<String> imageUrl,
            Duration timeout) {

        @Override
        public String toString() {
            return "Coop at " + url;
        }
    }

    /**
     * @param events which decisions are items
     * @param reports reads {@code moderation.reports}
     * @param restriction of which contents nothing is sent
     * @param json writes instants as ISO 8601
     */
    Coop(
            Place place,
            DecisionEvents events,
            EventDecoder<ImageReport> reports,
            Restriction restriction,
            ObjectMapper json) {
        this.restriction = restriction;
        this.place = place;
        this.events = events;
        this.reports = reports;
        this.json = json;
    }

    @Override
    public Set<Topics> topics() {
        return place.userType().isPresent() ? Set.of(Topics.DECISIONS, Topics.REPORTS) : Set.of(Topics.DECISIONS);
    }

    @Override
    public Optional<Message> message(Event event) {
        if (Topics.REPORTS.isNamed(event.topic())) {
            return place.userType().flatMap(type -> report(event, type));
        }
        return events.change(event)
                .flatMap(change -> Optional.ofNullable(change.decision()))
                .flatMap(decision -> item(event, decision));
    }

    /** An image that could not be fetched, or is restricted, has no hash and is not sent. */
    private Optional<Message> item(Event event, ModerationDecision decision) {
        return Optional.ofNullable(decision.getContentSha256()).map(sha256 -> {
            var data = data(decision.getTenant(), decision.getImageId());
            data.put("uploaderId", decision.getUploaderId());
            data.put("decision", decision.getDecision().name());
            data.put(
                    "reason",
                    decision.getReason() == null ? null : decision.getReason().name());
            data.put("labels", decision.getLabels());
            data.put("score", decision.getScore());
            data.put("since", decision.getSince());
            data.put("eventId", event.id());
            var item = new Item(
                    new ItemId(decision.getTenant(), sha256, decision.getImageId()).toString(), place.itemType(), data);
            return Message.of(event, "/api/v1/items/async/", new Items(List.of(item)), json);
        });
    }

    /**
     * Appeals are answered in the tool where the decision was made. A report without a content hash is not sent: Coop's
     * decision on it could apply to other content.
     */
    private Optional<Message> report(Event event, String userType) {
        ImageReport report = DecisionEvents.decode(reports, event);
        if (report.getKind() != ReportKind.REPORT
                || report.getContentSha256() == null
                || restriction.covers(report.getTenant(), report.getContentSha256())
                || !events.isOfTenant(report.getTenant())) {
            return Optional.empty();
        }
        var item = new Item(
                new ItemId(report.getTenant(), report.getContentSha256(), report.getImageId()).toString(),
                place.itemType(),
                data(report.getTenant(), report.getImageId()));
        var document = new Report(
                new Reporter("user", userType, report.getReporter()),
                report.getAt(),
                new Reason(report.getWords()),
                item);
        return Optional.of(Message.of(event, "/api/v1/report", document, json));
    }

    private Map<String, Object> data(String tenant, String imageId) {
        var data = new LinkedHashMap<String, Object>();
        data.put("tenant", tenant);
        data.put("imageId", imageId);
        List<String> images = new ArrayList<>();
        place.imageUrl()
                .map(template -> template.replace("{tenant}", encoded(tenant)).replace("{imageId}", encoded(imageId)))
                .ifPresent(images::add);
        data.put("images", images);
        return data;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @Override
    public HttpRequest request(Message message, Instant now) {
        return message.post(URI.create(place.url() + message.path()), place.timeout())
                .header("X-API-KEY", place.apiKey().header)
                .build();
    }

    @Override
    public void close() {
        events.close();
        reports.close();
    }

    private record Items(List<Item> items) {}

    private record Item(String id, String typeId, Map<String, Object> data) {}

    private record Report(Reporter reporter, Instant reportedAt, Reason reportedForReason, Item reportedItem) {}

    private record Reporter(String kind, String typeId, String id) {}

    private record Reason(String reason) {}

    /** The value of the header {@code X-API-KEY}. Its text does not show the key. */
    public static final class ApiKey {

        private static final Pattern VISIBLE = Pattern.compile("[!-~]{1,512}");

        final String header;

        private ApiKey(String header) {
            this.header = header;
        }

        /**
         * Reads the file of a key. Whitespace around it is left out.
         *
         * @throws IllegalArgumentException where it cannot be read, or is no key; the message holds nothing of the file
         */
        public static ApiKey read(Path file) {
            return StreamSettings.secret(
                    file,
                    ApiKey::of,
                    "API key of Coop: one line of 1 to 512 visible ASCII characters, without a byte order mark");
        }

        static ApiKey of(String text) {
            if (!VISIBLE.matcher(text).matches()) {
                throw new IllegalArgumentException("no key");
            }
            return new ApiKey(text);
        }

        @Override
        public String toString() {
            return "CoopApiKey";
        }
    }

    /**
     * The id of an image in Coop: tenant, content and image id, so that a decision in Coop never applies to another
     * tenant's image, or to other content under the same id. Its text is {@code <tenant>/<sha256>:<imageId>}, the
     * tenant written as in a {@link TenantKey}.
     *
     * @param sha256 64 hexadecimal digits in small letters
     * @param imageId may hold colons and slashes
     */
    public record ItemId(String tenant, String sha256, String imageId) {

        private static final Pattern IMAGE = Pattern.compile("([0-9a-f]{64}):(.+)", Pattern.DOTALL);

        /** Reads the text of an id; empty where it is none. */
        public static Optional<ItemId> parse(String text) {
            return TenantKey.parse(text).filter(key -> !key.tenant().isEmpty()).flatMap(key -> {
                Matcher image = IMAGE.matcher(key.id());
                return image.matches()
                        ? Optional.of(new ItemId(key.tenant(), image.group(1), image.group(2)))
                        : Optional.empty();
            });
        }

        @Override
        public String toString() {
            return new TenantKey(tenant, sha256 + ":" + imageId).toString();
        }
    }

    /**
     * Coop's signature over the body of a callback: RSASSA-PKCS1-v1_5 with SHA-256, in Base64, as its page on
     * authentication says. Any thread.
     */
    public static final class CoopSignature {

        private final PublicKey key;

        private CoopSignature(PublicKey key) {
            this.key = key;
        }

        /**
         * Reads Coop's webhook signature verification key.
         *
         * @param file PEM, {@code BEGIN PUBLIC KEY}
         * @throws IllegalArgumentException where it cannot be read, or is no such key
         */
        public static CoopSignature read(Path file) {
            return StreamSettings.secret(file, CoopSignature::of, "RSA public key in PEM (BEGIN PUBLIC KEY)");
        }

        static CoopSignature of(String pem) {
            String base64 =
                    pem.replaceAll("-----(BEGIN|END) PUBLIC KEY-----", "").replaceAll("\\s", "");
            var encoded = new X509EncodedKeySpec(Base64.getDecoder().decode(base64));
            try {
                return new CoopSignature(KeyFactory.getInstance("RSA").generatePublic(encoded));
            } catch (GeneralSecurityException noKey) {
                throw new IllegalArgumentException(noKey);
            }
        }

        /**
         * Whether Coop signed this.
         *
         * @param body as it came
         * @param header of the request; null where it has none
         */
        public boolean verifies(byte[] body, String header) {
            if (header == null) {
                return false;
            }
            try {
                Signature signature = Signature.getInstance("SHA256withRSA");
                signature.initVerify(key);
                signature.update(body);
                return signature.verify(Base64.getDecoder().decode(header.strip()));
            } catch (GeneralSecurityException | IllegalArgumentException noSignature) {
                return false;
            }
        }
    }
}
