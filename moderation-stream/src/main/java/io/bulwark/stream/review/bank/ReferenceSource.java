package io.bulwark.stream.review.bank;

import java.util.List;

/** Finds how a picture was seen. Thread-safe. */
@FunctionalInterface
public interface ReferenceSource {

    /**
     * @param views names of views besides the whole picture that become rows of the reference; all there are where the
     *     picture is an animation
     * @return what the bank needs
     * @throws io.bulwark.stream.review.ReviewRefusedException where the embedding is gone, is of another model than the
     *     bank, or has no such view
     * @throws io.bulwark.stream.review.KafkaUnavailableException where Kafka does not answer in time
     */
    SeenPicture find(PictureWanted wanted, List<String> views);
}
