/**
 * PyTorch's files ({@code torch.save}: {@code .pt}, {@code .pth}, {@code .bin}, Lightning's {@code .ckpt}), read for
 * their tensors and never run. What may enter: what that format asks for.
 *
 * <p>A file is a zip whose {@code data.pkl} is a pickle, or, as written before PyTorch 1.6, a sequence of pickles with the
 * storages behind them. A pickle is a program for a stack machine that can name any function of
 * Python and call it. {@link io.bulwark.perception.pickle.TorchFile} knows nine tensor storages and four functions
 * ({@code torch._utils._rebuild_tensor_v2}, {@code torch._utils._rebuild_parameter}, {@code torch.Size}, {@code
 * collections.OrderedDict}), which it does itself. Every other name is refused with the name, every other opcode with its
 * place; that includes names that are harmless.
 *
 * <p>A file from outside is bounded before memory is taken:
 *
 * <ul>
 *   <li>a pickle has at most 8 MiB and 250,000 values, containers lie at most 100 deep
 *   <li>a container that lies in another is finished: there are no cycles
 *   <li>a storage has to be in the zip at its full size when it is named, and a deflated one cannot be larger than deflate
 *       can make it; in a sequence the storages that the pickle names fill the rest of the file exactly
 *   <li>a tensor lies within its storage and has no more elements than it
 * </ul>
 *
 * <p>Nothing recurses: neither the reader, whose stack is a list, nor its callers, which get only a dictionary of
 * tensors.
 *
 * <pre>{@code
 * try (TorchFile file = TorchFile.open(Path.of("vit-b-16-fare-eps4.pt"))) {
 *     float[] projection = file.floats("proj");
 * }
 * }</pre>
 *
 * @see <a href="https://github.com/python/cpython/blob/main/Lib/pickletools.py">pickletools, which describes the
 *     opcodes</a>
 */
package io.bulwark.perception.pickle;
