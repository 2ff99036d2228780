/**
 * Banks of references: built from folders of labelled pictures, kept on the compacted topic, checked and calibrated.
 *
 * <p>What may enter: commands below {@code bulwark bank} and what they do, callable without a terminal. Search and
 * calibration themselves are {@link io.bulwark.perception.bank}'s and {@link io.bulwark.perception.verdict}'s. Example:
 *
 * <pre>{@code
 * try (Embedders embedders = Embedders.load(models);
 *         BankTopic topic = new BankTopic(broker)) {
 *     BankFilling filling = new BankFilling("default", embedders, topic, provenance, Optional.empty());
 *     filling.replaceBy(LabelledPicture.below(folder), picture -> progress.step());
 * }
 * }</pre>
 *
 * <p>A picture becomes one reference: of its first frame the whole, squeezed into the encoder's square, as the worker's
 * {@code cover} and {@code squash} see it; over white and over black, two references, where it is transparent. Tiles
 * were rejected: a corner of a flagged picture may show nothing flagged.
 *
 * <p>With {@code --augment} a reference keeps everyday variants of its picture as further rows, chosen by
 * {@link io.bulwark.perception.bank.LabelledEmbedding.ReferenceVariant.VariantChoice}. They travel in the reference's
 * own record: records of their own could be half there, and an older worker would let each of them vote.
 *
 * <p>A reference's id is the picture's path below the folder, so that building again from the same folder replaces
 * rather than adds, and a verdict's neighbours tell a person where to look.
 */
package io.bulwark.cli.bank;
