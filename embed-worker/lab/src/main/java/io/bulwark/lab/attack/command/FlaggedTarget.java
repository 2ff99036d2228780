package io.bulwark.lab.attack.command;

import io.bulwark.imaging.SamplingKey;
import io.bulwark.lab.attack.upload.FileModerator;
import io.bulwark.perception.flagged.FlaggedEntry;
import io.bulwark.perception.flagged.FlaggedIndex;
import io.bulwark.perception.flagged.NearFlagged;
import io.bulwark.perception.verdict.SeenImage;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A moderation whose flagged index has one content. Holds native memory; not its moderator's. */
public final class FlaggedTarget implements AutoCloseable {

    private final FlaggedIndex index;
    private final FileModerator moderator;

    /** @param content the embedding of the view that decides */
    FlaggedTarget(FileModerator without, float[] content, NearFlagged rule) {
        index = FlaggedIndex.of(Map.of(
                SeenImage.DEFAULT_TENANT,
                new FlaggedIndex.Contents(
                        List.of(new FlaggedEntry("flagged", Optional.empty(), content, 0)), Set.of())));
        moderator = without.with(new FileModerator.Flagged(index, rule, SamplingKey.publicKey()));
    }

    /** What decides. */
    public FileModerator moderator() {
        return moderator;
    }

    @Override
    public void close() {
        index.close();
    }
}
