package io.bulwark.schemas.topic;

import io.bulwark.events.AttackAudit;
import io.bulwark.events.AttackCampaign;
import io.bulwark.events.CampaignRuling;
import io.bulwark.events.Erasure;
import io.bulwark.events.FlaggedContent;
import io.bulwark.events.Hold;
import io.bulwark.events.ImageEmbedding;
import io.bulwark.events.ImageReport;
import io.bulwark.events.ImageUploaded;
import io.bulwark.events.ModerationDecision;
import io.bulwark.events.ModerationPolicy;
import io.bulwark.events.Reference;
import io.bulwark.events.Review;
import io.bulwark.events.UploaderAction;
import io.bulwark.events.UploaderStats;
import io.bulwark.events.Verdict;
import io.bulwark.schemas.topic.DeadLetterHeaders.Undelivered;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.config.TopicConfig;

/**
 * Every topic of Bulwark. Keys are strings (UTF-8), values are Avro records in one of the framings of {@link
 * io.bulwark.schemas.serde}; {@link #DEAD_LETTERS}, {@link #UNDELIVERED}, {@link #AUDIT_ANCHORS} and {@link #SCHEMAS}
 * carry raw bytes.
 */
public enum Topics {
    /** Images that want a verdict. */
    IMAGES_UPLOADED(
            "images.uploaded",
            "imageId",
            ImageUploaded.class,
            Sizes.BY_IMAGE,
            Cleanup.delete(Duration.ofDays(7)),
            Sizes.INLINE_IMAGE_BYTES),

    /**
     * Uploads whose location was not fetched promptly: the original key and bytes, with {@link UploadOrigin} in
     * headers.
     */
    IMAGES_DEFERRED(
            "images.deferred",
            "imageId",
            ImageUploaded.class,
            Sizes.BY_IMAGE,
            Cleanup.delete(Duration.ofDays(7)),
            Sizes.INLINE_IMAGE_BYTES + Sizes.RECORD_BYTES),

    /**
     * What workers decided: all of it for a week, then the last of each image, unless a producer used an id twice: then
     * that of the later upload. What holds is on {@link #DECISIONS}. A tombstone erases.
     */
    VERDICTS(
            "moderation.verdicts",
            "imageId",
            Verdict.class,
            Sizes.BY_IMAGE,
            Cleanup.compactAndDelete(Duration.ofDays(7), Duration.ofDays(90)),
            Sizes.RECORD_BYTES),

    /** The last word on each image; a tombstone means forgotten, not SAFE. */
    DECISIONS(
            "moderation.decisions",
            "<tenant>/<imageId>",
            ModerationDecision.class,
            Sizes.BY_IMAGE,
            Cleanup.compact(Sizes.LAG).keepingTombstones(Duration.ofDays(14)),
            Sizes.RECORD_BYTES),

    /** How a model sees each image: personal data. A tombstone erases. */
    EMBEDDINGS(
            "moderation.embeddings",
            "imageId",
            ImageEmbedding.class,
            Sizes.BY_IMAGE,
            Cleanup.compactAndDelete(Duration.ofDays(1), Duration.ofDays(30)),
            Sizes.RECORD_BYTES),

    /** Attempts to fool the moderation. */
    ATTACK_AUDIT(
            "moderation.attack-audit",
            "imageId",
            AttackAudit.class,
            Sizes.BY_IMAGE,
            Cleanup.delete(Duration.ofDays(30)),
            Sizes.RECORD_BYTES),

    /** Unreadable records: the original key and bytes, the story in {@link DeadLetterHeaders}. */
    DEAD_LETTERS(
            "moderation.dead-letters",
            "the original record's key",
            null,
            4,
            Cleanup.delete(Duration.ofDays(14)),
            Sizes.INLINE_IMAGE_BYTES + Sizes.RECORD_BYTES),

    /** The bank: labelled embeddings; a tombstone removes one. */
    REFERENCES(
            "moderation.references",
            "<bank>/<modelFingerprint>/<referenceId>",
            Reference.class,
            1,
            Cleanup.compact(Sizes.LAG),
            Sizes.RECORD_BYTES),

    /**
     * What people decided, kept as long as a decision may be: a program that reads verdicts again needs their reviews.
     */
    REVIEWS(
            "moderation.reviews",
            "imageId",
            Review.class,
            Sizes.BY_IMAGE,
            Cleanup.delete(Duration.ofDays(365)),
            Sizes.RECORD_BYTES),

    /** What people report, and what uploaders object to: personal data. */
    REPORTS(
            "moderation.reports",
            "imageId",
            ImageReport.class,
            Sizes.BY_IMAGE,
            Cleanup.delete(Duration.ofDays(30)),
            Sizes.RECORD_BYTES),

    /** What is NSFW in force, as content that uploads are compared with: personal data. A tombstone removes. */
    FLAGGED(
            "moderation.flagged",
            "<tenant>/<entryId>",
            FlaggedContent.class,
            1,
            Cleanup.compactAndDelete(Sizes.LAG, Duration.ofDays(30)),
            Sizes.RECORD_BYTES),

    /** Audits that belong together, as each campaign now stands: personal data. A tombstone means that it is gone. */
    CAMPAIGNS(
            "moderation.campaigns",
            "campaignId",
            AttackCampaign.class,
            4,
            Cleanup.compactAndDelete(Sizes.LAG, Duration.ofDays(90)),
            Sizes.RECORD_BYTES),

    /** What people said of campaigns. */
    CAMPAIGN_RULINGS(
            "moderation.campaign-rulings",
            "campaignId",
            CampaignRuling.class,
            1,
            Cleanup.delete(Duration.ofDays(90)),
            Sizes.RECORD_BYTES),

    /** What each uploader did in each window. */
    UPLOADER_STATS(
            "moderation.uploader-stats",
            "<tenant>/<uploaderId>/<window>/<windowStart>",
            UploaderStats.class,
            Sizes.BY_IMAGE,
            Cleanup.compactAndDelete(Sizes.LAG, Duration.ofDays(30)),
            Sizes.RECORD_BYTES),

    /** Whose strikes crossed a threshold. */
    UPLOADER_ACTIONS(
            "moderation.uploader-actions",
            "<tenant>/<uploaderId>",
            UploaderAction.class,
            Sizes.BY_IMAGE,
            Cleanup.delete(Duration.ofDays(30)),
            Sizes.RECORD_BYTES),

    /**
     * Orders to forget an image or uploader, and the log of them: each for two weeks, longer than a record from before
     * it can come late; after that the last one on each id alone, whichever tenant's it is and whether an image's or an
     * uploader's. A tombstone takes away the orders on an id that nothing may name.
     */
    ERASURES(
            "moderation.erasures",
            "the image's or uploader's id",
            Erasure.class,
            Sizes.BY_IMAGE,
            Cleanup.compactAndDelete(Duration.ofDays(14), Duration.ofDays(365)).inSegmentsOf(Duration.ofDays(1)),
            Sizes.RECORD_BYTES),

    /** What must neither expire nor be erased, and what had to. */
    HOLDS("moderation.holds", "<tenant>/<subject>/<id>", Hold.class, 1, Cleanup.compact(Sizes.LAG), Sizes.RECORD_BYTES),

    /** By what rules each tenant's images are decided. */
    POLICIES(
            "moderation.policies", "tenant", ModerationPolicy.class, 1, Cleanup.compact(Sizes.LAG), Sizes.RECORD_BYTES),

    /**
     * What rows of the audit logs were, as JSON in UTF-8 ({@code tenant}, {@code position}, {@code hash}): kept where
     * the database's owner cannot write, for as long as the broker keeps anything.
     */
    AUDIT_ANCHORS(
            "moderation.audit-anchors",
            "<tenant>/<position>",
            null,
            1,
            Cleanup.delete(Duration.ofDays(3650)),
            Sizes.RECORD_BYTES),

    /**
     * What neighbours refused to take, and orders to try it again: the original key and bytes, the story in {@link
     * DeadLetterHeaders} and {@link Undelivered}.
     */
    UNDELIVERED(
            "moderation.undelivered",
            "the original record's key",
            null,
            4,
            Cleanup.delete(Duration.ofDays(14)),
            2 * Sizes.RECORD_BYTES),

    /** The schemas that values on the other topics were written with, as JSON in UTF-8. */
    SCHEMAS(
            "moderation.schemas",
            "the schema's fingerprint, 16 hexadecimal digits",
            null,
            1,
            Cleanup.compact(Sizes.LAG),
            Sizes.RECORD_BYTES);

    private final String topicName;
    private final String key;
    private final Class<? extends SpecificRecord> valueClass;
    private final int partitions;
    private final Cleanup cleanup;
    private final int maxRecordBytes;

    Topics(
            String topicName,
            String key,
            Class<? extends SpecificRecord> valueClass,
            int partitions,
            Cleanup cleanup,
            int maxRecordBytes) {
        this.topicName = topicName;
        this.key = key;
        this.valueClass = valueClass;
        this.partitions = partitions;
        this.cleanup = cleanup;
        this.maxRecordBytes = maxRecordBytes;
    }

    /** The catalogue's name. Production code asks {@link TopicNames} for the name on the broker. */
    public String topicName() {
        return topicName;
    }

    /** Whether a topic of that name on the broker is this one, under whatever prefix. */
    public boolean isNamed(String name) {
        return name.endsWith(topicName);
    }

    /** What the string key of a record holds, for people. */
    public String key() {
        return key;
    }

    /** The record that the values hold; empty where they are raw bytes. */
    public Optional<Class<? extends SpecificRecord>> valueClass() {
        return Optional.ofNullable(valueClass);
    }

    /** How many partitions a new topic gets. */
    public int partitions() {
        return partitions;
    }

    /** Whether old records go by age, by key, or both. */
    public Cleanup cleanup() {
        return cleanup;
    }

    /** The largest record that the topic takes, in bytes. A producer's {@code max.request.size} must be as large. */
    public int maxRecordBytes() {
        return maxRecordBytes;
    }

    /** The topic's configuration as the broker wants it, in a fixed order. */
    public Map<String, String> config() {
        var config = new TreeMap<>(cleanup.config());
        config.put(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(maxRecordBytes));
        config.put(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "LogAppendTime");
        return Map.copyOf(config);
    }

    /** The topic of that name in the catalogue, if there is one. */
    public static Optional<Topics> named(String topicName) {
        return Arrays.stream(values())
                .filter(topic -> topic.topicName.equals(topicName))
                .findFirst();
    }

    /** Numbers that several topics share. */
    private static final class Sizes {
        static final int BY_IMAGE = 8;
        static final Duration LAG = Duration.ofHours(1);
        static final int RECORD_BYTES = 1 << 20;
        static final int INLINE_IMAGE_BYTES = 16 << 20;
    }
}
