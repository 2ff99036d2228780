package io.bulwark.lab.probe;

import io.bulwark.imaging.preprocess.View;
import io.bulwark.perception.bank.ContentHashes;
import java.util.List;
import java.util.Optional;

/**
 * A picture as a worker sees it.
 *
 * @param tenant whose policy applies
 * @param hashes of which those of the picture count, not that of the file
 * @param views at least one, each of the encoder's size
 */
public record ProbedPicture(String tenant, ContentHashes hashes, List<View> views) {

    public ProbedPicture {
        hashes = new ContentHashes(Optional.empty(), hashes.pictures());
        views = List.copyOf(views);
        if (views.isEmpty()) {
            throw new IllegalArgumentException("a picture has at least one view");
        }
    }
}
