package io.bulwark.cli.picture;

import io.bulwark.perception.hash.Sha256;
import io.bulwark.perception.verdict.SeenImage.SeenView;
import java.util.List;
import java.util.Set;

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
