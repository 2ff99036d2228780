package io.bulwark.stream.state;

/** The names of the state stores, which also name their changelog topics: never change one. */
public final class StoreNames {

    /** {@link StoreKey#image} to {@code StoredDecision}. */
    public static final String DECISIONS = "decisions";

    /** {@link StoreKey#image} to {@code StoredVerdict}, on the content that the decision is about. */
    public static final String EVIDENCE = "evidence";

    /** When each decision expires, see {@link AgeIndex}. */
    public static final String DECISION_AGES = "decision-ages";

    /** {@link StoreKey#upload} to {@code AwaitedUpload}: uploads that have no answer yet. */
    public static final String AWAITED = "awaited-uploads";

    /** When each awaited upload was taken in, see {@link AgeIndex}. */
    public static final String AWAITED_AGES = "awaited-upload-ages";

    /** {@link StoreKey#image} and kind, by the time of detection, to {@code AttackAudit}. */
    public static final String AUDITS = "image-audits";

    /** {@link StoreKey#uploaderAudit}, newest first, to {@code AttackAudit}. */
    public static final String UPLOADER_AUDITS = "uploader-audits";

    /** When each audit of an uploader expires, see {@link AgeIndex}. */
    public static final String UPLOADER_AUDIT_AGES = "uploader-audit-ages";

    /** {@link StoreKey#window} to {@code UploaderStats}. */
    public static final String UPLOADERS = "uploader-counts";

    /** When each window expires, see {@link AgeIndex}. */
    public static final String UPLOADER_AGES = "uploader-count-ages";

    /** {@link StoreKey#image} of an uploader to the name of the threshold that its strikes reach. */
    public static final String UPLOADER_LEVELS = "uploader-levels";

    /** The digest of {@link StoreKey#image} to the instant of its erasure. */
    public static final String ERASED = "erased-images";

    /** When each erasure need not be remembered any more, see {@link AgeIndex}. */
    public static final String ERASED_AGES = "erased-image-ages";

    /** {@link StoreKey#seen} to the {@code ImageEmbedding} of the views that may matter, for some days. */
    public static final String SEEN = "seen-images";

    /** When the broker took each embedding in, see {@link AgeIndex}. */
    public static final String SEEN_AGES = "seen-image-ages";

    /** Tenant and id to a content of the flagged index. */
    public static final String FLAGGED = "flagged-contents";

    /** Tenant and SHA-256 to a file that the flagged index holds back no more. */
    public static final String EXEMPT = "exempt-contents";

    /** {@link StoreKey#ofImage} to an attempt that is, or may become, part of a campaign. */
    public static final String CAMPAIGN_ATTEMPTS = "campaign-attempts";

    /** Tenant and campaign's id to what a campaign counted. */
    public static final String CAMPAIGN_COUNTS = "campaign-counts";

    /** Tenant and campaign's id to the {@code AttackCampaign} that others read. */
    public static final String CAMPAIGNS = "campaigns";

    /** Topic, digest of the key and offset to a record of a topic read by image that cannot be read yet. */
    public static final String PARKED = "parked-records";

    /** The same, of uploads. */
    public static final String PARKED_UPLOADS = "parked-uploads";

    /** The same, of rulings on campaigns. */
    public static final String PARKED_RULINGS = "parked-campaign-rulings";

    /** The key of {@code moderation.holds} to the bytes of a {@code Hold}; on every instance. */
    public static final String HOLDS = "holds";

    private StoreNames() {}
}
