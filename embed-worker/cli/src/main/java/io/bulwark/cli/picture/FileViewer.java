package io.bulwark.cli.picture;

import io.bulwark.cli.everyday.EverydayVariants;
import io.bulwark.cli.everyday.EverydayVariants.Kind;
import io.bulwark.cli.everyday.EverydayVariants.Surroundings;
import io.bulwark.imaging.preprocess.ModerationOptions;
import io.bulwark.imaging.preprocess.UprightPicture;
import io.bulwark.imaging.preprocess.ViewPolicy;
import io.bulwark.perception.bank.Bank;
import io.bulwark.perception.bank.LabelledEmbedding.ReferenceVariant;
import io.bulwark.perception.bank.LabelledEmbedding.ReferenceVariant.VariantChoice;
import io.bulwark.perception.hash.Sha256;
import io.bulwark.perception.verdict.SeenImage.SeenView;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.Supplier;

/** Looks at files as a worker does: decodes, cuts views, embeds. One thread, always the same. */
public interface FileViewer {

    /** Never throws for what the bytes are. */
    Sight look(byte[] file);

    /**
     * The variants that a bank keeps of one of its files.
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

    /** The result of looking at a file. */
    public sealed interface Sight {

        /**
         * It is a picture.
         *
         * @param whole what a bank keeps of it: the whole of the first frame, named {@code whole}; up to three views,
         *     {@code whole/white} and on, where it is transparent
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

    /**
     * Everyday variants of a picture that its reference keeps. Collages are none of them: three quarters of one are
     * other pictures. Immutable; any thread.
     *
     * @param choice which of them
     */
    record KeptVariants(VariantChoice choice) {

        /**
         * On the stand-ins of {@code embed-worker/docs/acceptance.md} pictures of different subjects come as near as
         * this, so that a variant that is farther from its picture has to fear for its vote.
         */
        public static final double NEAREST = 0.95;

        private static final EverydayVariants EVERYDAY = new EverydayVariants(List.of());

        /** As many as a reference may have, of those farther than {@value #NEAREST}. */
        public static KeptVariants standard() {
            return new KeptVariants(new VariantChoice(NEAREST, 5));
        }

        /**
         * Draws one variant of each kind, by the file's hash, and chooses. One that the encoder has no sound row for is
         * left out.
         *
         * @param own the reference's own row
         * @param embedding of a whole picture
         */
        Variants of(UprightPicture picture, Sha256 file, float[] own, Function<UprightPicture, float[]> embedding) {
            List<ReferenceVariant> candidates = EVERYDAY.kinds().stream()
                    .map(kind -> new ReferenceVariant(
                            kind.toString(),
                            embedding.apply(EVERYDAY.draw(kind, picture, ChangedVersions.seed(file, kind.name()))
                                    .picture())))
                    // One row that no bank takes would keep a worker from taking the whole reference.
                    .filter(candidate -> Bank.takes(candidate.embedding()))
                    .toList();
            return new Variants(candidates, choice.of(own, candidates));
        }

        /**
         * What was looked at and what is kept of it.
         *
         * @param candidates at most one of each kind
         * @param chosen some of them
         */
        public record Variants(List<ReferenceVariant> candidates, List<ReferenceVariant> chosen) {

            static final Variants NONE = new Variants(List.of(), List.of());
        }
    }

    /**
     * One everyday version of a file, its kind and strength drawn by the file's hash: what a calibration looks at
     * beside the file as it is. Immutable; any thread that may read the others.
     *
     * @param others harmless pictures that collages draw from; with fewer than three there are no collages
     */
    record ChangedVersions(List<Other> others) {

        private static final EverydayVariants ALONE = new EverydayVariants(List.of());

        public ChangedVersions {
            others = List.copyOf(others);
        }

        /** The version of a file. */
        public Version of(UprightPicture picture, Sha256 file) {
            SplittableRandom random = new SplittableRandom(seed(file, "calibration"));
            List<Kind> kinds = others.size() < Surroundings.FEWEST_OTHERS ? ALONE.kinds() : List.of(Kind.values());
            Kind kind = kinds.get(random.nextInt(kinds.size()));
            long seed = random.nextLong();
            return kind == Kind.COLLAGE
                    ? collage(picture, file, seed)
                    : new Version(ALONE.draw(kind, picture, seed).picture(), Set.of());
        }

        /** Beside other pictures, chosen by the file's hash; alone where too few of the other files are pictures. */
        private Version collage(UprightPicture picture, Sha256 file, long seed) {
            List<Other> left = new ArrayList<>(others);
            left.removeIf(other -> other.file().equals(file));
            Collections.shuffle(left, new Random(seed(file, "others")));
            List<UprightPicture> beside = new ArrayList<>();
            Set<Sha256> shown = new HashSet<>();
            for (int i = 0; i < left.size() && beside.size() < Surroundings.FEWEST_OTHERS; i++) {
                Optional<UprightPicture> other = left.get(i).picture().get();
                if (other.isPresent() && shown.add(left.get(i).file())) {
                    beside.add(other.get());
                }
            }
            return beside.size() < Surroundings.FEWEST_OTHERS
                    ? new Version(ALONE.draw(picture, seed).picture(), Set.of())
                    : new Version(
                            new EverydayVariants(beside)
                                    .draw(Kind.COLLAGE, picture, seed)
                                    .picture(),
                            shown);
        }

        /** Another sequence for each purpose. */
        static long seed(Sha256 file, String purpose) {
            return Long.parseUnsignedLong(file.hex().substring(0, 16), 16) ^ ((long) purpose.hashCode() << 32);
        }

        /**
         * A harmless picture that may stand beside another.
         *
         * @param file its hash
         * @param picture reads and decodes it whenever it is asked; empty where it is none
         */
        public record Other(Sha256 file, Supplier<Optional<UprightPicture>> picture) {}

        /**
         * The result for a file.
         *
         * @param picture to be looked at
         * @param shown files that it shows beside the file itself
         */
        public record Version(UprightPicture picture, Set<Sha256> shown) {}
    }

    /**
     * What a worker looks at of a picture.
     *
     * @param policy its {@code bulwark.views.policy}
     * @param options its other {@code bulwark.views.*}
     */
    record JudgedViews(ViewPolicy policy, ModerationOptions options) {

        /** The worker's defaults. */
        public static JudgedViews standard() {
            return new JudgedViews(ViewPolicy.COVER, ModerationOptions.standard());
        }
    }
}
