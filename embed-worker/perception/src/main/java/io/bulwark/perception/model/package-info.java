/**
 * Model packages: opened, checked, and run by {@link io.bulwark.perception.torch} as the encoders of {@link
 * io.bulwark.perception.encoder}. What may enter: manifests, the files of packages, and what turns one into the other.
 *
 * <p>{@link io.bulwark.perception.model.ModelPackage} reads a package (a {@code model.json} and a {@code
 * model.safetensors}) or a checkpoint as published (open_clip's or Hugging Face's files), in a folder, on the class path
 * or under {@code hf://}, and holds its weights to its family. Program and weights are linked into an archive that lies
 * in a cache. A network that was exported from PyTorch (family {@code torchscript}: {@code model.pt} beside a {@code
 * model.json} that names dimension and preprocessing) is run as it is, once its answers have been checked against the
 * manifest. Packages below: {@code family} (what each architecture is made of), {@code keras} (networks that are
 * lists of layers), {@code published} (configurations of others to families), {@code checkpoint} (PyTorch's files to
 * packages) and {@code tfjs} (TensorFlow.js's); weights at rest are {@link io.bulwark.perception.safetensors}'s,
 * linked programs {@link io.bulwark.perception.torchscript}'s.
 *
 * <pre>{@code
 * ModelPackage model = ModelPackage.open("hf://owner/name");
 * EncoderDescription description = model.describe(Precision.FP32);
 * }</pre>
 *
 * <p>An exported program is code, and TorchScript can open files: it is loaded from a folder that the operator
 * named, never from the hub. What others call a checkpoint, a pickle, is no package, whatever its file is called; {@code
 * checkpoint} makes one of it.
 *
 * <p>Two packages are resources of this module: {@code ModelPackage.DEFAULT}, tuned to withstand small perturbations, and
 * {@code ModelPackage.CLEAN_PARENT}, which it was tuned from, as published. The parent sees 224×224 pixels, the tuned one
 * 128×128, at which a step of its training, and every embedding, costs a third.
 *
 * <p>What cost time to find out:
 *
 * <ul>
 *   <li>bf16 moves class probabilities of NSFWJS's MobileNetV2 by up to 0.08: it is no default.
 *   <li>A linked archive is named after everything that goes into it, so a cache is never stale, only large; deleting
 *       the folder is always safe.
 * </ul>
 */
package io.bulwark.perception.model;
