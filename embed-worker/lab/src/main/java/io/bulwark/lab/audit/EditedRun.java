package io.bulwark.lab.audit;

import io.bulwark.cli.everyday.Surroundings;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.Progress;
import io.bulwark.imaging.preprocess.UprightPicture;
import io.bulwark.lab.audit.DetectScores.DetectEntry;
import java.util.ArrayList;
import java.util.List;

/**
 * What detectors make of files that harmless uploaders edited. One thread, the run's.
 *
 * @param run looks at them
 * @param safe files that are SAFE as they are, which a collage's other pictures are of, too
 * @param index unit embeddings of flagged content
 */
record EditedRun(DetectRun run, List<NamedFile> safe, List<float[]> index) {

    /**
     * Edits files in every way that the ledger does not know yet.
     *
     * @param limit files at most
     * @return one entry for each file and kind of edit
     * @throws CommandFailure if there are files to edit, but too few for a collage
     */
    List<DetectEntry> entries(int limit, AttackLedger<DetectEntry.Key, DetectEntry> ledger, Output output) {
        if (limit == 0) {
            return List.of();
        }
        int count = Math.min(limit, safe.size());
        if (safe.size() <= Surroundings.FEWEST_OTHERS) {
            throw CommandFailure.failed("%d test files are SAFE, --edited needs %d for a collage"
                    .formatted(safe.size(), Surroundings.FEWEST_OTHERS + 1));
        }
        List<DetectEntry> entries = new ArrayList<>();
        try (Progress progress = Progress.of("editing", count, output)) {
            for (int i = 0; i < count; i++) {
                NamedFile file = safe.get(i);
                UprightPicture picture = run.picture(file);
                Surroundings around = Benign.around(i, safe.size(), other -> run.picture(safe.get(other)));
                for (Benign kind : Benign.all()) {
                    DetectEntry.Key key = new DetectEntry.Key(file.sha256().hex(), DetectEntry.BENIGN, kind.title());
                    entries.add(ledger.of(key, () -> run.edited(file, picture, kind, around, index)));
                }
                progress.step();
            }
        }
        output.note("%d files edited".formatted(count));
        return entries;
    }
}
