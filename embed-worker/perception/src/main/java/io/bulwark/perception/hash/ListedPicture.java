package io.bulwark.perception.hash;

import io.bulwark.imaging.pdq.PdqHash;
import io.bulwark.imaging.pdq.PdqVariants;
import java.util.Comparator;
import java.util.OptionalInt;

/**
 * A known picture: found where an upload looks like it.
 *
 * @param hash of the picture
 * @param quality of the hash, 0 to 100, where the list states it
 * @param id not blank
 * @param label not blank
 */
public record ListedPicture(PdqHash hash, OptionalInt quality, String id, String label) implements ListedHash {

    static final Comparator<ListedPicture> BY_ID = Comparator.comparing(ListedPicture::id)
            .thenComparing(ListedPicture::hash)
            .thenComparing(ListedPicture::label)
            .thenComparing(entry -> entry.quality().orElse(-1));

    public ListedPicture {
        quality.ifPresent(PdqVariants::checkQuality);
        Texts.check(id, label);
    }
}
