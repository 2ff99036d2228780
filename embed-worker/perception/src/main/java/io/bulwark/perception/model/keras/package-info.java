/**
 * Networks that are lists of Keras layers, as a family of encoders: each layer's shape is checked, and the program is
 * written layer by layer. What may enter: further layers of Keras.
 *
 * <p>{@link io.bulwark.perception.model.keras.LayerNetwork} is the result of reading a topology in any format. The
 * embedding is the vector that the pictures become, by flattening or averaging; what stands behind it has to be dense
 * layers that end in a softmax, which are the head.
 *
 * <pre>{@code
 * LayerNetwork network = KerasTopology.read("keras.json", topology);
 * Family family = new KerasLayers(network);
 * }</pre>
 *
 * <p>Where Keras differs from PyTorch:
 *
 * <ul>
 *   <li>padding {@code same} depends on the size of what is padded, and puts the odd pixel below and to the right
 *   <li>an average over padded pixels leaves the padding out of the count
 *   <li>a normalisation behind a convolution is folded into its weights, so the program has none
 *   <li>flattening goes channels-last
 * </ul>
 */
package io.bulwark.perception.model.keras;
