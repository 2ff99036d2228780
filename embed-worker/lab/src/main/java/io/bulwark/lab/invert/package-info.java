/**
 * What an encoder sees, for people to look at: {@code bulwark invert}. What may enter: commands below it, and how the
 * pictures that they make are written; {@link io.bulwark.robustness.invert} makes them.
 *
 * <p>Labels and texts that stand for explicit content are refused as targets unless somebody says {@code --i-know}: a
 * moderation bank is a collection of what nobody wants to see, and an inversion draws it again. The drawing may hurt who
 * opens the file, and in some countries it is as unlawful as the original.
 *
 * <pre>{@code
 * try (Side side = Side.open(ModelPackage.open(ModelPackage.DEFAULT), options, OptionalInt.of(128))) {
 *     Inversion inversion = side.inversion(BallDescent.standard(200), List.of(target), 1);
 *     Inverted inverted = InversionRun.of(inversion, InversionStart.grey(), file).run(output);
 * }
 * }</pre>
 */
package io.bulwark.lab.invert;
