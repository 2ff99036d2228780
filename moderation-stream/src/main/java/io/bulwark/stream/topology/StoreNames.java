package io.bulwark.stream.topology;

/** Names of the state stores, which are also parts of the names of their changelog topics: never change one. */
public final class StoreNames {

    /** Image id to {@link StoredVerdict}. */
    public static final String VERDICTS = "latest-verdicts";

    /** Image id and kind, by the time of detection, to {@code AttackAudit}. */
    public static final String AUDITS = "audits-by-image";

    /** Uploader id, image id and kind, by the time of detection, to {@code AttackAudit}. */
    public static final String UPLOADER_AUDITS = "audits-by-uploader";

    /** Uploader id, by window, to {@code UploaderStats}. */
    public static final String UPLOADERS = "uploader-windows";

    private StoreNames() {}
}
