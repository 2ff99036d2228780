package io.bulwark.cli.picture;

import io.bulwark.perception.bank.ReferenceVariant;
import java.util.List;
import java.util.Optional;

/** Looks at files as a worker does: decodes, cuts views, embeds. One thread, always the same. */
public interface FileViewer {

    /** Never throws for what the bytes are. */
    Sight look(byte[] file);

    /**
     * The variants that a bank keeps of a file of its own.
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
}
