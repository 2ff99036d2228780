package io.bulwark.lab.evaluate.acceptance;

import io.bulwark.cli.everyday.Edit;
import io.bulwark.cli.picture.FileViewer;
import io.bulwark.cli.picture.FileViewer.Sight;
import io.bulwark.imaging.ImageDecoder;
import io.bulwark.lab.evaluate.EvaluationProgress;
import io.bulwark.lab.evaluate.RunOptions;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * What an acceptance run will take on this machine now, from a few files of the bank.
 *
 * @param split the files
 * @param views that a file has on average
 * @param secondsPerFile to look at one
 * @param edited test files that will be edited
 * @param secondsPerEdited to make and look at all edits of one
 */
record AcceptanceCost(AcceptanceSplit split, double views, double secondsPerFile, int edited, double secondsPerEdited) {

    private static final int SAMPLE = 8;
    private static final int EDITED_SAMPLE = 3;

    /**
     * Measures, each on one file more than is counted: the first of its kind is slow.
     *
     * @param editedPerLabel test files of each label that will be edited
     * @throws IllegalArgumentException if there are too few harmless pictures for collages
     */
    static AcceptanceCost measure(AcceptanceSplit split, FileViewer viewer, ImageDecoder decoder, int editedPerLabel) {
        List<LabelledFile> sample = RunOptions.spread(split.bank(), SAMPLE, "sample");
        viewer.look(sample.get(0).bytes());
        long start = System.nanoTime();
        int views = 0;
        for (LabelledFile file : sample) {
            views += viewer.look(file.bytes()) instanceof Sight.Seen seen
                    ? seen.views().size()
                    : 0;
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        return new AcceptanceCost(
                split,
                (double) views / sample.size(),
                seconds / sample.size(),
                split.sizes().stream()
                        .mapToInt(sizes -> Math.min(sizes.test(), editedPerLabel))
                        .sum(),
                editedPerLabel == 0 ? 0 : secondsPerEdited(split, viewer, decoder));
    }

    private static double secondsPerEdited(AcceptanceSplit split, FileViewer viewer, ImageDecoder decoder) {
        AcceptanceSplit sample = new AcceptanceSplit(
                List.of(), split.calibration(), RunOptions.spread(split.bank(), EDITED_SAMPLE, "sample"), 0, List.of());
        FileJudge looking = file -> {
            viewer.look(file);
            return Judged.refused("not decided");
        };
        Laps laps = new Laps();
        new AcceptanceRun(looking, decoder, laps).test(sample, EDITED_SAMPLE);
        return laps.longestButTheFirst();
    }

    /** For people, before it begins. */
    String text(long attackSteps, double attackSeconds) {
        int files = Stream.of(split.bank(), split.calibration(), split.test())
                .mapToInt(List::size)
                .sum();
        return String.format(
                Locale.ROOT,
                "%d files (%d for the bank, %d to calibrate, %d to test) in about %.0f views: about %.1f min. %d of the"
                        + " test files are edited in %d ways each: about %.1f min. At most %d gradient steps of attacks: at"
                        + " most %.1f min. About %.0f min in all, at the pace of this machine now.",
                files,
                split.bank().size(),
                split.calibration().size(),
                split.test().size(),
                files * views,
                files * secondsPerFile / 60,
                edited,
                Edit.values().length,
                edited * secondsPerEdited / 60,
                attackSteps,
                attackSeconds / 60,
                Math.ceil((files * secondsPerFile + edited * secondsPerEdited + attackSeconds) / 60));
    }

    /** Times each file of a run. */
    private static final class Laps implements EvaluationProgress {

        private long last;
        private int files;
        private long longest;

        @Override
        public void begin(String stage, int questions) {
            last = System.nanoTime();
        }

        @Override
        public void advanced(int questions, int fooled) {
            long now = System.nanoTime();
            if (files++ > 0) {
                longest = Math.max(longest, now - last);
            }
            last = now;
        }

        double longestButTheFirst() {
            return longest / 1e9;
        }
    }
}
