/**
 * Encoders that infer by ONNX Runtime on a CPU: {@link io.bulwark.perception.onnx.OnnxGraph} writes a network as an ONNX
 * model, {@link io.bulwark.perception.onnx.OnnxEncoder} runs it.
 *
 * <p>Here for CPUs with AVX2 and without AVX-512, where libtorch's XNNPACK is slow. Gradients and searches stay with
 * libtorch. Embeddings of the two agree to 1e-5, so that a bank of the one serves the other and the fingerprint is the
 * same.
 *
 * <ul>
 *   <li>The jar carries libraries for Linux (x86-64, arm64), macOS (arm64) and Windows. One is unpacked to {@code java.io.tmpdir} at
 *       the first use, unless the property {@code onnxruntime.native.path} names a folder that holds it, as in the images.
 *   <li>A session may be run by several threads at once. Its memory is kept for the next batch, for as long as it is open.
 *   <li>Its Java binding frees the native environment in a shutdown hook, also under a batch in hand (SIGSEGV in a draining
 *       worker, 1.29.0). {@code OnnxEncoder} holds one more reference; {@code OnnxRuntimeTest} ends a process to prove it.
 * </ul>
 */
package io.bulwark.perception.onnx;
