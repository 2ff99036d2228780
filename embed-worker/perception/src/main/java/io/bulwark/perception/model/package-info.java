/**
 * Encoders: model packages opened, checked and run.
 *
 * <p>{@link io.bulwark.perception.model.ModelPackage} reads a package (a {@code model.json} and a {@code
 * model.safetensors}) or a checkpoint as published (open_clip's or Hugging Face's files), in a folder, on the class path
 * or under {@code hf://}, holds its weights to its family, and opens an {@link io.bulwark.perception.model.Encoder}:
 * program and weights are linked into an archive that lies in a cache, and libtorch runs it. A network that somebody
 * exported from PyTorch (family {@code torchscript}: {@code model.pt} beside a {@code model.json} that says dimension and
 * preprocessing) is run as it is, once its answers have been held to the manifest. The rooms beside it: {@code
 * safetensors} (weights at rest), {@code torchscript} (programs and weights joined), {@code family} (what each
 * architecture is made of), {@code published} (configurations of others to families), {@code tfjs} (models of
 * TensorFlow.js turned into packages). DJL is seen by this package alone.
 *
 * <p>Three instances can be had of one package, and none does another's work: {@code openEncoder} infers, in any
 * precision; {@code openDifferentiable} is fp32 and gives gradients, for attacks and training; {@code openText} is the
 * text encoder of a CLIP checkpoint.
 *
 * <pre>{@code
 * Encoder encoder = ModelPackage.open(ModelPackage.DEFAULT)
 *         .openEncoder(EncoderOptions.defaults().withThreads(2));
 * BatchShapes shapes = BatchShapes.measure(encoder, 32, Duration.ofMillis(200));
 * Embeddings embeddings = encoder.embed(views, shapes.best());
 * }</pre>
 *
 * <p>An exported program is code, and TorchScript can open files: it is loaded from a folder that whoever runs Bulwark
 * named, never from the hub. What others call a checkpoint, a pickle, is never read, whatever its file is called.
 *
 * <p>Two packages are resources of this module: {@code ModelPackage.DEFAULT}, tuned to withstand small perturbations, and
 * {@code ModelPackage.CLEAN_PARENT}, which it was tuned from, as published. The parent sees 224×224 pixels, the tuned one
 * 128×128, at which a step of its training, and every embedding, costs a third.
 *
 * <p>What cost time to find out:
 *
 * <ul>
 *   <li>libtorch's thread count is per process, and each thread takes it over when it first computes: open encoders
 *       before the threads that use them begin.
 *   <li>A picture's bytes permuted to planes lie channels-last; exported programs that call {@code view} refuse that, so
 *       theirs are stacked plane by plane.
 *   <li>DJL takes gradients in training mode alone. A scripted dropout or batch norm then answers otherwise: such a
 *       program infers, but is refused where gradients are wanted.
 *   <li>With two threads within an operation on two cores that others use as well, every operation waits for the slower
 *       thread: throughput fell from 90 images a second to 2. One thread an operation, and one encoder for each of
 *       several inference threads, does not fall off that cliff.
 *   <li>Packed for XNNPACK, MobileNetV2 costs least at batches of 1 to 4; beyond, activations of tens of megabytes come
 *       from fresh mappings at each operation. {@code MALLOC_MMAP_MAX_=0} and a large {@code MALLOC_TRIM_THRESHOLD_} in
 *       the process's environment take most of that away.
 *   <li>bf16 moves class probabilities of NSFWJS's MobileNetV2 by up to 0.08: it is no default.
 *   <li>DJL asks libtorch for copies to a device that block, from page-locked memory as from any other: when {@code
 *       toDevice} returns, its origin may be written again. So one page-locked tensor of the largest batch serves ({@code
 *       PinnedStaging}), reached by {@code toByteBuffer(true)}, which is the tensor's own memory as long as that is
 *       contiguous. A tensor for each shape would lock twice the memory. Two by turns, copied without blocking, would
 *       let nothing overlap: one thread serves a device, and waits for the answer. How much faster it is than pageable
 *       memory has not been measured, for want of a GPU.
 *   <li>What DJL copies from a device to the host hangs on a new manager below the array's: close that, or have it below a
 *       batch's. And a manager that is told no device takes the first GPU.
 *   <li>A linked archive is named after everything that goes into it, so a cache is never stale, only large; deleting
 *       the folder is always safe.
 * </ul>
 */
package io.bulwark.perception.model;
