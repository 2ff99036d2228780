package io.bulwark.cli.picture;

import io.bulwark.cli.everyday.EverydayVariants;
import io.bulwark.imaging.preprocess.UprightPicture;
import io.bulwark.perception.bank.Bank;
import io.bulwark.perception.bank.LabelledEmbedding.ReferenceVariant.VariantChoice;
import io.bulwark.perception.bank.LabelledEmbedding.ReferenceVariant;
import io.bulwark.perception.hash.Sha256;
import java.util.List;
import java.util.function.Function;

/**
 * Everyday variants of a picture that its reference keeps. Collages are none of them: three quarters of one are other
 * pictures. Immutable; any thread.
 *
 * @param choice which of them
 */
public record KeptVariants(VariantChoice choice) {

    /**
     * On the stand-ins of {@code embed-worker/docs/acceptance.md} pictures of different subjects come as near as this,
     * so that a variant that is farther from its picture has to fear for its vote.
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
