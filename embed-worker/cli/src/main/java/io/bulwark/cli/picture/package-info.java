/**
 * Labelled picture files to the embeddings that a bank keeps and a worker judges. What may enter: what several commands
 * do with a picture before a bank or a policy is asked; no topic, no command.
 *
 * <pre>{@code
 * try (PictureEmbedder embedder = new PictureEmbedder(encoder)) {
 *     List<LabelledEmbedding> references = embedder.references(LabelledPicture.below(folder));
 * }
 * }</pre>
 */
package io.bulwark.cli.picture;
