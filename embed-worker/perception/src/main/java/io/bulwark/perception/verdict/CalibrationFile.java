package io.bulwark.perception.verdict;

import io.bulwark.imaging.preprocess.View;
import io.bulwark.perception.bank.Bank;
import io.bulwark.perception.bank.Bank.NearReferences;
import io.bulwark.perception.bank.LabelledEmbedding;
import io.bulwark.perception.hash.Sha256;
import io.bulwark.perception.verdict.Judgement.Doubt;
import io.bulwark.perception.verdict.Judgement.Outcome;
import io.bulwark.perception.verdict.ScoredImage.Opinion;
import io.bulwark.perception.verdict.SeenImage.SeenView;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * A file whose label is known, with what a bank has near each of its views.
 *
 * @param label its class
 * @param views each by its name, with the references near it except the ones made from this very picture and from
 *     others of its cluster; at least one
 * @param cluster of near-duplicates, and of pictures of a contributor, that stand and fall together; empty where it
 *     stands alone
 */
public record CalibrationFile(String label, List<Opinion> views, Optional<String> cluster) {

    /** One that stands alone. */
    public CalibrationFile(String label, List<Opinion> views) {
        this(label, views, Optional.empty());
    }

    public CalibrationFile {
        views = List.copyOf(views);
        if (views.stream().allMatch(view -> View.isPlain(view.view()))) {
            throw new IllegalArgumentException(
                    "A file of label \"" + label + "\" has no view with content, at least one is needed");
        }
    }

    /** The same file in a cluster. */
    public CalibrationFile in(String name) {
        return new CalibrationFile(label, views, Optional.of(name));
    }

    /** The views that are evidence: those with content. */
    List<Opinion> evidence() {
        return views.stream().filter(view -> !View.isPlain(view.view())).toList();
    }

    /** Whether it is never SAFE, however harmless it looks, because not all of it is seen. */
    boolean neverPasses() {
        return views.stream().anyMatch(view -> View.isCoarse(view.view()) || View.isSampled(view.view()));
    }

    static CalibrationFile of(LeaveOneOut left) {
        return new CalibrationFile(
                left.reference().label(), List.of(new Opinion(left.reference().id(), left.near(), Map.of())));
    }

    /** Similarity of what is nearest to the view that is farthest from everything; -1 where nothing is there at all. */
    double farthest() {
        return evidence().stream()
                .mapToDouble(view -> view.neighbours().isEmpty()
                        ? -1
                        : view.neighbours().get(0).similarity())
                .min()
                .orElseThrow();
    }

    /**
     * What a bank has near files whose label is known, without the references that were made from the very file: so a
     * bank's own pictures can be calibrated on, too. One thread at a time.
     */
    public static final class FileNeighbours {

        private final Bank bank;
        private final int k;
        private final Map<String, Sha256> sourceOf = new HashMap<>();
        private final int mostOfOneFile;

        /**
         * @param bank searched; not closed by this
         * @param references the bank's
         * @param k neighbours of each view
         */
        public FileNeighbours(Bank bank, List<LabelledEmbedding> references, int k) {
            this.bank = bank;
            this.k = k;
            Map<Sha256, Integer> counts = new HashMap<>();
            int most = 0;
            for (LabelledEmbedding reference : references) {
                if (reference.sourceSha256().isPresent()) {
                    Sha256 source = reference.sourceSha256().get();
                    sourceOf.put(reference.id(), source);
                    most = Math.max(most, counts.merge(source, 1, Integer::sum));
                }
            }
            this.mostOfOneFile = most;
        }

        /**
         * The file as a calibration takes it.
         *
         * @param label its class
         * @param image as production sees it, with its hash
         */
        public CalibrationFile of(String label, SeenImage image) {
            return of(label, image, Set.of());
        }

        /**
         * As the other, also without the references that were made from files that the image shows, as a collage does.
         *
         * @param shown hashes of those files
         */
        public CalibrationFile of(String label, SeenImage image, Set<Sha256> shown) {
            Set<Sha256> leftOut = new HashSet<>(shown);
            image.hashes().file().ifPresent(leftOut::add);
            List<Opinion> views = new ArrayList<>();
            for (SeenView view : image.views()) {
                NearReferences near = bank.near(view.embedding(), 1, k + mostOfOneFile * leftOut.size())
                        .get(0)
                        .only(neighbour -> !leftOut.contains(sourceOf.get(neighbour.referenceId())))
                        .first(k);
                views.add(new Opinion(view.name(), near, Map.of()));
            }
            return new CalibrationFile(label, views);
        }
    }

    /** Counts how files were decided. One thread. */
    static final class CalibrationTally {

        private final Map<String, int[]> rightOfAll = new TreeMap<>();
        private int flagged;
        private int right;
        private int reviews;
        private int falseFlags;
        private int misses;
        private int unfamiliar;

        void add(CalibrationFile file, Judgement judgement, boolean isFlagged) {
            Outcome outcome = judgement.outcome();
            boolean isRight = outcome == (isFlagged ? Outcome.NSFW : Outcome.SAFE);
            int[] ofLabel = rightOfAll.computeIfAbsent(file.label(), label -> new int[2]);
            ofLabel[0] += isRight ? 1 : 0;
            ofLabel[1]++;
            flagged += isFlagged ? 1 : 0;
            right += isRight ? 1 : 0;
            reviews += outcome == Outcome.REVIEW ? 1 : 0;
            falseFlags += outcome == Outcome.NSFW && !isRight ? 1 : 0;
            misses += outcome == Outcome.SAFE && !isRight ? 1 : 0;
            unfamiliar += judgement.doubt().equals(Optional.of(Doubt.UNFAMILIAR)) ? 1 : 0;
        }

        int flagged() {
            return flagged;
        }

        int right() {
            return right;
        }

        int reviews() {
            return reviews;
        }

        int falseFlags() {
            return falseFlags;
        }

        int misses() {
            return misses;
        }

        int unfamiliar() {
            return unfamiliar;
        }

        Map<String, Double> accuracyByLabel() {
            Map<String, Double> accuracy = new TreeMap<>();
            rightOfAll.forEach((label, counts) -> accuracy.put(label, (double) counts[0] / counts[1]));
            return Collections.unmodifiableMap(accuracy);
        }
    }
}
