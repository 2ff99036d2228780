package io.bulwark.perception.verdict;

import io.bulwark.perception.hash.ListedHash.ListSource;
import io.bulwark.perception.verdict.PolicySettings.LabelRule.Action;
import java.util.List;
import java.util.Optional;

/**
 * What a policy decides of an image.
 *
 * @param outcome the decision
 * @param doubt why a person should look, present exactly for {@link Outcome#REVIEW}
 * @param basis what the decision rests on
 * @param score that of the worst view, in [0, 1]; 1 is flagged
 * @param margin distance of the score from the nearer threshold, in [0, 1]; 1 for known content
 * @param viewScores score of each view in the order of the opinions
 * @param worstView index of the view that decided
 * @param labels a score for each label that the deciding view shows, highest first, ties by label
 * @param decidingLabel the label that the decision is about; empty where nothing near has a label
 * @param known the reference that the image is a copy of, present exactly where the basis is known content
 * @param turning what it would take to turn what the deciding view says
 */
public record Judgement(
        Outcome outcome,
        Optional<Doubt> doubt,
        Basis basis,
        double score,
        double margin,
        List<Double> viewScores,
        int worstView,
        List<LabelScore> labels,
        Optional<String> decidingLabel,
        Optional<KnownCopy> known,
        Turning turning) {

    /** SAFE left to a person, all else as it is. */
    Judgement heldBack() {
        return outcome != Outcome.SAFE
                ? this
                : new Judgement(
                        Outcome.REVIEW,
                        Optional.of(Doubt.UNCERTAIN),
                        basis,
                        score,
                        margin,
                        viewScores,
                        worstView,
                        labels,
                        decidingLabel,
                        known,
                        turning);
    }

    /** What an image that could be seen can be. */
    public enum Outcome {
        SAFE,
        NSFW,
        REVIEW;

        /** Whether it is the graver of two: NSFW before REVIEW before SAFE. */
        public boolean isWorseThan(Outcome other) {
            return gravity() > other.gravity();
        }

        /** How far apart two are, in [0, 1]: SAFE and NSFW are opposites, REVIEW lies half-way between. */
        public double distance(Outcome other) {
            return Math.abs(gravity() - other.gravity()) / 2.0;
        }

        int gravity() {
            return switch (this) {
                case SAFE -> 0;
                case REVIEW -> 1;
                case NSFW -> 2;
            };
        }
    }

    /** Why a person should look. */
    public enum Doubt {
        /** The score lies between the thresholds, or the other encoder of a pair does not say SAFE. */
        UNCERTAIN,
        /** Nothing in the bank is near. */
        UNFAMILIAR,
        /** The policy leaves images of this label to people. */
        LABEL,
        /** It looks harmless, but has parts that no view shows finely enough. */
        PARTLY_SEEN,
        /** It looks harmless, but its file has more distinct views than are judged. */
        TOO_MANY_VIEWS
    }

    /** What a decision rests on. */
    public enum Basis {
        /** The vote of the nearest references. */
        BANK,
        /** The package's classifier head. */
        HEAD,
        /** The file is a known one, byte for byte. */
        KNOWN_SHA256,
        /** The file is a known one by its SHA-1, which can be forged. */
        KNOWN_SHA1,
        /** The file is a known one by its MD5, which can be forged. */
        KNOWN_MD5,
        /** The picture's PDQ hash is near a known one. */
        KNOWN_PDQ,
        /** The embedding of a view lies next to a known one. */
        KNOWN_NEAR,
        /** Nothing: no view has content. */
        PLAIN;

        /** Whether it is about the file, and no view of it. */
        public boolean isOfFile() {
            return isExact() || this == KNOWN_PDQ;
        }

        /** Whether the bytes of the file are known, and not a look. */
        public boolean isExact() {
            return this == KNOWN_SHA256 || this == KNOWN_SHA1 || this == KNOWN_MD5;
        }
    }

    /**
     * The known content that an image is a copy of.
     *
     * @param referenceId of the reference, or of the entry of a hash list
     * @param label its label
     * @param source the list of an entry of a hash list, named by its label where it has no name; empty for references
     */
    public record KnownCopy(String referenceId, String label, Optional<ListSource> source) {

        /** A copy of a reference. */
        public KnownCopy(String referenceId, String label) {
            this(referenceId, label, Optional.empty());
        }
    }

    /**
     * How much speaks for one label.
     *
     * @param label of the bank, or a class of the head
     * @param score its share of the vote, or the head's probability, in [0, 1]
     * @param action what the policy does about it
     */
    public record LabelScore(String label, double score, Action action) {}
}
