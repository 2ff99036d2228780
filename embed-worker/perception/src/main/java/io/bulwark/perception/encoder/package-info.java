/**
 * Encoders as their callers see them: pictures in, embeddings out, and gradients for those who attack or train. What may
 * enter: interfaces, what they take and answer, and heads that are plain arithmetic; no file format, no libtorch.
 *
 * <p>One package gives three instances, and none does another's work: an {@link io.bulwark.perception.encoder.Encoder}
 * infers, in any precision; a {@link io.bulwark.perception.encoder.DifferentiableEncoder} or {@link
 * io.bulwark.perception.encoder.TrainableEncoder} is fp32 and gives gradients; a {@link
 * io.bulwark.perception.encoder.TextEncoder} is the text tower of a CLIP checkpoint.
 *
 * <pre>{@code
 * Encoder encoder = ModelPackage.open(ModelPackage.DEFAULT)
 *         .openEncoder(EncoderOptions.defaults().withThreads(2));
 * BatchShapes shapes = BatchShapes.measure(encoder, 32, Duration.ofMillis(200));
 * Embeddings embeddings = encoder.embed(views, shapes.best());
 * }</pre>
 */
package io.bulwark.perception.encoder;
