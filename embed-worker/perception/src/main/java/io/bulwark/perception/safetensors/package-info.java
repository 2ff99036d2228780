/**
 * Weights at rest: the safetensors format, read without trust and written canonically.
 *
 * <p>A checkpoint comes from outside, so every number in its header is checked before anything is allocated: the length
 * of the header against the file, each tensor's bytes against its shape and type, and all tensors together against the
 * body, which they must tile without gap or overlap. What fails any of it is a {@link
 * io.bulwark.perception.safetensors.SafetensorsFile.SafetensorsException} that names the file and the tensor; nothing
 * is read "as far as it goes". Tensors of a file are mapped one at a time, so that a checkpoint larger than the heap,
 * or than the 2 GiB of one mapping, opens without cost. (DJL's own {@code NDList.decode} trusts the header and copies
 * the body to the heap: it is not used for files from outside.)
 *
 * <pre>{@code
 * try (SafetensorsFile weights = SafetensorsFile.open(Path.of("open_clip_model.safetensors"))) {
 *     float[] projection = weights.floats("visual.proj");
 * }
 * }</pre>
 *
 * <p>Nothing of PyTorch or DJL may enter here.
 */
package io.bulwark.perception.safetensors;
