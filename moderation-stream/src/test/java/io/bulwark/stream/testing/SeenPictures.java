package io.bulwark.stream.testing;

import io.bulwark.events.Decision;
import io.bulwark.events.ImageEmbedding;
import io.bulwark.events.Reference;
import io.bulwark.events.ViewEmbedding;
import io.bulwark.schemas.topic.ReferenceKey;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;

/** How a model of four dimensions saw pictures, and a bank of it. */
public final class SeenPictures {

    private SeenPictures() {}

    /** The nth view is the nth axis. */
    public static ImageEmbedding of(String imageId, String model, String... views) {
        var seen = new ArrayList<ViewEmbedding>();
        for (int i = 0; i < views.length; i++) {
            byte[] axis = new byte[8];
            axis[2 * i + 1] = 0x3c;
            seen.add(new ViewEmbedding(views[i], ByteBuffer.wrap(axis)));
        }
        return ImageEmbedding.newBuilder()
                .setImageId(imageId)
                .setTenant("default")
                .setUploaderId("uploader-of-" + imageId)
                .setContentSha256(ReviewDesk.sha256(imageId))
                .setModelFingerprint(model)
                .setPreprocessFingerprint("views-1")
                .setDecision(Decision.REVIEW)
                .setScore(0.5)
                .setViews(seen)
                .setDecidedAt(Instant.now())
                .build();
    }

    /** Gives the bank a reference of that model. */
    public static void addReference(EventProducer producer, String model) {
        producer.send(
                new ReferenceKey("default", model, "safe/1.jpg"),
                Reference.newBuilder()
                        .setLabel("safe")
                        .setEmbedding(ByteBuffer.wrap(new byte[] {0, 0, 0, 0, 0, 0, 0, 0x3c}))
                        .setAddedBy("curator")
                        .setAddedAt(Instant.EPOCH)
                        .build());
    }
}
