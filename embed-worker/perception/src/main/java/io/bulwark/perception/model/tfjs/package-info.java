/**
 * TensorFlow.js layers models turned into Bulwark packages, once, when a person asks for it.
 *
 * <p>A model comes as {@code model.json} and binary shards, or as npm packages ship it: UMD modules that hold the
 * topology as an object literal and each shard as a base64 string. No JavaScript is run: what follows {@code exports=}
 * is read as a literal and nothing else. The importer holds every layer to the MobileNetV2 that it knows (kernel sizes,
 * strides, padding, BatchNorm's epsilon, activations) and refuses what differs, because a network that is read almost
 * right still answers.
 *
 * <p>Weights that are quantised to bytes stay bytes: BatchNorm folds into the scale and the minimum of each output
 * channel, so that nothing is rounded again. Measured on twelve pictures against nsfwjs in Node, largest difference of a
 * class probability: bytes 0.00003 with 2.8 MB, float16 0.023 with 5.1 MB. Float16 was therefore rejected.
 */
package io.bulwark.perception.model.tfjs;
