package io.bulwark.stream.review;
import io.bulwark.stream.problem.ProblemException;

import java.util.List;

/** Finds how a picture was seen. Thread-safe. */
@FunctionalInterface
public interface ReferenceSource {

    /**
     * @param views names of views besides the whole picture that become rows of the reference; all there are where the
     *     picture is an animation
     * @return what the bank needs
     * @throws ProblemException where the embedding is gone, is of another model than the
     *     bank, or has no such view
     * @throws ProblemException where Kafka does not answer in time
     */
    SeenPicture find(PictureWanted wanted, List<String> views);
}
