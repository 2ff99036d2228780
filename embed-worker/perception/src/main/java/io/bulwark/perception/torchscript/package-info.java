/**
 * Programs and weights joined: TorchScript archives written without Python. What may enter: what the archive format
 * asks for; no architecture and no libtorch.
 *
 * <p>A {@link io.bulwark.perception.torchscript.Program} is text in the dialect that {@code torch.jit.save}
 * writes, in resource files beside the encoder family; it holds the methods alone. {@link
 * io.bulwark.perception.torchscript.TorchScriptLinker} declares the attributes, pickles the module and writes the
 * weights beside it. What the format asks for was read off archives that PyTorch 2.7 loads:
 *
 * <ul>
 *   <li>a zip of <em>stored</em> entries under one folder, storages at multiples of 64 bytes; beyond 4 GiB with zip64's
 *       fields, which libtorch's reader knows
 *   <li>{@code data.pkl}, pickle protocol 2: an object of class {@code __torch__.Program} whose state is a dict of its
 *       attributes; a tensor is {@code torch._utils._rebuild_tensor_v2} over a persistent id
 *   <li>{@code data/N}: raw little-endian elements; {@code code/__torch__.py}: the text; {@code constants.pkl}: an empty
 *       tuple; {@code version}; {@code byteorder}
 *   <li>a module must have an attribute {@code training}, or switching it to training fails
 * </ul>
 *
 * <p>Rejected: building the network from DJL operations (a call through JNI for each, and no bfloat16), and shipping
 * archives made elsewhere (their program could not be read or reviewed, and every published checkpoint would need
 * Python first). TorchScript is deprecated upstream, so nothing outside {@code model} sees it.
 */
package io.bulwark.perception.torchscript;
