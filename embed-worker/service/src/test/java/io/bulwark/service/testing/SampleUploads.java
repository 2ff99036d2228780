package io.bulwark.service.testing;

import io.bulwark.events.ImageLocation;
import io.bulwark.events.ImageUploaded;
import io.bulwark.events.InlineImage;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Map;

/** Upload events. */
public final class SampleUploads {

    private SampleUploads() {}

    public static ImageUploaded inline(String imageId, byte[] file) {
        return of(imageId, new InlineImage(ByteBuffer.wrap(file)), Map.of());
    }

    public static ImageUploaded at(String imageId, String uri) {
        return of(imageId, new ImageLocation(uri, null, null), Map.of());
    }

    public static ImageUploaded of(String imageId, Object content, Map<String, String> attributes) {
        return ImageUploaded.newBuilder()
                .setImageId(imageId)
                .setUploaderId("uploader-1")
                .setUploadedAt(Instant.ofEpochMilli(1_700_000_000_000L))
                .setContent(content)
                .setAttributes(attributes)
                .build();
    }
}
