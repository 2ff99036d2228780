/**
 * Models of TensorFlow.js in its layers format made into packages: {@code model.json} and shards beside it, or the scripts
 * that NSFWJS's npm package has of them. What may enter: other layouts in which such models are published.
 *
 * <p>Nothing is run: a script is searched for the value that it exports, an object or a text in Base64. Weights that are
 * quantised to eight bits stay so, with a scale for each row, into which the normalisation behind a convolution is folded
 * without loss.
 *
 * <pre>{@code
 * new TfjsImport(Path.of("package/dist/models/inception_v3"), List.of("Drawing", "Hentai", "Neutral", "Porn", "Sexy"))
 *         .write(Path.of("nsfwjs-inception-v3"));
 * }</pre>
 *
 * <p>A file from outside is bounded before memory is taken: a topology has at most 16 MiB, the weights 1 GiB, and a shard
 * no more bytes than the weights that it holds need.
 */
package io.bulwark.perception.model.tfjs;
