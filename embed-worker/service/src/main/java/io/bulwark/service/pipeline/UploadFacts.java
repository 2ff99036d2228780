package io.bulwark.service.pipeline;

import io.bulwark.events.ImageUploaded;
import io.bulwark.events.RecordCoordinates;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a verdict repeats of its upload.
 *
 * @param uploadedAt when the broker took it in
 * @param attributes the producer's, as far as {@link #MAX_ATTRIBUTES} and {@link #MAX_ATTRIBUTE_BYTES} allow: they may
 *     be of any size, and a verdict that repeated them all could outgrow its topic
 */
public record UploadFacts(
        String imageId,
        String uploaderId,
        String tenant,
        RecordCoordinates coordinates,
        Instant uploadedAt,
        Map<String, String> attributes) {

    /** Attributes that a verdict repeats at most, in the order of their names. */
    static final int MAX_ATTRIBUTES = 32;

    /**
     * Bytes of names and values together, in UTF-8, that a verdict repeats at most; an attribute is repeated whole or
     * not.
     */
    static final int MAX_ATTRIBUTE_BYTES = 8 * 1024;

    public static UploadFacts of(ImageUploaded event, UploadInFlight upload) {
        return new UploadFacts(
                event.getImageId(),
                event.getUploaderId(),
                event.getTenant(),
                new RecordCoordinates(
                        upload.origin().topic(),
                        upload.origin().partition(),
                        upload.origin().offset()),
                Instant.ofEpochMilli(upload.origin().timestamp()),
                bounded(event.getAttributes()));
    }

    private static Map<String, String> bounded(Map<String, String> attributes) {
        Map<String, String> kept = new TreeMap<>();
        int left = MAX_ATTRIBUTE_BYTES;
        for (Map.Entry<String, String> attribute : new TreeMap<>(attributes).entrySet()) {
            int length = bytes(attribute.getKey()) + bytes(attribute.getValue());
            if (length <= left && kept.size() < MAX_ATTRIBUTES) {
                kept.put(attribute.getKey(), attribute.getValue());
                left -= length;
            }
        }
        return kept;
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
