package io.bulwark.cli.bank;

import io.bulwark.cli.picture.KeptVariants;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Whether references keep everyday variants of their pictures: {@code @Mixin AugmentOptions augment}. */
final class AugmentOptions {

    @Option(
            names = "--augment",
            description =
                    "Keep everyday variants of each picture too, such as text over it or its mirror image: those that "
                            + "the model sees far from it, five at most. The picture votes once all the same. Takes some nine "
                            + "times as long, and release 3 of the schemas (bulwark.schemas.write=3).")
    private boolean augment;

    Optional<KeptVariants> augmentation() {
        return augment ? Optional.of(KeptVariants.standard()) : Optional.empty();
    }
}
