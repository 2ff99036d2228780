/**
 * Pictures that show other people something else once they are scaled down. What may enter: what compares a decoded
 * upload with the encoder's view of it; no view is made here and nothing is decided.
 *
 * <pre>{@code
 * ScalingDetector detector = new ScalingDetector(SamplingKey.publicKey());
 * Optional<ScalingTrace> trace = detector.inspect(decoded, preprocessor.views(decoded));
 * }</pre>
 *
 * <p>Who scales down without a low-pass filter takes few pixels and leaves the rest out: every fifth of every fifth
 * row, say. Changing just those pixels decides what is seen afterwards (Xiao et al., "Seeing is Not Believing:
 * Camouflage Attacks on Image Scaling Algorithms", USENIX Security 2019). {@link io.bulwark.imaging.preprocess}'s
 * filter weighs every pixel, so the encoder is not fooled. Thumbnailers, browsers' canvases and TensorFlow's default
 * resize are, and the clean parent of the default encoder was made for the last of these. So such a file is an attack
 * on another program.
 *
 * <h2>Two signs, one score</h2>
 *
 * <ul>
 *   <li><b>Down and up.</b> The encoder's view is enlarged again and subtracted from the upload. What is left is what
 *       the view does not show.
 *   <li><b>Spectrum.</b> In an attacked picture what is left stands at the sampled pixels, which recur at one spacing
 *       along both axes: a narrow peak in the spectrum of its energy. The spacing is found and not assumed, because the
 *       attacker chooses the size that is attacked.
 *   <li>A peak alone is no attack: halftones, chequered cloth and enlarged pixel art have one, too. So the pixels at
 *       that spacing are taken as the picture that a thumbnailer would show, and are compared with the view in windows.
 *       Of an ordinary picture both show the same, but for tones: what follows the view's tone is taken off.
 *   <li>The score is the geometric mean of the two, so that neither sign alone makes a high one.
 * </ul>
 *
 * <p>It costs little because it looks at strips: six of rows and six of columns, each as wide as two spacings of the
 * encoder's own scale, where a window of the attack cannot fall between two sampled rows. Where the strips lie is drawn
 * by the deployment's key. The second half runs only where there is a peak along both axes, and nothing runs where the
 * picture is less than twice the view along both sides: an attack on such a scale changes a quarter of the pixels and
 * more, which people see.
 *
 * <h2>What was weighed</h2>
 *
 * <ul>
 *   <li>Resizing with several point samplers at the usual sizes and comparing: finds those sizes alone.
 *   <li>The distance of upload and enlarged view alone (Kim et al.; Quiring et al., "Adversarial Preprocessing", USENIX
 *       Security 2020): a meadow has more of it than an attack.
 *   <li>Peaks in the two-dimensional spectrum of the picture itself: needs all pixels, and screens and cloth peak
 *       there.
 * </ul>
 */
package io.bulwark.imaging.scaling;
