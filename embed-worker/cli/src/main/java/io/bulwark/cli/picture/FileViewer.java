package io.bulwark.cli.picture;

import io.bulwark.perception.bank.LabelledEmbedding.ReferenceVariant;
import io.bulwark.perception.hash.Sha256;
import io.bulwark.perception.verdict.SeenImage.SeenView;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Looks at files as a worker does: decodes, cuts views, embeds. One thread, always the same. */
public interface FileViewer {

    /** Never throws for what the bytes are. */
    Sight look(byte[] file);

    /**
     * The variants that a bank keeps of one of its files.
     *
     * @param seen what {@link #look} saw of it
     * @return none where the bank keeps none
     */
    default List<ReferenceVariant> variants(byte[] file, Sight.Seen seen) {
        return List.of();
    }

    /** A calibration file after something that people do with pictures; empty where none is looked at. */
    default Optional<ChangedSight> changed(byte[] file) {
        return Optional.empty();
    }

    /** The result of looking at a file. */
    public sealed interface Sight {

        /**
         * It is a picture.
         *
         * @param whole what a bank keeps of it: the whole of the first frame, named {@code whole}; up to three views,
         *     {@code whole/white} and on, where it is transparent
         * @param views all that a worker looks at, the whole first
         */
        record Seen(List<SeenView> whole, List<SeenView> views) implements Sight {

            public Seen {
                whole = List.copyOf(whole);
                views = List.copyOf(views);
            }
        }

        /**
         * It is none that can be read.
         *
         * @param reason as a verdict names it, such as {@code CORRUPT_IMAGE}
         */
        record Refused(String reason) implements Sight {}
    }

    /**
     * What was seen of a file after something that people do.
     *
     * @param views all that a worker looks at
     * @param shown other files that it shows: none of them may vote on it
     */
    public record ChangedSight(List<SeenView> views, Set<Sha256> shown) {

        public ChangedSight {
            views = List.copyOf(views);
            shown = Set.copyOf(shown);
        }
    }
}
