package io.bulwark.cli.picture;

import io.bulwark.perception.verdict.SeenImage.SeenView;
import java.util.List;

/** What came of looking at a file. */
public sealed interface Sight {

    /**
     * It is a picture.
     *
     * @param whole what a bank keeps of it: the whole of the first frame, named {@code whole}; up to three views, {@code
     *     whole/white} and on, where it is transparent
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
