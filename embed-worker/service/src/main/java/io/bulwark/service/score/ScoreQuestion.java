package io.bulwark.service.score;

import io.bulwark.events.ImageLocation;
import io.bulwark.events.ImageUploaded;
import io.bulwark.events.InlineImage;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.Optional;

/**
 * One image to be judged.
 *
 * @param imageId by which its embedding and audits are known
 * @param uploaderId whose image it is; empty where the caller does not say, and is it then
 * @param content {@link InlineImage} or {@link ImageLocation}
 */
public record ScoreQuestion(String imageId, Optional<String> uploaderId, Object content) {

    /** Of an image that lies in the request. */
    public static ScoreQuestion inline(String imageId, Optional<String> uploaderId, byte[] file) {
        return new ScoreQuestion(imageId, uploaderId, new InlineImage(ByteBuffer.wrap(file)));
    }

    /** Of an image that is to be fetched. */
    public static ScoreQuestion at(
            String imageId, Optional<String> uploaderId, String location, Optional<String> sha256) {
        return new ScoreQuestion(imageId, uploaderId, new ImageLocation(location, sha256.orElse(null), null));
    }

    /** The event that an upload of it would have been. */
    ImageUploaded event(Caller caller, Clock clock) {
        return ImageUploaded.newBuilder()
                .setImageId(imageId)
                .setUploaderId(uploaderId.orElse(caller.name()))
                .setTenant(caller.tenant())
                .setUploadedAt(clock.instant())
                .setContent(content)
                .build();
    }
}
