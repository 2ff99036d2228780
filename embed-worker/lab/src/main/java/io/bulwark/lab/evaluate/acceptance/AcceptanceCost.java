package io.bulwark.lab.evaluate.acceptance;

import io.bulwark.cli.everyday.Edit;
import io.bulwark.cli.everyday.EverydayVariants.Surroundings;
import io.bulwark.cli.picture.FileViewer;
import io.bulwark.imaging.ImageDecoder;
import io.bulwark.imaging.preprocess.UprightPicture;
import io.bulwark.lab.evaluate.RunOptions;
import io.bulwark.lab.experiment.EvaluationProgress;
import io.bulwark.lab.experiment.OrderedTasks;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What an acceptance run will take on this machine now, from a few files of the bank.
 *
 * @param split the files
 * @param views that a file has on average
 * @param secondsPerFile to look at one
 * @param edited test files that will be edited
 * @param edits of each
 * @param secondsPerEdited to make and look at all edits of one
 */
record AcceptanceCost(
        AcceptanceSplit split,
        double views,
        double secondsPerFile,
        int edited,
        Set<Edit> edits,
        double secondsPerEdited) {

    private static final int SAMPLE = 8;
    private static final int EDITED_SAMPLE = 3;

    /**
     * Measures, each on one file more than is counted: the first of its kind is slow. One encoder is measured; with
     * several it takes that part of the time, where their cores are idle.
     *
     * @param editedPerLabel test files of each label that will be edited
     * @param edits of each
     * @throws IllegalArgumentException if there are too few harmless pictures for collages
     */
    static AcceptanceCost measure(
            AcceptanceSplit split, EncoderPool viewer, ImageDecoder decoder, int editedPerLabel, Set<Edit> edits) {
        List<AcceptanceSplit.LabelledFile> sample = RunOptions.spread(split.bank(), SAMPLE, "sample");
        viewer.look(sample.get(0).bytes());
        long start = System.nanoTime();
        int views = 0;
        for (AcceptanceSplit.LabelledFile file : sample) {
            views += viewer.look(file.bytes()) instanceof FileViewer.Sight.Seen seen
                    ? seen.views().size()
                    : 0;
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        return new AcceptanceCost(
                split,
                (double) views / sample.size(),
                seconds / sample.size() / viewer.size(),
                split.sizes().stream()
                        .mapToInt(sizes -> Math.min(sizes.test(), editedPerLabel))
                        .sum(),
                edits,
                editedPerLabel == 0 ? 0 : secondsPerEdited(split, viewer, decoder, edits) / viewer.size());
    }

    private static double secondsPerEdited(
            AcceptanceSplit split, FileViewer viewer, ImageDecoder decoder, Set<Edit> edits) {
        AcceptanceSplit sample = new AcceptanceSplit(
                List.of(), split.calibration(), RunOptions.spread(split.bank(), EDITED_SAMPLE, "sample"), 0, List.of());
        Judged.FileJudge looking = file -> {
            viewer.look(file);
            return Judged.refused("not decided");
        };
        Laps laps = new Laps();
        new AcceptanceRun(looking, 1, decoder, laps).test(sample, EDITED_SAMPLE, edits);
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
                edits.size(),
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

    /**
     * Judges test files, as they are and edited.
     *
     * @param judge decides
     * @param threads that call it
     * @param decoder of what is edited
     * @param progress told of each file; a file counts as fooled if it is decided wrongly
     */
    record AcceptanceRun(Judged.FileJudge judge, int threads, ImageDecoder decoder, EvaluationProgress progress) {

        /** Harmless pictures that collages draw from; each is held decoded. */
        private static final int OTHERS = 12;

        /**
         * Judges all test files, and edited versions of some. Collages take their other pictures from the safe
         * calibration files. A file that no decoder takes is judged but not edited.
         *
         * @param editedPerLabel files of each label that are edited, the first in the order of hashes; 0 edits none
         * @param wanted of each
         * @return in the order of the split
         * @throws IllegalArgumentException if files are to be edited and fewer than {@value Surroundings#FEWEST_OTHERS}
         *     safe calibration files can be decoded
         * @throws UncheckedIOException if a file cannot be read any more
         */
        public List<Judged.TestedFile> test(AcceptanceSplit split, int editedPerLabel, Set<Edit> wanted) {
            List<UprightPicture> others = editedPerLabel > 0 ? others(split.calibration()) : List.of();
            Map<String, Integer> edited = new HashMap<>();
            List<Judged.TestedFile> tested = new ArrayList<>();
            progress.begin("test files", split.test().size());
            try (OrderedTasks<Judged.TestedFile> tasks = new OrderedTasks<>(threads, result -> {
                tested.add(result);
                progress.advanced(1, result.isRight() ? 0 : 1);
            })) {
                for (AcceptanceSplit.LabelledFile file : split.test()) {
                    byte[] bytes = file.bytes();
                    Optional<UprightPicture> picture = edited.getOrDefault(file.label(), 0) < editedPerLabel
                            ? Edit.start(bytes, decoder)
                            : Optional.empty();
                    picture.ifPresent(seen -> edited.merge(file.label(), 1, Integer::sum));
                    tasks.give(() -> new Judged.TestedFile(
                            file,
                            judge.judge(bytes),
                            picture.map(seen -> edits(seen, Surroundings.of(file.sha256(), others), wanted))
                                    .orElse(Map.of())));
                }
                tasks.finish();
            }
            return tested;
        }

        private Map<Edit, Judged> edits(UprightPicture picture, Surroundings around, Set<Edit> wanted) {
            Map<Edit, Judged> judged = new EnumMap<>(Edit.class);
            for (Edit edit : wanted) {
                judged.put(edit, judge.judge(edit.upload(picture, around)));
            }
            return judged;
        }

        private List<UprightPicture> others(List<AcceptanceSplit.LabelledFile> calibration) {
            return calibration.stream()
                    .filter(file -> !file.flagged())
                    .flatMap(file -> Edit.start(file.bytes(), decoder).stream())
                    .limit(OTHERS)
                    .toList();
        }
    }
}
